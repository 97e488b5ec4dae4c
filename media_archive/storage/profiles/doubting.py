"""What may be meant in a profile, but is worth a second thought: warnings, never refusals."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from media_archive.storage.models import Role
from media_archive.storage.profiles.checking import Fault
from media_archive.words import Message

if TYPE_CHECKING:
    from media_archive.storage.profiles.shape import Profile, Rule


def doubts(profile: "Profile") -> list[Fault]:
    """Every warning."""
    rules = [fault for place, rule in enumerate(profile.rules) for fault in _of_rule(profile, place, rule)]
    return [*_unused(profile), *rules, *_leaving(profile)]


def _unused(profile: "Profile") -> Iterator[Fault]:
    used = {name for rule in profile.rules for name in rule.copies}
    for name in profile.tiers:
        if name not in used:
            message = Message('no rule puts anything into the tier "{tier}"', {"tier": name})
            yield Fault(("tiers", name), message)


def _of_rule(profile: "Profile", place: int, rule: "Rule") -> Iterator[Fault]:
    title, tiers = profile.title(place), profile.tiers_of(rule)
    if not any(tier.online for tier in tiers) and not rule.audit_offline and rule.audit_days is not None:
        message = Message(
            'all copies of "{rule}" are offline and audit_offline is not set: nobody will ever check them',
            {"rule": title},
        )
        yield Fault(("rules", place), message)
    for tier in tiers:
        if profile.stores[tier.store].read_only:
            message = Message(
                '"{rule}" wants copies in the store "{store}", to which nothing is written: only what lies there counts',
                {"rule": title, "store": tier.store},
            )
            yield Fault(("rules", place, "copies"), message)
    originals = not rule.when.roles or Role.ORIGINAL in rule.when.roles
    if originals and rule.verified > 1 and len({profile.site_of(tier.store) for tier in tiers}) == 1:
        message = Message('all copies of "{rule}" stand at one site: they burn together', {"rule": title})
        yield Fault(("rules", place, "copies"), message)


def _leaving(profile: "Profile") -> Iterator[Fault]:
    """Copies that a rule takes out of a tier before the minimum of the tier is over are paid for all the same."""
    for place, rule in enumerate(profile.rules):
        stores = {tier.store for tier in profile.tiers_of(rule)}
        others = {name for other in profile.rules if _share(rule, other) for name in other.copies}
        for name in sorted(others - {*rule.copies}):
            tier = profile.tiers[name]
            if tier.store not in stores and rule.grace_days < tier.minimum_days:
                message = Message(
                    '"{rule}" may take copies out of the tier "{tier}" after {grace} days of grace, but the tier charges'
                    " for at least {minimum} days",
                    {
                        "rule": profile.title(place),
                        "tier": name,
                        "grace": rule.grace_days,
                        "minimum": tier.minimum_days,
                    },
                )
                yield Fault(("rules", place, "grace_days"), message)


def _share(one: "Rule", other: "Rule") -> bool:
    """Whether a file may come from one rule to the other."""
    return not one.when.roles or not other.when.roles or not {*one.when.roles}.isdisjoint(other.when.roles)
