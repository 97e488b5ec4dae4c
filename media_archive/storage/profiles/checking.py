"""What is wrong with a profile as a whole: everything that no single table of it can know."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from media_archive.storage.models import Role
from media_archive.storage.profiles.places import FolderSpec

if TYPE_CHECKING:
    from media_archive.storage.profiles.shape import Profile, Rule


def faults(profile: "Profile") -> list[str]:
    """Every mistake, in words that name the keys."""
    found = [*_of_stores(profile), *_of_tiers(profile)]
    if not found:  # the rest rests on these
        found = [*_of_roles(profile), *(fault for rule in profile.rules for fault in _of_rule(profile, rule))]
    return found


def _of_stores(profile: "Profile") -> Iterator[str]:
    places: dict[str, str] = {}
    for name, spec in profile.stores.items():
        if spec.place in places:
            yield f'the stores "{places[spec.place]}" and "{name}" are the same place'
        places[spec.place] = name
        if isinstance(spec, FolderSpec) and not Path(spec.path).is_absolute():
            yield f'the path of the store "{name}" is not absolute: begin it with {{home}} or /'


def _of_tiers(profile: "Profile") -> Iterator[str]:
    at: dict[tuple[str, str], str] = {}
    for name, tier in profile.tiers.items():
        if tier.store not in profile.stores:
            yield f'the tier "{name}" lies in the store "{tier.store}", which is not among the stores'
            continue
        place = (tier.store, profile.class_of(tier))
        if place in at:
            yield f'the tiers "{at[place]}" and "{name}" are the same class of the same store'
        at[place] = name
        if isinstance(profile.stores[tier.store], FolderSpec) and tier.storage_class not in (None, "STANDARD"):
            yield f'the tier "{name}" names a storage class, but the store "{tier.store}" is a folder and has none'
    for rule in profile.rules:
        for name in sorted({*rule.copies} - {*profile.tiers}):
            yield f'rules name "{name}", which is not among the stores and tiers'


def _of_roles(profile: "Profile") -> Iterator[str]:
    from media_archive.storage.profiles.shape import NEEDED

    for role in NEEDED:
        rules = [rule for rule in profile.rules if not rule.when.roles or role in rule.when.roles]
        last = [rule for rule in rules if rule.when.by_role_alone]
        if not rules:
            yield f'rules give files of the role "{role}" no copies'
        elif not last:
            yield f'some files of the role "{role}" fit no rule: end with one that names nothing but the role'
        elif rules.index(last[0]) < len(rules) - 1:
            after = profile.rules.index(rules[rules.index(last[0]) + 1]) + 1
            yield f'two rules speak of the role "{role}": rule {after} is never reached by it'


def _of_rule(profile: "Profile", rule: "Rule") -> Iterator[str]:
    name = rule.name or f"rule {profile.rules.index(rule) + 1}"
    tiers = profile.tiers_of(rule)
    stores = [tier.store for tier in tiers]
    if len(set(stores)) < len(stores):
        yield f'"{name}" wants two copies in one store: a store holds an object once'
    sites = len({profile.site_of(store) for store in stores})
    if rule.sites > sites:
        yield f'"{name}" asks for copies at {rule.sites} sites, but its stores stand at {sites}'
    for_originals = not rule.when.roles or Role.ORIGINAL in rule.when.roles
    if for_originals and rule.verified < profile.minimum:
        yield (
            f'"{name}" would leave originals with {rule.verified} verified copies,'
            f" fewer than the minimum of {profile.minimum}"
        )
    if Role.RENDITION in (rule.when.roles or (Role.RENDITION,)) and not any(tier.online for tier in tiers):
        yield f'"{name}" would put renditions offline: one of its copies must be online'
    if rule.when.by_role_alone and not any(profile.takes_deposits(tier) for tier in tiers):
        yield f'"{name}" has no tier that takes deposits: one must be online, writable and of its store\'s own class'
