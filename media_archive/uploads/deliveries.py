"""Deliveries: what is sent together. Opened with a template, filled by uploads, handed over to the ingest."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from media_archive.catalogue import service as catalogue
from media_archive.catalogue.describing import service as describing
from media_archive.catalogue.models import Archive, Shoot
from media_archive.config import Settings
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.ingest.wish import Wish
from media_archive.jobs import service as jobs
from media_archive.uploads import naming
from media_archive.uploads import service as uploads
from media_archive.uploads.models import Delivery, Stage, Upload

LONGEST = 20_000


@dataclass(frozen=True)
class Template:
    """What is known of everything in a delivery before the first byte is sent."""

    shoot: str
    project: str = ""
    landmark: str = ""
    street: str = ""
    photographer: str = ""
    caption: str = ""
    #: of the shoot, where these are told (see `describing/fields.toml`)
    location: str = ""
    rights_holder: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Template":
        """The fields of a form or a JSON document, without space around them; Invalid where one is too long."""
        found = {one.name: _plain(given.get(one.name)) for one in fields(cls)}
        for name, value in found.items():
            most = LONGEST if name == "caption" else catalogue.LONGEST_NAME
            if len(value) > most:
                raise Invalid("{field} may have at most {most} characters.", field=name, most=most)
        return cls(**found)

    def wish(self, archive: str) -> Wish:
        """The same for the ingest."""
        return Wish(
            shoot=self.shoot,
            archive=archive,
            caption=self.caption,
            photographer=self.photographer,
            projects=tuple(filter(None, (self.project,))),
            landmarks=tuple(filter(None, (self.landmark,))),
            streets=tuple(filter(None, (self.street,))),
        )


def _plain(value: Any) -> str:
    """A text that a database can hold, without space around it."""
    return str(value or "").replace("\0", "").encode("utf-8", "ignore").decode().strip()


def begin(session: Session, archive: Archive, template: Template, who: str) -> Delivery:
    """A new delivery of `who`'s; its shoot is opened when it is handed over."""
    catalogue.checked_name(template.shoot)
    delivery = Delivery(archive_id=archive.id, owner=who, template=asdict(template))
    session.add(delivery)
    session.flush()
    events.record(session, who, "creation", "delivery", delivery.id, shoot=template.shoot)
    return delivery


def usual(session: Session, archive: Archive, who: str, zone: str, shoot: str = "") -> Delivery:
    """Where an upload comes that names no delivery: today's open one of that shoot, begun with the first."""
    name = shoot.strip() or f"{now().astimezone(ZoneInfo(zone)).date()} {who}"
    mine = select(Delivery).where(Delivery.owner == who, Delivery.stage == Stage.OPEN)
    for one in session.scalars(mine.where(Delivery.archive_id == archive.id).order_by(Delivery.created_at.desc())):
        if one.template.get("shoot") == name:
            return one
    return begin(session, archive, Template(shoot=name), who)


def own(session: Session, delivery_id: UUID, who: str, *, locked: bool = False) -> Delivery:
    """The delivery, if it is `who`'s; NotFound otherwise."""
    found = session.get(Delivery, delivery_id, with_for_update=locked)
    if found is None or found.owner != who:
        raise NotFound("There is no such delivery. The page Upload lists yours.")
    return found


@dataclass(frozen=True)
class Line:
    """A delivery in a list, with the number of its files and their bytes."""

    delivery: Delivery
    files: int
    bytes: int


def listed(session: Session, who: str, most: int = 50) -> list[Line]:
    """The deliveries of `who`, the latest first."""
    mine = select(Delivery).where(Delivery.owner == who).order_by(Delivery.created_at.desc(), Delivery.id.desc())
    found = session.scalars(mine.limit(most)).all()
    counts = select(Upload.delivery_id, func.count(), func.coalesce(func.sum(Upload.size), 0))
    counts = counts.where(Upload.delivery_id.in_([one.id for one in found])).group_by(Upload.delivery_id)
    counted = {delivery_id: (files, int(size or 0)) for delivery_id, files, size in session.execute(counts)}
    return [Line(one, *counted.get(one.id, (0, 0))) for one in found]


def files(session: Session, delivery_id: UUID, after: str = "", most: int = 100_000) -> Sequence[Upload]:
    """Its files by path, behind the path `after`."""
    wanted = select(Upload).where(Upload.delivery_id == delivery_id, Upload.path > after)
    return session.scalars(wanted.order_by(Upload.path).limit(most)).all()


def leave_out(session: Session, delivery: Delivery, path: bytes, size: int, sha256: str) -> Upload:
    """Notes a file that stays where it is because the archive has its bytes: it counts when the card is judged."""
    name = naming.path_of(path)
    there = uploads.named(session, delivery, name)
    if there is not None:
        return there
    if delivery.stage != Stage.OPEN:
        raise Conflict("The delivery has been handed over: nothing more can be added. Begin another one.")
    upload = Upload(
        owner=delivery.owner,
        delivery_id=delivery.id,
        path=name,
        path_key=naming.key_of(name),
        size=size,
        sha256=sha256,
        left_out=True,
        finished_at=now(),
    )
    session.add(upload)
    session.flush()
    return upload


def hand_over(session: Session, settings: Settings, delivery: Delivery) -> None:
    """Has everything that arrived taken in; asking again is safe. Conflict where a file has not come to its end."""
    if delivery.stage in (Stage.TAKEN_IN, Stage.CLEARED):
        return
    if delivery.stage == Stage.OPEN:
        _check_whole(session, settings, delivery)
        shoot = _open_shoot(session, delivery)
        delivery.shoot_id, delivery.stage, delivery.handed_at = shoot.id, Stage.HANDED_OVER, now()
        events.record(session, delivery.owner, "transfer", "delivery", delivery.id, shoot=shoot.name)
    delivery.problem = None
    jobs.request(session, "take-in", delivery.id, shoot_id=delivery.shoot_id, who=delivery.owner, first=True)


def drop_unfinished(context: Context, delivery_id: UUID, who: str) -> None:
    """Takes out what has not come to its end, so that the rest can be handed over. Busy while bytes come in."""
    unfinished = select(Upload).where(Upload.delivery_id == delivery_id, Upload.finished_at.is_(None))
    with context.reading() as session:
        _check_open(own(session, delivery_id, who))
        left = [one for one in session.scalars(unfinished) if uploads.offset(context.settings, one) != one.size]
    uploads.remove_bytes(context.settings, left)
    with context.transaction() as session:
        for one in left:
            uploads.forget(session, uploads.own(session, one.id, who))


def _check_whole(session: Session, settings: Settings, delivery: Delivery) -> None:
    unfinished = select(Upload).where(Upload.delivery_id == delivery.id, Upload.finished_at.is_(None))
    waiting = 0
    for upload in session.scalars(unfinished):
        uploads.finish(upload, uploads.offset(settings, upload))
        waiting += upload.finished_at is None
    if waiting:
        raise Conflict("{count} files have not come to their end. Send them, or hand over without them.", count=waiting)
    if not session.scalar(select(func.count()).select_from(Upload).where(Upload.delivery_id == delivery.id)):
        raise Conflict("Nothing has been sent yet. Add files first.")


def _open_shoot(session: Session, delivery: Delivery) -> Shoot:
    template = Template.of(delivery.template)
    archive = session.get_one(Archive, delivery.archive_id)
    shoot = catalogue.open_shoot(
        session,
        archive,
        template.shoot,
        caption=template.caption,
        photographer=template.photographer,
        who=delivery.owner,
    )
    told = {name: value for name in ("location", "rights_holder") if (value := getattr(template, name))}
    if told:
        describing.edit_shoot(session, shoot, told, delivery.owner)
    return shoot


def discard(context: Context, delivery_id: UUID, who: str, by: str | None = None) -> None:
    """Removes an open delivery of `who` and what has come of it, for `by` if that is another. Conflict once it was handed over."""
    with context.reading() as session:
        _check_open(own(session, delivery_id, who))
        came = session.scalars(select(Upload).where(Upload.delivery_id == delivery_id)).all()
    uploads.remove_bytes(context.settings, came)
    with context.transaction() as session:
        delivery = own(session, delivery_id, who, locked=True)
        _check_open(delivery)
        for upload in session.scalars(select(Upload).where(Upload.delivery_id == delivery_id)).all():
            uploads.forget(session, upload)
        told: dict[str, Any] = {"shoot": delivery.template.get("shoot"), "owner": who}
        events.record(session, by or who, "deletion", "delivery", delivery.id, **told)
        session.flush()
        session.delete(delivery)


def _check_open(delivery: Delivery) -> None:
    if delivery.stage != Stage.OPEN:
        raise Conflict("The delivery has been handed over. What came in of it is in its shoot.")


def digests_told(session: Session, delivery: Delivery, digests: Mapping[str, str]) -> int:
    """Path -> SHA-256 as the sender computed them meanwhile; returns how many were noted."""
    noted = 0
    for path, sha256 in digests.items():
        mine = update(Upload).where(Upload.delivery_id == delivery.id, Upload.path_key == naming.key_of(path))
        done = session.execute(mine.where(Upload.sha256.is_(None)).values(sha256=sha256).returning(Upload.id))
        noted += len(done.all())
    return noted
