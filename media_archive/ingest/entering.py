"""Entering one carried group: a new asset, further files of one that is there, or duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Kind, Rendition, Shoot
from media_archive.catalogue.register import Stored, attach, mend, original, register
from media_archive.catalogue.subjects.models import Subject
from media_archive.ingest import remembering
from media_archive.ingest.carry import Carried
from media_archive.ingest.grouping import Group, Member
from media_archive.ingest.intake import receipt
from media_archive.ingest.lasting import lasting
from media_archive.ingest.models import Outcome, Receipt
from media_archive.storage.models import File, Role
from media_archive.words import Message

_ORPHANED = Message("The picture or clip that this sidecar belongs to could not be taken in.")


@dataclass
class _Sorted:
    """The members of a group: those that are there already with the asset that has them, and the new ones."""

    duplicates: list[tuple[Member, str, UUID]]
    new: list[tuple[Member, Stored]] = field(default_factory=list)
    #: members with the bytes of another member
    twice: list[tuple[Member, Stored]] = field(default_factory=list)
    #: assets of duplicates that lie in the trash, and why nothing may join them
    trashed: dict[UUID, Message] = field(default_factory=dict)

    @property
    def there(self) -> UUID | None:
        """The asset that has an original of the group; one in the trash takes nothing in, for it may be deleted."""
        originals = (asset_id for member, _, asset_id in self.duplicates if member.role is Role.ORIGINAL)
        return next((one for one in originals if one not in self.trashed), None)


def enter(
    session: Session, carried: Carried, intake_id: UUID, shoot: Shoot, subjects: Sequence[Subject], who: str
) -> list[Receipt]:
    """Enters the group in `session`'s transaction; returns the receipts of its files."""
    carried = lasting(session, carried)
    receipts = [receipt(intake_id, candidate, Outcome.REFUSED, reason=why) for candidate, why in carried.refused]
    sorted_ = _sort(session, carried, shoot, who)
    for member, digest, asset_id in sorted_.duplicates:
        why = sorted_.trashed.get(asset_id)
        receipts.append(
            receipt(intake_id, member.candidate, Outcome.DUPLICATE, reason=why, asset_id=asset_id, sha256=digest)
        )
    if not sorted_.new:
        return receipts
    asset = session.get_one(Asset, sorted_.there) if sorted_.there else None
    if asset:
        _join(session, asset, carried.group, sorted_, who)
    elif any(member.role is Role.ORIGINAL for member, _ in sorted_.new):
        asset = _register(session, carried.group, sorted_.new, shoot, subjects, who)
    else:
        return receipts + [
            receipt(intake_id, member.candidate, Outcome.REFUSED, reason=_ORPHANED)
            for member, _ in sorted_.new + sorted_.twice
        ]
    gone = remembering.deleted(session, shoot.archive_id, [stored.sha256 for _, stored in sorted_.new])
    for outcome, members in ((Outcome.ADDED, sorted_.new), (Outcome.DUPLICATE, sorted_.twice)):
        for member, stored in members:
            why = gone.get(stored.sha256) if outcome is Outcome.ADDED else None
            receipts.append(
                receipt(intake_id, member.candidate, outcome, reason=why, asset_id=asset.id, sha256=stored.sha256)
            )
    return receipts


def _sort(session: Session, carried: Carried, shoot: Shoot, who: str) -> _Sorted:
    made = _Sorted(list(carried.duplicates))
    rest: list[tuple[Member, Stored]] = []
    for member, stored in carried.stored:
        # looked up again: another run may have brought the same bytes since
        there = original(session, shoot.archive_id, stored.sha256) if member.role is Role.ORIGINAL else None
        if there:
            mend(session, there, stored, who)
            made.duplicates.append((member, stored.sha256, there.asset_id))
        else:
            rest.append((member, stored))
    made.trashed = remembering.trashed(session, {asset_id for _, _, asset_id in made.duplicates})
    theirs = made.there
    seen: set[tuple[bool, str]] = set()
    for member, stored in rest:
        key = (member.role is Role.ORIGINAL, stored.sha256)
        if theirs and (file := _accompanied(session, shoot.archive_id, theirs, stored)):
            mend(session, file, stored, who)
            made.duplicates.append((member, stored.sha256, file.asset_id))
        elif key in seen:
            made.twice.append((member, stored))
        else:
            seen.add(key)
            made.new.append((member, stored))
    return made


def _accompanied(session: Session, archive_id: UUID, asset_id: UUID, stored: Stored) -> File | None:
    """These bytes among the files of `asset_id`, or of an asset that a person put a sidecar or proxy to."""
    same = select(File).where(File.sha256 == stored.sha256, File.role != Role.RENDITION)
    if there := session.scalars(same.where(File.asset_id == asset_id).limit(1)).first():
        return there
    if stored.role is Role.ORIGINAL:
        return None
    by_hand = same.join(Asset, Asset.id == File.asset_id).where(
        Asset.archive_id == archive_id, Asset.grouped_by.is_not(None), File.name == stored.name
    )
    return session.scalars(by_hand.limit(1)).first()


def _register(
    session: Session,
    group: Group,
    new: Sequence[tuple[Member, Stored]],
    shoot: Shoot,
    subjects: Sequence[Subject],
    who: str,
) -> Asset:
    kind = next(member.format.kind for member, _ in new if member.role is Role.ORIGINAL)
    rule = group.rule if len(new) > 1 else ""
    return register(session, shoot, Kind(kind), [stored for _, stored in new], subjects, who, rule or None)


def _join(session: Session, asset: Asset, group: Group, sorted_: _Sorted, who: str) -> None:
    """The new members come to the asset of those that are there; what a person put together stays as it is said."""
    if asset.grouped_by is None:
        asset.grouping = group.rule or asset.grouping
        for member, digest, asset_id in sorted_.duplicates:
            if asset_id == asset.id and member.part and (file := original(session, asset.archive_id, digest)):
                file.part = member.part
        if asset.kind != group.kind and any(member.role is Role.ORIGINAL for member, _ in sorted_.new):
            # the film of a Live Photo was here before its still: what was made of the film alone is no longer shown
            asset.kind, asset.rendered_at, asset.problem = Kind(group.kind), None, None
            session.execute(delete(Rendition).where(Rendition.asset_id == asset.id))
    attach(session, asset, [stored for _, stored in sorted_.new], who)
