"""What a share link shows follows its maker's rights at each opening, and never what is withheld."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.access.models import Part
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections import service as collecting
from media_archive.catalogue.grouping.service import join
from media_archive.catalogue.models import Asset, Kind
from media_archive.db import now
from media_archive.errors import Conflict, Forbidden, Invalid, NotFound, Over
from media_archive.events.models import Event
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish as Bringing
from media_archive.jobs.models import Job
from media_archive.sharing import opening, service
from media_archive.sharing.models import Share
from media_archive.sharing.service import Wish
from tests.drawn import pictures

SAID = {
    "plain": {},
    "over": {"embargo": "2001-01-01"},
    "internal": {"classification": "internal"},
    "secret": {"classification": "secret"},
    "closed": {"openness": "closed"},
    "embargo": {"embargo": "2999-01-01"},
}


def _stock(session: Session, archive: Archive) -> tuple[dict[str, UUID], UUID]:
    """One asset of each kind, in one collection, and an editor."""
    own = catalogue.archive_by_code(session, archive.settings.archive_code)
    access.add_user(session, own, "editor", "编辑", Part.EDITOR)
    shoot = catalogue.open_shoot(session, own, "拍摄")
    found = {}
    for name, said in SAID.items():
        one = Asset(archive_id=own.id, shoot_id=shoot.id, kind=Kind.PHOTO, title=name, **said)
        session.add(one)
        session.flush()
        found[name] = one.id
    made = collecting.create(session, own, "专题", "editor")
    collecting.add(session, made, list(found.values()), "editor")
    return found, made.id


def _seen(archive: Archive, key: str) -> tuple[set[UUID], int]:
    with archive.reading() as session:
        share = opening.find(session, key)
        return set(opening.page(session, share, 1, 100)), opening.count(session, share)


def test_a_collection_shows_what_its_maker_may_and_nothing_that_is_withheld(either_archive: Archive) -> None:
    archive = either_archive
    with archive.transaction() as session:
        ids, number = _stock(session, archive)
        editor = access.user_called(session, "editor")
        what = collecting.one(session, number, "editor")
        share, key = service.make(session, archive.settings, editor, what, Wish(most=2))
        assert (share.title, key in share.key, len(key) >= 32) == ("专题", False, True)
    assert _seen(archive, key) == ({ids["plain"], ids["over"]}, 2)
    with archive.reading() as session:
        share = opening.find(session, key)
        for name, one in ids.items():
            if name not in ("plain", "over"):
                with pytest.raises(NotFound):
                    opening.one(session, share, one)
    with archive.transaction() as session:
        session.get_one(Asset, ids["plain"]).trashed_at = now()
    assert _seen(archive, key) == ({ids["over"]}, 1)
    for _ in range(2):
        with archive.transaction() as session:
            opening.note_opening(session, opening.find(session, key), "public", "10.0.0.1")
    with pytest.raises(Over), archive.transaction() as session:
        opening.note_opening(session, opening.find(session, key), "public", "10.0.0.1")
    with archive.reading() as session:
        counted = select(func.count()).select_from(Event).where(Event.what == "opening")
        assert (session.scalar(counted), session.scalar(select(Share.openings))) == (2, 2)


@pytest.mark.parametrize("end", ["revoked", "expired", "role", "closed account", "removed", "private"])
def test_a_link_ends_with_what_it_rests_on(archive: Archive, end: str) -> None:
    with archive.transaction() as session:
        _, number = _stock(session, archive)
        editor = access.user_called(session, "editor")
        what = collecting.one(session, number, "editor")
        share, key = service.make(session, archive.settings, editor, what, Wish())
    with archive.transaction() as session:
        share, editor = session.get_one(Share, share.id), access.user_called(session, "editor")
        if end == "revoked":
            service.revoke(session, share, "editor")
        elif end == "expired":
            share.expires_at = now() - timedelta(seconds=1)
        elif end == "role":
            editor.role = Part.READER
        elif end == "closed account":
            access.close(session, editor, "admin")
        elif end == "removed":
            collecting.remove(session, collecting.one(session, number, "editor"), "editor")
        else:
            one = collecting.one(session, number, "editor")
            one.visibility, one.created_by = "private", "somebody"
    with pytest.raises(Over):
        _seen(archive, key)


def test_what_cannot_be_shared_is_refused_and_a_new_key_closes_the_old_one(archive: Archive) -> None:
    with archive.transaction() as session:
        ids, number = _stock(session, archive)
        editor = access.user_called(session, "editor")
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        reader = access.add_user(session, own, "reader", "读者", Part.READER)
        what, plain = collecting.one(session, number, "editor"), [ids["plain"]]
        with pytest.raises(Forbidden):
            service.make(session, archive.settings, reader, plain, Wish())
        with pytest.raises(Conflict, match="watermark"):
            service.make(session, archive.settings, editor, plain, Wish(marked=True))
        for wish in (Wish(days=366), Wish(days=0), Wish(password="short"), Wish(most=0), Wish(title="长" * 300)):
            with pytest.raises(Invalid):
                service.make(session, archive.settings, editor, what, wish)
        saved = collecting.create(session, own, "检索", "editor", query={"q": "路"})
        with pytest.raises(Invalid):
            service.make(session, archive.settings, editor, saved, Wish())
        share, key = service.make(session, archive.settings, editor, plain, Wish(password="电话里说的口令"[:8] + "1"))
        assert share.password
        assert "口令" not in share.password
        newer = service.reissue(session, share, editor)
    with pytest.raises(NotFound):
        _seen(archive, key)
    assert _seen(archive, newer) == ({ids["plain"]}, 1)


def test_assets_that_become_one_are_shown_once(either_archive: Archive, tmp_path: Path) -> None:
    pictures(tmp_path / "card", 2)
    receive(either_archive, [tmp_path / "card"], Bringing(shoot="拍摄"))
    with either_archive.transaction() as session:
        session.execute(delete(Job))  # nothing is at work
        own = catalogue.archive_by_code(session, either_archive.settings.archive_code)
        editor = access.add_user(session, own, "editor", "编辑", Part.EDITOR)
        both = list(session.scalars(select(Asset)))
        _, key = service.make(session, either_archive.settings, editor, [one.id for one in both], Wish())
        join(session, both, "archivist")
    assert _seen(either_archive, key) == ({both[0].id}, 1)
