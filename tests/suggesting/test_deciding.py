"""Suggestions are accepted and refused by people, in bulk too, and both can be taken back."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Kind
from media_archive.catalogue.subjects import linking
from media_archive.catalogue.subjects.models import Link, Suggestion
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.suggesting import deciding, queries, work
from media_archive.suggesting.choosing import Chosen
from tests.suggesting.conftest import Enter, suggested

pytestmark = pytest.mark.slow

Add = Callable[..., UUID]


@pytest.fixture
def archive(either_archive: Archive) -> Archive:
    """An archive on each kind of database."""
    return either_archive


@pytest.fixture
def street(add: Add) -> UUID:
    """A street."""
    return add("street", "解放路")


def _links(archive: Archive, asset_id: UUID) -> list[Link]:
    with archive.reading() as session:
        return list(session.scalars(select(Link).where(Link.asset_id == asset_id)))


def _decide(archive: Archive, asset_id: UUID, verdict: str) -> deciding.Decided:
    ids = [one.id for one in suggested(archive, asset_id).values()]
    with archive.transaction() as session:
        return deciding.decide(session, ids, verdict, "wang")


def test_an_accepted_one_is_a_link_that_tells_the_rule_and_the_person(
    archive: Archive, enter: Enter, street: UUID
) -> None:
    asset = enter(caption="解放路")
    assert _decide(archive, asset, "accepted").count == 1
    (link,) = _links(archive, asset)
    assert (link.subject_id, link.said_by, link.confirmed_by, link.role) == (street, "words", "wang", "shows")
    assert suggested(archive, asset) == {}
    with archive.reading() as session:
        told = events.of(session, "asset", asset)[-1]
    assert (told.who, told.detail["after"]["name"]) == ("wang", "解放路")


def test_a_refused_one_never_comes_again(archive: Archive, enter: Enter, street: UUID) -> None:
    asset = enter(caption="解放路")
    _decide(archive, asset, "refused")
    archive.suggester.run([asset])
    assert suggested(archive, asset) == {}
    assert _links(archive, asset) == []


def test_a_link_that_a_person_took_back_is_not_suggested(archive: Archive, enter: Enter, street: UUID) -> None:
    asset = enter(caption="解放路")
    _decide(archive, asset, "accepted")
    with archive.transaction() as session:
        linking.unlink(session, _links(archive, asset)[0].id, "li")
    assert suggested(archive, asset) == {}


@pytest.mark.parametrize("verdict", ["accepted", "refused"])
def test_a_decision_can_be_taken_back(archive: Archive, enter: Enter, street: UUID, verdict: str) -> None:
    assets = [enter(caption="解放路"), enter(caption="解放路")]
    archive.suggester.work_off()
    with archive.reading() as session:
        ids = list(session.scalars(select(Suggestion.id)))
    with archive.transaction() as session:
        decided = deciding.decide(session, ids, verdict, "wang")
    with archive.transaction() as session:
        assert deciding.undo(session, "wang", decided.moment) == 2
    for one in assets:
        assert _links(archive, one) == []
        assert set(suggested(archive, one)) == {street}
    with archive.transaction() as session, pytest.raises(NotFound):
        deciding.undo(session, "wang", decided.moment)


def test_what_is_linked_by_hand_is_not_suggested(archive: Archive, enter: Enter, street: UUID) -> None:
    asset = enter(caption="解放路")
    assert set(suggested(archive, asset)) == {street}
    with archive.transaction() as session:
        linking.link(session, asset, street, "wang", role="about")
    assert suggested(archive, asset) == {}


def test_what_nothing_speaks_for_any_more_goes(archive: Archive, enter: Enter, street: UUID) -> None:
    from media_archive.catalogue import describing
    from media_archive.catalogue.models import Asset

    asset = enter(caption="解放路")
    assert set(suggested(archive, asset)) == {street}
    with archive.transaction() as session:
        describing.edit(session, session.get_one(Asset, asset), {"caption": "别的"}, "wang")
    assert suggested(archive, asset) == {}


def test_many_are_decided_by_a_job_from_a_confidence_on(archive: Archive, enter: Enter, street: UUID) -> None:
    sure = [enter(title=f"解放路 {number}") for number in range(3)]
    unsure = enter(shoot="解放路小学")
    archive.suggester.work_off()
    archive.index()
    with archive.transaction() as session:
        moment = work.ask_to_decide(session, Chosen(subject=street, above=0.8), "accepted", "wang")
    archive.runner().drain("upkeep")
    assert [len(_links(archive, one)) for one in (*sure, unsure)] == [1, 1, 1, 0]
    with archive.transaction() as session:
        assert deciding.undo(session, "wang", moment) == 3
        work.ask_to_decide(session, Chosen(query='"解放路 1"'), "refused", "wang")
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        assert queries.waiting(session) == 2
        groups, more = queries.groups(session, Chosen())
    assert [(one.name, one.count, len(one.ones)) for one in groups] == [("解放路", 2, 2)]
    assert not more


def test_the_list_is_worked_off_by_a_job_that_is_asked_for_once(archive: Archive, enter: Enter, street: UUID) -> None:
    asset = enter(caption="解放路")
    archive.suggest()
    archive.suggest()
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        rows = session.scalars(select(Suggestion).where(Suggestion.asset_id == asset)).all()
        assert [one.subject_id for one in rows] == [street]
    archive.suggest()


def test_a_changed_subject_is_looked_for_where_it_lies_and_where_it_is_named(
    archive: Archive, enter: Enter, add: Add
) -> None:
    line = {"type": "LineString", "coordinates": [[116.29, 37.45], [116.31, 37.45]]}
    here, named, other = enter(latitude=37.45003, longitude=116.30), enter(caption="解放路"), enter(caption="别的")
    for one in (here, named, other):
        assert suggested(archive, one) == {}
    archive.index()
    street = add("street", "解放路", line)
    assert set(suggested(archive, here)) == set(suggested(archive, named)) == {street}
    assert suggested(archive, other) == {}


def test_a_stretch_outside_the_film_is_refused(archive: Archive, enter: Enter, street: UUID) -> None:
    film, photo = enter(kind=Kind.FILM, duration=60.04), enter()
    with archive.transaction() as session:
        link = linking.link(session, film, street, "wang", stretch=("1001/30", "60.04"))
        assert (link.starts, link.ends) == ("1001/30", "1501/25")
        linking.link(session, film, street, "wang", stretch=("0", "2.5"))
        with pytest.raises(Conflict):
            linking.link(session, film, street, "wang", stretch=("0.0", "3"))
        with pytest.raises(Invalid):
            linking.link(session, photo, street, "wang", stretch=("0", "1"))
        for wrong in (("0", "61"), ("5", "5"), ("-1", "3"), ("x", "3"), ("1/0", "3"), ("5", "2"), ("0", "nan")):
            with pytest.raises(Invalid):
                linking.link(session, film, street, "wang", stretch=wrong)
