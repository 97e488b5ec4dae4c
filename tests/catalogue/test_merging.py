"""Two subjects become one and two again; one becomes two; doubles are suggested."""

from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Outbox
from media_archive.catalogue.subjects import duplicates, families, merging
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind, Suggestion
from media_archive.catalogue.subjects.placing import Place
from media_archive.errors import Conflict, NotFound
from media_archive.events import service as events
from tests.catalogue.test_subjects import entered, linked


def _spot(x: float, y: float) -> Place:
    return Place({"type": "Point", "coordinates": [x, y]})


def _told(archive: Archive, number: UUID) -> tuple[object, ...]:
    """All that hangs on a subject."""
    with archive.reading() as session:
        subject = session.get_one(Subject, number)
        links = session.execute(
            select(Link.asset_id, Link.role, Link.said_by).where(Link.subject_id == number).order_by(Link.asset_id)
        ).all()
        suggested = session.scalars(select(Suggestion.asset_id).where(Suggestion.subject_id == number)).all()
        children = session.scalars(select(Subject.id).where(Subject.parent_id == number)).all()
        related = [(one.kind, one.other.id) for one in families.relations(session, number)]
        return city.told(subject), links, sorted(suggested), children, sorted(related)


@pytest.mark.slow
def test_a_merge_takes_everything_over_and_is_undone_to_the_letter(either_archive: Archive) -> None:
    archive = either_archive
    loser = entered(
        archive, "人民公园", SubjectKind.LANDMARK, code="L-9", details={"built": "1958"}, place=_spot(116, 37)
    )
    winner = entered(archive, "人民公園", SubjectKind.LANDMARK, description="公园", sources=["地名志"])
    child = entered(archive, "湖心亭", SubjectKind.LANDMARK, parent=loser)
    third = entered(archive, "人民路", SubjectKind.LANDMARK)
    both, alone = linked(archive, loser, winner), linked(archive, loser, count=3)
    with archive.transaction() as session:
        session.add(Suggestion(asset_id=both[0], subject_id=loser, rule="words", confidence=0.6))
        families.relate(session, session.get_one(Subject, loser), "near", session.get_one(Subject, third), "wang")
    before = _told(archive, loser), _told(archive, winner)
    with archive.transaction() as session:
        session.query(Outbox).delete()
        merging.merge(session, loser, winner, "wang", seen=2)
    said, links, suggested, children, related = _told(archive, winner)
    assert {row[0] for row in links} == {*both, *alone}
    assert (suggested, children, related) == (both, [child], [("near", third)])
    assert said["details"] == {"built": "1958"}  # type: ignore[index]
    assert {one["name"]: one["kind"] for one in said["names"]} == {"人民公園": "official", "人民公园": "popular"}  # type: ignore[index]
    with archive.transaction() as session:
        assert set(session.scalars(select(Outbox.asset_id))) == {*both, *alone}
        institution = session.scalars(select(Institution)).one()
        led = city.subject_called(session, institution, SubjectKind.LANDMARK, "L-9")
        assert led is not None
        assert led.id == winner
        assert loser not in {subject.id for subject, _ in city.subjects(session)}
        with pytest.raises(Conflict):
            city.change(session, loser, {"description": "x"}, "li")
    with archive.transaction() as session:
        merging.unmerge(session, loser, "wang")
    assert (_told(archive, loser), _told(archive, winner)) == before
    with archive.reading() as session:
        assert [one.what for one in events.of(session, "subject", loser)][-1] == "unmerge"


@pytest.mark.slow
def test_kinds_do_not_mix_and_a_part_does_not_swallow_its_whole(archive: Archive) -> None:
    street, place = entered(archive, "新湖"), entered(archive, "新湖", SubjectKind.PLACE)
    part = entered(archive, "新湖街道", SubjectKind.PLACE, parent=place)
    for loser, winner in ((street, place), (place, part), (part, place)):
        with pytest.raises(Conflict), archive.transaction() as session:
            merging.merge(session, loser, winner, "wang")


def test_a_merge_of_what_took_another_over_leads_on(archive: Archive) -> None:
    one, two, three = (entered(archive, name) for name in ("甲路", "乙路", "丙路"))
    with archive.transaction() as session:
        merging.merge(session, one, two, "wang")
        merging.merge(session, two, three, "wang")
        assert families.current(session, session.get_one(Subject, one)).id == three


def test_a_split_takes_the_chosen_links_to_a_new_subject(archive: Archive) -> None:
    number, other = entered(archive, "解放路"), entered(archive, "建设路")
    assets = linked(archive, number, count=3)
    (foreign,) = linked(archive, other)
    with archive.transaction() as session:
        links = {one.asset_id: one.id for one in session.scalars(select(Link))}
        chosen = [links[one] for one in assets[:2]]
        made = merging.split(session, number, "解放北路", chosen, "wang").id
        with pytest.raises(NotFound):
            merging.split(session, number, "解放南路", [links[foreign]], "wang")
    with archive.reading() as session:
        assert set(session.scalars(select(Link.asset_id).where(Link.subject_id == made))) == set(assets[:2])
        assert session.scalars(select(Link.asset_id).where(Link.subject_id == number)).all() == assets[2:]


def test_doubles_are_found_by_code_by_name_and_by_like_names_nearby(archive: Archive) -> None:
    wanted = {
        "code": [entered(archive, "东风桥", code="a-1"), entered(archive, "红旗桥", code="A 1")],
        "name": [entered(archive, "人民 路"), entered(archive, "人民路")],
        "like": [
            entered(archive, "董子园", place=_spot(116.3, 37.4)),
            entered(archive, "董子圆", place=_spot(116.301, 37.4)),
        ],
    }
    entered(archive, "董子苑", place=_spot(116.4, 37.4))  # like, but far away
    one, two = entered(archive, "东镇", SubjectKind.PLACE), entered(archive, "西镇", SubjectKind.PLACE)
    for above in (one, two):
        entered(archive, "王庄村", SubjectKind.PLACE, parent=above)
    with archive.reading() as session:
        institution = session.scalars(select(Institution)).one()
        found = duplicates.pairs(session, institution.id, SubjectKind.STREET)
        assert {(one.why, frozenset((one.one, one.two))) for one in found} == {
            (why, frozenset(pair)) for why, pair in wanted.items()
        }
        assert not duplicates.pairs(session, institution.id, SubjectKind.PLACE)
