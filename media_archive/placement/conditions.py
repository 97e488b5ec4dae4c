"""Which rule of a profile is for a file, as one expression that the database works out for any number of files."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, and_, case, exists, func, literal, null, or_, select, true
from sqlalchemy.orm import aliased

from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.subjects.models import Link, Subject
from media_archive.storage.models import File, Role
from media_archive.storage.profiles import Profile
from media_archive.storage.profiles.shape import When

#: the few assets under a hold have an index of their own
_OnHold = aliased(Asset)


def rule_of(profile: Profile, moment: datetime) -> ColumnElement[int]:
    """Place in `profile.rules`, from 0, of the first rule that fits a file at `moment`.

    To be selected from File joined with Asset. A camera's proxy goes by the rules for sidecars where no rule speaks of
    proxies; the profile has made sure that every other file fits one.
    """
    whens = [(fits(rule.when, moment), literal(place, Integer)) for place, rule in enumerate(profile.rules)]
    asides = [
        (and_(File.role == Role.PROXY, fits(_but_roles(rule.when), moment)), literal(place, Integer))
        for place, rule in enumerate(profile.rules)
        if not rule.when.roles or Role.SIDECAR in rule.when.roles
    ]
    return case(*whens, *asides)


def fits(when: When, moment: datetime) -> ColumnElement[bool]:
    """Whether a file (joined with its asset) is one that `when` describes."""
    return and_(true(), *_of_file(when, moment), *_of_asset(when, moment), *_of_company(when))


def _but_roles(when: When) -> When:
    return when.model_copy(update={"roles": ()})


def _of_file(when: When, moment: datetime) -> Iterator[ColumnElement[bool]]:
    if when.roles:
        yield File.role.in_(when.roles)
    if when.formats:
        yield File.format.in_(when.formats)
    if when.larger_than is not None:
        yield File.size > when.larger_than
    if when.smaller_than is not None:
        yield File.size < when.smaller_than
    if when.older_than is not None:
        yield File.created_at <= moment - timedelta(days=when.older_than)
    if when.younger_than is not None:
        yield File.created_at > moment - timedelta(days=when.younger_than)


def _of_asset(when: When, moment: datetime) -> Iterator[ColumnElement[bool]]:
    if when.kinds:
        yield Asset.kind.in_(when.kinds)
    if when.idle_for is not None:
        yield func.coalesce(Asset.opened_at, Asset.created_at) <= moment - timedelta(days=when.idle_for)
    if when.rating_at_least is not None:
        yield func.coalesce(Asset.rating, 0) >= when.rating_at_least
    if when.rating_at_most is not None:
        yield func.coalesce(Asset.rating, 0) <= when.rating_at_most
    if when.retention:
        yield Asset.retention.in_(when.retention)
    if when.hold is not None:
        held = select(_OnHold.id).where(_OnHold.hold.is_not(null()))
        yield Asset.id.in_(held) if when.hold else Asset.id.not_in(held)
    if when.archives:
        yield Asset.archive_id.in_(select(Archive.id).where(Archive.code.in_(when.archives)))


def _of_company(when: When) -> Iterator[ColumnElement[bool]]:
    if when.collections:
        yield exists().where(
            CollectionItem.asset_id == Asset.id,
            CollectionItem.collection_id == Collection.id,
            Collection.name.in_(when.collections),
        )
    if when.subjects:
        yield Asset.id.in_(select(Link.asset_id).where(Link.subject_id.in_(_subjects(when.subjects))))


def _subjects(named: tuple[str, ...]) -> ColumnElement[bool]:
    """Ids of the subjects of these codes or names, and of all below them."""
    top = select(Subject.id).where(or_(Subject.code.in_(named), Subject.name.in_(named))).cte("named", recursive=True)
    below = aliased(Subject)
    return select(top.union(select(below.id).join(top, below.parent_id == top.c.id)).c.id)  # type: ignore[return-value]
