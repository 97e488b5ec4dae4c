"""The record against what ExifTool says of the same files."""

import json
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from media_archive.metadata.formats import recognise_path
from media_archive.metadata.record import Record
from media_archive.metadata.service import probe

pytestmark = pytest.mark.slow

#: ExifTool gives the size of the first picture in the file, LibRaw that of the developed one
SIZES_OF_RAW = {"arw", "dng", "nef", "cr2", "pef"}


def record_of(path: Path) -> Record:
    known = recognise_path(path)
    assert known is not None
    return probe(path, known).record


def oracles(media: Path) -> list[tuple[Path, dict[str, Any]]]:
    found = []
    for oracle in sorted((media / "oracle_exiftool_json").glob("*.json")):
        for folder in ("photo", "broken"):
            picture = media / folder / oracle.stem
            if picture.exists():
                found.append((picture, json.loads(oracle.read_text("utf-8"))[0]))
    return found


@pytest.mark.slow
def test_exposure_agrees(media: Path) -> None:
    for path, said in oracles(media):
        exif, exposure = said.get("EXIF", {}), record_of(path).exposure
        if exif.get("ExposureTime"):
            assert exposure.time is not None, path.name
            assert float(Fraction(exposure.time)) == pytest.approx(float(exif["ExposureTime"]), rel=0.03), path.name
        if exif.get("FNumber"):
            assert exposure.f_number == pytest.approx(float(exif["FNumber"]), abs=0.01), path.name
        if isinstance(exif.get("ISO"), int) and exif["ISO"]:
            assert exposure.iso == exif["ISO"], path.name
        if exif.get("FocalLength"):
            assert exposure.focal_length == pytest.approx(float(exif["FocalLength"]), abs=0.01), path.name
        if exif.get("Flash") is not None:
            assert exposure.flash == bool(int(exif["Flash"]) & 1), path.name


def test_camera_and_moment_agree(media: Path) -> None:
    checked = 0
    for path, said in oracles(media):
        exif, record = said.get("EXIF", {}), record_of(path)
        for ours, theirs in (
            (record.camera.make, "Make"),
            (record.camera.model, "Model"),
            (record.lens.model, "LensModel"),
        ):
            if exif.get(theirs):
                assert ours == str(exif[theirs]).strip(), path.name
        if exif.get("DateTimeOriginal") and record.capture:
            date, _, clock = exif["DateTimeOriginal"].partition(" ")
            assert record.capture.at.startswith(f"{date.replace(':', '-')}T{clock}"), path.name
            checked += 1
    assert checked >= 12


def test_places_agree(media: Path) -> None:
    checked = 0
    for path, said in oracles(media):
        gps, place = said.get("EXIF", {}), record_of(path).gps
        if not isinstance(gps.get("GPSLatitude"), int | float) or not gps.get("GPSLatitude"):
            continue
        south, west = (
            str(gps.get(name, "")).startswith(sign)
            for name, sign in (("GPSLatitudeRef", "S"), ("GPSLongitudeRef", "W"))
        )
        assert place is not None, path.name
        assert place.lat == pytest.approx(-gps["GPSLatitude"] if south else gps["GPSLatitude"], abs=1e-6), path.name
        assert place.lon == pytest.approx(-gps["GPSLongitude"] if west else gps["GPSLongitude"], abs=1e-6), path.name
        checked += 1
    assert checked >= 6


def test_sizes_and_words_agree(media: Path) -> None:
    for path, said in oracles(media):
        record, header = record_of(path), said.get("File", {})
        if header.get("ImageWidth") and path.suffix[1:] not in SIZES_OF_RAW:
            assert (record.still.width, record.still.height) == (header["ImageWidth"], header["ImageHeight"]), path.name
        iptc = said.get("IPTC", {})
        if iptc.get("Keywords"):
            words = iptc["Keywords"] if isinstance(iptc["Keywords"], list) else [iptc["Keywords"]]
            assert record.description.keywords == [str(word) for word in words], path.name
        if iptc.get("ObjectName"):
            assert record.description.title == iptc["ObjectName"], path.name


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("exiftool") is None, reason="ExifTool is not installed")
def test_every_real_photograph_agrees_with_exiftool(media: Path) -> None:
    """Size, orientation and moment of all pictures, as the ExifTool of this machine sees them."""
    paths = sorted((media / "photo").iterdir())
    command = ["exiftool", "-n", "-j", "-api", "largefilesupport=1", *map(str, paths)]
    said = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    for path, tags in zip(paths, said, strict=True):
        record, known = record_of(path), recognise_path(path)
        assert known is not None
        if tags.get("ImageWidth") and not known.raw:
            sizes = {(tags["ImageWidth"], tags["ImageHeight"])}
            # a reader of HEIF speaks of the picture as turned
            assert (record.still.width, record.still.height) in sizes, path.name
        assert record.still.orientation == tags.get("Orientation", 1) or tags.get("Orientation") == 0, path.name
        if tags.get("DateTimeOriginal") and "XMP" not in str(record.capture and record.capture.source):
            assert record.capture is not None, path.name
            assert record.capture.at[:10] == tags["DateTimeOriginal"][:10].replace(":", "-"), path.name
