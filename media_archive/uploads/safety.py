"""Whether the card may be formatted: every file of a delivery has as many verified copies as its rule asks for.

Told anew from the copies each time, by the SHA-256 of each file: as its sender computed it, and as it was stored. Where
the two differ, the file is not what was on the card.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shown
from media_archive.db import now
from media_archive.ingest.models import Outcome
from media_archive.placement.conditions import rule_of
from media_archive.storage.models import Copy, File, Phase, Role
from media_archive.storage.profiles import Profile
from media_archive.uploads.models import Delivery, Stage, Upload
from media_archive.words import Message


class Fate(StrEnum):
    """Where one file of a delivery stands."""

    #: not all of it has come
    ARRIVING = "arriving"
    #: it is here, and was not looked at
    ARRIVED = "arrived"
    #: the archive has it, and further copies or their verification are awaited
    COPYING = "copying"
    SAFE = "safe"
    #: the archive did not take it: it lies on the card alone
    REFUSED = "refused"
    #: what was stored is not what the sender read from the card
    DIFFERENT = "different"
    #: hidden and system files, which nobody misses
    SKIPPED = "skipped"


@dataclass
class Standing:
    """How a delivery stands. `safe` means that the card may be formatted."""

    counts: dict[Fate, int]
    bytes: int
    fates: dict[UUID, Fate] = field(default_factory=dict)
    safe: bool = False

    @property
    def files(self) -> int:
        return sum(self.counts.values())

    @property
    def sentence(self) -> Message:
        """What the person with the card in hand has to know."""
        left = self.counts[Fate.REFUSED] + self.counts[Fate.DIFFERENT]
        if self.safe and self.counts[Fate.SKIPPED]:
            return Message(
                "The card may be formatted: every copy of {count} files is verified. {skipped} hidden or system files were"
                " left out.",
                {"count": self.counts[Fate.SAFE], "skipped": self.counts[Fate.SKIPPED]},
            )
        if self.safe:
            return Message(
                "The card may be formatted: every copy of all {count} files is verified.", {"count": self.files}
            )
        if not self.files:
            return Message("Nothing has been sent yet.")
        waiting = sum(self.counts[one] for one in (Fate.ARRIVING, Fate.ARRIVED, Fate.COPYING))
        if waiting:
            return Message(
                "Keep the card as it is: {count} of {files} files are not safe yet.",
                {"count": waiting, "files": self.files},
            )
        return Message(
            "Keep the card: {count} files were not taken in and lie on it alone. All others are safe.", {"count": left}
        )

    def to_json(self) -> dict[str, Any]:
        """For programs and the page."""
        return {
            "safe_to_format": self.safe,
            "files": self.files,
            "bytes": self.bytes,
            **{one.value: self.counts[one] for one in Fate},
        }


def standing(session: Session, profile: Profile, delivery: Delivery) -> Standing:
    """How `delivery` stands now."""
    uploads = session.scalars(select(Upload).where(Upload.delivery_id == delivery.id)).all()
    settled = delivery.stage in (Stage.TAKEN_IN, Stage.CLEARED)
    good = verified(session, profile, delivery) if settled else set()
    fates = {one.id: _fate(one, settled, one.id in good) for one in uploads}
    counts = dict.fromkeys(Fate, 0)
    for fate in fates.values():
        counts[fate] += 1
    safe = (
        settled and bool(uploads) and counts[Fate.SAFE] + counts[Fate.SKIPPED] == len(uploads) and counts[Fate.SAFE] > 0
    )
    return Standing(counts, sum(one.size or 0 for one in uploads), fates, safe)


def _fate(upload: Upload, settled: bool, is_good: bool) -> Fate:
    if not settled:
        return Fate.ARRIVED if upload.finished_at else Fate.ARRIVING
    if upload.outcome == Outcome.SKIPPED:
        return Fate.SKIPPED
    if upload.outcome == Outcome.REFUSED or (upload.outcome is None and not upload.left_out):
        return Fate.REFUSED
    if upload.sha256 and upload.stored_sha256 and upload.sha256 != upload.stored_sha256:
        return Fate.DIFFERENT
    return Fate.SAFE if is_good else Fate.COPYING


def verified(session: Session, profile: Profile, delivery: Delivery) -> set[UUID]:
    """The uploads whose bytes have enough verified copies, at enough sites, by the rule that is for them now."""
    rule = rule_of(profile, now())
    same = and_(
        File.sha256 == func.coalesce(Upload.stored_sha256, Upload.sha256),
        File.archive_id == delivery.archive_id,
        File.role != Role.RENDITION,
    )
    sound = and_(
        Copy.file_id == File.id,
        Copy.verified_at.is_not(None),
        Copy.problem.is_(None),
        Copy.phase == Phase.HERE,
        Copy.condemned_at.is_(None),
    )
    query = (
        select(Upload.id, File.id, File.role, rule, Copy.store).join(File, same).join(Asset, Asset.id == File.asset_id)
    )
    rows = session.execute(query.join(Copy, sound).where(Upload.delivery_id == delivery.id, shown()))
    stores: dict[tuple[UUID, UUID, str, int], set[str]] = defaultdict(set)
    for upload_id, file_id, role, place, store in rows:
        stores[upload_id, file_id, str(role), place].add(store)
    return {upload_id for (upload_id, _, role, place), there in stores.items() if _enough(profile, role, place, there)}


def _enough(profile: Profile, role: str, place: int, stores: set[str]) -> bool:
    """Copies in stores of the profile; a store holds an object once."""
    known = [store for store in stores if store in profile.stores]
    rule = profile.rules[place]
    needed = max(rule.verified, profile.minimum if role == Role.ORIGINAL else 1)
    return len(known) >= needed and len({profile.site_of(store) for store in known}) >= rule.sites


def known(session: Session, archive_id: UUID, digests: Sequence[str]) -> dict[str, UUID]:
    """SHA-256 -> asset, for originals of the archive of which a good copy is known, and that are not in the trash."""
    wanted = (
        select(File.sha256, File.asset_id).join(Asset, Asset.id == File.asset_id).join(Copy, Copy.file_id == File.id)
    )
    wanted = wanted.where(
        File.sha256.in_(digests),
        File.archive_id == archive_id,
        File.role != Role.RENDITION,
        Copy.verified_at.is_not(None),
        Copy.problem.is_(None),
        shown(),
    )
    return {row.sha256: row.asset_id for row in session.execute(wanted.distinct())}


def suspected(session: Session, archive_id: UUID, fingerprints: Sequence[str]) -> set[str]:
    """Those of the fingerprints (see `File.fingerprint`) that a file of the archive has: only these need hashing."""
    wanted = select(File.fingerprint).where(File.fingerprint.in_(fingerprints), File.archive_id == archive_id)
    return {one for one in session.scalars(wanted.where(File.role != Role.RENDITION)) if one}
