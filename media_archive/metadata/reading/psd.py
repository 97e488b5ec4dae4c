"""The head and the resources of a Photoshop file, PSB too (Adobe Photoshop File Formats Specification, 2019)."""

from typing import BinaryIO

from media_archive.metadata.reading.packets import LONGEST, Packets, photoshop, resources
from media_archive.words import Message

MODES = {0: "1", 1: "L", 2: "P", 3: "RGB", 4: "CMYK", 7: "multichannel", 8: "L", 9: "LAB"}
EXIF, XMP, ICC = {0x0422, 0x0423}, 0x0424, 0x040F
COMPRESSIONS = {0: "none", 1: "PackBits", 2: "Deflate", 3: "Deflate"}


def read(source: BinaryIO, size: int) -> Packets:
    """What the Photoshop file of `size` bytes in `source` says of itself."""
    found, head = Packets(), source.read(30)
    if len(head) < 30 or head[:4] != b"8BPS":
        found.problem = Message("The picture cannot be opened: its header is damaged or of an unknown kind.")
        return found
    numbers = [int.from_bytes(head[at : at + width], "big") for at, width in ((14, 4), (18, 4), (22, 2), (24, 2))]
    height, width, bits, mode = numbers
    found.facts |= {"width": width, "height": height, "bits": bits, "mode": MODES.get(mode, "RGB"), "decoder": "PSD"}
    found.facts["channels"] = int.from_bytes(head[12:14], "big")
    source.seek(30 + int.from_bytes(head[26:30], "big"))
    length = int.from_bytes(source.read(4), "big")
    data = source.read(min(length, LONGEST))
    photoshop(found, data)
    for number, content in resources(data):
        if number in EXIF:
            found.exif = content
        elif number == XMP:
            found.xmp = content
        elif number == ICC:
            found.icc = content
    wide = head[4:6] == b"\x00\x02"
    layers = int.from_bytes(source.read(8 if wide else 4), "big")
    source.seek(layers, 1)
    found.facts["compression"] = COMPRESSIONS.get(int.from_bytes(source.read(2), "big"))
    if source.tell() > size or length > size:
        found.problem = Message("The picture cannot be opened: its header is damaged or of an unknown kind.")
    return found
