"""Bytes that come in while, or after, equal ones went: what is told as taken in lies there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from media_archive.archive import Archive
from media_archive.ingest import service
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Summary, Wish
from media_archive.storage import fixity
from media_archive.storage.models import Copy, File, Phase
from tests.drawn import pictures


def _ingest(archive: Archive, path: Path) -> Summary:
    return receive(archive, [path], Wish(shoot="一"))


def _moved_away(archive: Archive) -> Copy:
    """The one copy lies in a store where nothing comes in, and is lost there."""
    with archive.transaction() as session:
        copy = session.scalars(select(Copy)).one()
        archive.stores.store(copy.store).delete(copy.key)
        copy.store, copy.problem, copy.verified_at = "elsewhere", {"template": "It is lost."}, None
    return copy


def test_what_has_no_good_copy_left_comes_in_again_where_things_come_in(archive: Archive, tmp_path: Path) -> None:
    pictures(tmp_path / "card", 1)
    _ingest(archive, tmp_path / "card")
    lost = _moved_away(archive)
    assert _ingest(archive, tmp_path / "card").duplicates == 1
    with archive.reading() as session:
        file = session.scalars(select(File)).one()
        good = [copy for copy in file.copies if copy.verified_at]
        assert [archive.stores.read_back(copy.store, copy.key) for copy in good] == [lost.key]


@pytest.mark.slow
def test_copies_that_nobody_has_read_are_no_reason_to_turn_bytes_away(archive: Archive, tmp_path: Path) -> None:
    """So it is after a rebuild: the other stores may be lost too."""
    pictures(tmp_path / "card", 1)
    _ingest(archive, tmp_path / "card")
    lost = _moved_away(archive)
    with archive.transaction() as session:
        session.execute(update(Copy).values(problem=None))
    _ingest(archive, tmp_path / "card")
    assert archive.stores.read_back(archive.stores.names[0], lost.key) == lost.key


@pytest.mark.slow
def test_what_is_removed_before_it_is_entered_is_stored_once_more(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures(tmp_path / "card", 2)
    enter: Callable[..., None] = service._Run._enter_together

    def removed_before(self: service._Run, ready: list[service.Carried]) -> None:
        for one in ready:
            for _, stored in one.stored:
                archive.stores.store(stored.store).delete(stored.key)
        enter(self, ready)

    monkeypatch.setattr(service._Run, "_enter_together", removed_before)
    assert _ingest(archive, tmp_path / "card").added == 2
    assert not fixity.verify(archive.engine, archive.stores).bad


@pytest.mark.slow
def test_what_is_just_being_removed_is_refused_and_comes_in_later(archive: Archive, tmp_path: Path) -> None:
    pictures(tmp_path / "card", 1)
    _ingest(archive, tmp_path / "card")
    with archive.transaction() as session:
        session.execute(update(Copy).values(phase=Phase.GOING, verified_at=None, problem={"template": "It goes."}))
    summary = _ingest(archive, tmp_path / "card")
    assert (summary.added, summary.refused) == (0, 1)
    with archive.reading() as session:
        assert session.scalars(select(Copy)).one().phase == Phase.GOING
