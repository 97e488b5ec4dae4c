"""Grouping the files of one folder by their names; a few are looked into where the name leaves it open."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from media_archive.catalogue.grouping.rules import Beside, Live, Made, Parts, rules
from media_archive.ingest.grouping import clock, live
from media_archive.ingest.grouping.members import Draft, Recognised, folded, joined

Drafts = dict[str, list[Draft]]
Kinds = dict[str, set[str]]


def in_folder(files: Sequence[Recognised]) -> tuple[list[Draft], list[Recognised]]:
    """The assets of one folder, by name, and the sidecars that belong to none. Time grows with their number only."""
    mains, besides = _apart(files)
    by_stem: Drafts = defaultdict(list)
    for stem, same in mains.items():
        by_stem[stem] = _pair(same)
        for rule in rules().live:
            by_stem[stem] = _live(by_stem[stem], rule)
    for parts in rules().parts:
        join_parts(by_stem, parts)
    _join_versions(by_stem)
    drafts = list(dict.fromkeys(draft for there in by_stem.values() for draft in there))
    return drafts, _attach(besides, drafts)


def pattern(text: str) -> re.Pattern[str]:
    """Compiled once, blind to capitals."""
    return _compiled(text)


@lru_cache(maxsize=256)
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# ---- who stands by itself, who beside another ----------------------------------------------------------------------


def _apart(files: Sequence[Recognised]) -> tuple[dict[str, list[Recognised]], list[Recognised]]:
    """Those that stand by themselves, by stem, and those that accompany one of these."""
    maybe = [file for file in files if file.format.kind == "sidecar" or _rules_for(file)]
    certain = set(map(id, maybe))
    mains: dict[str, list[Recognised]] = defaultdict(list)
    for file in files:
        if id(file) not in certain:
            mains[file.stem].append(file)
    kinds: Kinds = {stem: {str(one.format.kind) for one in same} for stem, same in mains.items()}
    besides = []
    for file in maybe:
        if file.format.kind == "sidecar" or _accompanies(file, kinds):
            besides.append(file)
        else:
            mains[file.stem].append(file)
    return mains, besides


def _rules_for(file: Recognised) -> list[Beside]:
    return [
        rule
        for rule in rules().beside
        if (file.format.name in rule.formats or file.suffix in rule.extensions)
        and (not rule.only_renamed or any(True for _ in _renamed(file.stem, rule)))
    ]


def _accompanies(file: Recognised, kinds: Kinds) -> bool:
    """Whether there is something that this file of media is the preview of."""
    return any(set(rule.kinds) & kinds.get(stem, set()) for rule in _rules_for(file) for stem in _stems(file, rule))


def _stems(file: Recognised, rule: Beside) -> Iterator[str]:
    """The names without extension that `file` may belong to, its own first."""
    if not rule.only_renamed:
        yield file.stem
    yield from _renamed(file.stem, rule)


def _renamed(stem: str, rule: Beside) -> Iterator[str]:
    for one in rule.renamed:
        if found := pattern(one.name).fullmatch(stem):
            yield from (folded(found.expand(to)) for to in one.to)


# ---- one exposure, one recording -----------------------------------------------------------------------------------


def _pair(same: Sequence[Recognised]) -> list[Draft]:
    """Files of one stem: a single RAW takes the single companion beside it; everything else stands alone."""
    raws = [file for file in same if file.format.raw]
    for rule in rules().pairs:
        companions = [file for file in same if file.format.name in rule.companions]
        if len(raws) == 1 and len(companions) == 1:
            pair = Draft([raws[0], companions[0]], rules={rule.name})
            return [pair, *(Draft([file]) for file in same if file is not raws[0] and file is not companions[0])]
    return [Draft([file]) for file in same]


def _live(drafts: list[Draft], rule: Live) -> list[Draft]:
    """The film of a Live Photo goes to its still, if there is one film, and one still that can be meant."""
    films = [one for one in drafts if len(one.originals) == 1 and one.originals[0].format.name in rule.films]
    stills = [one for one in drafts if any(file.format.name in rule.stills for file in one.originals)]
    if len(films) != 1 or not stills:
        return drafts
    film = films[0]
    movie = live.movie(film.originals[0].candidate.path)
    named = [one for one in stills if movie.identifier and movie.identifier in _identifiers(one, rule)]
    if not named and movie.seconds is not None and movie.seconds <= rule.most_seconds:
        named = [one for one in stills if not movie.identifier or not _identifiers(one, rule)]
    if len(named) != 1:
        return drafts
    named[0].take(film, rule.name)
    return [one for one in drafts if one is not film]


def _identifiers(draft: Draft, rule: Live) -> set[str]:
    paths = [file.candidate.path for file in draft.originals if file.format.name in rule.stills]
    return {found for found in map(live.still_identifier, paths) if found}


def join_parts(by_stem: Drafts, rule: Parts) -> None:
    """Numbered files of one recording become one; in `by_stem` every part's name then leads to the whole."""
    recordings: dict[tuple[str, ...], list[tuple[int, str, Draft]]] = defaultdict(list)
    for stem, drafts in by_stem.items():
        for draft in drafts:
            if len(draft.originals) == 1 and (key := _part_of(draft.originals[0], rule)):
                recordings[key[1]].append((key[0], stem, draft))
    for parts in recordings.values():
        for run in _runs(sorted(parts, key=lambda one: one[:2]), rule):
            if len(run) < 2:
                continue
            whole = joined([draft for _, _, draft in run], rule.name)
            for _, stem, draft in run:
                by_stem[stem] = [whole if one is draft else one for one in by_stem[stem]]


def _part_of(file: Recognised, rule: Parts) -> tuple[int, tuple[str, ...]] | None:
    """Number of the part, and what all parts of its recording have in common."""
    if file.format.name not in rule.formats:
        return None
    for number, text in enumerate(rule.patterns):
        if found := pattern(text).fullmatch(file.stem):
            digits = found["part"] or "0"
            common = (str(number), found["clip"], file.suffix, str(len(digits)) if rule.runs_on else "")
            return int(digits), common
    return None


Numbered = tuple[int, str, Draft]


def _runs(parts: Sequence[Numbered], rule: Parts) -> list[list[Numbered]]:
    """The recordings among files with one name: all of them are one, unless their clock has to show it."""
    if not rule.runs_on:
        # two files of one number are no parts of anything
        return [list(parts)] if len({number for number, _, _ in parts}) == len(parts) else []
    runs: list[list[Numbered]] = []
    for one in parts:
        before = runs[-1][-1] if runs else None
        if before and one[0] == before[0] + 1 and _goes_on(before[2], one[2]):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _goes_on(first: Draft, second: Draft) -> bool:
    return clock.runs_on(first.originals[0].candidate, second.originals[0].candidate)


# ---- what was made of it, what lies beside it ----------------------------------------------------------------------


def _join_versions(by_stem: Drafts) -> None:
    """Edited versions go to what they were made from; shorter names first, so that versions of versions follow."""
    for stem in sorted(by_stem, key=lambda one: (len(one), one)):
        for rule in rules().versions:
            base = _base(stem, rule.patterns)
            if base is None or base == stem or base not in by_stem:
                continue
            for draft in list(by_stem[stem]):
                origin = _origin(by_stem[base], draft)
                if draft.kind in rule.kinds and origin is not None:
                    origin.take(draft, rule.name)
                    by_stem[stem] = list(dict.fromkeys(origin if one is draft else one for one in by_stem[stem]))


def _base(stem: str, patterns: Iterable[Made]) -> str | None:
    for one in patterns:
        if found := pattern(one.name).fullmatch(stem):
            return folded(found.expand(one.base))
    return None


def _origin(drafts: Sequence[Draft], version: Draft) -> Draft | None:
    """The one asset of that kind that the version can have been made from; a RAW before what has only its name."""
    fitting = [one for one in drafts if one.kind == version.kind and one is not version]
    raws = [one for one in fitting if any(file.format.raw for file in one.originals)]
    for choice in (raws, fitting):
        if len(choice) == 1:
            return choice[0]
    return None


def _attach(besides: Sequence[Recognised], drafts: Sequence[Draft]) -> list[Recognised]:
    """Puts each to the file it is named after (clip.mp4.xmp), else to one of its stem (clip.xmp), RAW first."""
    by_name: dict[str, list[Draft]] = defaultdict(list)
    by_stem: dict[str, list[Draft]] = defaultdict(list)
    for draft in sorted(drafts, key=lambda one: not one.originals[0].format.raw):
        for file in draft.originals:
            by_name[folded(file.candidate.path.name)].append(draft)
            by_stem[file.stem].append(draft)
    return [file for file in besides if not _attached(file, by_name, by_stem)]


def _attached(file: Recognised, by_name: dict[str, list[Draft]], by_stem: dict[str, list[Draft]]) -> bool:
    for rule in _rules_for(file):
        meant = [*by_name.get(file.stem, []), *(one for stem in _stems(file, rule) for one in by_stem.get(stem, []))]
        found = next((one for one in meant if one.kind in rule.kinds), None)
        if found:
            found.add(file, rule.role, rule.name)
            return True
    return False
