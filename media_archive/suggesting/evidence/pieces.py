"""Pieces of evidence for a link, and the one confidence that they make together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any
from uuid import UUID

from media_archive.words import Message

#: what is heard of, or from where a picture was taken, gives way to what it shows
STRENGTH = {"shows": 2, "taken_from": 1, "about": 0}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one rule says for a link of an asset to a subject."""

    subject_id: UUID
    rule: str
    weight: float
    role: str
    said: Message


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A link that is suspected, with everything that speaks for it."""

    subject_id: UUID
    role: str
    #: the rule whose evidence is strongest
    rule: str
    confidence: float
    why: dict[str, Any]


def suspicions(found: Iterable[Evidence], kept: float, most: int) -> list[Suspicion]:
    """One for each subject that is believed at least as much as `kept`; the surest first, `most` of them."""
    by_subject: dict[UUID, dict[str, Evidence]] = {}
    for one in found:
        best = by_subject.setdefault(one.subject_id, {})
        # of one rule the best counts: a name that is written five times says it once
        if one.rule not in best or best[one.rule].weight < one.weight:
            best[one.rule] = one
    made = [_suspicion(subject_id, ones) for subject_id, ones in by_subject.items()]
    believed = [one for one in made if one.confidence >= kept]
    return sorted(believed, key=lambda one: (-one.confidence, one.subject_id))[:most]


def _suspicion(subject_id: UUID, ones: Mapping[str, Evidence]) -> Suspicion:
    ordered = sorted(ones.values(), key=lambda one: (-one.weight, one.rule))
    confidence = 1 - prod(1 - one.weight for one in ordered)
    role = max((one.role for one in ordered), key=lambda role: STRENGTH.get(role, 0))
    why = {one.rule: {"weight": round(one.weight, 3), "said": one.said.to_json()} for one in ordered}
    return Suspicion(subject_id, role, ordered[0].rule, round(confidence, 3), why)
