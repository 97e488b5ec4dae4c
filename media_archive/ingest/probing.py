"""The job that reads what the files of an asset say, and writes it into the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue import describing
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset, Kind
from media_archive.context import Context
from media_archive.errors import Damaged
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.metadata import service as metadata
from media_archive.metadata.formats import FORMATS
from media_archive.metadata.models import Findings
from media_archive.metadata.record import Record
from media_archive.storage.models import File, Role
from media_archive.words import Message

#: parts whose facts complement each other; of the others the first one counts whole
WHOLE = ("camera", "lens", "exposure", "description", "sources")
#: what a companion of another kind can tell of the asset: a Live Photo's film has a length, its photograph has none
SHARED = {"capture", "gps", "camera", "description", "sources", "conflicts", "problems"}


@dataclass(frozen=True)
class OneFile:
    """One file and what was found in it."""

    file: File
    record: Record
    found: Sequence[metadata.Found]
    problem: Message | None


class Prober:
    """Reads the files of an asset, and writes what they say into the catalogue."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def read(self, asset_id: UUID) -> list[OneFile]:
        """What the originals and sidecars say, originals first; Unavailable where their bytes cannot be had."""
        with self._context.reading() as session:
            files = _files(session, asset_id)
        sidecars = [self._probe(file) for file in files if file.role == Role.SIDECAR]
        written_beside = [found for one in sidecars for found in one.found]
        return [*(self._probe(file, written_beside) for file in files if file.role == Role.ORIGINAL), *sidecars]

    def _probe(self, file: File, written_beside: Sequence[metadata.Found] = ()) -> OneFile:
        zone = self._context.settings.time_zone
        try:
            with self._context.stores.at_hand(file) as path:
                _check_size(file, path)
                done = metadata.probe(path, FORMATS[file.format], zone=zone, sidecar=written_beside, name=file.name)
        except Damaged as exc:
            return OneFile(file, Record(), [], exc.message)
        return OneFile(file, done.record, done.findings, done.problem)

    def write(self, session: Session, asset: Asset, files: Sequence[OneFile]) -> None:
        """Findings, record and the columns made of it, and the event that tells of it."""
        for one in files:
            _keep_findings(session, one)
        _describe(session, asset, files)
        asset.probed_version = metadata.VERSION
        _tell(session, asset, files, "warning" if any(one.problem for one in files) else "success")
        catalogue.touch(session, asset.id)

    def refresh(self, session: Session, asset_id: UUID, files: Sequence[OneFile]) -> None:
        """As `write`, for an asset that was read before; asks for its renditions only if they would be others now.

        What a file said once and can no longer be made to say is kept.
        """
        asset = session.get(Asset, asset_id)
        if asset is None:
            return  # it became part of another one since
        if any(_says_less(one) for one in files):
            _tell(session, asset, files, "failure")
            return
        before = _shape(asset)
        self.write(session, asset, files)
        if _shape(asset) != before:
            _ask_for_renditions(session, asset)


class ProbeWork:
    """Probes the originals and sidecars of an asset; then asks for its renditions, whatever the probe found."""

    def __init__(self, context: Context) -> None:
        self._prober = Prober(context)

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        asset_id = job.target
        files = self._prober.read(asset_id)

        def conclude(session: Session) -> None:
            asset = session.get_one(Asset, asset_id)
            self._prober.write(session, asset, files)
            _ask_for_renditions(session, asset)

        return conclude

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The asset is shown without what its files say."""
        assert job.target
        events.record(
            session, "system", "metadata extraction", "asset", job.target, outcome="failure", reason=problem.to_json()
        )
        catalogue.touch(session, job.target)
        _ask_for_renditions(session, session.get_one(Asset, job.target))


def _check_size(file: File, path: Path) -> None:
    """What a copy that was cut off says is nothing that its file says."""
    has = path.stat().st_size
    if has != file.size:
        raise Damaged(
            "The copy of {name} has {has} bytes instead of {wants}. `media-archive verify` looks for a better one.",
            name=file.name,
            has=has,
            wants=file.size,
        )


def _says_less(one: OneFile) -> bool:
    """Whether a file that could be read once cannot be now: its reader died, or its copies are bad."""
    return one.problem is not None and not one.found and one.file.problem is None


def _tell(session: Session, asset: Asset, files: Sequence[OneFile], outcome: str) -> None:
    tools = sorted({f"{found.tool} {found.version}" for one in files for found in one.found})
    problems = [str(one.problem) for one in files if one.problem]
    told = {"problems": problems} if problems else {}
    events.record(
        session,
        "system",
        "metadata extraction",
        "asset",
        asset.id,
        outcome=outcome,
        tool="; ".join(tools)[:160],
        version=metadata.VERSION,
        **told,
    )


def _files(session: Session, asset_id: UUID) -> list[File]:
    wanted = select(File).where(File.asset_id == asset_id, File.role != Role.RENDITION)
    order = (File.role, func.coalesce(File.part, 0), File.created_at, File.id)
    return list(session.scalars(wanted.order_by(*order).options(selectinload(File.copies))))


def _keep_findings(session: Session, one: OneFile) -> None:
    session.execute(delete(Findings).where(Findings.file_id == one.file.id))
    session.add_all(
        Findings(file_id=one.file.id, tool=found.tool, tool_version=found.version, found=found.found)
        for found in one.found
    )
    session.get_one(File, one.file.id).problem = one.problem.to_json() if one.problem else None


def _describe(session: Session, asset: Asset, files: Sequence[OneFile]) -> None:
    """The columns that lists and filters need, from the records of all files together."""
    record = combined([one for one in files if one.file.role == Role.ORIGINAL], asset.kind)
    before = _shape(asset)
    describing.take_over(session, asset, record)
    if record.container and asset.kind == Kind.FILM and record.audio and not record.video:
        asset.kind = Kind.SOUND
    if asset.rendered_at and _shape(asset) == before:
        return  # whoever made the renditions saw the picture, the probe only its headers
    if record.shown:
        asset.width, asset.height = record.shown.width, record.shown.height
    if record.container:
        asset.duration = record.container.duration


def _shape(asset: Asset) -> Any:
    """What renditions depend on: what it is, and which way up."""
    record = asset.record or {}
    still, video = record.get("still", {}), (record.get("video") or [{}])[0]
    turned = still.get("orientation", 1), video.get("rotation", 0), video.get("pixel_aspect", 1.0)
    return str(asset.kind), turned


def combined(originals: Sequence[OneFile], kind: str) -> Record:
    """One record of an asset of `kind`: that of its first original of that kind, and what it lacks from the others.

    The parts of one recording add up to its duration.
    """
    ordered = sorted(originals, key=lambda one: FORMATS[one.file.format].kind != kind)
    if not ordered:
        return Record()
    made = ordered[0].record.model_dump()
    for other in ordered[1:]:
        alike = FORMATS[other.file.format].kind == FORMATS[ordered[0].file.format].kind
        _fill(made, other.record.model_dump(include=None if alike else SHARED))
    parts = [one.record.container for one in ordered if one.file.part is not None]
    if len(parts) > 1 and made["container"]:
        made["container"]["duration"] = sum(part.duration or 0 for part in parts if part) or None
    return Record.model_validate(made)


def _fill(made: dict[str, Any], other: dict[str, Any]) -> None:
    for name, value in other.items():
        if isinstance(made.get(name), dict) and isinstance(value, dict) and name in WHOLE:
            _fill(made[name], value)
        elif made.get(name) in (None, [], ""):
            made[name] = value


def _ask_for_renditions(session: Session, asset: Asset) -> None:
    asset.remake_at = catalogue.after_all(session, asset.id)
    jobs.request(session, f"render-{asset.kind}", asset.id, shoot_id=asset.shoot_id)
