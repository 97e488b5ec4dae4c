"""What a grant shows, said by the database and by the search, on both databases."""

import pytest
from sqlalchemy import func, select

from media_archive.access import grants, zones
from media_archive.access import service as access
from media_archive.access.models import Part
from media_archive.access.zones import Zone
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind, Shoot
from media_archive.catalogue.shown import VIEWER
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind
from media_archive.search import service as search


@pytest.mark.slow
def test_database_and_search_show_the_same_of_an_opened_collection(either_archive: Archive) -> None:
    archive = either_archive
    said = {"open": {}, "secret": {"classification": "secret"}, "closed": {"openness": "closed"}, "beside": {}}
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        county = Institution(code="B002", name="县档案馆")
        session.add(county)
        session.flush()
        giver = access.add_user(session, own, "giver", "", Part.CURATOR)
        holder = access.add_user(session, county, "holder", "", Part.CURATOR).id
        shoot, other = (catalogue.open_shoot(session, own, name) for name in ("拍摄", "另一次"))
        made = {
            name: Asset(
                archive_id=own.id, shoot_id=(other if name == "beside" else shoot).id, kind=Kind.PHOTO, **fields
            )
            for name, fields in said.items()
        }
        street = Subject(archive_id=own.id, kind=SubjectKind.STREET, name="解放路")
        session.add_all([*made.values(), street])
        session.flush()
        session.add(Link(asset_id=made["open"].id, subject_id=street.id, said_by="x"))
        collection = collections.create(session, own, "x", "giver")
        collections.add(session, collection, [made[name].id for name in ("open", "secret", "closed")], "giver")
        grants.give(session, collection, session.get_one(type(giver), holder), "look", giver)
        shown = made["open"].id
        for one in made.values():
            catalogue.touch(session, one.id)
    archive.index()
    seen = []
    for zone, actions in ((Zone.IN_HOUSE, ("look",)), (Zone.IN_HOUSE, ("describe",)), (Zone.INTERNET, ("look",))):
        with archive.reading() as session:
            person = access.user_called(session, "holder")
            session.info[VIEWER] = zones.viewer(session, person, zone, actions)
            ids = list(session.scalars(select(Asset.id)))
            found = search.find(session)
            assert (found.ids, found.total) == (ids, len(ids))
            names = [session.scalar(select(func.count()).select_from(one)) for one in (Shoot, Subject)]
            seen.append((ids, names))
    # to describe, or from the internet, it opens nothing that is not published
    assert seen == [([shown], [1, 1]), ([], [0, 0]), ([], [0, 0])]
