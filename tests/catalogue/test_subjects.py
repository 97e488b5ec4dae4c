"""The city's subjects: entered, changed, put under one another, related."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset, Outbox
from media_archive.catalogue.subjects import families
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.catalogue.subjects.placing import Place, of
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.geo.datums import Datum
from media_archive.geo.distances import between

BAIDU_POINT = {"type": "Point", "coordinates": [116.404, 39.915]}


def entered(archive: Archive, name: str = "解放路", kind: SubjectKind = SubjectKind.STREET, **more: object) -> UUID:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        parent = more.pop("parent", None)
        above = session.get_one(Subject, parent) if parent else None
        return city.add_subject(session, institution, kind, name, parent=above, **more).id  # type: ignore[arg-type]


def linked(archive: Archive, *subjects: UUID, count: int = 1) -> list[UUID]:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        shoot = catalogue.open_shoot(session, institution, "一组")
        assets = [Asset(archive_id=institution.id, shoot_id=shoot.id, kind="photo") for _ in range(count)]
        session.add_all(assets)
        session.flush()
        for asset in assets:
            city.link(session, asset.id, [session.get_one(Subject, one) for one in subjects], "test")
        return [asset.id for asset in assets]


def test_a_change_is_told_with_before_and_after_and_reaches_the_search(either_archive: Archive) -> None:
    archive = either_archive
    number = entered(archive, kind=SubjectKind.PROJECT, code="P-1")
    (asset,) = linked(archive, number)
    given = city.Given(
        details={"建设单位": "市政公司", "stages": "施工:2016-3:2018; 竣工:2018年6月", "area": "1,200"}, code="P-2"
    )
    with archive.transaction() as session:
        assert city.change(session, number, given, "wang", seen=1).version == 2
    with archive.reading() as session:
        subject = session.get_one(Subject, number)
        assert subject.details == {
            "developer": "市政公司",
            "stages": [
                {"stage": "construction", "from": "2016-03", "to": "2018"},
                {"stage": "completion", "from": "2018-06", "to": None},
            ],
            "area": 1200,
        }
        told = events.of(session, "subject", number)[-1]
        assert (told.who, told.detail["before"]["code"], told.detail["after"]["code"]) == ("wang", "P-1", "P-2")
        assert asset in session.scalars(select(Outbox.asset_id)).all()


def test_what_changes_nothing_writes_nothing(archive: Archive) -> None:
    number = entered(archive, details={"class": "主干路"})
    with archive.transaction() as session:
        city.change(session, number, {"details": {"class": "arterial"}, "names": [], "description": ""}, "wang")
    with archive.reading() as session:
        assert session.get_one(Subject, number).version == 1
        assert len(events.of(session, "subject", number)) == 1


@pytest.mark.slow
def test_of_many_who_change_it_at_once_none_is_lost_or_overwritten_unseen(either_archive: Archive) -> None:
    archive = either_archive
    number = entered(archive)
    refused: list[Conflict] = []

    def change(name: str) -> None:
        for _ in range(5):
            try:
                with archive.reading() as session:
                    seen = session.get_one(Subject, number)
                    said, version = seen.description, seen.version
                with archive.transaction() as session:
                    city.change(session, number, {"description": said + name}, name, seen=version)
            except Conflict as exc:
                refused.append(exc)
                continue
            return

    threads = [threading.Thread(target=change, args=(name,)) for name in "甲乙丙丁"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with archive.reading() as session:
        found = session.get_one(Subject, number)
        assert sorted(found.description) == sorted("甲乙丙丁")
        assert found.version == 5


@pytest.mark.parametrize(
    "given",
    [
        {"details": {"colour": "red"}},
        {"details": {"class": "高速"}},
        {"details": {"length": "long"}},
        {"details": {"opened": "1987-13"}},
        {"names": [{"name": "中山街", "kind": "nick"}]},
        {"names": [{"name": "中山街", "valid_from": "1966", "valid_to": "1949"}]},
        {"name": "  "},
        {"code": "x" * 200},
        {"place": Place({"type": "Point", "coordinates": [37.4, 116.3]})},
        {"place": Place(BAIDU_POINT, accuracy=-1)},
    ],
)
def test_what_breaks_a_rule_is_refused_whole(archive: Archive, given: city.Given) -> None:
    number = entered(archive)
    with pytest.raises(Invalid), archive.transaction() as session:
        city.change(session, number, city.Given(description="neu") | given, "wang")  # type: ignore[typeddict-item]
    with archive.reading() as session:
        assert session.get_one(Subject, number).description == ""


def test_a_taken_code_is_a_conflict(archive: Archive) -> None:
    entered(archive, "一", code="S-1")
    number = entered(archive, "二")
    with pytest.raises(Conflict, match="S-1"), archive.transaction() as session:
        city.change(session, number, {"code": "S-1"}, "wang")


def test_a_place_keeps_its_own_numbers_beside_the_normalised_ones(archive: Archive) -> None:
    number = entered(archive, "天安门", SubjectKind.LANDMARK)
    place = Place(BAIDU_POINT, Datum.of("BD-09"), "百度地图", 5)
    with archive.transaction() as session:
        city.change(session, number, {"place": place}, "wang")
    with archive.reading() as session:
        subject = session.get_one(Subject, number)
        assert of(subject) == place
        assert subject.geometry is not None
        assert between(tuple(subject.geometry["coordinates"]), (116.39132, 39.90736)) < 30
        assert subject.west == subject.east == subject.geometry["coordinates"][0]
    with archive.transaction() as session:
        city.change(session, number, {"place": None}, "wang")
    with archive.reading() as session:
        assert session.get_one(Subject, number).west is None


def test_a_street_renamed_keeps_its_former_name_until_that_day(archive: Archive) -> None:
    number = entered(archive, "中山街")
    with archive.transaction() as session:
        city.rename(session, number, "解放路", "1949-10", "wang", seen=1)
    with archive.reading() as session:
        subject = session.get_one(Subject, number)
        assert subject.name == "解放路"
        assert {(one.name, one.kind, one.valid_from, one.valid_to) for one in subject.names} == {
            ("解放路", "official", "1949-10", None),
            ("中山街", "former", None, "1949-10"),
        }


def test_nothing_becomes_its_own_ancestor(archive: Archive) -> None:
    above = entered(archive, "德州市", SubjectKind.PLACE)
    middle = entered(archive, "德城区", SubjectKind.PLACE, parent=above)
    below = entered(archive, "新湖街道", SubjectKind.PLACE, parent=middle)
    for parent in (above, below, middle):
        with pytest.raises(Conflict), archive.transaction() as session:
            city.change(session, above, {"parent": parent}, "wang")
    with pytest.raises(NotFound), archive.transaction() as session:
        city.change(session, above, {"parent": UUID(int=7)}, "wang")


def test_relations_are_seen_from_both_sides_and_said_once(archive: Archive) -> None:
    old, new = entered(archive, "老桥", SubjectKind.LANDMARK), entered(archive, "新桥", SubjectKind.LANDMARK)
    with archive.transaction() as session:
        one, two = session.get_one(Subject, old), session.get_one(Subject, new)
        made = families.relate(session, two, "replaces", one, "wang", since="1998").id
    with archive.transaction() as session:
        assert [(one.kind, one.other.id) for one in families.relations(session, old)] == [("replaced_by", new)]
        assert [(one.kind, one.other.id, one.since) for one in families.relations(session, new)] == [
            ("replaces", old, "1998")
        ]
        one, two = session.get_one(Subject, old), session.get_one(Subject, new)
        with pytest.raises(Conflict):
            families.relate(session, one, "replaced_by", two, "wang")
        with pytest.raises(Invalid):
            families.relate(session, one, "loves", two, "wang")
        families.unrelate(session, made, "wang")
    with archive.reading() as session:
        assert not families.relations(session, old)
        assert session.get_one(Subject, old).version == 3
