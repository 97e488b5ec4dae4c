"""What the readers found in a photograph, under the names that the rules of precedence have for the sources."""

from typing import Any

Found = dict[str, dict[str, Any]]
Sources = dict[str, dict[str, Any]]
#: the directories that describe the picture itself, the most believed first
MAIN = ("EXIF", "GPS", "Image", "Interoperability")
CONTAINERS = ("jpeg", "png", "psd", "gif", "svg", "Pillow", "LibRaw")
#: LibRaw's ways to turn a picture, as EXIF orientations
FLIPS: dict[Any, int] = {0: 1, 3: 3, 5: 8, 6: 6}


def gathered(found: Found, sidecar: dict[str, Any]) -> Sources:
    """Sources by name: exif, maker, tags (all directories), xmp, sidecar, iptc, newer-iptc, header, libraw, text."""
    tags = found.get("exif") or found.get("ciff") or {}
    container: dict[str, Any] = next((found[name] for name in CONTAINERS if found.get(name)), {})
    iptc = found.get("iptc", {})
    made: Sources = {"exif": {}, "maker": {}, "tags": tags, "iptc": iptc, "header": container}
    for name, value in tags.items():
        group, _, key = name.partition(" ")
        if group == "MakerNote":
            made["maker"][key] = value
    for group in MAIN:
        made["exif"] = {
            name.partition(" ")[2]: value for name, value in tags.items() if name.startswith(f"{group} ")
        } | made["exif"]
    made["newer-iptc"] = iptc if iptc.get("digest") == "differs" else {}
    made["xmp"], made["sidecar"] = _located(found.get("xmp", {})), _located(sidecar)
    made["text"] = container.get("text") or _texts(container.get("info") or {})
    made["libraw"] = dict(found.get("LibRaw", {}).get("other") or {})
    if "flip" in found.get("LibRaw", {}):
        made["libraw"]["orientation"] = FLIPS.get(found["LibRaw"]["flip"])
    return made


def _located(xmp: dict[str, Any]) -> dict[str, Any]:
    """XMP with the parts of the place of creation under names of their own."""
    created = xmp.get("Iptc4xmpExt:LocationCreated")
    first = created[0] if isinstance(created, list) and created else created
    if not isinstance(first, dict):
        return xmp
    return xmp | {f"LocationCreated {name.rpartition(':')[2]}": value for name, value in first.items()}


def _texts(info: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in info.items() if isinstance(value, str)}
