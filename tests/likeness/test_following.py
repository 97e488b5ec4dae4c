"""The index follows the catalogue: additions, changes, removals, several writers, loss."""

import shutil
import threading
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.errors import Unavailable
from media_archive.likeness import comparing, service
from media_archive.likeness.index import keeping
from media_archive.likeness.index.keeping import Keeper
from media_archive.likeness.models import Fingerprint
from tests.likeness.conftest import HASH, Enter, fingerprint, turned

pytestmark = pytest.mark.slow


def _near(archive: Archive, radius: int = 6, phash: int = HASH, keeper: Keeper | None = None) -> dict[UUID, int]:
    keeper = keeper or service.keeper_of(archive.settings)
    with archive.reading() as session:
        found = comparing.neighbours(session, keeper, phash, radius, 100)
        return {row.asset_id: distance for row, distance in found}


def test_what_comes_in_is_found_at_once(either_archive: Archive, enter: Enter) -> None:
    same, far = enter(turned(HASH, 3)), enter(turned(HASH, 30))
    assert either_archive.liken() == 2
    assert _near(either_archive) == {same: 3}
    later = enter(turned(HASH, 6))
    assert either_archive.liken() == 1
    assert _near(either_archive) == {same: 3, later: 6}
    assert _near(either_archive, 64).keys() == {same, far, later}


def test_a_changed_hash_is_found_under_the_new_one_only(either_archive: Archive, enter: Enter) -> None:
    asset = enter(HASH)
    either_archive.liken()
    fingerprint(either_archive, asset, turned(HASH, 30))
    either_archive.liken()
    assert _near(either_archive) == {}
    assert _near(either_archive, phash=turned(HASH, 30)) == {asset: 0}


def test_a_picture_that_is_gone_is_found_no_more(either_archive: Archive, enter: Enter) -> None:
    gone, unreadable, stays = enter(), enter(), enter()
    either_archive.liken()
    with either_archive.transaction() as session:
        session.execute(delete(Fingerprint).where(Fingerprint.asset_id == gone))
    fingerprint(either_archive, unreadable, None)
    either_archive.liken()
    assert _near(either_archive) == {stays: 0}


def test_a_position_is_never_given_twice(either_archive: Archive, enter: Enter) -> None:
    last = enter()
    either_archive.liken()
    keeper = service.keeper_of(either_archive.settings)
    with either_archive.transaction() as session:
        session.execute(delete(Fingerprint).where(Fingerprint.asset_id == last))
    new = enter(turned(HASH, 1))
    either_archive.liken()
    assert _near(either_archive, keeper=keeper) == {new: 1}


def test_an_open_index_follows_another_process_into_the_next_generation(archive: Archive, monkeypatch) -> None:
    from tests.likeness.conftest import entering

    monkeypatch.setattr(keeping, "SHORTEST_TAIL", 3)
    enter, reader = entering(archive), service.keeper_of(archive.settings)
    ids = [enter(turned(HASH, 1))]
    archive.liken()
    assert _near(archive, keeper=reader) == {ids[0]: 1}
    for count in range(6):
        ids.append(enter(turned(HASH, count)))
        archive.liken()
        assert set(_near(archive, keeper=reader)) == set(ids)
    assert len(list((archive.settings.home / "likeness").glob("generation-*"))) == 1
    assert reader.count() > 3


@pytest.mark.parametrize("lost", ["everything", "current", "hashes", "tail"])
def test_what_is_lost_of_the_index_is_made_again(archive: Archive, lost: str) -> None:
    from tests.likeness.conftest import entering

    enter = entering(archive)
    ids = {enter(turned(HASH, count)) for count in range(3)}
    archive.liken()
    folder = archive.settings.home / "likeness"
    if lost == "everything":
        shutil.rmtree(folder)
    elif lost == "current":
        (folder / "current").write_text("{")
    else:
        next(folder.glob("generation-*")).joinpath(lost).unlink()
    ids.add(enter())
    archive.liken()
    assert set(_near(archive)) == ids


def test_before_there_is_an_index_a_question_is_refused_with_what_to_do(archive: Archive) -> None:
    with pytest.raises(Unavailable, match="likeness rebuild"):
        service.keeper_of(archive.settings).near(HASH, 6, 10)


def test_rebuilding_takes_in_what_was_forgotten(either_archive: Archive, enter: Enter) -> None:
    from media_archive.catalogue.models import FingerprintOutbox

    asset = enter()
    with either_archive.transaction() as session:
        session.execute(delete(FingerprintOutbox))
    assert either_archive.liken() == 0
    assert service.rebuild(either_archive, service.keeper_of(either_archive.settings)) == 1
    assert _near(either_archive) == {asset: 0}


def test_only_one_writes_at_a_time(archive: Archive) -> None:
    from tests.likeness.conftest import entering

    entering(archive)()
    held, done = service.keeper_of(archive.settings), threading.Event()
    with held.writing() as pen:
        assert pen
        other = threading.Thread(target=lambda: (archive.liken(), done.set()))
        other.start()
        assert done.wait(20)
    with archive.reading() as session:
        assert session.scalar(select(Fingerprint)) is None
    assert archive.liken() == 1


def test_joining_assets_leaves_no_trace_of_the_one_that_joined(either_archive: Archive, enter: Enter) -> None:
    from media_archive.catalogue.grouping.service import join

    first, second, third = enter(), enter(), enter()
    either_archive.liken()
    with either_archive.transaction() as session:
        join(session, [session.get_one(Asset, first), session.get_one(Asset, second)], "somebody")
    either_archive.liken()
    assert _near(either_archive) == {first: 0, third: 0}
