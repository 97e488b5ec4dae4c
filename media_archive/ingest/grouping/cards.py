"""Grouping the files of a card structure, which spreads one clip over several folders."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from media_archive.catalogue.grouping.rules import Card, rules
from media_archive.ingest.find import Candidate, Folder, PassedOver
from media_archive.ingest.grouping import spans
from media_archive.ingest.grouping.folders import Drafts, join_parts, pattern
from media_archive.ingest.grouping.members import Draft, Recognised, folded, joined
from media_archive.storage.models import Role


@dataclass(frozen=True)
class Bundle:
    """What is grouped together: the files of one folder, or of a card structure with all folders in it."""

    candidates: Sequence[Candidate]
    passed_over: Sequence[PassedOver]
    #: the folder that the structure begins with; None for a plain folder
    root: Path | None = None
    card: Card | None = None

    def keeps(self, path: Path) -> bool:
        """Whether a file that is no media is one that the structure's clips are described by."""
        if self.card is None or self.root is None:
            return False
        below = _below(path, self.root)
        found = _member(below, self.card)
        return (found is not None and found[1] is not Role.ORIGINAL) or _is_whole(below, self.card)


def bundles(found: Iterable[Folder]) -> Iterator[Bundle]:
    """The folders as they come, depth first; those of one structure together, from its outermost folder on."""
    inside: list[Folder] = []
    card: Card | None = None
    for folder in found:
        if inside and folder.path and inside[0].path in folder.path.parents:
            inside.append(folder)
            continue
        if inside:
            yield _together(inside, card)
        card = _card_of(folder)
        inside = [folder] if card else []
        if card is None:
            yield Bundle(folder.candidates, folder.passed_over)
    if inside:
        yield _together(inside, card)


def _together(inside: Sequence[Folder], card: Card | None) -> Bundle:
    candidates = [one for folder in inside for one in folder.candidates]
    return Bundle(candidates, [one for folder in inside for one in folder.passed_over], inside[0].path, card)


def _card_of(folder: Folder) -> Card | None:
    """The structure that a folder is the root of, by its own name and the names of what is in it."""
    if folder.path is None:
        return None
    name = folded(folder.path.name)
    return next(
        (
            card
            for card in rules().cards
            if name in map(folded, card.roots)
            and any(pattern(text).fullmatch(below) for text in card.holds for below in folder.below)
        ),
        None,
    )


def _below(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _member(below: str, card: Card) -> tuple[int, Role, str, int] | None:
    """Place of the first pattern that a path fits, its role, the clip and the number of the part."""
    for place, member in enumerate(card.members):
        if found := pattern(member.path).fullmatch(below):
            part = found.groupdict().get("part")
            return place, member.role, folded(found["clip"]), int(part) if part else 0
    return None


def _is_whole(below: str, card: Card) -> bool:
    return any(pattern(text).fullmatch(below) for text in card.whole)


@dataclass
class _Clip:
    """The files of one clip: originals with their part, the place of their pattern and their name."""

    originals: list[tuple[int, int, str, Recognised]] = field(default_factory=list)
    others: list[tuple[Recognised, Role]] = field(default_factory=list)

    def draft(self, rule: str) -> Draft:
        by_part: dict[int, list[Recognised]] = defaultdict(list)
        for part, _, _, file in sorted(self.originals, key=lambda one: one[:3]):
            by_part[part].append(file)
        made = joined([Draft(files) for files in by_part.values()], rule)
        made.rules.add(rule)
        made.others = self.others
        return made


def in_card(files: Sequence[Recognised], root: Path, card: Card) -> tuple[list[Draft], list[Recognised]]:
    """The clips of a structure, by name, and what belongs to none of them."""
    clips: dict[str, _Clip] = defaultdict(_Clip)
    whole: list[Recognised] = []
    rest: list[Recognised] = []
    for file in files:
        below = _below(file.candidate.path, root)
        found = _member(below, card)
        if found:
            _put(clips[found[2]], file, found)
        else:
            (whole if _is_whole(below, card) else rest).append(file)
    drafts: dict[str, Draft] = {}
    for name, clip in sorted(clips.items()):
        if clip.originals:
            drafts[name] = clip.draft(card.name)
        else:
            rest += [file for file, _ in clip.others]
    recordings = _spanned(drafts, whole, card)
    return recordings, rest + _add_whole(recordings, whole, card.name)


def _put(clip: _Clip, file: Recognised, found: tuple[int, Role, str, int]) -> None:
    place, role, _, part = found
    if role is Role.ORIGINAL and file.format.kind in {"film", "sound"}:
        clip.originals.append((part, place, folded(file.candidate.path.name), file))
    else:
        clip.others.append((file, Role.SIDECAR if role is Role.ORIGINAL else role))


def _spanned(drafts: dict[str, Draft], whole: Sequence[Recognised], card: Card) -> list[Draft]:
    """The recordings: clips that the card's own lists, or their clocks, show to be parts of one are one."""
    if card.spans == "p2-shot":
        sidecars = {name: [file.candidate.path for file, _ in draft.others] for name, draft in drafts.items()}
        _chain(drafts, spans.shots(sidecars), card.name)
    if card.spans == "playlist":
        told = spans.playlists([file.candidate.path for file in whole if file.suffix in spans.PLAYLISTS])
        _chain(drafts, told, card.name)
        listed = {name for run in told for name in run}
        by_stem: Drafts = {name: [draft] for name, draft in drafts.items() if name not in listed}
        for rule in rules().parts:
            join_parts(by_stem, rule)
        drafts |= {name: found[0] for name, found in by_stem.items()}
    return list(dict.fromkeys(drafts.values()))


def _chain(drafts: dict[str, Draft], runs: Iterable[Sequence[str]], rule: str) -> None:
    for run in runs:
        there = list(dict.fromkeys(drafts[name] for name in run if name in drafts))
        if len(there) > 1 and not any(draft.numbers for draft in there):
            whole = joined(there, rule)
            drafts |= {name: whole for name in run if name in drafts}


def _add_whole(drafts: Sequence[Draft], whole: Sequence[Recognised], rule: str) -> list[Recognised]:
    """What describes the whole card goes with its first clip; without any clip it is handed back."""
    if not drafts:
        return list(whole)
    for file in whole:
        drafts[0].add(file, Role.SIDECAR, rule)
    return []
