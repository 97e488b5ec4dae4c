"""By names: of all subjects, in all that is written of an asset, at the time of its capture."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from media_archive.catalogue.models import Asset
from media_archive.folding import is_ideograph
from media_archive.suggesting.evidence.gazetteer import Gazetteer, Known, Name, Occurrence
from media_archive.suggesting.evidence.pieces import Evidence
from media_archive.suggesting.evidence.texts import Passage
from media_archive.suggesting.rules import rules
from media_archive.words import Message, Words

#: what is written around a short name that stands alone
BETWEEN = " _-.,;:、，。；：/\\()（）[]【】《》\"'“”·0123456789"
HEARD = "transcript"
FIELDS = {
    "title": Message("the title"),
    "caption": Message("the caption"),
    "keyword": Message("a keyword"),
    "place": Message("the place"),
    "shoot": Message("the shoot's name"),
    "shoot_caption": Message("the shoot's caption"),
    "folder": Message("a folder's name"),
    "file": Message("a file's name"),
    "text": Message("text in the picture"),
    "transcript": Message("what is said"),
}
NAMED = Message("“{name}” stands in {field}.")
FORMER = Message("“{name}” stands in {field}; it was called so at another time.")
FAR = Message("{said} It was taken {kilometres} km away from there.")


@dataclass(frozen=True, slots=True)
class Mention:
    """A subject's name in a text, and how much that says."""

    name: Name
    field: str
    weight: float
    in_time: bool


@dataclass(frozen=True)
class Surroundings:
    """What else is known of the asset: metres to subjects with a place, and subjects that other evidence names."""

    metres: Mapping[UUID, float]
    near: frozenset[UUID]


def mentions(asset: Asset, passages: Sequence[Passage], gazetteer: Gazetteer) -> list[Mention]:
    """Every subject of the asset's archive that is named, by each name the mention that says most."""
    best: dict[tuple[UUID, str], Mention] = {}
    for passage in passages:
        for mention in _in(asset, passage, gazetteer):
            key = mention.name.subject_id, mention.name.text
            if key not in best or best[key].weight < mention.weight:
                best[key] = mention
    return list(best.values())


def _in(asset: Asset, passage: Passage, gazetteer: Gazetteer) -> Iterable[Mention]:
    found = [one for one in gazetteer.named(passage.text) if _may(asset, one, gazetteer)]
    for one in found:
        strength = rules().words.fields.get(passage.field, 0.0) * _in_context(passage.text, one, found)
        for name in one.names:
            known = gazetteer.subject(name.subject_id)
            if known and known.archive_id == asset.archive_id:
                in_time, share = _by_time(asset, name)
                kind = rules().words.names.get(name.kind, 1.0)
                yield Mention(name, passage.field, strength * share * kind, in_time)


def _may(asset: Asset, one: Occurrence, gazetteer: Gazetteer) -> bool:
    known = (gazetteer.subject(name.subject_id) for name in one.names)
    return any(each and each.archive_id == asset.archive_id for each in known)


def _in_context(text: str, one: Occurrence, others: Sequence[Occurrence]) -> float:
    """Less for a part of a longer name, and for what goes on as the name of something else."""
    told = rules().words
    if any(other.start <= one.start and one.end <= other.end and _longer(other, one) for other in others):
        return told.inside
    if any(text.startswith(tail, one.end) for tail in told.tails):
        return told.another
    chinese = is_ideograph(text[one.start])
    if chinese and one.end - one.start <= told.short + 1 and _is_headed(text, one.start):
        return told.another
    return 1.0


def _longer(one: Occurrence, other: Occurrence) -> bool:
    return one.end - one.start > other.end - other.start


def _is_headed(text: str, start: int) -> bool:
    """Whether a sign such as 新 stands before it and makes another name of it; not where that ends a word of its own."""
    return start > 0 and text[start - 1] in rules().words.heads and (start == 1 or text[start - 2] in BETWEEN)


def _by_time(asset: Asset, name: Name) -> tuple[bool, float]:
    """Whether the name was in force at the capture, and the share of its weight."""
    taken = (asset.taken_text or "")[:10] or (str(asset.year) if asset.year else "")
    if not taken:
        return True, 1.0
    if name.since and taken[: len(name.since)] < name.since[: len(taken)]:
        return False, rules().words.before_its_time
    if name.until and taken[: len(name.until)] > name.until[: len(taken)]:
        return False, rules().words.former_later
    return True, 1.0


def evidence(
    found: Sequence[Mention], passages: Sequence[Passage], gazetteer: Gazetteer, around: Surroundings
) -> list[Evidence]:
    """What the names say: shared among the subjects of one name, less for short ones and for what lies far away."""
    named = {mention.name.subject_id for mention in found}
    made = []
    for mention in found:
        known = gazetteer.subject(mention.name.subject_id)
        if known is None:
            continue
        rivals = [gazetteer.subject(one.name.subject_id) for one in found if one.name.text == mention.name.text]
        weight = mention.weight * _part(known, rivals, named, around) * _alone(known, mention, passages, named, around)
        metres = around.metres.get(known.id)
        weight *= _at(known, metres)
        made.append(Evidence(known.id, "words", weight, _role(known, mention), _said(mention, metres)))
    return made


def _at(known: Known, metres: float | None) -> float:
    """Less where the picture was taken so far away that the subject can hardly be seen."""
    told = rules().words
    if metres is None:
        return 1.0
    if metres > told.far:
        return told.elsewhere
    return told.out_of_reach if metres > rules().kinds[known.kind].reach else 1.0


def _part(known: Known, rivals: Sequence[Known | None], named: set[UUID], around: Surroundings) -> float:
    """A subject's part of a name that several have."""
    claims = {one.id: _claim(one, named, around) for one in rivals if one}
    total = sum(claims.values())
    return claims[known.id] / total if len(claims) > 1 and total else 1.0


def _claim(known: Known, named: set[UUID], around: Surroundings) -> float:
    told = rules().words
    claim = told.parent_named if known.parent_id in named else 1.0
    metres = around.metres.get(known.id)
    if metres is not None:
        claim *= told.nearby if metres <= told.near else told.elsewhere if metres > told.far else 1.0
    return claim


def _alone(
    known: Known, mention: Mention, passages: Sequence[Passage], named: set[UUID], around: Surroundings
) -> float:
    """A short name counts only with something else beside it: a place, its parent's name, or a field of its own."""
    told = rules().words
    text = mention.name.text
    if len(text) > told.short or known.id in around.near or known.parent_id in named:
        return 1.0
    fields = (one.text for one in passages if one.field == mention.field)
    return told.short_alone if any(one.strip(BETWEEN) == text for one in fields) else 0.0


def _role(known: Known, mention: Mention) -> str:
    return "about" if mention.field == HEARD else rules().words.roles.get(known.kind, "shows")


def _said(mention: Mention, metres: float | None) -> Message:
    facts: dict[str, Words] = {"name": mention.name.text, "field": FIELDS[mention.field]}
    said = Message((NAMED if mention.in_time else FORMER).template, facts)
    if metres is not None and metres > rules().words.far:
        return Message(FAR.template, {"said": said, "kilometres": f"{metres / 1000:.1f}"})
    return said
