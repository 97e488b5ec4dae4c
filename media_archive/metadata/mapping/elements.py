"""Filling the elements of a standard with the facts that the catalogue knows of one asset."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from media_archive.metadata.mapping.rules import Mark, Rule, Rules

#: aspect ratios that have a name
ASPECTS = ((4, 3), (16, 9), (3, 2), (1, 1), (9, 16), (3, 4), (17, 9), (2, 1))
NORTH_SOUTH, EAST_WEST, ABOVE_BELOW = ("N", "S"), ("E", "W"), ("0", "1")


@dataclass(frozen=True)
class Element:
    """One element of a standard and what the catalogue says for it; `values` is empty where it says nothing."""

    name: str
    key: str
    group: str
    values: tuple[str, ...]
    joined: str
    required: bool
    number: str | None
    clause: str | None
    mark: Mark
    source: str
    note: str

    @property
    def missing(self) -> bool:
        """Whether it should have been filled."""
        return self.required and not self.values

    def to_json(self) -> dict[str, Any]:
        """For `--json`; what is unknown is absent."""
        told = asdict(self) | {"values": list(self.values), "missing": self.missing}
        return {name: value for name, value in told.items() if value not in (None, "")}


def filled(rules: Rules, facts: Mapping[str, Any]) -> list[Element]:
    """The elements of the set for the asset that `facts` tell of, in the set's order.

    `facts` are nested: "asset", "shoot", "archive", "file", "files", "format", "copies", "links", "ingest" and
    "record", the normalised record.
    """
    return [_element(rules, rule, values_of(rule, facts)) for rule in rules.of_kind(facts["asset"]["kind"])]


def row(rules: Rules, facts: Mapping[str, Any]) -> list[str]:
    """One text for every element of the set, in its order; empty where the catalogue says nothing."""
    kind = facts["asset"]["kind"]
    return [rule.join.join(values_of(rule, facts)) if rule.is_for(kind) else "" for rule in rules.element]


def _element(rules: Rules, rule: Rule, values: tuple[str, ...]) -> Element:
    basis = rules.basis[rule.basis]
    return Element(
        name=rule.name,
        key=rule.key,
        group=rule.group,
        values=values,
        joined=rule.join.join(values),
        required=rule.required,
        number=rule.number,
        clause=rule.clause,
        mark=basis.mark,
        source=basis.source,
        note=rule.note,
    )


def values_of(rule: Rule, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What the rule says of `facts`: texts without repeats, in order."""
    if rule.constant is not None:
        return (rule.constant,)
    found: list[Any] = []
    for source in rule.sources:
        for path in _paths(source):
            found += _reached(facts, path)
        if found:
            break
    if not found:
        return ()
    if rule.constant_if_present is not None:
        return (rule.constant_if_present,)
    texts = [text for value in found if (text := _text(rule, value))]
    return tuple(dict.fromkeys(texts if rule.pattern == "{}" else map(rule.pattern.format, texts)))


@lru_cache(maxsize=1024)
def _paths(source: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(path.strip().split(".")) for path in source.split("+"))


def _reached(value: Any, path: tuple[str, ...]) -> list[Any]:
    """The values that a path leads to; none where it leads nowhere."""
    for number, step in enumerate(path):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list):
            chosen = value if step == "*" else value[int(step) :][:1] if step.isdecimal() else []
            return [each for one in chosen for each in _reached(one, path[number + 1 :])]
        else:
            return []
    return [one for one in (value if isinstance(value, list) else [value]) if one not in (None, "", [], {})]


def _text(rule: Rule, value: Any) -> str:
    said = FORMS[rule.form](value) if rule.form in FORMS else str(value)
    return rule.values.get(said, said).strip()


def _number(value: Any) -> str:
    return f"{float(value):.7f}".rstrip("0").rstrip(".") if isinstance(value, int | float) else str(value)


def _sign(value: Any, words: tuple[str, str]) -> str:
    return words[value < 0] if isinstance(value, int | float) else ""


def _length(value: Any) -> str:
    """Seconds as hours, minutes, seconds and thousandths."""
    if not isinstance(value, int | float):
        return ""
    thousandths = round(value * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _aspect(value: Any) -> str:
    if not isinstance(value, int | float) or value <= 0:
        return ""
    near = next((pair for pair in ASPECTS if abs(value - pair[0] / pair[1]) < 0.01), None)
    return f"{near[0]}:{near[1]}" if near else f"{value:.3g}:1"


FORMS: Mapping[str, Any] = {
    "number": _number,
    "magnitude": lambda value: _number(abs(value)) if isinstance(value, int | float) else "",
    "north-south": lambda value: _sign(value, NORTH_SOUTH),
    "east-west": lambda value: _sign(value, EAST_WEST),
    "above-below": lambda value: _sign(value, ABOVE_BELOW),
    "length": _length,
    "aspect": _aspect,
    "yes-no": lambda value: "是" if value else "否",
}
