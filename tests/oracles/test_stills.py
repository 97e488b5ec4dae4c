"""Photographs: every field of the record against what ExifTool says of the same file."""

import json
import shutil
import subprocess
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from media_archive.metadata.formats import identify_path
from media_archive.metadata.normal.words import first_text
from media_archive.metadata.record import plain
from media_archive.metadata.service import probe
from tests.oracles.stills_fields import FIELDS, Field, folded

MEDIA = Path(__file__).resolve().parents[3] / "shared" / "media"
ACCEPTED = Path(__file__).with_name("stills_accepted.toml")
ENOUGH = 0.99
Said = dict[str, Any]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("exiftool") is None, reason="ExifTool is not installed"),
    pytest.mark.skipif(not MEDIA.is_dir(), reason="no real media at ../shared/media"),
]
#: where ExifTool finds the moment of capture, in the order of the Metadata Working Group
TAKEN: tuple[str, ...] = (
    "ExifIFD:DateTimeOriginal",
    "IFD0:DateTimeOriginal",
    "CanonRaw:DateTimeOriginal",
    "XMP-exif:DateTimeOriginal",
)
TAKEN += ("XMP-photoshop:DateCreated", "iptc:taken", "ExifIFD:CreateDate", "XMP-exif:DateTimeDigitized")
TAKEN += ("XMP-xmp:CreateDate", "IFD0:ModifyDate")
#: formats whose picture is the one ExifTool measures; of raw files it often measures a preview
MEASURED = {"TIFF", "BTF", "HEIC", "HEIF", "HIF", "AVIF", "PNG", "PSD", "JP2", "JXL", "BMP", "Extended WEBP"}
SPEEDS = {"K": 1 / 3.6, "M": 0.44704, "N": 1852 / 3600}


def exiftool(paths: list[Path], *options: str) -> list[Said]:
    """What ExifTool prints of `paths`, in their order."""
    command = ["exiftool", "-j", "-G1", "-struct", "-api", "largefilesupport=1", *options, *map(str, paths)]
    printed = subprocess.run(command, capture_output=True, check=False).stdout
    by_name = {said["SourceFile"]: said for said in json.loads(printed)}
    return [by_name[str(path)] for path in paths]


def made(said: Said) -> Said:
    """ExifTool's tags with what is composed of several of them."""
    whole = dict(said)
    date, time = said.get("IPTC:DateCreated"), said.get("IPTC:TimeCreated")
    if date:
        whole["iptc:taken"] = f"{date} {time}" if time else date
    taken = next((str(whole[tag]) for tag in TAKEN if any(digit in str(whole.get(tag)) for digit in "123456789")), None)
    if taken:
        whole["moment:taken"] = taken
    unit = {2: 1.0, 3: 2.54}.get(said.get("IFD0:ResolutionUnit", 2))
    jfif = {1: 1.0, 2: 2.54}.get(said.get("JFIF:ResolutionUnit", 0))
    for axis in "XY":
        if said.get(f"IFD0:{axis}Resolution") and unit:
            whole[f"ppi:{axis}"] = float(said[f"IFD0:{axis}Resolution"]) * unit
        elif said.get(f"JFIF:{axis}Resolution") and jfif:
            whole[f"ppi:{axis}"] = said[f"JFIF:{axis}Resolution"] * jfif
    factor = SPEEDS.get(str(said.get("GPS:GPSSpeedRef") or "K"))
    if isinstance(said.get("GPS:GPSSpeed"), int | float) and factor:
        whole["speed:metres"] = said["GPS:GPSSpeed"] * factor
    if said.get("File:FileType") in MEASURED and "Composite:ImageSize" in said:
        whole["size:width"], whole["size:height"] = map(int, str(said["Composite:ImageSize"]).split()[:2])
    span = str(said.get("ExifIFD:LensInfo") or said.get("XMP-aux:LensInfo") or "").split()
    widest = (
        span[2] if len(span) == 4 and span[2] not in {"undef", "0", "inf"} else said.get("ExifIFD:MaxApertureValue")
    )
    if widest:
        whole["lens:widest"] = widest
    return whole


def theirs(field: Field, numbers: Said, words: Said) -> Any:
    """What ExifTool says of `field`; IPTC first where its digest says that it was changed last."""
    said = words if field.words else numbers
    digest = numbers.get("Photoshop:IPTCDigest")
    newer = digest is not None and digest != numbers.get("File:CurrentIPTCDigest")
    tags = sorted(field.tags, key=lambda tag: not tag.startswith("IPTC:")) if newer else field.tags
    if newer and field.tags[0].startswith("IFD0:"):
        tags = [field.tags[0], *[tag for tag in tags if tag != field.tags[0]]]
    for tag in tags:
        value = said.get(tag)
        if value in (None, "", []) or not folded(value):
            continue
        # what cameras write where a caption belongs is none, there and here
        if field.path.endswith((".caption", ".title")) and first_text([value]) is None:
            continue
        return value
    return None


def ours(field: Field, record: Said) -> Any:
    """What the record says of `field`; None where it knows nothing."""
    value: Any = record
    for name in field.path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, Field, Any, Any]]:
    """File, field, our value and ExifTool's, of all fields that either knows."""
    paths = [
        path
        for folder in ("photo", "broken", "sidecar")
        for path in sorted((MEDIA / folder).iterdir())
        if (known := identify_path(path)) is not None and (known.format.kind == "photo" or known.format.name == "xmp")
    ]
    numbers, words = exiftool(paths, "-n"), exiftool(paths)
    found = []
    for path, number, word in zip(paths, map(made, numbers), words, strict=True):
        known = identify_path(path)
        assert known is not None
        record = plain(probe(path, known.format).record)
        for field in FIELDS:
            pair = ours(field, record), theirs(field, number, word)
            if pair != (None, None):
                found.append((f"{path.parent.name}/{path.name}", field, *pair))
    return found


def test_at_least_99_percent_of_what_both_know_agrees(rows: list[tuple[str, Field, Any, Any]]) -> None:
    accepted = tomllib.loads(ACCEPTED.read_text("utf-8"))["accepted"]
    unused = {(one["file"], one["field"]) for one in accepted}
    excused = set(unused)
    table: dict[str, Counter[str]] = defaultdict(Counter)
    differences = []
    for name, field, mine, other in rows:
        kind = "only ours" if other is None else "only theirs" if mine is None else "agree"
        if kind == "agree" and not field.agrees(mine, other):
            kind = "accepted" if (name, field.path) in excused else "differ"
            unused.discard((name, field.path))
            differences.append(f"{kind:9} {name} {field.path}: {mine!r} / {other!r}")
        elif kind == "only theirs":
            differences.append(f"{kind:9} {name} {field.path}: {other!r}"[:200])
        table[field.path][kind] += 1
    print()
    for path, counts in table.items():
        print(f"{path:45}", *(f"{kind} {count:4}" for kind, count in sorted(counts.items())))
    print(*differences, sep="\n")
    total = sum((counts for counts in table.values()), Counter[str]())
    agreement = total["agree"] / (total["agree"] + total["differ"])
    print(f"{agreement:.2%} of {total['agree'] + total['differ']} values agree; {dict(total)}")
    assert not unused, f"accepted, and yet they agree: {unused}"
    assert agreement >= ENOUGH
