"""What makers' notes say in full."""

import io
from pathlib import Path

import pytest

from media_archive.metadata.reading import notes
from tests.metadata.test_stills import probed


@pytest.mark.parametrize(
    ("name", "tag", "says"),
    [
        ("picasa.jpg", "ImageType", "IMG:PowerShot SD1100 IS JPEG"),
        ("2007-05-30-14-28-01-sep-2007-05-30-14-28-01a.jpg", "ColorMode", "COLOR"),
        ("sample.nef", "ColorMode", "COLOR"),
    ],
)
def test_a_note_is_read_in_words(media: Path, name: str, tag: str, says: str) -> None:
    found = {one.tool: one.found for one in probed(media / "photo" / name).findings}
    assert found["exifread"][tag] == says


def test_a_picture_without_a_note_has_no_such_finding(media: Path) -> None:
    assert "exifread" not in {one.tool for one in probed(media / "photo/sunrise.jpg").findings}


def test_a_note_that_costs_too_much_is_left(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    whole = (media / "photo/sample.nef").read_bytes()
    assert notes.read(io.BytesIO(whole))
    monkeypatch.setattr(notes, "MOST_READS", 100)
    assert notes.read(io.BytesIO(whole)) == {}


def test_a_damaged_note_tells_so_and_raises_nothing(media: Path) -> None:
    whole = bytearray((media / "photo/sample.nef").read_bytes()[:200_000])
    whole[8:4000:7] = bytes(len(range(8, 4000, 7)))
    assert isinstance(notes.read(io.BytesIO(bytes(whole))), dict)
