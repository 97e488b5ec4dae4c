"""What a plan comes to: files, bytes and money, by rule, by step and by tier."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from media_archive.placement.models import Action
from media_archive.placement.planning.deciding import Decision, Layout, Reason, State
from media_archive.placement.planning.gathering import Group

#: bytes of a terabyte, as prices have it
TERABYTE = 10**12
#: days of a month, as minimum durations are charged
MONTH_DAYS = 365.25 / 12


@dataclass
class Amount:
    """Files (or copies) and their bytes."""

    files: int = 0
    bytes: int = 0

    def add(self, group: Group) -> None:
        """Adds every file of the group."""
        self.files += group.files
        self.bytes += group.bytes


@dataclass
class StepSum:
    """Steps of one rule that do the same: what they move, and what that costs once."""

    rule: str
    action: Action
    from_tier: str | None
    to_tier: str | None
    files: int = 0
    bytes: int = 0
    #: for reading out of the tier
    retrieval: float = 0.0
    #: for the days that an object leaves before the minimum of its tier
    penalty: float = 0.0
    #: until what is read can be read; 0 where it is online
    hours: float = 0.0


@dataclass
class TierSum:
    """A tier: what lies there and what that costs a month."""

    tier: str | None
    store: str | None
    storage_class: str | None
    price: float
    #: as it is now
    before: Amount = field(default_factory=Amount)
    #: when the plan is done and what it releases is gone
    after: Amount = field(default_factory=Amount)
    #: when every file lies as its rule wants it, which may take a further plan
    settled: Amount = field(default_factory=Amount)
    #: copies whose audit is due
    audit: Amount = field(default_factory=Amount)

    def to_json(self) -> dict[str, Any]:
        months = {name: month(self.price, getattr(self, name).bytes) for name in ("before", "after", "settled")}
        return {**asdict(self), "month": months}


@dataclass
class RuleSum:
    """A rule: the files it is for, and those that have fewer verified copies than it asks for."""

    rule: str
    copies: list[str]
    files: Amount = field(default_factory=Amount)
    short: Amount = field(default_factory=Amount)


class Figures:
    """The sums of one look at the catalogue."""

    def __init__(self, layout: Layout, moment: datetime) -> None:
        self.layout, self.moment = layout, moment
        profile = layout.profile
        self.rules = [
            RuleSum(layout.profile.title(place), list(rule.copies)) for place, rule in enumerate(profile.rules)
        ]
        self.tiers = [
            TierSum(slot.name, slot.store, slot.storage_class, slot.tier.price if slot.tier else 0.0)
            for slot in layout.slots
        ]
        self._steps: dict[tuple[int, Action, int, int | None], StepSum] = {}
        self._waits: defaultdict[tuple[Reason, str | None], Amount] = defaultdict(Amount)

    def add(self, group: Group, decision: Decision) -> None:
        """Adds the files of a group and what was decided for them."""
        states = group.states
        for place, state in enumerate(states):
            if state > State.ABSENT:
                self.tiers[place].before.add(group)
        for place in self._lying_after(group, states, decision):
            self.tiers[place].after.add(group)
        for wait in decision.waits:
            name = None if wait.slot is None else self.layout.slots[wait.slot].name
            self._waits[wait.reason, name].add(group)
        if group.rule >= 0:
            self._add_ruled(group, states)
        for move in decision.moves:
            self._step(group.rule, move.action, move.source, move.target).files += group.files
            self._charge(group, move.action, move.source, move.target)

    def _add_ruled(self, group: Group, states: list[State]) -> None:
        rule = self.layout.profile.rules[group.rule]
        self.rules[group.rule].files.add(group)
        if sum(state.verified for state in states) < rule.verified:
            self.rules[group.rule].short.add(group)
        for place in self.layout.wanted(rule):
            self.tiers[place].settled.add(group)
        if rule.audit_days is None:
            return
        interval = self.layout.intervals.index(rule.audit_days)
        for place, (state, overdue) in enumerate(zip(states, group.overdue, strict=True)):
            slot = self.layout.slots[place]
            if state > State.ABSENT and slot.store and overdue > interval and (slot.online or rule.audit_offline):
                self.tiers[place].audit.add(group)

    def _lying_after(self, group: Group, states: list[State], decision: Decision) -> set[int]:
        lying = {place for place, state in enumerate(states) if state > State.ABSENT}
        wanted = set(self.layout.wanted(self.layout.profile.rules[group.rule])) if group.rule >= 0 else set()
        lying -= {place for place, state in enumerate(states) if state.going and place not in wanted}
        for move in decision.moves:
            if move.action in {Action.RELEASE, Action.RECLASS}:
                lying.discard(move.source)
            if move.target is not None:
                lying.add(move.target)
        return lying

    def _charge(self, group: Group, action: Action, source: int, target: int | None) -> None:
        step = self._step(group.rule, action, source, target)
        step.bytes += group.bytes
        tier = self.layout.slots[source].tier
        if tier is not None and action != Action.RELEASE:
            step.retrieval += month(tier.retrieval_price, group.bytes)
            step.hours = tier.hours

    def _step(self, rule: int, action: Action, source: int, target: int | None) -> StepSum:
        names = [None if place is None else self.layout.slots[place].name for place in (source, target)]
        return self._steps.setdefault(
            (rule, action, source, target), StepSum(self.layout.profile.title(rule), action, names[0], names[1])
        )

    def charge_early(self, rule: int, action: Action, source: int, target: int | None, byte_days: float) -> None:
        """Adds the penalty for leaving a tier early: bytes times the days that are missing of its minimum."""
        tier = self.layout.slots[source].tier
        if tier is not None:
            self._step(rule, action, source, target).penalty += month(tier.price, byte_days / MONTH_DAYS)

    @property
    def steps(self) -> list[StepSum]:
        """In the order in which they are done."""
        order = list(Action)
        return sorted(
            self._steps.values(), key=lambda step: (order.index(step.action), step.rule, step.from_tier or "")
        )

    def to_json(self) -> dict[str, Any]:
        """For the column of the plan, for the command and for pages."""
        tiers = [one for one in self.tiers if one.tier is not None or one.before.files]
        once = {name: round(sum(getattr(step, name) for step in self.steps), 6) for name in ("retrieval", "penalty")}
        return {
            "profile": self.layout.profile.key,
            "currency": self.layout.profile.currency,
            "at": self.moment.isoformat(),
            "steps": [{**asdict(step), "action": str(step.action)} for step in self.steps],
            "rules": [asdict(rule) for rule in self.rules],
            "tiers": [tier.to_json() for tier in tiers],
            "waiting": [
                {"reason": str(reason), "tier": tier, **asdict(amount)}
                for (reason, tier), amount in sorted(self._waits.items(), key=lambda one: (one[0][0], one[0][1] or ""))
            ],
            "month": {
                name: round(sum(month(one.price, getattr(one, name).bytes) for one in self.tiers), 6)
                for name in ("before", "after", "settled")
            },
            "once": {**once, "total": round(sum(once.values()), 6)},
            "total": {"files": sum(step.files for step in self.steps), "bytes": sum(step.bytes for step in self.steps)},
        }


def month(price: float, size: float) -> float:
    """What `size` bytes cost at `price` a terabyte."""
    return price * size / TERABYTE


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[tuple[str, Any, Any]]:
    """What two descriptions (`Profile.placing`) say otherwise: where, then what each says (None: nothing)."""
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from ((f"{key}.{where}", *values) for where, *values in differences(before, after))
        elif before != after:
            yield key, before, after
