"""Which source is believed for a field: the rules in `precedence.toml`, and the engine that follows them.

    decided = Decisions()
    title = decided.choose("description.title", [("xmp dc:title", "桥"), ("iptc ObjectName", "旧桥")])
    record = Record(..., **decided.told())

`choose` believes the source that stands first in the field's rule (what the rule does not name comes last, in the
order given), remembers it for `record.sources`, and keeps what the other sources say in `record.conflicts` where it
really differs: not by case, space, rounding, order, or precision. `doubt` keeps nonsense in `record.problems`.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from media_archive import rules as rule_files
from media_archive.metadata.normal.agreement import agree, spoken
from media_archive.metadata.record import Conflict, Problem, Stated
from media_archive.words import Message

FILE = Path(__file__).parent / "precedence.toml"
#: the source that stands for IPTC-IIM changed after the XMP was written (its digest says so)
NEWER_IPTC, IPTC = "newer-iptc", "iptc"
#: IIM cuts texts off at 32, 64, 128 or 2000 bytes
SHORTEST_CUT = 30
MOST_SHOWN = 500
T = TypeVar("T")


class Rule(BaseModel):
    """One field's sources, the first believed first, as "tool key"; how their values are read and compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[str, ...] = Field(alias="from", min_length=1)
    fallback: tuple[str, ...] = Field((), description="Asked only where no source has a value; never a conflict.")
    read: str | None = Field(None, alias="as", description="How values are read; None: made by the caller.")
    compare: Literal["text", "texts", "number", "exact", "moment", "place", "none"] = "text"


class Rules(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    fields: dict[str, Rule]


@lru_cache(4)
def rules(file: Path = FILE) -> Mapping[str, Rule]:
    """The rule of each field; raises Invalid that names what is wrong in the file."""
    return rule_files.load(file, Rules).fields


class Way(NamedTuple):
    """One source of a field: its name, the tool and the key in what that found, how the value is read, its rank."""

    source: str
    tool: str
    key: str
    read: str | None
    rank: int
    fallback: bool


@lru_cache(1024)
def ways(field: str) -> tuple[Way, ...]:
    """The sources of `field`, the most believed first; none where there is no rule."""
    rule = rules().get(field)
    if rule is None:
        return ()
    made = []
    for number, text in enumerate((*rule.sources, *rule.fallback)):
        source, _, read = text.partition(" as ")
        tool, _, key = source.partition(" ")
        made.append(Way(source, tool, key, read or rule.read, number, number >= len(rule.sources)))
    return tuple(made)


@lru_cache(1024)
def _ranks(field: str) -> dict[str, Way]:
    return {way.source: way for way in ways(field)}


class Decisions:
    """What was chosen for one record, and what spoke against it."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self.conflicts: list[Conflict] = []
        self.problems: list[Problem] = []

    def choose(self, field: str, candidates: Iterable[tuple[str, T | None]]) -> T | None:
        """The value of the most believed source of `field` that has one; None where none has.

        `candidates` are pairs of source ("tool key") and normalised value; None, "" and [] are no values.
        """
        ranks = _ranks(field)
        known = [(source, value) for source, value in candidates if value is not None and value not in ("", [], {})]
        if not known:
            return None
        known.sort(key=lambda pair: ranks[pair[0]].rank if pair[0] in ranks else len(ranks))
        source, value = _whole(known)
        self.sources[field] = shown(source)
        self._compare(field, source, value, known)
        return value

    def doubt(self, field: str, value: Any, source: str, reason: Message) -> None:
        """Keeps a value that is nonsense, which nobody takes over."""
        told = Problem(field=field, value=spoken(value)[:MOST_SHOWN], source=shown(source), reason=reason.to_json())
        if told not in self.problems:
            self.problems.append(told)

    def told(self) -> dict[str, Any]:
        """The fields of Record that tell of the decisions."""
        return {"sources": self.sources, "conflicts": self.conflicts, "problems": self.problems}

    def _compare(self, field: str, source: str, value: Any, known: list[tuple[str, T]]) -> None:
        rule = rules().get(field)
        how = rule.compare if rule else "text"
        others: dict[str, str] = {}
        ranks = _ranks(field)
        for other, said in known:
            if other in ranks and ranks[other].fallback:
                continue
            if shown(other) != shown(source) and not agree(how, value, said):
                others.setdefault(shown(other), spoken(said)[:MOST_SHOWN])
        if others:
            stated = [Stated(field=name, value=text) for name, text in others.items()]
            told = Conflict(field=field, value=spoken(value)[:MOST_SHOWN], source=shown(source), others=stated)
            self.conflicts.append(told)


def shown(source: str) -> str:
    """The source's name as people see it."""
    return source.replace(NEWER_IPTC, IPTC, 1)


def _whole(known: list[tuple[str, T]]) -> tuple[str, T]:
    """The first of `known`; where IIM cut its text off, the source that has the whole of it (MWG 2.0, 3.3)."""
    source, value = known[0]
    if source.startswith((IPTC, NEWER_IPTC)) and isinstance(value, str) and len(value.encode()) >= SHORTEST_CUT:
        for other, said in known[1:]:
            if isinstance(said, str) and len(said) > len(value) and said.startswith(value):
                return other, said
    return source, value
