"""The picture itself: its size, colour, resolution, what else lies in its file."""

from typing import Any

from media_archive.metadata.normal import codes
from media_archive.metadata.normal.numbers import decimal, positive, whole
from media_archive.metadata.normal.precedence import Decisions, ways
from media_archive.metadata.normal.sources import Sources
from media_archive.metadata.normal.values import WAYS
from media_archive.metadata.record import Preview, Shown, Still

MODELS = {
    "1": "bilevel",
    "L": "grey",
    "P": "palette",
    "PA": "palette+alpha",
    "LA": "grey+alpha",
    "RGBA": "RGB+alpha",
    "RGBX": "RGB",
    "F": "grey",
    "I": "grey",
}
#: how pictures are packed by Pillow's name of their format, where the format leaves no choice
PACKED = {"PNG": "Deflate", "GIF": "LZW", "JPEG2000": "JPEG 2000", "JXL": "JPEG XL", "WEBP": "WebP", "AVIF": "AV1"}
#: quarter turns against the clock (ISO/IEC 23008-12, ImageRotation) as EXIF's orientations
TURNS: dict[Any, int] = {1: 8, 2: 3, 3: 6}
#: JPEG's frame headers (ITU-T T.81, table B.1)
PROCESSES = {0xC0: "JPEG", 0xC1: "JPEG", 0xC2: "JPEG progressive", 0xC3: "JPEG lossless", 0xC9: "JPEG arithmetic"}
XMP_SIZES = (("exif:PixelXDimension", "exif:PixelYDimension"), ("tiff:ImageWidth", "tiff:ImageLength"))
INCH, CENTIMETRE = 2, 3
CENTIMETRES = 2.54
#: a preview whose long edge is below this is a thumbnail
SMALL = 400
#: ITU-T H.273: transfer characteristics of HDR
TRANSFERS = {16: "PQ", 18: "HLG"}
SUBSAMPLINGS = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (4, 1): "4:1:1", (4, 2): "4:1:0", (1, 2): "4:4:0"}


def still(sources: Sources, decided: Decisions) -> Still:
    """What only photographs have."""
    header, exif = sources["header"], sources["exif"]
    width, height, upright = _size(sources)
    orientation = _orientation(sources, decided)
    turned = upright and orientation >= 5
    horizontal, vertical = _resolution(sources, decided)
    film, offset = motion(sources)
    return Still(
        width=height if turned else width,
        height=width if turned else height,
        orientation=orientation,
        bit_depth=_bits(sources),
        color_model=_model(sources),
        color_space=_decide("still.color_space", sources, decided),
        profile=header.get("profile"),
        compression=_compression(header, exif),
        chroma=_chroma(sources),
        x_resolution=horizontal,
        y_resolution=vertical,
        pages=_pages(sources),
        previews=_previews(sources),
        motion_photo=film,
        motion_photo_offset=offset,
        content_identifier=_decide("still.content_identifier", sources, decided),
        burst=_decide("still.burst", sources, decided),
        depth=_depth(sources),
        hdr=_hdr(sources),
        panorama=_decide("still.panorama", sources, decided),
    )


def shown(picture: Still) -> Shown | None:
    """The picture as people see it, upright."""
    if not picture.width or not picture.height:
        return None
    turned = picture.orientation >= 5
    across, down = (picture.height, picture.width) if turned else (picture.width, picture.height)
    return Shown(width=across, height=down)


def _decide(field: str, sources: Sources, decided: Decisions) -> Any:
    candidates = [(way.source, sources.get(way.tool, {}).get(way.key), way.read) for way in ways(field)]
    return decided.choose(field, [(source, WAYS[read](said)) for source, said, read in candidates if said and read])


def _size(sources: Sources) -> tuple[int | None, int | None, bool]:
    """As the picture's own header has it, and whether that speaks of the turned picture, as readers of HEIF do.

    EXIF is believed only where there is no header; editors forget it.
    """
    header, tags = sources["header"], sources["tags"]
    boxes = header.get("boxes") or {}
    # codecs code whole blocks: the clean aperture is the picture
    boxed = boxes.get("cut") or boxes.get("size") or (None, None)
    pairs = (
        boxed,
        (header.get("width"), header.get("height")),
        (tags.get("EXIF ExifImageWidth"), tags.get("EXIF ExifImageLength")),
        (tags.get("Image ImageWidth"), tags.get("Image ImageLength")),
        *(
            (sources[tool].get(across), sources[tool].get(down))
            for tool in ("xmp", "sidecar")
            for across, down in XMP_SIZES
        ),
    )
    upright = "original_orientation" in (header.get("info") or {}) and not positive(boxed[0])
    for width, height in pairs:
        if positive(width) and positive(height):
            return positive(width), positive(height), upright
    return None, None, False


def _orientation(sources: Sources, decided: Decisions) -> int:
    """EXIF's number; where that says nothing of a turn, the one that the boxes of HEIF ask for."""
    header = sources["header"]
    header.setdefault("orientation", (header.get("info") or {}).get("original_orientation"))
    stated = _decide("still.orientation", sources, decided) or 1
    return stated if stated != 1 else TURNS.get((header.get("boxes") or {}).get("turn"), 1)


def _bits(sources: Sources) -> int | None:
    header, exif = sources["header"], sources["exif"]
    # a raw file's first picture is a preview: its bits are not the sensor's
    if "flip" in header:
        return _raw_bits(sources["tags"])
    boxes = header.get("boxes") or {}
    stated = exif.get("BitsPerSample") if header.get("decoder") in {"TIFF", None} and "process" not in header else None
    return positive(boxes.get("bits") or stated or header.get("bits"))


def _raw_bits(tags: dict[str, Any]) -> int | None:
    """Bits of the directory that holds the sensor's data."""
    for name, value in tags.items():
        if name.endswith(" PhotometricInterpretation") and whole(value) in {32803, 34892}:
            return positive(tags.get(name.replace("PhotometricInterpretation", "BitsPerSample")))
    return None


def _model(sources: Sources) -> str | None:
    header, photometric = sources["header"], sources["exif"].get("PhotometricInterpretation")
    of_tiff = header.get("decoder") in {None, "TIFF"} and "process" not in header and "flip" not in header
    mode = header.get("mode")
    if isinstance(photometric, int) and of_tiff:
        said = codes.PHOTOMETRIC.get(photometric)
        bilevel = said == "grey" and positive(sources["exif"].get("BitsPerSample") or 1) == 1
        alpha = "+alpha" if said == "RGB" and mode == "RGBA" else ""
        return "bilevel" if bilevel else f"{said}{alpha}" if said else None
    return MODELS.get(mode, "grey" if str(mode).startswith("I;") else mode) if mode else None


def _compression(header: dict[str, Any], exif: dict[str, Any]) -> str | None:
    if "process" in header:
        return PROCESSES.get(header["process"], "JPEG")
    boxes = header.get("boxes") or {}
    if boxes.get("compression"):
        return str(boxes["compression"])
    if header.get("decoder") in {"TIFF", None} or "flip" in header:
        code = whole(exif.get("Compression"))
        return codes.COMPRESSION.get(code) if code is not None and "flip" not in header else None
    if header.get("decoder") == "PSD":
        return header.get("compression")
    return PACKED.get(str(header.get("decoder")))


def _chroma(sources: Sources) -> str | None:
    header, exif = sources["header"], sources["exif"]
    said = header.get("chroma") or (header.get("boxes") or {}).get("chroma")
    stated = exif.get("YCbCrSubSampling")
    if not said and header.get("decoder") == "TIFF" and isinstance(stated, list) and len(stated) == 2:
        said = SUBSAMPLINGS.get((stated[0], stated[1])) if exif.get("PhotometricInterpretation") == 6 else None
    return said or None


def _resolution(sources: Sources, decided: Decisions) -> tuple[float | None, float | None]:
    """Pixels an inch, across and down: EXIF before the format's own before Photoshop's."""
    header, exif, xmp = sources["header"], sources["exif"], sources["xmp"]
    unit, across, down = header.get("density") or (0, 0, 0)
    found = (
        (
            "exif XResolution",
            _inches(exif.get("XResolution"), exif.get("YResolution"), exif.get("ResolutionUnit", INCH)),
        ),
        ("header density", _inches(across, down, {1: INCH, 2: CENTIMETRE}.get(unit))),
        ("header resolution", _pair(header.get("resolution"))),
        ("header photoshop", _pair(header.get("photoshop_resolution"))),
        (
            "xmp",
            _inches(xmp.get("tiff:XResolution"), xmp.get("tiff:YResolution"), xmp.get("tiff:ResolutionUnit", INCH)),
        ),
    )
    for source, pair in found:
        if pair is not None:
            decided.sources["still.x_resolution"] = decided.sources["still.y_resolution"] = source
            return pair
    return None, None


def _pair(told: Any) -> tuple[float, float] | None:
    return _inches(told[0], told[1], INCH) if isinstance(told, list) and len(told) == 2 else None


def _inches(across: Any, down: Any, unit: Any) -> tuple[float, float] | None:
    factor = {INCH: 1.0, CENTIMETRE: CENTIMETRES}.get(whole(unit) or 0)
    one, other = decimal(across, 4), decimal(down, 4)
    if factor is None or not one or not other or one <= 0 or other <= 0:
        return None
    return round(one * factor, 2), round(other * factor, 2)


def _pages(sources: Sources) -> int:
    return positive(sources["header"].get("pages")) or 1


def _previews(sources: Sources) -> list[Preview]:
    header, made = sources["header"], []
    for told in sources["tags"].get("previews") or []:
        made.append(_preview(told["kind"], told.get("width"), told.get("height"), told.get("size")))
    for told in (header.get("mpf") or {}).get("pictures") or []:
        made.append(_preview(told["kind"], told.get("width"), told.get("height"), told.get("size")))
    if header.get("photoshop_thumbnail"):
        width, height, size = header["photoshop_thumbnail"]
        made.append(_preview("Photoshop thumbnail", width, height, size))
    if header.get("jfif_thumbnail"):
        width, height, size = header["jfif_thumbnail"]
        made.append(_preview("JFIF thumbnail", width, height, size))
    if header.get("jfxx_thumbnail"):
        made.append(_preview("JFXX thumbnail", None, None, header["jfxx_thumbnail"]))
    for width, height in (header.get("boxes") or {}).get("thumbnails") or []:
        made.append(_preview("thumbnail" if max(width, height) < SMALL else "preview", width, height, None))
    return made


def _preview(kind: str, width: Any, height: Any, size: Any) -> Preview:
    return Preview(kind=kind, width=positive(width), height=positive(height), size=positive(size))


def motion(sources: Sources) -> tuple[Any, int | None]:
    """Whether a short film lies in the same file, and at which byte: Samsung's trailer, Google's Motion Photo 1.0."""
    header, xmp = sources["header"], sources["xmp"]
    size = header.get("bytes")
    place = (header.get("samsung") or {}).get("MotionPhoto_Data")
    if place:
        return True, positive(place[0])
    behind = whole(xmp.get("GCamera:MicroVideoOffset")) or _item_length(xmp)
    says = any(whole(xmp.get(f"GCamera:{name}")) == 1 for name in ("MotionPhoto", "MicroVideo"))
    if not says:
        return None, None
    return True, size - behind if size and behind and behind < size else None


def _items(xmp: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of Google's container directory."""
    listed = xmp.get("Container:Directory")
    made = []
    for item in listed if isinstance(listed, list) else []:
        inner = item.get("Container:Item", item) if isinstance(item, dict) else {}
        if isinstance(inner, dict):
            made.append(inner)
    return made


def _item_length(xmp: dict[str, Any]) -> int | None:
    """Bytes from the start of the film to the end of the file: its own, and of what lies behind it."""
    total, found = 0, False
    for item in _items(xmp):
        found = found or item.get("Item:Semantic") == "MotionPhoto"
        if found:
            total += (whole(item.get("Item:Length")) or 0) + (whole(item.get("Item:Padding")) or 0)
    return total or None


def _depth(sources: Sources) -> Any:
    header, xmp = sources["header"], sources["xmp"]
    boxes = header.get("boxes") or {}
    semantics = {str(item.get("Item:Semantic")) for item in _items(xmp)}
    told = header.get("depth") or boxes.get("depth") or "GDepth:Format" in xmp or semantics & {"Depth", "DepthMap"}
    disparity = any(told.get("kind") == "disparity" for told in (header.get("mpf") or {}).get("pictures") or [])
    return True if told or disparity or "DualShot_DepthMap_1" in (header.get("samsung") or {}) else None


def _hdr(sources: Sources) -> str | None:
    header, xmp = sources["header"], sources["xmp"]
    boxes = header.get("boxes") or {}
    named = any(name.startswith(("hdrgm:", "HDRGainMap:")) for name in xmp)
    if header.get("gain_map") or boxes.get("gain_map") or named:
        return "gain map"
    if any(str(item.get("Item:Semantic")) in {"GainMap", "RecoveryMap"} for item in _items(xmp)):
        return "gain map"
    return TRANSFERS.get(boxes.get("transfer") or header.get("transfer") or 0)
