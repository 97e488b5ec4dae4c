"""What keeps stores sound is killed at every call of a store and at every commit, and done again: nothing is lost, nothing
is left that nobody explains.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text, update

from media_archive.bundles import telling, writing
from media_archive.catalogue.models import Rendition
from media_archive.context import Context
from media_archive.db import now
from media_archive.storage import own
from media_archive.storage.models import Bundle, Copy, File, Role
from media_archive.upkeep import auditing, superseded
from tests.placement.yard import Faulty, Killed, Yard, quick_home, rule

LONG_AGO = now() - timedelta(days=400)
#: every moment where MEDIA_ARCHIVE_CRASHES=all
STEP = 1 if os.environ.get("MEDIA_ARCHIVE_CRASHES") == "all" else 3


@dataclass(eq=False)
class Fate:
    """Kills at the moment of number `last`; counts them."""

    last: int = 0
    passed: int = 0

    def __call__(self, *_: object) -> None:
        self.passed += 1
        if self.passed == self.last:
            raise Killed


@contextmanager
def spoilt(fate: Fate) -> Iterator[Yard]:
    """Two originals with two copies each, one of them rotten in one store; a rendition that was superseded."""
    with quick_home() as settings:
        yard = Yard.at(settings, rule(["hot", "far"]), lambda name, store: Faulty(store, fate))  # type: ignore[return-value,arg-type]
        fate.last = 0
        originals = [yard.put(data) for data in (b"one" * 900, b"two" * 900)]
        for number, original in enumerate(originals):
            copy = yard.copies(original)["hot"]
            at = yard.stores.store("far").keep(yard.stores.open("hot", copy.key))
            with yard.context.transaction() as session:
                session.add(Copy(file_id=original, store="far", key=at.key, verified_at=now()))
            yard.rot(("hot", "far")[number], copy.key)
        asset = yard.asset(originals[0])
        _, new = (yard.put(data, "t.jpg", Role.RENDITION, asset) for data in (b"old", b"new"))
        with yard.context.transaction() as session:
            session.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
            session.execute(text("INSERT INTO alembic_version VALUES ('0')"))
            session.add(Rendition(asset_id=asset, file_id=new, source_id=originals[0], recipe="t", version=2))
            session.execute(update(File).values(created_at=LONG_AGO))
            session.execute(update(Copy).values(audited_at=LONG_AGO, created_at=LONG_AGO))
        event.listen(yard.context.engine, "commit", fate)
        yield yard
        yard.context.close()


def audit(context: Context) -> None:
    for name in context.stores.names:
        auditing.audit(context, name)


def bundle(context: Context) -> None:
    writing.write(context)


def check_audited(yard: Yard) -> None:
    with yard.context.reading() as session:
        copies = session.scalars(select(Copy)).all()
        assert all(copy.verified_at and copy.problem is None for copy in copies)
    for copy in copies:
        assert hashlib.sha256(yard.place(copy.store, copy.key).read_bytes()).hexdigest() == copy.key
    aside = [place.read_bytes() for place in yard.context.settings.home.glob("store/*/damaged/*/*")]
    assert len(set(aside)) == 2, "what was bad is kept aside"


def check_bundled(yard: Yard) -> None:
    with yard.context.reading() as session:
        assert {one.store for one in session.scalars(select(Bundle)) if one.problem is None} == {"hot", "near", "far"}


def check_told(yard: Yard) -> None:
    with yard.context.reading() as session:
        assert all(session.scalars(select(Copy.told_at)))


def check_cleared(yard: Yard) -> None:
    with yard.context.reading() as session:
        assert len(session.scalars(select(File.id)).all()) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "check"),
    [
        (audit, check_audited),
        (bundle, check_bundled),
        (telling.tell, check_told),
        (superseded.clear, check_cleared),
    ],
)
def test_killed_at_any_moment_it_is_done_by_the_next(
    work: Callable[[Context], object], check: Callable[[Yard], None]
) -> None:
    last, lived = 0, False
    while not lived:
        last += STEP
        fate = Fate()
        with spoilt(fate) as yard:
            fate.passed, fate.last = 0, last
            try:
                work(yard.context)
                lived = fate.passed < last
            except Killed:
                pass
            fate.last = 0
            with yard.context.reading() as session:
                files = set(session.scalars(select(File.id).where(File.role == Role.ORIGINAL)))
                assert len(files) == 2
            with yard.context.transaction() as session:  # a day later
                session.execute(update(Copy).where(Copy.audited_at.is_not(None)).values(audited_at=LONG_AGO))
            work(yard.context)
            check(yard)
            assert {one for one in yard.objects() if not own.is_own(one[1])} == yard.rows(), f"killed at {last}"
    assert last > 5
