"""Tracks: where pictures were taken by them, whatever the file and the clocks; taken over and taken back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_archive.archive import Archive
from media_archive.catalogue import clocks
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.bulk import service as bulk
from media_archive.catalogue.describing import edit, shipped
from media_archive.catalogue.models import Asset
from media_archive.catalogue.tracks import service as tracks
from media_archive.catalogue.tracks.matching import Way
from media_archive.errors import Invalid
from tests.catalogue.stock import assets_of, shoot_of

START = datetime(2017, 6, 12, 1, 0, tzinfo=UTC)
GPX = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>"""


def gpx(*points: tuple[float, float, float]) -> str:
    """A track of points (seconds from the start, latitude, longitude)."""
    written = "".join(
        f'<trkpt lat="{lat}" lon="{lon}"><time>{(START + timedelta(seconds=at)).isoformat()}</time></trkpt>'
        for at, lat, lon in points
    )
    return GPX.format(points=written)


def _way(tmp_path: Path, text: str) -> Way:
    file = tmp_path / "t.gpx"
    file.write_text(text, "utf-8")
    return tracks.read(file)


def test_a_picture_between_two_points_lies_between_them(tmp_path: Path) -> None:
    way = _way(tmp_path, gpx((60, 37.46, 116.31), (0, 37.45, 116.30), (600, 37.50, 116.40)))
    half = way.at(START + timedelta(seconds=30), within=60)
    assert half
    assert (half.latitude, half.longitude, half.seconds) == (37.455, 116.305, 30)
    edge = way.at(START + timedelta(seconds=100), within=60)
    assert edge
    assert (edge.latitude, edge.longitude, edge.seconds) == (37.46, 116.31, 40), (
        "the other point is too far away in time"
    )
    assert way.at(START + timedelta(seconds=300), within=60) is None
    assert way.at(START - timedelta(seconds=61), within=60) is None


def test_what_is_no_track_is_refused_in_words(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><gpx>&b;</gpx>'
    for text in ("", "no xml", bomb, gpx(), gpx((0, 37.45, 116.3)), gpx((0, 91, 500), (1, 0, 0))):
        with pytest.raises(Invalid):
            _way(tmp_path, text)
    cut = gpx((0, 37.45, 116.30), (1, 37.46, 116.31), (2, 37.47, 116.32))[:-80]
    assert len(_way(tmp_path, cut).times) >= 2, "what came before the end counts"


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 5000), st.floats(-89, 89), st.floats(-179, 179)), min_size=2, max_size=40))
def test_a_way_is_kept_as_it_is_and_meets_its_points(points: list[tuple[int, float, float]]) -> None:
    if len({at for at, _, _ in points}) < 2:
        return
    way = Way.of((START.timestamp() + at, lat, lon) for at, lat, lon in points)
    again = Way.unpacked(way.packed())
    assert (again.times == way.times).all()
    for at, latitude, longitude in zip(way.times, way.latitudes, way.longitudes, strict=True):
        found = way.at(datetime.fromtimestamp(at, UTC), within=0)
        assert found
        assert abs(found.latitude - latitude) < 1e-6
        assert abs(found.longitude - longitude) < 1e-6


def _asked(archive: Archive, ids: list[UUID], changes: dict[str, Any]) -> UUID:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        edit_id = bulk.ask(session, institution, {"ids": [str(one) for one in ids]}, changes, "wangmin", shipped()).id
    archive.runner().drain("upkeep")
    return edit_id


def _places(archive: Archive, ids: list[UUID]) -> list[tuple[float | None, float | None]]:
    with archive.reading() as session:
        return [(one.latitude, one.longitude) for one in (session.get_one(Asset, one) for one in ids)]


def _taken(archive: Archive, shoot: UUID, seconds: int, **more: Any) -> UUID:
    moment = START + timedelta(seconds=seconds)
    said = {"taken_at": moment, "taken_text": moment.isoformat(), "shown_at": moment, **more}
    return assets_of(archive, shoot, 1, **said)[0]


@pytest.mark.slow
def test_positions_of_a_track_are_taken_over_and_taken_back(archive: Archive, tmp_path: Path) -> None:
    shoot = shoot_of(archive)
    near, far = _taken(archive, shoot, 0), _taken(archive, shoot, 5000)
    there = _taken(archive, shoot, 60, latitude=30.0, longitude=110.0, record={"gps": {"lat": 30.0, "lon": 110.0}})
    dated = assets_of(archive, shoot, 1, taken_at=START, taken_text="2017-06-12")[0]
    ids = [near, far, there, dated]
    way = _way(tmp_path, gpx((-3600, 37.45, 116.30), (-3540, 37.46, 116.31)))
    with archive.transaction() as session:
        archive_id = session.get_one(Asset, near).archive_id
        track = tracks.keep(session, archive_id, "walk.gpx", way, "wangmin").id
        assert tracks.keep(session, archive_id, "again.gpx", way, "wangmin").id == track
    match = {"track": str(track), "offset": -3600, "within": 30}
    done = _asked(archive, ids, {"place": {"how": "match", "value": match}})
    assert _places(archive, ids) == [(37.45, 116.30), (None, None), (30.0, 110.0), (None, None)]
    again = _asked(archive, ids, {"place": {"how": "match", "value": match | {"again": True}}})
    assert _places(archive, ids)[2] == (37.46, 116.31)
    for edit_id in (again, done):
        with archive.transaction() as session:
            bulk.ask_undo(session, edit_id, "wangmin")
        archive.runner().drain("upkeep")
    assert _places(archive, ids) == [(None, None), (None, None), (30.0, 110.0), (None, None)]


@pytest.mark.slow
def test_clocks_of_a_selection_are_put_by_camera(archive: Archive) -> None:
    shoot = shoot_of(archive)
    nikon, sony = ({"camera": {"make": "X", "model": model}} for model in ("D1", "A7"))
    ids = [
        _taken(archive, shoot, 0, record=nikon),
        _taken(archive, shoot, 0, record=sony),
        assets_of(archive, shoot, 1, taken_text="1987", record=nikon)[0],
    ]
    shift = {"how": "shift", "value": {"seconds": 3661, "camera": "x d1"}}
    _asked(archive, ids, {"taken": shift})
    with archive.reading() as session:
        told = [session.get_one(Asset, one).taken_text for one in ids]
        assert session.get_one(Asset, ids[0]).taken_at == START + timedelta(seconds=3661)
    assert told == ["2017-06-12T02:01:01+00:00", "2017-06-12T01:00:00+00:00", "1987"]


@pytest.mark.parametrize(
    ("taken", "shown", "seconds"),
    [
        ("2017-06-12T09:00:00+08:00", "9:05", 300),
        ("2017-06-12T00:01:00", "23:58:30", -150),
        ("2017-06-12T23:59", "0:01:00", 120),
        ("2000-01-01T00:00:10", "2017-06-12 09:30:10", 550_575_000),
    ],
)
def test_a_picture_of_a_clock_tells_by_how_much_the_cameras_was_wrong(taken: str, shown: str, seconds: int) -> None:
    assert clocks.difference(taken, shown) == seconds


@pytest.mark.parametrize(
    ("taken", "shown"), [("2017", "9:00"), ("2017-06-12T09:00", "25:00"), ("2017-06-12T09:00", "noon")]
)
def test_what_is_no_time_of_a_clock_is_refused(taken: str, shown: str) -> None:
    with pytest.raises(Invalid):
        clocks.difference(taken, shown)


def test_the_numbers_of_another_datum_stand_beside_until_the_position_changes(archive: Archive) -> None:
    [one] = assets_of(archive, shoot_of(archive), 1)
    with archive.transaction() as session:
        edit(
            session,
            session.get_one(Asset, one),
            {"place": [37.4, 116.3], "position_given": "GCJ-02 37.41, 116.31"},
            "w",
        )
    with archive.transaction() as session:
        assert session.get_one(Asset, one).fields == {"position_given": "GCJ-02 37.41, 116.31"}
        edit(session, session.get_one(Asset, one), {"place": [37.5, 116.3]}, "w")
        assert session.get_one(Asset, one).fields == {}
