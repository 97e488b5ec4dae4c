"""What a camera and a caption writer leave in a photograph: EXIF, IPTC and XMP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from xml.sax.saxutils import escape

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational


@dataclass(frozen=True)
class Camera:
    """A camera with its lens."""

    make: str
    model: str
    lens: str
    #: millimetres
    focal: float
    film: bool = False


@dataclass(frozen=True)
class Caption:
    """What was written about a photograph."""

    title: str
    text: str
    author: str
    keywords: Sequence[str]
    city: str = "云溪市"


def exif(
    camera: Camera,
    size: tuple[int, int],
    taken: datetime,
    place: tuple[float, float],
    exposure: tuple[Fraction, float, int],
) -> Image.Exif:
    """EXIF 2.32: camera, lens, exposure (seconds, f-number, ISO), the local time with its offset, longitude and latitude."""
    found, tag = Image.Exif(), ExifTags.Base
    stamp, offset = taken.strftime("%Y:%m:%d %H:%M:%S"), taken.strftime("%z")
    seconds, aperture, speed = exposure
    found.update({tag.Make: camera.make, tag.Model: camera.model, tag.Orientation: 1, tag.DateTime: stamp})
    found.update({tag.XResolution: IFDRational(300, 1), tag.YResolution: IFDRational(300, 1), tag.ResolutionUnit: 2})
    found[tag.YCbCrPositioning] = 1
    found.get_ifd(ExifTags.IFD.Exif).update(_required(size))
    found.get_ifd(ExifTags.IFD.Exif).update(
        {
            tag.DateTimeOriginal: stamp,
            tag.DateTimeDigitized: stamp,
            tag.OffsetTimeOriginal: f"{offset[:3]}:{offset[3:]}",
            tag.OffsetTimeDigitized: f"{offset[:3]}:{offset[3:]}",
            tag.ExposureTime: IFDRational(seconds.numerator, seconds.denominator),
            tag.FNumber: IFDRational(round(aperture * 10), 10),
            tag.ISOSpeedRatings: speed,
            tag.FocalLength: IFDRational(round(camera.focal * 10), 10),
            tag.LensModel: camera.lens,
        }
    )
    if not camera.film:
        found.get_ifd(ExifTags.IFD.GPSInfo).update(_gps(*place))
    return found


def _required(size: tuple[int, int]) -> dict[int, object]:
    """What the standard wants of every JPEG: its own version, the order of the components, sRGB, the size."""
    tag = ExifTags.Base
    return {
        tag.ExifVersion: b"0232",
        tag.ComponentsConfiguration: b"\x01\x02\x03\0",
        tag.FlashPixVersion: b"0100",
        tag.ColorSpace: 1,
        tag.ExifImageWidth: size[0],
        tag.ExifImageHeight: size[1],
    }


def _gps(longitude: float, latitude: float) -> dict[int, object]:
    tag = ExifTags.GPS
    return {
        tag.GPSVersionID: b"\x02\x03\x00\x00",
        tag.GPSLatitudeRef: "N",
        tag.GPSLatitude: _sexagesimal(latitude),
        tag.GPSLongitudeRef: "E",
        tag.GPSLongitude: _sexagesimal(longitude),
        tag.GPSMapDatum: "WGS-84",
    }


def _sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    minutes = (degrees - int(degrees)) * 60
    return (
        IFDRational(int(degrees), 1),
        IFDRational(int(minutes), 1),
        IFDRational(round((minutes - int(minutes)) * 60 * 1000), 1000),
    )


def iptc(caption: Caption) -> bytes:
    """An APP13 segment with IPTC-IIM 4.2 in UTF-8, inside Photoshop's resource 0x0404."""
    sets = [(1, 90, b"\x1b%G"), (2, 5, caption.title.encode()[:64]), (2, 120, caption.text.encode())]
    sets += [(2, 25, word.encode()) for word in caption.keywords]
    sets += [(2, 80, caption.author.encode()[:32]), (2, 90, caption.city.encode()[:32])]
    data = b"".join(
        b"\x1c" + bytes((record, number)) + len(value).to_bytes(2, "big") + value for record, number, value in sets
    )
    resource = b"8BIM\x04\x04\0\0" + len(data).to_bytes(4, "big") + data + b"\0" * (len(data) % 2)
    body = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body


def xmp(caption: Caption) -> bytes:
    """An XMP packet (ISO 16684-1) with the same words."""
    words = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in caption.keywords)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 photoshop:City="{escape(caption.city)}">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(caption.title)}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(caption.text)}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{escape(caption.author)}</rdf:li></rdf:Seq></dc:creator>
<dc:subject><rdf:Bag>{words}</rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()
