"""Bins: parts of films in an order; markers; what is refused."""

import random
from fractions import Fraction
from uuid import UUID

import pytest
from sqlalchemy import func, select

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.collections.models import Clip, Collection
from media_archive.catalogue.models import Asset, Kind
from media_archive.cutting import cuts, markers, service
from media_archive.disposal import service as disposal
from media_archive.errors import Conflict, Invalid, NotFound
from tests.catalogue.stock import assets_of, shoot_of

#: 29.97 frames a second, drop-frame, from ten o'clock
RECORD = {
    "container": {"timecode": {"text": "10:00:00;00", "drop": True, "rate": "30000/1001", "frame": 1_078_920}},
    "video": [{"frame_rate": "30000/1001"}],
    "audio": [{"codec": "AAC"}],
}


def films(archive: Archive, count: int = 1) -> list[UUID]:
    return assets_of(archive, shoot_of(archive), count, kind=Kind.FILM, duration=60.0, record=RECORD, title="通车")


def bin_of(archive: Archive) -> UUID:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        return service.create(session, institution, "城市记忆", "wangmin").id


def test_parts_are_kept_trimmed_moved_and_taken_out(either_archive: Archive) -> None:
    (film,), there = films(either_archive), bin_of(either_archive)
    with either_archive.transaction() as session:
        bin_, asset = session.get_one(Collection, there), session.get_one(Asset, film)
        first = service.keep(session, bin_, asset, "10:00:01;00", "10:00:02;00", "wangmin", note="剪彩")
        second = service.keep(session, bin_, asset, "1001/30", "40", "wangmin")
        third = service.keep(session, bin_, asset, "", "", "wangmin")
        assert first.span == (Fraction(1001, 1000), Fraction(1001, 500))
        assert second.begins == "1001/30"
        assert third.length == 60
        service.step(session, bin_, third, "wangmin", up=True)
        service.move(session, bin_, second, None, "wangmin")
        assert [one.id for one in service.clips(session, bin_)] == [second.id, first.id, third.id]
        service.trim(session, bin_, first, asset, "frame:30", "frame:90", "wangmin")
        cut = cuts.of(session, bin_)
        assert [piece.source.count for piece in cut.pieces] == [199, 60, 1798]
        assert [piece.record.first for piece in cut.pieces] == [0, 199, 259]
        assert cut.drop
        service.take_out(session, bin_, second, "wangmin")
        assert [one.id for one in service.clips(session, bin_)] == [first.id, third.id]
        assert disposal.in_collections(session, film) == ["城市记忆"]
        with pytest.raises(Invalid):
            service.keep(session, bin_, asset, "10:00:05;00", "10:00:04;00", "wangmin")
        with pytest.raises(Invalid):
            service.keep(session, bin_, asset, "10:01:00;00", "", "wangmin")  # there is no such number
        with pytest.raises(NotFound):
            service.clip_of(session, bin_, film)
        with pytest.raises(Conflict):
            collections.add(session, bin_, [film], "wangmin")
        collections.remove(session, bin_, "wangmin")
        assert session.scalar(select(func.count()).select_from(Clip)) == 0


def test_any_order_of_moves_ends_as_moving_in_a_list_does(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "GAP", 2)
    (film,), there, chance = films(archive), bin_of(archive), random.Random(5)
    with archive.transaction() as session:
        bin_, asset = session.get_one(Collection, there), session.get_one(Asset, film)
        mirror = [service.keep(session, bin_, asset, str(n), str(n + 1), "w").id for n in range(5)]
        for _ in range(25):
            one, after = chance.choice(mirror), chance.choice([None, *mirror])
            behind = service.clip_of(session, bin_, after) if after else None
            service.move(session, bin_, service.clip_of(session, bin_, one), behind, "w")
            if one != after:
                mirror.remove(one)
                mirror.insert(mirror.index(after) + 1 if after else 0, one)
            assert [clip.id for clip in service.clips(session, bin_)] == mirror


def test_markers_stand_in_the_order_of_time_and_leave_as_a_table(either_archive: Archive) -> None:
    (film,) = films(either_archive)
    with either_archive.transaction() as session:
        asset = session.get_one(Asset, film)
        late = markers.add(session, asset, "10:00:10;00", "wangmin", colour="green", text="=1+1")
        markers.add(session, asset, "1001/1000", "wangmin", text="开场")
        assert [one.text for one in markers.of(session, film)] == ["开场", "=1+1"]
        lines = markers.table(asset, markers.of(session, film)).splitlines()
        assert lines[1].startswith("10:00:01;00,1.001,red,开场,wangmin,")
        assert lines[2].startswith("10:00:10;00,10.010,green,'=1+1,")
        markers.change(session, late, "wangmin", colour="blue", text="收尾")
        markers.remove(session, markers.one(session, late.id), "wangmin")
        assert len(markers.of(session, film)) == 1
        for at, colour in (("nowhere", "red"), ("1", "pink"), ("-1", "red")):
            with pytest.raises(Invalid):
                markers.add(session, asset, at, "wangmin", colour=colour)
