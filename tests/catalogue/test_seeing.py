"""How much is shown: the rule for one asset, the condition on queries and that of the search say the same."""

from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from media_archive.access import zones
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind, Shoot
from media_archive.catalogue.seeing import viewer as viewing
from media_archive.catalogue.shown import VIEWER, Sight, Viewer
from media_archive.search import service as search

CLASSES = (None, "open", "internal", "confidential", "top_secret")
OPENNESS = (None, "open", "restricted", "closed")
EMBARGOES = (None, "2001-01-01", "2999-01-01")


def _fill(session: Session, own: Institution) -> list[UUID]:
    """Every mixture of what is said of an asset and of its shoot."""
    said = [{}, {"classification": "secret"}, {"openness": "closed"}, {"embargo": "2999-01-01"}]
    for number, fields in enumerate(said):
        shoot = catalogue.open_shoot(session, own, f"shoot {number}")
        shoot.fields = fields
        some = (CLASSES, OPENNESS, EMBARGOES, ("received", "published")) if number == 0 else (CLASSES[:3], OPENNESS[:2],
                EMBARGOES[:2], ("published",))  # fmt: skip
        for classification, openness, embargo, state in product(*some):
            session.add(
                Asset(
                    archive_id=own.id, shoot_id=shoot.id, kind=Kind.PHOTO, classification=classification,
                    openness=openness, embargo=embargo, state=state,
                )
            )  # fmt: skip
    session.flush()
    return list(session.scalars(select(Asset.id)))


@pytest.mark.slow
def test_one_rule_in_three_places(either_archive: Archive) -> None:
    archive = either_archive
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        every = _fill(session, own)
        for one in every:
            catalogue.touch(session, one)
        number = own.id
    archive.index()
    counts = []
    for sight in Sight:
        with archive.reading() as session:
            day = viewing.today()
            right = {one.id for one in session.scalars(select(Asset)) if viewing.is_shown(one, sight, day)}
        with archive.reading() as session:
            session.info[VIEWER] = Viewer(((number, sight),))
            assert set(session.scalars(select(Asset.id))) == right, sight
            assert session.scalar(select(func.count()).select_from(Asset)) == len(right)
            found: set[UUID] = set()
            page = search.find(session, limit=1000)
            found |= set(page.ids)
            assert (found, page.total) == (right, len(right)), sight
        counts.append(len(right))
    assert counts == sorted(counts)
    assert counts[0] > 0
    assert counts[-1] == len(every)


@pytest.fixture
def two(archive: Archive) -> tuple[UUID, UUID]:
    """An asset of the own archive and one of another, both in one collection; the ids of the assets."""
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        other = Institution(code="B002", name="县档案馆")
        session.add(other)
        session.flush()
        made = []
        for one in (own, other):
            shoot = catalogue.open_shoot(session, one, "shoot")
            made.append(Asset(archive_id=one.id, shoot_id=shoot.id, kind=Kind.PHOTO))
        collection = Collection(archive_id=own.id, name="x")
        session.add_all([*made, collection])
        session.flush()
        for place, asset in enumerate(made):
            session.add(CollectionItem(collection_id=collection.id, asset_id=asset.id, position=place))
        return made[0].id, made[1].id


def _own(archive: Archive, session: Session) -> Viewer:
    own = catalogue.archive_by_code(session, archive.settings.archive_code)
    return Viewer(((own.id, Sight.EVERYTHING),))


def test_no_way_leads_to_what_is_not_shown(archive: Archive, two: tuple[UUID, UUID]) -> None:
    mine, foreign = two
    with archive.transaction() as session:
        session.info[VIEWER] = _own(archive, session)
        assert session.get(Asset, foreign) is None
        assert list(session.scalars(select(CollectionItem.asset_id))) == [mine]
        assert [one.name for one in session.scalars(select(Shoot))] == ["shoot"]
        assert [item.asset_id for item in session.scalars(select(Collection)).one().items] == [mine]
        inside = select(Institution.id).where(Institution.id.in_(select(Asset.archive_id)))
        assert len(list(session.scalars(inside))) == 1
        session.execute(update(Asset).values(title="changed"))
    with archive.reading() as session:
        assert [session.get_one(Asset, one).title for one in two] == ["changed", None]


@pytest.mark.slow
def test_who_has_no_role_anywhere_sees_nothing_and_who_is_nobody_what_is_published(
    archive: Archive, two: tuple[UUID, UUID]
) -> None:
    with archive.transaction() as session:
        session.get_one(Asset, two[1]).state = "published"
    with archive.reading() as session:
        session.info[VIEWER] = Viewer()
        assert list(session.scalars(select(Asset))) == []
        session.info[VIEWER] = zones.anybody(session)
        assert list(session.scalars(select(Asset.id))) == [two[1]]
