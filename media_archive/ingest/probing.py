"""The job that reads what the files of an asset say, and writes it into the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

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
from media_archive.metadata.record import Record, plain
from media_archive.storage.models import File, Role
from media_archive.words import Message

#: parts whose facts complement each other; of the others the first one counts whole
WHOLE = ("camera", "lens", "exposure", "description")


@dataclass(frozen=True)
class _Probed:
    """One file and what was found in it."""

    file: File
    record: Record
    found: Sequence[metadata.Found]
    problem: Message | None


class ProbeWork:
    """Probes the originals and sidecars of an asset; then asks for its renditions, whatever the probe found."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        asset_id = job.target
        with self._context.reading() as session:
            files = _files(session, asset_id)
        sidecars = [self._probe(file) for file in files if file.role == Role.SIDECAR]
        written_beside = [found for one in sidecars for found in one.found]
        probed = [*(self._probe(file, written_beside) for file in files if file.role == Role.ORIGINAL), *sidecars]

        def conclude(session: Session) -> None:
            asset = session.get_one(Asset, asset_id)
            for one in probed:
                _keep_findings(session, one)
            _describe(asset, probed)
            tools = sorted({f"{found.tool} {found.version}" for one in probed for found in one.found})
            problems = [str(one.problem) for one in probed if one.problem]
            outcome = "warning" if problems else "success"
            events.record(
                session,
                "system",
                "metadata extraction",
                "asset",
                asset_id,
                outcome=outcome,
                tool="; ".join(tools)[:160],
                **({"problems": problems} if problems else {}),
            )
            _ask_for_renditions(session, asset)

        return conclude

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The asset is shown without what its files say."""
        assert job.target
        events.record(
            session, "system", "metadata extraction", "asset", job.target, outcome="failure", reason=problem.to_json()
        )
        _ask_for_renditions(session, session.get_one(Asset, job.target))

    def _probe(self, file: File, written_beside: Sequence[metadata.Found] = ()) -> _Probed:
        zone = self._context.settings.time_zone
        try:
            with self._context.stores.at_hand(file) as path:
                done = metadata.probe(path, FORMATS[file.format], zone=zone, sidecar=written_beside)
        except Damaged as exc:
            return _Probed(file, Record(), [], exc.message)
        return _Probed(file, done.record, done.findings, done.problem)


def _files(session: Session, asset_id: UUID) -> list[File]:
    wanted = select(File).where(File.asset_id == asset_id, File.role != Role.RENDITION)
    return list(
        session.scalars(wanted.order_by(File.role, File.created_at, File.id).options(selectinload(File.copies)))
    )


def _keep_findings(session: Session, one: _Probed) -> None:
    session.execute(delete(Findings).where(Findings.file_id == one.file.id))
    session.add_all(
        Findings(file_id=one.file.id, tool=found.tool, tool_version=found.version, found=found.found)
        for found in one.found
    )
    session.get_one(File, one.file.id).problem = one.problem.to_json() if one.problem else None


def _describe(asset: Asset, probed: Sequence[_Probed]) -> None:
    """The columns that lists and filters need, from the records of all files together."""
    record = combined([one.record for one in probed if one.file.role == Role.ORIGINAL])
    asset.record = plain(record)
    asset.keywords = list(record.description.keywords)
    if record.shown:
        asset.width, asset.height = record.shown.width, record.shown.height
    if record.capture:
        asset.taken_at, asset.taken_text = record.capture.instant, record.capture.at
        asset.taken_offset, asset.year = record.capture.offset, record.capture.year
        asset.shown_at = record.capture.instant
    if record.gps:
        asset.latitude, asset.longitude = record.gps.lat, record.gps.lon
    if record.container:
        asset.duration = record.container.duration
        if asset.kind == Kind.FILM and record.audio and not record.video:
            asset.kind = Kind.SOUND


def combined(records: Sequence[Record]) -> Record:
    """One record of an asset: that of its first original, and what it lacks from its companions."""
    if not records:
        return Record()
    made = records[0].model_dump()
    for other in records[1:]:
        _fill(made, other.model_dump())
    return Record.model_validate(made)


def _fill(made: dict[str, Any], other: dict[str, Any]) -> None:
    for name, value in other.items():
        if isinstance(made.get(name), dict) and isinstance(value, dict) and name in WHOLE:
            _fill(made[name], value)
        elif made.get(name) in (None, [], ""):
            made[name] = value


def _ask_for_renditions(session: Session, asset: Asset) -> None:
    catalogue.touch(session, asset.id)
    jobs.request(session, f"render-{asset.kind}", asset.id, shoot_id=asset.shoot_id)
