"""Random histories: files come in, are moved, brought back and deleted while everything that can fail does.

When the faults stop and the work is repeated, every file has as many verified copies as its rule asks for, at as many
sites, with its bytes in each; and no object lies in any store that no row explains. On the way no file is ever without
a good copy, and no copy goes while too few others are good.

MEDIA_ARCHIVE_HISTORIES says how many, or from which to which (650-1000); each has a seed, which a failure names.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from media_archive import db
from media_archive.catalogue.models import Archive, Asset
from media_archive.errors import ArchiveError, NoSpace, Unavailable
from media_archive.jobs.models import Job, State
from media_archive.jobs.runner import Runner
from media_archive.placement import applying, moves, nightly
from media_archive.placement.models import Plan, PlanState, Step
from media_archive.placement.moving.running import Run
from media_archive.placement.planner import make
from media_archive.restoring.models import RestoreItem, RestoreRequest, RestoreState
from media_archive.storage.models import Copy, File, Phase, Role
from media_archive.upkeep.work import PlaceWork
from tests.clocks import Clock, clock  # noqa: F401 - a fixture
from tests.contracts.conftest import moto_endpoint  # noqa: F401 - a fixture
from tests.placement.buckets import KEYS, BucketYard
from tests.placement.yard import Faulty, Killed, Yard, numbered, quick_home, rule

#: how many there are in all; without being told, as many of them as fit into the time
HISTORIES = 1000
SECONDS = 30.0
#: with stores in buckets each takes seconds
FEW_IN_BUCKETS = 4
#: read before tests clear the settings of the machine away
WANTED = os.environ.get("MEDIA_ARCHIVE_HISTORIES", "")
OPERATIONS = 20
RULES = [
    rule(["hot", "far"]),
    rule(["near", "far"]),
    rule(["hot", "near", "far"], verified=3),
    rule(["hot", "far"], grace=1),
    rule(["near", "far"], grace=1),
    rule(["hot", "far"], grace=2),
    rule(["near", "far"], grace=2),
]


@dataclass
class History:
    """One of them."""

    seed: int
    yard: Yard
    chance: random.Random = field(init=False)
    #: how likely a call of a store fails
    likely: float = 0.0
    read_only: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    bytes: dict[UUID, bytes] = field(default_factory=dict)
    assets: dict[UUID, UUID] = field(default_factory=dict)
    #: what an ingest that was killed will bring in again
    again: list[tuple[bytes, Role, UUID | None, str]] = field(default_factory=list)
    #: assets that are to be deleted for good
    doomed: set[UUID] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.data = numbered(self.chance)
        self.yard.wrap = lambda name, store: Faulty(store, self.fault)  # type: ignore[return-value,assignment]
        self.rule = RULES[0]
        self.yard.by(self.rule)

    def fault(self, store: str, call: str) -> str | None:
        """What becomes of a call."""
        if call == "before delete":
            self._check_deletion(store)
        when, _, what = call.partition(" ")
        if when == "before" and store in self.away:
            raise Unavailable("{store} is away.", store=store)
        if when == "before" and store in self.read_only and what in ("keep", "delete", "reclass"):
            raise Unavailable("The store {store} is read-only.", store=store)
        if self.chance.random() >= self.likely:
            return None
        if what == "keep" and self.chance.random() < 0.3:
            raise NoSpace("The disk of {store} is full.", store=store)
        kind = self.chance.choice(["reset", "killed", "wrong", "truncate"])
        if kind == "reset":
            raise Unavailable("{store} answers with 503.", store=store)
        if kind == "killed":
            raise Killed
        return kind

    # what people and the archive itself do

    def put(self) -> None:
        if self.bytes and self.chance.random() < 0.4:  # the same bytes as another file, or a file beside another
            like = self.chance.choice(list(self.bytes))
            data = self.bytes[like] if self.chance.random() < 0.8 else next(self.data)
            self._put(data, Role.SIDECAR, self._asset_of(like))
        else:
            self._put(next(self.data), Role.ORIGINAL, None)

    def _put(self, data: bytes, role: Role, asset: UUID | None) -> None:
        wanted = (data, role, asset, self.rule)
        self.again.append(wanted)
        file = self.yard.put(data, role=role, asset_id=asset)
        self.again.remove(wanted)
        self.bytes[file] = data

    def ingest_again(self) -> None:
        """Under the profile of then: what lies where another one lands its deposits is for `reconcile` to find."""
        now_in_force = self.rule
        for wanted in list(self.again):
            data, role, asset, self.rule = wanted
            self.yard.by(self.rule)
            there = asset is not None and self._exists(asset) and asset not in self.doomed
            try:
                self.again.remove(wanted)
                self._put(data, role, asset if there else None)
            finally:
                self.rule = now_in_force
                self.yard.by(self.rule)

    def place(self) -> None:
        with self.yard.context.transaction() as session:
            session.execute(update(Job).where(Job.state == State.RUNNING).values(state=State.WANTED))
            session.execute(update(Job).where(Job.state == State.WANTED).values(run_after=db.now(), attempts=0))
        works: Any = {"place": PlaceWork(self.yard.context)}
        Runner(self.yard.context.transaction, works, 9).drain("upkeep", seconds=2)
        if self.bytes:
            PlaceWork(self.yard.context).do(Job(target=self._asset_of(self._some_file()), asked_by="x"))

    def plan(self) -> None:
        self.rule = self.chance.choice(RULES)
        self.yard.by(self.rule)
        self.apply()

    def apply(self) -> None:
        """A plan that was under way goes on; else a new one is made."""
        with self.yard.context.reading() as session:
            current = applying.current(session)
        plan = current.id if current else make(self.yard.context, "x")
        if not current:
            applying.apply(self.yard.context, plan, "x")
        Run(self.yard.context, plan, "x", lambda: True, hands=1).go()

    def call_off(self) -> None:
        with self.yard.context.reading() as session:
            current = applying.current(session)
        if current:
            applying.cancel(self.yard.context, current.id, "x")

    def release(self) -> None:
        nightly.release_due(self.yard.context, "x")

    def audit(self) -> None:
        copies = self._copies()
        if copies:
            moves.confirm(self.yard.context, self.chance.choice(copies).id)

    def rot(self) -> None:
        """A bit flips, or an object is lost, where another good copy is: no archive survives the loss of all."""
        copy = self._one_of_several_good()
        if copy is None:
            return
        if self.chance.random() < 0.5:
            self.yard.rot(copy.store, copy.key)
        else:
            self.yard.lose(copy.store, copy.key)
        Clock.ahead += timedelta(hours=2)

    def neglect(self) -> None:
        """Something rots, nobody looks, and the grace of what is to go ends."""
        self.rot()
        Clock.ahead += timedelta(days=3)
        self.release()

    def hold(self) -> None:
        if self.bytes:
            file = self._some_file()
            self.yard.asset(file, hold=self.chance.choice([None, {"reason": "r"}]))

    def restore(self) -> None:
        """Somebody has a copy brought back, or gives one back."""
        with self.yard.context.transaction() as session:
            open_ones = session.scalars(select(RestoreItem).where(RestoreItem.state == RestoreState.READY)).all()
            for item in open_ones:
                item.state = RestoreState.ENDED
            copy = self.chance.choice(self._copies() or [None])
            if open_ones or copy is None:
                return
            archive = session.scalars(select(Archive.id)).one()
            request = RestoreRequest(archive_id=archive, asked_by="x", purpose="p", title="t", days=1)
            request.items = [RestoreItem(file_id=copy.file_id, copy_id=copy.id, bytes=1, state=RestoreState.READY)]
            session.add(request)

    def delete(self) -> None:
        if self.bytes:
            file = self._some_file()
            self.yard.asset(file, hold=None)
            self.doomed.add(self._asset_of(file))
        for asset in list(self.doomed):
            self._delete(asset)

    def _delete(self, asset: UUID) -> None:
        with self.yard.context.reading() as session:
            of_asset = select(Copy).join(Copy.file).where(File.asset_id == asset)
            copies, files = (
                session.scalars(of_asset).all(),
                session.scalars(select(File.id).where(File.asset_id == asset)).all(),
            )
        gone = [moves.release(self.yard.context, copy.id, "x", lambda session, asset: None).gone for copy in copies]
        if not all(gone):
            return
        with self.yard.context.transaction() as session:
            for model in (Step, RestoreItem):
                session.execute(delete(model).where(model.file_id.in_(files)))
            session.execute(delete(File).where(File.asset_id == asset))
            session.execute(delete(Asset).where(Asset.id == asset))
        for file in files:
            self.bytes.pop(file, None)
        self.doomed.discard(asset)

    def jump(self) -> None:
        Clock.ahead += timedelta(days=self.chance.uniform(-3, 5))

    def weather(self) -> None:
        """Stores come and go, disks are mounted for reading only, lines are bad or good."""
        self.likely = self.chance.choice([0.0, 0.05, 0.15, 0.4])
        names = ["hot", "near", "far"]
        self.away = {name for name in names if self.chance.random() < 0.1}
        self.read_only = {name for name in names if self.chance.random() < 0.1}

    # what is looked at

    def _check_deletion(self, store: str) -> None:
        """At the moment when an object is deleted: the files that are to stay have good copies elsewhere."""
        with self.yard.context.reading() as session:
            key = self.yard.stores.store(store).key  # type: ignore[attr-defined]
            going = select(Copy).where(Copy.store == store, Copy.key == key, Copy.phase == Phase.GOING)
            resting = select(Copy).where(Copy.store == store, Copy.key == key, Copy.phase == Phase.HERE)
            assert len(session.scalars(resting).all()) == 0, f"{store}: another file rests on what is deleted"
            # what was begun and never finished, or rotted, is no loss
            whole = [copy for copy in session.scalars(going) if self._is_good(copy)]
            files = [copy.file for copy in whole if copy.file.asset_id not in self.doomed]
            for file in files:
                held = session.get_one(Asset, file.asset_id).hold
                elsewhere = [one for one in file.copies if one.store != store and self._is_good(one)]
                # a copy that was read within the hour is believed; rot takes two hours here
                assert held is None, f"{store}: a hold was passed over"
                assert len(elsewhere) >= 2, f"{store}: too few copies are left of {file.sha256[:8]}"

    def check_on_the_way(self) -> None:
        safe = {copy.file_id for copy in self._copies() if self._is_good(copy)}
        for file in self.bytes:
            assert file in safe or self._asset_of(file) in self.doomed, "a file is lost"
        waiting = {digest(data) for data, *_ in self.again}
        unexplained = {key for _, key in self.yard.objects() - self.yard.rows()} - waiting
        assert not unexplained, f"objects without a row: {unexplained}"

    def calm(self) -> None:
        """The faults stop."""
        self.likely, self.away, self.read_only = 0.0, set(), set()
        Clock.ahead += timedelta(days=10)

    def repeat(self) -> None:
        """What was begun is done again until nothing is left to do."""
        with self.yard.context.transaction() as session:
            session.execute(update(RestoreItem).values(state=RestoreState.ENDED))
            session.execute(update(Asset).values(hold=None))
        for asset in list(self.doomed):
            self._delete(asset)
        self.ingest_again()
        for _ in range(2):
            for copy in self._copies():
                moves.confirm(self.yard.context, copy.id)
            for asset in {self._asset_of(file) for file in self.bytes}:
                PlaceWork(self.yard.context).do(Job(target=asset, asked_by="x"))
            self.apply()
            Clock.ahead += timedelta(days=3)
            self.release()

    def check_in_the_end(self) -> None:
        wanted = (
            {"hot", "near", "far"}
            if '"near", "far"' in self.rule and '"hot"' in self.rule.split("verified")[0]
            else ({"near", "far"} if '"near"' in self.rule else {"hot", "far"})
        )
        for file in self.bytes:
            copies = self.yard.copies(file)
            verified = {store for store, copy in copies.items() if copy.verified_at and copy.phase == Phase.HERE}
            assert wanted <= verified, f"verified only in {verified}"
            assert all(self._is_good(copies[store]) for store in verified), "marked as verified and is not"
        assert self.yard.objects() <= self.yard.rows(), "an object that nobody explains"
        known = {copy.file_id for copy in self._copies()}
        assert known == set(self.bytes)
        with self.yard.context.reading() as session:
            assert not session.scalars(select(Plan.id).where(Plan.state == PlanState.APPLYING)).all()
            assert not session.scalars(select(Copy.id).where(Copy.phase != Phase.HERE)).all()

    def _is_good(self, copy: Copy) -> bool:
        data = self.yard.read(copy.store, copy.key)
        return data is not None and digest(data) == copy.key

    def _one_of_several_good(self) -> Copy | None:
        good = [copy for copy in self._copies() if self._is_good(copy) and copy.phase == Phase.HERE]
        stores: dict[UUID, set[str]] = {}
        for copy in good:
            stores.setdefault(copy.file_id, set()).add(copy.store)
        # every file that rests on the object has another
        alone = {(copy.store, copy.key) for copy in good if len(stores[copy.file_id]) == 1}
        may = [copy for copy in good if (copy.store, copy.key) not in alone and copy.condemned_at is None]
        # where one is about to go, it matters most
        condemned = {copy.key for copy in good if copy.condemned_at is not None}
        may = [copy for copy in may if copy.key in condemned] or may
        return self.chance.choice(may) if may else None

    def _copies(self) -> list[Copy]:
        with self.yard.context.reading() as session:
            return list(session.scalars(select(Copy).order_by(Copy.id)))

    def _some_file(self) -> UUID:
        return self.chance.choice(list(self.bytes))

    def _asset_of(self, file: UUID) -> UUID:
        if file not in self.assets:
            with self.yard.context.reading() as session:
                self.assets[file] = session.get_one(File, file).asset_id
        return self.assets[file]

    def _exists(self, asset: UUID) -> bool:
        with self.yard.context.reading() as session:
            return session.get(Asset, asset) is not None


def digest(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


#: what happens, and how often
DEEDS: list[tuple[Callable[[History], None], int]] = [
    (History.put, 5),
    (History.ingest_again, 1),
    (History.place, 4),
    (History.plan, 4),
    (History.apply, 2),
    (History.call_off, 1),
    (History.release, 4),
    (History.audit, 2),
    (History.rot, 1),
    (History.neglect, 3),
    (History.hold, 1),
    (History.restore, 1),
    (History.delete, 2),
    (History.jump, 2),
    (History.weather, 5),
]


@contextmanager
def history(seed: int, kind: type[Yard] = Yard, **more: Any) -> Iterator[History]:
    with quick_home() as settings:
        yard = kind.at(settings.model_copy(update=more))
        try:
            yield History(seed, yard)
        finally:
            yard.context.close()


def live(one: History) -> None:
    """A history from its beginning to its end."""
    deeds, weights = zip(*DEEDS, strict=True)
    for _ in range(OPERATIONS):
        deed = one.chance.choices(deeds, weights)[0]
        one.told.append(deed.__name__)
        with suppress(ArchiveError, Killed):
            deed(one)
        one.check_on_the_way()
    one.told.append("calm")
    one.calm()
    one.repeat()
    one.check_in_the_end()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("clock")
def test_whatever_happens_every_file_keeps_its_copies_and_every_object_is_explained() -> None:
    assert _live_all(_seeds(), SECONDS, Yard) >= 3, "the machine is too slow for this test"


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("clock")
def test_the_same_holds_in_buckets(moto_endpoint: str) -> None:  # noqa: F811
    assert _live_all(_seeds()[:FEW_IN_BUCKETS], SECONDS, BucketYard, s3_endpoint=moto_endpoint, **KEYS) >= 1


def _live_all(seeds: range, seconds: float, kind: type[Yard], **more: Any) -> int:
    """Lives them one after the other; without being told which, as many as fit into the time. Returns how many."""
    until = monotonic() + seconds
    done = 0
    for seed in seeds:
        if not WANTED and monotonic() > until:
            break
        Clock.ahead = timedelta()
        with history(seed, kind, **more) as one:
            try:
                live(one)
            except BaseException as exc:
                exc.add_note(f"history {seed} of {kind.__name__}: {' '.join(one.told)}")
                raise
        done += 1
    return done


def _seeds() -> range:
    """Those that are asked for; else all."""
    first, _, last = (WANTED or str(HISTORIES)).rpartition("-")
    return range(int(first or 0), int(last))
