"""What is to be done for a file, from its rule and from where its copies lie. Knows no database.

Files whose copies lie alike need alike, and there are few ways to lie: so this is asked once for each way, however
many files there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property

from media_archive.placement.models import Action
from media_archive.storage.profiles import Profile
from media_archive.storage.profiles.places import FolderSpec, Tier
from media_archive.storage.profiles.shape import Rule


class State(IntEnum):
    """What is known of the copy in a slot; the best of them where there are several."""

    ABSENT = 1
    #: the last reading of it failed
    DAMAGED = 2
    #: condemned: it goes after its grace
    GOING_UNVERIFIED = 3
    GOING = 4
    UNVERIFIED = 5
    VERIFIED = 6

    @property
    def sound(self) -> bool:
        """Whether there is a copy and nothing is known against it."""
        return self > State.DAMAGED

    @property
    def verified(self) -> bool:
        """Whether it was read back and matched."""
        return self in {State.GOING, State.VERIFIED}

    @property
    def going(self) -> bool:
        """Whether it is condemned."""
        return self in {State.GOING_UNVERIFIED, State.GOING}


class Reason(StrEnum):
    """Why something that a rule asks for is not in a plan."""

    #: the copy there is damaged: repair comes first
    REPAIR = "repair"
    #: there is no sound copy to read from
    NO_SOURCE = "no-source"
    #: the copy was not read back yet
    UNVERIFIED = "unverified"
    #: the other copies must be made first: it comes in the next plan
    LATER = "later"
    #: the asset is under a legal hold or in the trash: nothing of it is released
    HELD = "held"
    #: nothing may be written to the store, or removed from it
    READ_ONLY = "read-only"
    #: the profile does not know the store any more: nothing there can be read or removed
    ELSEWHERE = "elsewhere"
    #: no rule is for the file
    NO_RULE = "no-rule"


@dataclass(frozen=True)
class Slot:
    """Somewhere a copy may lie: a tier, another class of a store, or a store that the profile does not know."""

    name: str | None = None
    store: str | None = None
    storage_class: str | None = None
    tier: Tier | None = None

    @property
    def online(self) -> bool:
        """Whether what lies there can be read at once."""
        return self.tier is None or self.tier.online


class Layout:
    """The slots of a profile, in a fixed order."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        tiers = [Slot(name, tier.store, profile.class_of(tier), tier) for name, tier in profile.tiers.items()]
        others = [Slot(store=name) for name, spec in profile.stores.items() if not isinstance(spec, FolderSpec)]
        self.slots: tuple[Slot, ...] = (*tiers, *others, Slot())

    @cached_property
    def places(self) -> dict[str, int]:
        """Name of a tier -> its place among the slots."""
        return {slot.name: place for place, slot in enumerate(self.slots) if slot.name is not None}

    @cached_property
    def intervals(self) -> list[int]:
        """Days after which rules want copies audited, ascending."""
        return sorted({rule.audit_days for rule in self.profile.rules if rule.audit_days is not None})

    def wanted(self, rule: Rule) -> list[int]:
        """Places of the slots where `rule` wants copies."""
        return [self.places[name] for name in rule.copies]

    def read_only(self, place: int) -> bool:
        """Whether nothing may be written to or removed from the slot."""
        store = self.slots[place].store
        return store is not None and self.profile.stores[store].read_only


@dataclass(frozen=True)
class Move:
    """One thing to be done: `source` is the slot of the copy that is read, changed or released."""

    action: Action
    source: int
    target: int | None = None


@dataclass(frozen=True)
class Wait:
    """Something that is wanted, or not wanted any more, in a slot, and is not done now."""

    reason: Reason
    slot: int | None = None


@dataclass(frozen=True)
class Decision:
    """What is to be done, and what is not done yet."""

    moves: tuple[Move, ...] = ()
    waits: tuple[Wait, ...] = ()


def decide(layout: Layout, rule: Rule | None, held: bool, states: Sequence[State]) -> Decision:
    """What brings a file whose copies are in `states`, one for each slot, nearer to what `rule` wants.

    Copies are made before classes change to ones that cannot be read at once, and a copy goes only where every wanted
    one is there and was read back: what must wait for that is in the plan after this one.
    """
    if rule is None:
        return Decision(waits=(Wait(Reason.NO_RULE),))
    wanted = [*_wanted(layout, rule, states)]
    copying = any(isinstance(one, Move) and one.action == Action.COPY for one in wanted)
    found = [*(_in_turn(layout, one, copying) for one in wanted), *_unwanted(layout, rule, held, states)]
    return Decision(
        tuple(one for one in found if isinstance(one, Move)), tuple(one for one in found if isinstance(one, Wait))
    )


def _wanted(layout: Layout, rule: Rule, states: Sequence[State]) -> Iterator[Move | Wait]:
    for target in layout.wanted(rule):
        if states[target].sound:
            continue
        beside = [place for place in _of_store(layout, target) if states[place] > State.ABSENT]
        if states[target] == State.DAMAGED or any(states[place] == State.DAMAGED for place in beside):
            yield Wait(Reason.REPAIR, target)
        elif layout.read_only(target):
            yield Wait(Reason.READ_ONLY, target)
        elif beside:
            verified = [place for place in beside if states[place].verified]
            yield Move(Action.RECLASS, verified[0], target) if verified else Wait(Reason.UNVERIFIED, target)
        else:
            source = _source(layout, states)
            yield Wait(Reason.NO_SOURCE, target) if source is None else Move(Action.COPY, source, target)


def _of_store(layout: Layout, target: int) -> list[int]:
    """The other slots of the same store."""
    store = layout.slots[target].store
    return [place for place, slot in enumerate(layout.slots) if slot.store == store and place != target]


def _source(layout: Layout, states: Sequence[State]) -> int | None:
    """The slot that is cheapest to read from: online before offline, verified before not, then by price."""

    def cost(place: int) -> tuple[bool, bool, float, int]:
        slot = layout.slots[place]
        price = slot.tier.retrieval_price if slot.tier else 0.0
        return not slot.online, not states[place].verified, price, place

    sound = [place for place, slot in enumerate(layout.slots) if slot.store is not None and states[place].sound]
    return min(sound, key=cost, default=None)


def _in_turn(layout: Layout, found: Move | Wait, copying: bool) -> Move | Wait:
    """`found`, or what it waits for: a copy stays readable until the others are made."""
    if not isinstance(found, Move) or found.action != Action.RECLASS or found.target is None:
        return found
    if copying and not layout.slots[found.target].online and layout.slots[found.source].online:
        return Wait(Reason.LATER, found.target)
    return found


def _unwanted(layout: Layout, rule: Rule, held: bool, states: Sequence[State]) -> Iterator[Move | Wait]:
    wanted = {layout.slots[place].store for place in layout.wanted(rule)}
    complete = all(_safe(layout, target, states) for target in layout.wanted(rule))
    for place, slot in enumerate(layout.slots):
        if states[place] == State.ABSENT or slot.store in wanted or states[place].going:
            continue
        if slot.store is None:
            yield Wait(Reason.ELSEWHERE, place)
        elif states[place] == State.DAMAGED:
            yield Wait(Reason.REPAIR, place)
        elif held:
            yield Wait(Reason.HELD, place)
        elif layout.read_only(place):
            yield Wait(Reason.READ_ONLY, place)
        else:
            yield Move(Action.RELEASE, place) if complete else Wait(Reason.LATER, place)


def _safe(layout: Layout, target: int, states: Sequence[State]) -> bool:
    """Whether the store of a wanted slot holds a verified copy that can be read no later than the rule allows."""
    if states[target].verified:
        return True
    offline = not layout.slots[target].online
    return any(
        states[place].verified and (offline or layout.slots[place].online) for place in _of_store(layout, target)
    )
