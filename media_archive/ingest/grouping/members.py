"""The files that grouping works on, and the groups that it makes of them."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

from media_archive.catalogue.grouping.rules import BETWEEN, rules
from media_archive.ingest.find import Candidate
from media_archive.metadata.formats import Format
from media_archive.storage.models import Role


def folded(name: str) -> str:
    """A name as names are compared: capitals and the two ways of writing accents make no difference."""
    return unicodedata.normalize("NFC", name).casefold()


@dataclass(frozen=True)
class Member:
    """A file of a group, with its format, its role and the fingerprint of its bytes."""

    candidate: Candidate
    format: Format
    role: Role
    fingerprint: str
    #: its number, where one recording spans several files
    part: int | None = None


@dataclass(frozen=True)
class Recognised:
    """A candidate whose format is known."""

    candidate: Candidate
    format: Format
    fingerprint: str

    @cached_property
    def stem(self) -> str:
        return folded(PurePath(self.candidate.path.name).stem)

    @cached_property
    def suffix(self) -> str:
        return folded(PurePath(self.candidate.path.name).suffix)


@dataclass
class Group:
    """The files that become one asset; the first is the one that it is shown from where it has no better."""

    members: list[Member] = field(default_factory=list)
    #: which rules put them together, in the order of their weight; "" for a file alone
    rule: str = ""

    @property
    def kind(self) -> str:
        """photo, film or sound."""
        return self.members[0].format.kind


@dataclass(eq=False)
class Draft:
    """A group that is still growing."""

    originals: list[Recognised]
    others: list[tuple[Recognised, Role]] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    #: id of an original -> its number among the parts of the recording
    numbers: dict[int, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.originals[0].format.kind

    def add(self, file: Recognised, role: Role, rule: str) -> None:
        self.others.append((file, role))
        self.rules.add(rule)

    def take(self, other: "Draft", rule: str) -> None:
        """Puts all of `other` behind what is here."""
        self.originals += other.originals
        self.others += other.others
        self.rules |= other.rules | {rule}

    def group(self) -> Group:
        """What it has become: originals first, then sidecars, then cameras' proxies."""
        members = [_member(file, Role.ORIGINAL, self.numbers.get(id(file))) for file in self.originals]
        order = {Role.SIDECAR: 0, Role.PROXY: 1}
        members += [_member(file, role) for file, role in sorted(self.others, key=lambda one: order[one[1]])]
        return Group(members, recorded(self.rules) if len(members) > 1 else "")


def _member(file: Recognised, role: Role, part: int | None = None) -> Member:
    return Member(file.candidate, file.format, role, file.fingerprint, part)


def recorded(names: Iterable[str]) -> str:
    """The rules that hold, heaviest first: those that put originals together before those that add to them."""
    wanted = set(names)
    return BETWEEN.join(dict.fromkeys(rule.name for rule in rules().named if rule.name in wanted))


def joined(drafts: Sequence[Draft], rule: str) -> Draft:
    """Several drafts as the parts of one recording, in this order."""
    first, *others = drafts
    if others:
        first.numbers = {id(file): number for number, one in enumerate(drafts, 1) for file in one.originals}
    for other in others:
        first.take(other, rule)
    return first
