"""Entering one carried group: a new asset, further files of one that is there, or duplicates."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Kind, Shoot, Subject
from media_archive.catalogue.register import Stored, attach, mend, original, register
from media_archive.ingest.carry import Carried
from media_archive.ingest.grouping import Member
from media_archive.ingest.intake import receipt
from media_archive.ingest.models import Outcome, Receipt
from media_archive.storage.models import File, Role
from media_archive.words import Message

_ORPHANED = Message("The picture or clip that this sidecar belongs to could not be taken in.")


def enter(
    session: Session, carried: Carried, intake_id: UUID, shoot: Shoot, subjects: Sequence[Subject], who: str
) -> list[Receipt]:
    """Enters the group in `session`'s transaction; returns the receipts of its files."""
    receipts = [receipt(intake_id, candidate, Outcome.REFUSED, reason=why) for candidate, why in carried.refused]
    duplicates = [(member, digest, asset) for member, digest, asset in carried.duplicates]
    new: list[tuple[Member, Stored]] = []
    for member, stored in carried.stored:
        # looked up again: another run may have brought the same bytes since
        there = original(session, shoot.archive_id, stored.sha256) if member.role is Role.ORIGINAL else None
        if there:
            mend(session, there, stored, who)
            duplicates.append((member, stored.sha256, there.asset_id))
        else:
            new.append((member, stored))
    for member, digest, asset_id in duplicates:
        receipts.append(receipt(intake_id, member.candidate, Outcome.DUPLICATE, asset_id=asset_id, sha256=digest))
    there_already = session.get_one(Asset, duplicates[0][2]) if duplicates else None
    return receipts + _add(session, new, there_already, intake_id, shoot, subjects, who)


def _add(
    session: Session,
    new: list[tuple[Member, Stored]],
    asset: Asset | None,
    intake_id: UUID,
    shoot: Shoot,
    subjects: Sequence[Subject],
    who: str,
) -> list[Receipt]:
    receipts = []
    if asset:
        known = set(session.scalars(select(File.sha256).where(File.asset_id == asset.id)))
        for member, stored in [one for one in new if one[1].sha256 in known]:
            receipts.append(
                receipt(intake_id, member.candidate, Outcome.DUPLICATE, asset_id=asset.id, sha256=stored.sha256)
            )
        new = [one for one in new if one[1].sha256 not in known]
        if new:
            attach(session, asset, [stored for _, stored in new], who)
    elif any(member.role is Role.ORIGINAL for member, _ in new):
        kind = next(member.format.kind for member, _ in new if member.role is Role.ORIGINAL)
        asset = register(session, shoot, Kind(kind), [stored for _, stored in new], subjects, who)
    else:
        return [receipt(intake_id, member.candidate, Outcome.REFUSED, reason=_ORPHANED) for member, _ in new]
    for member, stored in new:
        receipts.append(receipt(intake_id, member.candidate, Outcome.ADDED, asset_id=asset.id, sha256=stored.sha256))
    return receipts
