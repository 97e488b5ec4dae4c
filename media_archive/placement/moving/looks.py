"""What the catalogue says of a file at the moment of a move."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import NotFound
from media_archive.placement.conditions import rule_of
from media_archive.storage.models import Copy, File
from media_archive.storage.profiles import Profile
from media_archive.storage.profiles.places import Tier
from media_archive.storage.profiles.shape import Rule
from media_archive.storage.turns import take_turn


@dataclass(frozen=True)
class Look:
    """A file, its copies loaded, its asset, and the rule that is for it now."""

    file: File
    asset: Asset
    rule: Rule

    def wants(self, profile: Profile, tier: str) -> bool:
        """Whether the rule wants a copy in that tier."""
        return tier in self.rule.copies and tier in profile.tiers

    def wants_store(self, profile: Profile, store: str) -> bool:
        """Whether the rule wants a copy in any class of that store: a store holds an object once."""
        return any(tier.store == store for tier in profile.tiers_of(self.rule))


def look(session: Session, context: Context, file_id: UUID) -> Look:
    """How things stand with a file; NotFound if it is gone."""
    profile = context.stores.profile
    wanted = select(File, Asset, rule_of(profile, now())).join(Asset, Asset.id == File.asset_id)
    options = selectinload(File.copies)
    fresh = {"populate_existing": True}
    found = session.execute(wanted.where(File.id == file_id).options(options), execution_options=fresh).one_or_none()
    if found is None:
        raise NotFound("There is no file {id} any more.", id=str(file_id))
    file, asset, place = found
    return Look(file, asset, profile.rules[place])


def look_alone(session: Session, context: Context, file_id: UUID) -> Look:
    """The same, once it is one's turn (see `storage.turns`)."""
    sha256 = session.scalar(select(File.sha256).where(File.id == file_id))
    if sha256 is not None:
        take_turn(session, sha256)
    return look(session, context, file_id)


def tier_called(profile: Profile, name: str) -> Tier:
    """The tier of that name; NotFound if the profile has none, as when it was changed since a plan was made."""
    try:
        return profile.tiers[name]
    except KeyError:
        raise NotFound(
            "The storage profile {profile} has no tier {tier}. Make a new plan.", profile=profile.key, tier=name
        ) from None


def sharing(session: Session, copy: Copy) -> list[Copy]:
    """The copies of other files that rest on the same object."""
    same = select(Copy).where(Copy.store == copy.store, Copy.key == copy.key, Copy.id != copy.id)
    # by the digest too, which is indexed: the same object holds the same bytes
    same = same.join(Copy.file).where(File.sha256 == copy.file.sha256)
    return list(session.scalars(same.options(selectinload(Copy.file))))
