"""What newer renditions have taken the place of goes after a while; what is shown stays."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from media_archive.catalogue.models import Rendition
from media_archive.db import now
from media_archive.restoring.models import RestoreItem, RestoreRequest
from media_archive.storage.models import Copy, File, Role
from media_archive.upkeep import superseded
from tests.placement.yard import Yard, quick_home


@pytest.fixture
def yard() -> Iterator[Yard]:
    with quick_home() as settings:
        made = Yard.at(settings)
        yield made
        made.context.close()


def renditions(yard: Yard) -> tuple[UUID, UUID, UUID]:
    """An original, its thumbnail, and one that was made of it before."""
    original = yard.put(b"original")
    asset = yard.asset(original)
    old, new = (yard.put(data, "t.jpg", Role.RENDITION, asset) for data in (b"old", b"new"))
    with yard.context.transaction() as session:
        session.add(Rendition(asset_id=asset, file_id=new, source_id=original, recipe="thumbnail", version=2))
        session.execute(update(File).values(created_at=now() - timedelta(days=8)))
    return original, old, new


def files(yard: Yard) -> set[UUID]:
    with yard.context.reading() as session:
        return set(session.scalars(select(File.id)))


def test_what_nothing_shows_goes_with_its_bytes(yard: Yard) -> None:
    original, old, new = renditions(yard)
    with yard.context.transaction() as session:  # what names the file is no obstacle
        archive, copy = session.get_one(File, old).archive_id, session.scalars(select(Copy.id)).first()
        request = RestoreRequest(archive_id=archive, asked_by="x", purpose="p", title="t", days=1)
        request.items = [RestoreItem(file_id=old, copy_id=copy, bytes=1, state="ended")]
        session.add(request)
    assert superseded.clear(yard.context) == 1
    assert files(yard) == {original, new}
    assert yard.objects() == yard.rows()
    assert len(yard.objects()) == 2
    assert superseded.clear(yard.context) == 0


@pytest.mark.slow
def test_what_is_young_shown_again_or_held_stays(yard: Yard) -> None:
    original, old, _ = renditions(yard)
    yard.asset(original, hold={"reason": "诉讼"})
    assert superseded.clear(yard.context) == 0
    yard.asset(original, hold=None)
    with yard.context.transaction() as session:
        session.execute(update(File).values(created_at=now()))
    assert superseded.clear(yard.context) == 0
    with yard.context.transaction() as session:
        session.execute(update(File).values(created_at=now() - timedelta(days=8)))
        session.execute(update(Rendition).values(file_id=old))
    assert superseded.clear(yard.context) == 1
    assert old in files(yard)
