"""`media-archive shares`: seen and closed at the command line."""

import pytest

from media_archive.access import service as access
from media_archive.access.models import Part
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections import service as collecting
from media_archive.sharing import service
from media_archive.sharing.service import Wish
from tests.cli.outgoing import answer, run


def test_links_are_listed_without_their_keys_and_closed(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        editor = access.add_user(session, own, "editor", "编辑", Part.EDITOR)
        what = collecting.create(session, own, "备选", "editor")
        share, key = service.make(session, archive.settings, editor, what, Wish())
    [told] = answer(archive, monkeypatch, "shares", "list")["items"]
    assert (told["title"], told["state"], told["openings"]) == ("备选", "open", 0)
    assert key not in str(told)
    assert run(archive, monkeypatch, "shares", "revoke", str(share.id)).exit_code == 0
    assert "revoked" in run(archive, monkeypatch, "shares", "list").stdout
    assert answer(archive, monkeypatch, "shares", "list", "--user", "nobody")["items"] == []
