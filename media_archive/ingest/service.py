"""From a folder to catalogued assets, in ordered steps:

    find       every regular file below the paths; links, hidden files and litter are counted and left
    recognise  by content; what is no media is refused by name
    group      by the rules of grouping: one folder at a time, a card structure as a whole
    carry      hash while copying, in one read, into the first store, and read back; exact duplicates are told first
    catalogue  rows, event, outbox and job in one transaction, together with the receipt of each file
    then       the probe asks for the renditions, each by its job

A file has its outcome once its receipt is committed, in the same transaction as what it was added as. So a run that
is interrupted anywhere and asked for again goes on with the files that have no receipt: nothing twice, nothing lost.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Shoot
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import ArchiveError
from media_archive.ingest import entering, intake
from media_archive.ingest.carry import Carried, carry, fingerprint
from media_archive.ingest.find import Candidate, Folder, checked, folders
from media_archive.ingest.grouping import Bundle, Group, Recognised, bundles, group
from media_archive.ingest.lasting import look_again, take_turns
from media_archive.ingest.models import Intake, Outcome, Receipt
from media_archive.ingest.refusing import reason
from media_archive.ingest.wish import NobodyWatches, Summary, Watch, Wish
from media_archive.jobs import service as jobs
from media_archive.metadata.formats import FORMATS, recognise_path, stranger_path
from media_archive.storage.models import File, Role
from media_archive.words import Message

#: groups under way at once: enough to hide the disk's waits behind one another's hashing
CARRIERS = 3
WINDOW = CARRIERS * 3
#: groups entered in one transaction when several are ready: a commit waits for the disk
ENTERED_TOGETHER = 16
HOLD_SECONDS = 15.0


def receive(
    archive: Context,
    paths: Sequence[Path],
    wish: Wish,
    *,
    who: str = "system",
    watch: Watch | None = None,
    laid_out: bool = False,
    only: Callable[[Candidate], bool] | None = None,
) -> Summary:
    """Brings everything below `paths` into the shoot of `wish`; returns what became of each file.

    Paths inside the archive's own folders are refused, unless the archive itself has `laid_out` there what arrived.
    With `only`, other files are as if they were not there.

    Raises Refused if the wish cannot be met, NoSpace or Unavailable if a store fails; what was accepted by then stays,
    and the same call again goes on from there.
    """
    watch = watch or NobodyWatches()
    absolute = checked(paths, () if laid_out else archive.own_folders)
    run = _begin(archive, absolute, wish, who, watch)
    run.only = only
    try:
        run.go(absolute)
    except ArchiveError as exc:
        with archive.transaction() as session:
            intake.stop(session.get_one(Intake, run.intake_id), exc.message)
        raise
    with archive.reading() as session:
        return intake.summary(session, run.intake_id)


def _begin(archive: Context, paths: Sequence[Path], wish: Wish, who: str, watch: Watch) -> "_Run":
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, wish.archive or archive.settings.archive_code)
        shoot = catalogue.open_shoot(
            session, institution, wish.shoot, caption=wish.caption, photographer=wish.photographer, who=who
        )
        subjects = []
        for kind, called in (
            *((SubjectKind.PROJECT, one) for one in wish.projects),
            *((SubjectKind.LANDMARK, one) for one in wish.landmarks),
            *((SubjectKind.STREET, one) for one in wish.streets),
        ):
            subject, made = city.subject_named(session, institution, kind, called, who)
            if made:
                watch.notes(Message("{name} was not known and has been entered; complete it later.", {"name": called}))
            subjects.append(subject)
        begun = intake.begin(session, shoot, paths, who)
        return _Run(archive, shoot, subjects, begun.id, who, watch, intake.settled(session, begun.id))


@dataclass
class _Run:
    """One run of the ingest."""

    archive: Context
    shoot: Shoot
    subjects: list[Subject]
    intake_id: UUID
    who: str
    watch: Watch
    settled: dict[str, tuple[int, int]]
    under_way: deque[Future[Carried]] = field(default_factory=deque)
    #: fingerprints of the files under way: a second one of them waits for the first to be catalogued
    moving: set[str] = field(default_factory=set)
    held_at: float = field(default_factory=monotonic)
    #: which files are taken; None means all
    only: Callable[[Candidate], bool] | None = None

    def go(self, paths: Sequence[Path]) -> None:
        """Everything below `paths`, to the end."""
        self._count(paths)
        with ThreadPoolExecutor(CARRIERS, thread_name_prefix="carry") as carriers:
            try:
                for bundle in bundles(self._folders(paths)):
                    self._take_in(bundle, carriers)
                self._settle(0)
            except BaseException:
                carriers.shutdown(wait=False, cancel_futures=True)
                raise
        with self.archive.transaction() as session:
            intake.end(session.get_one(Intake, self.intake_id))

    def _folders(self, paths: Sequence[Path]) -> Iterator[Folder]:
        for folder in folders(paths, self.archive.own_folders):
            if self.only is None:
                yield folder
            else:
                yield replace(folder, candidates=[one for one in folder.candidates if self.only(one)])

    def _count(self, paths: Sequence[Path]) -> None:
        files = size = 0
        for folder in self._folders(paths):
            files += len(folder.candidates)
            size += sum(one.size for one in folder.candidates)
        with self.archive.transaction() as session:
            run = session.get_one(Intake, self.intake_id)
            run.found, run.found_bytes, run.counted_at = files, size, now()
        self.watch.expects(files, size)

    def _take_in(self, bundle: Bundle, carriers: ThreadPoolExecutor) -> None:
        refused = [self._pass(one.path, one.reason, refused=one.refused) for one in bundle.passed_over]
        self._enter_receipts([one for one in refused if self._is_new(one)])
        groups = self._groups(bundle)
        known = self._known([member.fingerprint for one in groups for member in one.members])
        for one in groups:
            prints = {member.fingerprint for member in one.members}
            again = prints & self.moving
            if again:
                self._settle(0)
            self._settle(WINDOW - 1)
            self.moving |= prints
            seen = frozenset(known | again)
            self.under_way.append(
                carriers.submit(carry, self.archive, self.shoot.archive_id, one, seen, self.watch.reads)
            )

    def _pass(self, path: Path, reason: Message, *, refused: bool) -> Receipt:
        outcome = Outcome.REFUSED if refused else Outcome.SKIPPED
        return intake.receipt(self.intake_id, Candidate(path, "", 0, 0), outcome, reason=reason)

    def _is_new(self, one: Receipt) -> bool:
        return self.settled.get(one.path_key) != (one.size, one.modified_ns)

    def _groups(self, bundle: Bundle) -> list[Group]:
        """The groups of a bundle that have a member without outcome; what is no media gets its outcome here."""
        recognised, refused = [], []
        for candidate in bundle.candidates:
            one = self._recognise(candidate, bundle)
            if isinstance(one, Message):
                refused.append(intake.receipt(self.intake_id, candidate, Outcome.REFUSED, reason=one))
            else:
                recognised.append(one)
        groups, alone = group(recognised, bundle.root, bundle.card)
        refused += [intake.receipt(self.intake_id, one.candidate, Outcome.REFUSED, reason=_ALONE) for one in alone]
        self._enter_receipts([one for one in refused if self._is_new(one)])
        new = [one for one in groups if not all(self._has_outcome(member.candidate) for member in one.members)]
        self._tell_settled(len(bundle.candidates) - sum(len(one.members) for one in new), bundle, new)
        return new

    def _has_outcome(self, candidate: Candidate) -> bool:
        return self.settled.get(intake.key_of(candidate.path)) == (candidate.size, candidate.modified_ns)

    def _tell_settled(self, files: int, bundle: Bundle, new: Sequence[Group]) -> None:
        waiting = sum(member.candidate.size for one in new for member in one.members)
        self.watch.reads(sum(one.size for one in bundle.candidates) - waiting)
        self.watch.settles(files)

    def _recognise(self, candidate: Candidate, bundle: Bundle) -> Recognised | Message:
        if candidate.size == 0:
            return Message("The file is empty.")
        try:
            format_ = recognise_path(candidate.path)
            if format_ is None and bundle.keeps(candidate.path):
                format_ = FORMATS["card-data"]
            if format_ is None:
                return reason(stranger_path(candidate.path))
            return Recognised(candidate, format_, fingerprint(candidate.path, candidate.size))
        except OSError as exc:
            return Message("It cannot be read: {reason}.", {"reason": exc.strerror or str(exc)})

    def _known(self, prints: Sequence[str]) -> set[str]:
        """Which of these fingerprints an original of the archive has."""
        known: set[str] = set()
        with self.archive.reading() as session:
            for start in range(0, len(prints), 500):
                there = select(File.fingerprint).where(
                    File.fingerprint.in_(prints[start : start + 500]),
                    File.archive_id == self.shoot.archive_id,
                    File.role == Role.ORIGINAL,
                )
                known.update(one for one in session.scalars(there) if one)
        return known

    def _settle(self, leave: int) -> None:
        """Enters carried groups, oldest first, until at most `leave` are under way."""
        while len(self.under_way) > leave:
            ready = [self._next()]
            while self.under_way and self.under_way[0].done() and len(ready) < ENTERED_TOGETHER:
                ready.append(self.under_way.popleft().result())
            self._enter(ready)

    def _next(self) -> Carried:
        first = self.under_way[0]
        while True:
            try:
                carried = first.result(timeout=HOLD_SECONDS)
                self.under_way.popleft()
                return carried
            except TimeoutError:
                if first.done():
                    raise
                self._hold()

    def _hold(self) -> None:
        with self.archive.transaction() as session:
            intake.hold(session.get_one(Intake, self.intake_id))
        self.held_at = monotonic()

    def _enter(self, ready: Sequence[Carried]) -> None:
        """One transaction for all; where another run came between, one for each."""
        try:
            self._enter_together(ready)
        except IntegrityError:
            for one in ready:
                self._enter_together([one])
        for one in ready:
            look_again(self.archive, one)
            self.moving -= {member.fingerprint for member in one.group.members}
            self.watch.settles(len(one.group.members))

    def _enter_together(self, ready: Sequence[Carried]) -> None:
        with self.archive.transaction() as session:
            take_turns(session, ready)
            for one in ready:
                receipts = entering.enter(session, one, self.intake_id, self.shoot, self.subjects, self.who)
                intake.enter(session, receipts)
                self._ask_for_copies(session, receipts)
            if monotonic() - self.held_at > HOLD_SECONDS:
                intake.hold(session.get_one(Intake, self.intake_id))
                self.held_at = monotonic()

    def _ask_for_copies(self, session: Session, receipts: Sequence[Receipt]) -> None:
        """Further copies, where the profile wants more than the one that was just made."""
        if not any(self.archive.stores.profile.spreads(role) for role in (Role.ORIGINAL, Role.SIDECAR)):
            return
        added = {one.asset_id for one in receipts if one.outcome is Outcome.ADDED}
        for asset_id in added:
            jobs.request(session, "place", asset_id, shoot_id=self.shoot.id, who=self.who)

    def _enter_receipts(self, receipts: Sequence[Receipt]) -> None:
        if receipts:
            with self.archive.transaction() as session:
                intake.enter(session, receipts)


_ALONE = Message("A sidecar without the picture or clip that it belongs to; it has the same name in the same folder.")
