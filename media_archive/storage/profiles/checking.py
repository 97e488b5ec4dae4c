"""What is wrong with a profile as a whole: everything that no single table of it can know."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from media_archive.storage.models import Role
from media_archive.storage.profiles.covering import covers, fits_nothing
from media_archive.storage.profiles.places import FolderSpec
from media_archive.words import Message

if TYPE_CHECKING:
    from media_archive.storage.profiles.shape import Profile, Rule

#: so many different `audit_days` are told apart
MOST_INTERVALS = 9


@dataclass(frozen=True)
class Fault:
    """A mistake, and the key where it is."""

    where: tuple[str | int, ...]
    message: Message


class Faulty(ValueError):
    """A profile with faults."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(str(fault.message) for fault in faults))


def faults(profile: "Profile") -> list[Fault]:
    """Every mistake."""
    found = [*_of_stores(profile), *_of_tiers(profile), *_of_names(profile)]
    if found:  # the rest rests on these
        return found
    checks: tuple[Callable[[Profile, int, Rule], Iterator[Fault]], ...] = (_of_places, _of_safety, _of_reach)
    rules = [
        fault for place, rule in enumerate(profile.rules) for check in checks for fault in check(profile, place, rule)
    ]
    return [*_of_roles(profile), *rules]


def _of_stores(profile: "Profile") -> Iterator[Fault]:
    places: dict[str, str] = {}
    for name, spec in profile.stores.items():
        if spec.place in places:
            message = Message(
                'the stores "{one}" and "{other}" are the same place', {"one": places[spec.place], "other": name}
            )
            yield Fault(("stores", name), message)
        places[spec.place] = name
        if isinstance(spec, FolderSpec) and not Path(spec.path).is_absolute():
            message = Message(
                'the path of the store "{name}" is not absolute: begin it with {home} or /',
                {"name": name, "home": "{home}"},
            )
            yield Fault(("stores", name, "path"), message)


def _of_tiers(profile: "Profile") -> Iterator[Fault]:
    at: dict[tuple[str, str], str] = {}
    for name, tier in profile.tiers.items():
        if tier.store not in profile.stores:
            message = Message(
                'the tier "{tier}" lies in the store "{store}", which is not among the stores',
                {"tier": name, "store": tier.store},
            )
            yield Fault(("tiers", name, "store"), message)
            continue
        place = (tier.store, profile.class_of(tier))
        if place in at:
            message = Message(
                'the tiers "{one}" and "{other}" are the same class of the same store',
                {"one": at[place], "other": name},
            )
            yield Fault(("tiers", name), message)
        at[place] = name
        yield from _of_tier(profile, name)


def _of_tier(profile: "Profile", name: str) -> Iterator[Fault]:
    tier, spec = profile.tiers[name], profile.stores[profile.tiers[name].store]
    facts = {"tier": name, "store": tier.store, "class": profile.class_of(tier)}
    if isinstance(spec, FolderSpec):
        if tier.storage_class not in (None, "STANDARD"):
            message = Message(
                'the tier "{tier}" names a storage class, but the store "{store}" is a folder and has none', facts
            )
            yield Fault(("tiers", name, "storage_class"), message)
        if not tier.online:
            message = Message(
                'the tier "{tier}" has hours, but the store "{store}" is a folder, which is read at once', facts
            )
            yield Fault(("tiers", name, "hours"), message)
    elif tier.online and profile.class_of(tier) in spec.offline_classes:
        message = Message(
            'the tier "{tier}" has no hours, but objects of the class {class} must be restored before they are read:'
            " say how many hours that takes, or take the class out of offline_classes of the store",
            facts,
        )
        yield Fault(("tiers", name, "hours"), message)
    elif not tier.online and profile.class_of(tier) not in spec.offline_classes:
        message = Message(
            'the tier "{tier}" has hours, but the class {class} is not among offline_classes of the store "{store}"',
            facts,
        )
        yield Fault(("tiers", name, "hours"), message)


def _of_names(profile: "Profile") -> Iterator[Fault]:
    named: set[str] = set()
    for place, rule in enumerate(profile.rules):
        for name in sorted({*rule.copies} - {*profile.tiers}):
            message = Message('rules name "{name}", which is not among the stores and tiers', {"name": name})
            yield Fault(("rules", place, "copies"), message)
        if rule.name and rule.name in named:
            yield Fault(("rules", place, "name"), Message('two rules are called "{name}"', {"name": rule.name}))
        named.add(rule.name)
    intervals = {rule.audit_days for rule in profile.rules if rule.audit_days is not None}
    if len(intervals) > MOST_INTERVALS:
        message = Message("rules name more than {most} different audit_days", {"most": MOST_INTERVALS})
        yield Fault(("rules",), message)


def _of_roles(profile: "Profile") -> Iterator[Fault]:
    from media_archive.storage.profiles.shape import NEEDED

    for role in NEEDED:
        rules = [rule for rule in profile.rules if not rule.when.roles or role in rule.when.roles]
        if not rules:
            message = Message('rules give files of the role "{role}" no copies', {"role": str(role)})
            yield Fault(("rules",), message)
        elif not any(rule.when.by_role_alone for rule in rules):
            message = Message(
                'some files of the role "{role}" fit no rule: end with one that names nothing but the role',
                {"role": str(role)},
            )
            yield Fault(("rules", len(profile.rules) - 1), message)


def _of_reach(profile: "Profile", place: int, rule: "Rule") -> Iterator[Fault]:
    """A rule that no file reaches does not do what its author thinks."""
    if fits_nothing(rule.when):
        message = Message('no file can fit "{rule}": its bounds exclude each other', {"rule": profile.title(place)})
        yield Fault(("rules", place), message)
    missed = [
        (role, earlier)
        for role in (rule.when.roles or tuple(Role))
        for earlier in range(place)
        if covers(profile.rules[earlier].when, rule.when.model_copy(update={"roles": (role,)}))
    ]
    lost = dict(reversed(missed))
    if not rule.when.roles and len(lost) < len(Role):
        return  # it is for the roles that are left
    for role, earlier in lost.items():
        message = Message(
            'two rules speak of the role "{role}": rule {late} is never reached by it, since rule {early} takes all of them',
            {"role": str(role), "late": place + 1, "early": earlier + 1},
        )
        yield Fault(("rules", place), message)


def _of_places(profile: "Profile", place: int, rule: "Rule") -> Iterator[Fault]:
    title, tiers = profile.title(place), profile.tiers_of(rule)
    stores = [tier.store for tier in tiers]
    if len(set(stores)) < len(stores):
        message = Message('"{rule}" wants two copies in one store: a store holds an object once', {"rule": title})
        yield Fault(("rules", place, "copies"), message)
    sites = len({profile.site_of(store) for store in stores})
    if rule.sites > sites:
        message = Message(
            '"{rule}" asks for copies at {wanted} sites, but its stores stand at {there}',
            {"rule": title, "wanted": rule.sites, "there": sites},
        )
        yield Fault(("rules", place, "sites"), message)
    if rule.when.by_role_alone and not any(profile.takes_deposits(tier) for tier in tiers):
        message = Message(
            '"{rule}" has no tier that takes deposits: one must be online, writable and of its store\'s own class',
            {"rule": title},
        )
        yield Fault(("rules", place, "copies"), message)


def _of_safety(profile: "Profile", place: int, rule: "Rule") -> Iterator[Fault]:
    """Whatever age and rating a file comes to, the rule that is for it then must keep it safe."""
    title, roles = profile.title(place), rule.when.roles or tuple(Role)
    if Role.ORIGINAL in roles and rule.verified < profile.minimum:
        message = Message(
            '"{rule}" would leave originals with {there} verified copies, fewer than the minimum of {minimum}',
            {"rule": title, "there": rule.verified, "minimum": profile.minimum},
        )
        yield Fault(("rules", place, "verified"), message)
    if Role.RENDITION in roles and not any(tier.online for tier in profile.tiers_of(rule)):
        message = Message('"{rule}" would put renditions offline: one of its copies must be online', {"rule": title})
        yield Fault(("rules", place, "copies"), message)
