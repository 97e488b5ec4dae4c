"""What was decided after the last bundle, to delete or to keep, still holds in an archive that is made again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from media_archive.archive import Archive
from media_archive.bundles import finding, telling, writing
from media_archive.bundles.finding import Found
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.disposal import holds, service
from media_archive.disposal.models import Disposal
from media_archive.events.models import Event
from media_archive.storage.models import Copy, File
from tests.bundles.test_rebuild import lose, rebuilt
from tests.disposal.conftest import DAYS, WANG

pytestmark = pytest.mark.slow

Peopled = Callable[[Archive], Archive]


def deleted(archive: Archive) -> str:
    """The digest of an original that is deleted for good."""
    with archive.transaction() as session:
        asset = session.scalars(select(Asset).where(Asset.hold.is_(None)).order_by(Asset.id)).first()
        assert asset
        digest = session.scalars(select(File.sha256).where(File.asset_id == asset.id)).one()
        service.propose(session, asset, WANG, "重复拍摄", DAYS, from_collections=True)
    with archive.transaction() as session:
        session.execute(update(Disposal).values(due_at=now() - timedelta(seconds=1)))
    assert archive.purge("system") == (1, 0)
    return str(digest)


@pytest.mark.parametrize("bundled", [True, False])
def test_what_was_deleted_since_does_not_come_back(
    archive: Archive, peopled: Peopled, tmp_path: Path, bundled: bool
) -> None:
    peopled(archive)
    telling.tell(archive)
    if bundled:
        writing.write(archive)
    digest = deleted(archive)
    telling.tell(archive)
    left = lose(archive, archive.settings.home / "store" / "main", tmp_path / "left")
    made, again = rebuilt(left, tmp_path / "new")
    assert (made.assets, made.found.absent, made.unusable) == (2, 0, {})
    with again.reading() as session:
        assert session.scalar(select(File.id).where(File.sha256 == digest)) is None
        tombstone = session.scalars(select(Event).where(Event.what == "deletion", Event.object_kind == "asset")).all()
        assert [event.detail.get("tombstone") for event in tombstone].count(True) == 1
    again.close()


def test_a_deletion_is_told_of_once(archive: Archive, peopled: Peopled) -> None:
    peopled(archive)
    telling.tell(archive)
    deleted(archive)
    before = {key for batch in archive.stores.store("main").batches() for key in batch}
    telling.tell(archive)
    once = {key for batch in archive.stores.store("main").batches() for key in batch}
    telling.tell(archive)
    assert once == {key for batch in archive.stores.store("main").batches() for key in batch} > before


def test_bytes_that_were_deleted_are_not_taken_in_by_a_rebuild(
    archive: Archive, peopled: Peopled, tmp_path: Path
) -> None:
    """As from a copy of the store that is older than the deletion."""
    peopled(archive)
    kept = {path.name: path.read_bytes() for path in archive.settings.home.glob("store/main/objects/*/*")}
    digest = deleted(archive)
    writing.write(archive)
    place = archive.settings.home / "store" / "main" / "objects" / digest[:2] / digest
    place.write_bytes(kept[digest])
    left = lose(archive, archive.settings.home / "store" / "main", tmp_path / "left")
    made, again = rebuilt(left, tmp_path / "new")
    assert (made.assets, made.found.deleted, made.found.assets) == (2, 1, 0)
    again.close()


def test_a_hold_that_was_set_since_holds(archive: Archive, peopled: Peopled, tmp_path: Path) -> None:
    peopled(archive)
    telling.tell(archive)
    writing.write(archive)
    with archive.transaction() as session:
        asset = session.scalars(select(Asset).where(Asset.hold.is_(None)).order_by(Asset.id)).first()
        assert asset
        holds.set_hold(session, asset, WANG, "诉讼")
        named = asset.id
    telling.tell(archive)
    left = lose(archive, archive.settings.home / "store" / "main", tmp_path / "left")
    _, again = rebuilt(left, tmp_path / "new")
    with again.reading() as session:
        assert session.get_one(Asset, named).hold is not None
    again.close()


def test_what_a_service_lists_late_is_asked_for_by_name(
    archive: Archive, peopled: Peopled, monkeypatch: pytest.MonkeyPatch
) -> None:
    peopled(archive)
    monkeypatch.setattr(type(archive.stores.store("main")), "batches", lambda _: iter([[]]))
    found: Found = finding.look(archive, "main", "keeper")
    assert (found.present, found.absent) == (3, 0)
    with archive.reading() as session:
        assert not session.scalars(select(Copy).where(Copy.problem.is_not(None))).all()
