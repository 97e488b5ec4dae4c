"""What makes the archive suspect a link, and what does not."""

from collections.abc import Callable
from uuid import UUID

import pytest

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Kind
from media_archive.catalogue.subjects import linking
from media_archive.catalogue.subjects.models import SubjectName
from media_archive.suggesting.rules import rules
from tests.suggesting.conftest import Enter, suggested

Add = Callable[..., UUID]
LAT, LON = 37.45, 116.30
#: some metres in degrees of latitude
METRES = 1 / 111_000
STREET = {"type": "LineString", "coordinates": [[116.29, LAT], [116.31, LAT]]}


def _at(north: float, direction: float | None = None) -> dict[str, object]:
    """A camera so many metres north of the middle of the street, looking that way."""
    gps = {"lat": LAT + north * METRES, "lon": LON, "source": "test"}
    if direction is not None:
        gps["direction"] = direction
    return {"latitude": gps["lat"], "longitude": LON, "record": {"gps": gps}}


def _sure(archive: Archive, asset_id: UUID) -> dict[UUID, object]:
    return dict(suggested(archive, asset_id, rules().thresholds.shown))


@pytest.mark.slow
def test_who_stands_on_a_street_shows_it(archive: Archive, enter: Enter, add: Add) -> None:
    street = add("street", "解放路", STREET)
    assert set(_sure(archive, enter(**_at(3)))) == {street}
    assert _sure(archive, enter(**_at(90))) == {}


def test_the_direction_of_view_tells_what_is_in_the_picture(archive: Archive, enter: Enter, add: Add) -> None:
    tower = add("landmark", "电视塔", {"type": "Point", "coordinates": [LON, LAT]})
    looking, away, unknown = enter(**_at(60, 180)), enter(**_at(60, 10)), enter(**_at(60))
    found = {one: suggested(archive, one).get(tower) for one in (looking, away, unknown)}
    assert found[looking]
    assert found[looking].confidence >= rules().thresholds.shown
    assert found[unknown]
    assert found[unknown].confidence < found[looking].confidence
    assert found[away] is None
    said = found[looking].why["view"]["said"]
    assert said["facts"]["metres"] == pytest.approx(45, abs=2)  # it reaches 15 m to each side
    assert "{direction}" in said["template"]


@pytest.mark.slow
def test_two_streets_at_a_crossing_share_the_doubt(archive: Archive, enter: Enter, add: Add) -> None:
    add("street", "解放路", STREET)
    add("street", "东风路", {"type": "LineString", "coordinates": [[LON, LAT - 0.01], [LON, LAT + 0.01]]})
    assert _sure(archive, enter(**_at(0))) == {}
    assert len(suggested(archive, enter(caption="解放路口", **_at(0)), 0.7)) == 1


@pytest.mark.slow
def test_a_picture_lies_in_the_innermost_place(archive: Archive, enter: Enter, add: Add) -> None:
    def square(size: float) -> dict[str, object]:
        west, east, south, north = LON - size, LON + size, LAT - size, LAT + size
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"type": "Polygon", "coordinates": [ring]}

    add("place", "德城区", square(0.2))
    township = add("place", "新湖街道", square(0.02))
    found = _sure(archive, enter(**_at(0)))
    assert {subject: one.role for subject, one in found.items()} == {township: "taken_from"}  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize(
    "written",
    [
        {"title": "解放路改造现场"},
        {"caption": "从南向北看解放路"},
        {"keywords": ["雨季", "解放路"]},
        {"caption": "解放路口"},
        {"caption": "解放路口舊貌", "taken": None},
    ],
)
def test_a_name_in_the_words_is_enough(archive: Archive, enter: Enter, add: Add, written: dict[str, object]) -> None:
    street = add("street", "解放路")
    assert set(_sure(archive, enter(**written))) == {street}


@pytest.mark.slow
def test_traditional_signs_and_full_width_are_the_same_name(archive: Archive, enter: Enter, add: Add) -> None:
    place = add("landmark", "东方红影院A座")
    assert set(_sure(archive, enter(caption="東方紅影院Ａ座開幕"))) == {place}


@pytest.mark.parametrize("caption", ["解放路小学开学", "新解放路", "张解放路过"])
def test_a_part_of_another_name_is_none(archive: Archive, enter: Enter, add: Add, caption: str) -> None:
    add("street", "解放路")
    found = _sure(archive, enter(caption=caption))
    assert found == {} or caption == "张解放路过"  # no rule of signs can tell that one


@pytest.mark.slow
def test_the_longer_of_two_names_is_meant(archive: Archive, enter: Enter, add: Add) -> None:
    add("street", "解放路")
    project = add("project", "解放路改造一期", code="P-1")
    assert set(_sure(archive, enter(caption="解放路改造一期竣工"))) == {project}


@pytest.mark.slow
def test_a_short_name_needs_something_beside_it(archive: Archive, enter: Enter, add: Add) -> None:
    town = add("place", "宋官屯街道")
    village = add("place", "李庄", parent=town)
    assert _sure(archive, enter(caption="李庄来的客人")) == {}
    assert village in _sure(archive, enter(caption="宋官屯街道李庄"))
    assert village in suggested(archive, enter(keywords=["李庄"]), 0.6)


def test_a_former_name_counts_in_its_time_and_less_after_it(archive: Archive, enter: Enter, add: Add) -> None:
    street = add("street", "解放路", names=[SubjectName(name="南门大街", kind="former", valid_to="1958")])
    then = suggested(archive, enter(caption="南门大街", taken="1955"))[street].confidence
    later = suggested(archive, enter(caption="南门大街", taken="2017"))[street]
    assert then >= rules().thresholds.shown > later.confidence
    assert "another time" in later.why["words"]["said"]["template"]


@pytest.mark.slow
def test_of_two_with_one_name_the_near_one_is_meant(archive: Archive, enter: Enter, add: Add) -> None:
    near = add("street", "人民路", STREET)
    add("street", "人民路", {"type": "LineString", "coordinates": [[116.6, 37.6], [116.62, 37.6]]})
    assert set(_sure(archive, enter(caption="人民路", **_at(150)))) <= {near}
    assert set(_sure(archive, enter(caption="人民路", **_at(20)))) == {near}
    assert _sure(archive, enter(caption="人民路")) == {}


@pytest.mark.slow
def test_a_name_far_from_the_place_is_doubted(archive: Archive, enter: Enter, add: Add) -> None:
    add("landmark", "苏禄王墓", {"type": "Point", "coordinates": [LON, LAT + 0.1]})
    assert _sure(archive, enter(caption="苏禄王墓", **_at(0))) == {}


def test_what_is_heard_is_about_it(archive: Archive, enter: Enter, add: Add) -> None:
    from media_archive.catalogue import lines
    from media_archive.catalogue.lines import Read

    street = add("street", "解放路")
    film = enter(kind=Kind.FILM, duration=60.0)
    with archive.transaction() as session:
        lines.replace(session, film, "transcript", [Read("这里是解放路", starts=1.0, ends=4.0)])
    assert suggested(archive, film)[street].role == "about"


@pytest.mark.slow
def test_a_picture_between_two_of_a_subject_shows_it_too(archive: Archive, enter: Enter, add: Add) -> None:
    hall = add("landmark", "工人俱乐部")
    before, between, after, late = (enter(taken=f"2017-06-12T09:{minute}:00+08:00") for minute in (30, 31, 32, 55))
    assert _sure(archive, between) == {}
    for one in (before, after):
        with archive.transaction() as session:
            linking.link(session, one, hall, "wang")
    assert set(_sure(archive, between)) == {hall}
    assert _sure(archive, late) == {}


@pytest.mark.slow
def test_a_building_is_not_in_pictures_from_before_it_was_built(archive: Archive, enter: Enter, add: Add) -> None:
    add("landmark", "电视塔", {"type": "Point", "coordinates": [LON, LAT]}, details={"built": "1998"})
    assert _sure(archive, enter(taken="1975", **_at(5))) == {}
    assert len(_sure(archive, enter(taken="2005", **_at(5)))) == 1


def test_what_lies_in_the_trash_or_was_not_read_yet_waits(archive: Archive, enter: Enter, add: Add) -> None:
    from media_archive.db import now

    add("street", "解放路")
    unread = enter(caption="解放路")
    with archive.transaction() as session:
        session.get_one(Asset, unread).probed_version = None
    trashed = enter(caption="解放路", trashed_at=now())
    assert suggested(archive, unread) == suggested(archive, trashed) == {}
