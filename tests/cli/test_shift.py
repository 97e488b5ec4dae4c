"""A camera's clock is corrected for a whole shoot, and stays corrected."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import clocks, describing
from media_archive.catalogue.models import Asset, Outbox
from media_archive.errors import Invalid
from media_archive.events import service as events
from media_archive.search import service as search
from tests.cli.outgoing import answer, asset, assets, filled, run

pytestmark = pytest.mark.slow

NIKON, FUJI = "sample.nef", "withIptcExifGps.jpg"


@pytest.fixture
def shoot(archive: Archive, shared_media: Path, tmp_path: Path) -> tuple[Archive, Asset, Asset]:
    """Two photographs of two cameras: a Nikon's of 2000, a Fujifilm's of 2002."""
    card = tmp_path / "card"
    card.mkdir()
    for name in (NIKON, FUJI):
        shutil.copy(shared_media / "photo" / name, card)
    nikon, fuji = filled(archive, card)
    assert (nikon.taken_text, fuji.taken_text) == ("2000-11-19T13:01:50.24", "2002-07-13T15:58:28")
    return archive, nikon, fuji


def test_only_the_named_cameras_pictures_move(
    shoot: tuple[Archive, Asset, Asset], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, nikon, fuji = shoot
    done = answer(archive, monkeypatch, "shoots", "shift", "解放路改造", "--by", "-1:23:45", "--camera", "nikon d1")
    assert done["assets"] == 1
    moved = asset(archive, nikon.id)
    assert moved.taken_text == "2000-11-19T11:38:05.24"
    assert nikon.taken_at
    assert moved.taken_at
    assert (nikon.taken_at - moved.taken_at).total_seconds() == 5025
    assert moved.record["capture"]["at"] == "2000-11-19T13:01:50.24"  # what the file says stays on record
    assert asset(archive, fuji.id).taken_text == fuji.taken_text


def test_the_order_in_the_grid_follows(shoot: tuple[Archive, Asset, Asset], monkeypatch: pytest.MonkeyPatch) -> None:
    archive, nikon, fuji = shoot
    answer(archive, monkeypatch, "shoots", "shift", "解放路改造", "--by", "+1000d", "--camera", "NIKON D1")
    archive.index()
    with archive.reading() as session:
        assert search.find(session).ids == [nikon.id, fuji.id]
        assert nikon.id in session.scalars(select(Outbox.asset_id)).all()
    assert asset(archive, nikon.id).year == 2003


def test_a_correction_survives_probing_again_and_covers_what_comes_later(
    shoot: tuple[Archive, Asset, Asset], shared_media: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, nikon, _ = shoot
    answer(archive, monkeypatch, "shoots", "shift", "解放路改造", "--by", "+0:10", "--camera", "NIKON D1")
    from media_archive.jobs import service as jobs

    later = tmp_path / "later" / "second.nef"
    later.parent.mkdir()
    later.write_bytes((shared_media / "photo" / NIKON).read_bytes() + b"\0")
    with archive.transaction() as session:
        jobs.request(session, "probe", nikon.id)
    filled(archive, later.parent)
    assert [one.taken_text for one in assets(archive)][:2] == ["2000-11-19T13:11:50.24"] * 2


def test_it_can_be_taken_back(shoot: tuple[Archive, Asset, Asset], monkeypatch: pytest.MonkeyPatch) -> None:
    archive, nikon, _ = shoot
    words = ("shoots", "shift", "解放路改造", "--camera", "NIKON D1")
    answer(archive, monkeypatch, *words, "--by", "+2:00")
    answer(archive, monkeypatch, *words, "--offset", "+09:00")
    assert asset(archive, nikon.id).taken_text == "2000-11-19T15:01:50.24+09:00"
    answer(archive, monkeypatch, *words, "--undo")
    back = asset(archive, nikon.id)
    assert (back.taken_text, back.taken_at, back.shown_at) == (nikon.taken_text, nikon.taken_at, nikon.shown_at)
    again = run(archive, monkeypatch, *words, "--undo")
    assert isinstance(again.exception, Invalid)


def test_a_trial_changes_nothing(shoot: tuple[Archive, Asset, Asset], monkeypatch: pytest.MonkeyPatch) -> None:
    archive, nikon, _ = shoot
    done = answer(archive, monkeypatch, "shoots", "shift", "解放路改造", "--by", "+1:00", "--dry-run")
    assert done["assets"] == 2
    assert asset(archive, nikon.id).taken_text == nikon.taken_text


def test_what_a_person_set_stays(shoot: tuple[Archive, Asset, Asset], monkeypatch: pytest.MonkeyPatch) -> None:
    archive, nikon, _ = shoot
    with archive.transaction() as session:
        describing.edit(session, session.get_one(Asset, nikon.id), {"taken": "1999-01-01"}, "wangmin")
    done = answer(archive, monkeypatch, "shoots", "shift", "解放路改造", "--by", "+1:00")
    assert (done["assets"], done["by_hand"]) == (1, 1)
    assert asset(archive, nikon.id).taken_text == "1999-01-01"


def test_before_and_after_stand_in_the_history(
    shoot: tuple[Archive, Asset, Asset], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, nikon, _ = shoot
    answer(archive, monkeypatch, "shoots", "shift", "解放路改造", "--by", "+1:00", "--camera", "NIKON D1")
    with archive.reading() as session:
        told = [one.detail for one in events.of(session, "asset", nikon.id) if one.what == "modification"]
        kept = [one.detail for one in events.of(session, "shoot", nikon.shoot_id) if one.what == "modification"]
    assert told == [{"before": {"taken": "2000-11-19T13:01:50.24"}, "after": {"taken": "2000-11-19T14:01:50.24"}}]
    assert kept[0]["assets"] == 1


def test_cameras_are_listed_with_what_they_seem_to_need(
    archive: Archive, shared_media: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    filled(archive, shared_media / "photo" / "IMG_2682.heic")
    told = answer(archive, monkeypatch, "shoots", "shift", "解放路改造")
    assert told["cameras"][0]["model"] == "iPhone 7"
    assert (
        told["cameras"][0]["suggested_offset"] == -300
    )  # its clock, without offset, is five hours behind the satellites
    assert "--offset -05:00" in run(archive, monkeypatch, "shoots", "shift", "解放路改造").stdout


@pytest.mark.parametrize("by", ["x", "1", "+", "1:2", "", "+1:60:00:00"])
def test_nonsense_is_refused(by: str, shoot: tuple[Archive, Asset, Asset], monkeypatch: pytest.MonkeyPatch) -> None:
    archive, nikon, _ = shoot
    done = run(archive, monkeypatch, "shoots", "shift", "解放路改造", "--by", by or "d")
    assert isinstance(done.exception, Invalid)
    none = run(archive, monkeypatch, "shoots", "shift", "解放路改造", "--by", "+1:00", "--camera", "Leica")
    assert isinstance(none.exception, Invalid)
    assert asset(archive, nikon.id).taken_text == nikon.taken_text


def _capture(at: str, instant: str, **more: Any) -> dict[str, Any]:
    return {"capture": {"at": at, "instant": instant, "precision": "second", "year": 2020, "source": "exif"} | more}


@pytest.mark.parametrize(
    ("record", "shift", "at", "instant"),
    [
        (_capture("2020-01-01T00:00", "2019-12-31T16:00:00Z"), {"seconds": -60}, "2019-12-31T23:59", "2019-12-31T15:59:00+00:00"),
        (_capture("2020-01-01T08:00:00", "2020-01-01T00:00:00Z"), {"offset": -300}, "2020-01-01T08:00:00-05:00", "2020-01-01T08:00:00-05:00"),
        (_capture("2020-01-01T08:00:00Z", "2020-01-01T08:00:00Z"), {"seconds": 1}, "2020-01-01T08:00:01Z", "2020-01-01T08:00:01+00:00"),
        (_capture("2020", "2020-01-01T00:00:00Z"), {"seconds": 60}, "2020", "2020-01-01T00:00:00Z"),
        (_capture("9999-12-31T23:59:59", "9999-12-31T23:59:59Z"), {"seconds": 60}, "9999-12-31T23:59:59", "9999-12-31T23:59:59Z"),
        (_capture("2020-01-01T08:00:00", "2020-01-01T00:00:00Z", source="exif GPSTimeStamp"), {"seconds": 60}, "2020-01-01T08:00:00", "2020-01-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_moments_move_as_exactly_as_they_are_known(
    record: dict[str, Any], shift: dict[str, Any], at: str, instant: str
) -> None:
    made = clocks.corrected(record, [shift])
    assert (made["at"], made["instant"]) == (at, instant)
