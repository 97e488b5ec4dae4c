"""What assets can be found by: their documents, as JSON for the index.

Documents are made by the batch, in two steps. First a draft of each is taken from the catalogue; names of shoots, subjects,
people and cameras, which come again and again, are kept ready. Then the texts that only one asset has, of all drafts
together, are folded and taken apart.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from media_archive.search.fields import LENGTH_BANDS
from media_archive.search.index import cells, streaming, values
from media_archive.search.index.gathering import Known, Source
from media_archive.search.index.schema import PART
from media_archive.search.index.tokens import stream
from media_archive.search.language.folding import fold

#: described fields whose values are names, by the name they are asked for
_NAMED = {"persons": "person", "location": "place", "rights_holder": "rights", "licence": "licence"}
#: names that are counted as they are written
COUNTED_NAMES = frozenset({"keyword", "photographer", "camera", "rights", "licence"})
#: codes sort behind all others where there is none
NO_CODE = values.sortable("\U0010ffff")
#: of longer names the rest is left out
LONGEST_NAME = 255


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles, which nothing here has, and which would cost a fifth; around a function, so that its own are gone."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_uncollected()
def documents(sources: Sequence[Source]) -> list[str]:
    """The documents of assets, in their order."""
    shoots: dict[int, _Shoot] = {}
    texts: list[str] = []
    drafts = [_draft(source, shoots, texts) for source in sources]
    folded = streaming.folded(texts)
    streams = streaming.streams(folded)
    marked = [at for draft in drafts for at in range(draft.codes, draft.read)]
    characters = dict(zip(marked, streaming.characters([folded[at] for at in marked]), strict=True))
    return [_document(draft, folded, streams, characters) for draft in drafts]


class _Name(NamedTuple):
    """A name that is asked for as `kind:`; as a term by itself, and as tokens among the words."""

    kind: str
    value: str
    term: str
    stream: str


class _Shoot(NamedTuple):
    """What the documents of a shoot have from it."""

    hex: str
    name: str
    photographer: str
    caption: str
    fields: Mapping[str, Any]


class _Draft(NamedTuple):
    """A document before its own texts are taken apart, and where among all texts each sort of them begins."""

    told: dict[str, Any]
    title: int
    captions: int
    words: int
    codes: int
    files: int
    read: int
    heard: int
    end: int


@lru_cache(maxsize=50_000)
def _name(kind: str, value: str) -> _Name:
    value = value[:LONGEST_NAME]
    folded = fold(value)
    return _Name(kind, value, f"{kind}:{folded}", stream(folded))


def _document(draft: _Draft, folded: Sequence[str], streams: Sequence[str], characters: Mapping[int, str]) -> str:
    # values of one field: no phrase goes across them
    told, title, captions, words, codes, files, read, heard, end = draft
    told["words"] += streams[words:read]
    if title != captions:
        told["title"] = streams[title:captions]
    if captions != words:
        told["caption"] = streams[captions:words]
    if codes != files:
        told["codes"] = [characters[at] for at in range(codes, files)]
        own = None if "code" in told else folded[codes]
        if own is not None:
            told["code"] = values.sortable(own) or NO_CODE
        # its own code is a field by itself
        told["named"] += [f"code:{folded[at]}" for at in range(codes, files) if folded[at] != own]
    if files != read:
        told["files"] = [characters[at] for at in range(files, read)]
    if read != end:
        told["ocr"], told["speech"] = streams[read:heard], streams[heard:end]
    return orjson.dumps(told).decode()


def _draft(source: Source, shoots: dict[int, _Shoot], texts: list[str]) -> _Draft:
    asset = source.asset
    shoot = shoots.get(id(source.shoot))
    if shoot is None:
        shoot = shoots[id(source.shoot)] = _shoot(source.shoot)
    embedded: Mapping[str, Any] = asset.description or {}
    told = _numbers(source)
    _tell_values(told, source, shoot)
    marks = _take_texts(texts, source, shoot, embedded)
    _tell_names(told, _names(asset, shoot, embedded))
    if shoot.fields or asset.fields:
        told["named"] += values.codes({**shoot.fields, **(asset.fields or {})})
    if source.subjects:
        _tell_subjects(told, source.subjects)
    if not asset.accession_code:
        told["code"] = NO_CODE
    told["has"] = _has(source, marks)
    return _Draft(told, *marks)


def _shoot(row: Any) -> _Shoot:
    return _Shoot(row.id.hex, row.name, row.photographer, row.caption, row.fields or {})


def _numbers(source: Source) -> dict[str, Any]:
    asset = source.asset
    high, low = values.halves(asset.id)
    shown, added, rating = values.milliseconds(asset.shown_at), values.milliseconds(asset.created_at), asset.rating
    rated = ((-1 if rating is None else rating) << 50) + shown
    kind = str(asset.kind)
    told = {
        "id": f"{asset.id.int:032x}", "archive": f"{asset.archive_id.int:032x}", "kind": kind,
        "state": str(asset.state), "size": source.size, "look": values.look(kind, asset.colour), "high": high,
        "low": low, "shown": shown, "added": added, "rated": rated, "shown_part": shown >> PART,
        "added_part": added >> PART, "rated_part": rated >> PART,
    }  # fmt: skip
    if rating is not None:
        told["rating"] = rating
    if asset.year is not None:
        told["year"] = asset.year
    if asset.taken_text:
        told |= values.told(asset.taken_text)
    if asset.width and asset.height:
        width, height = told["width"], told["height"] = asset.width, asset.height
        told["orientation"] = "landscape" if width > height else "portrait" if width < height else "square"
    if asset.duration is not None:
        told["duration"] = duration = asset.duration
        told["length"] = next(name for name, end in LENGTH_BANDS.items() if duration < end)
    if asset.latitude is not None and asset.longitude is not None:
        latitude, longitude = told["latitude"], told["longitude"] = asset.latitude, asset.longitude
        cell = told["cell"] = cells.cell(latitude, longitude)
        told["cells"] = cells.terms(cell)
    return told


def _tell_values(told: dict[str, Any], source: Source, shoot: _Shoot) -> None:
    """Codes of the archive's own rules, which are asked for like names."""
    asset, fields = source.asset, shoot.fields
    told["shoot"], told["tier"] = shoot.hex, list(source.tiers)
    named = told["named"] = [_name("tier", tier).term for tier in source.tiers]
    for name, value in (
        ("format", source.format),
        ("retention", asset.retention),
        ("classification", asset.classification or fields.get("classification")),
        ("openness", asset.openness or fields.get("openness")),
    ):
        if value:
            told[name] = str(value)
            named.append(_name(name, str(value)).term)
    if asset.label:
        told["label"] = asset.label
    if asset.flag:
        told["flag"] = asset.flag
    embargo = asset.embargo or fields.get("embargo")
    if embargo and (until := values.period(str(embargo))):
        told["embargo"] = values.days(until[0])


def _take_texts(texts: list[str], source: Source, shoot: _Shoot, embedded: Mapping[str, Any]) -> list[int]:
    """Puts the asset's own texts behind those of others; returns where each sort begins, and where all end."""
    asset, own = source.asset, embedded.get("title")
    marks = [len(texts)]
    if title := asset.title or own:
        texts.append(str(title))
    marks.append(len(texts))
    texts += _some(asset.caption, embedded.get("caption"), shoot.caption)
    marks.append(len(texts))
    if asset.fields or (own and asset.title):
        texts += _some(own if asset.title else None, *(asset.fields or {}).values())
    marks.append(len(texts))
    if asset.accession_code:
        texts.append(asset.accession_code)
    for sort in (source.codes, source.names, source.read, source.heard):
        if sort:
            texts += sort
        marks.append(len(texts))
    return marks


def _names(asset: Any, shoot: _Shoot, embedded: Mapping[str, Any]) -> list[_Name]:
    """Names in the asset's description, each with the field that it is asked for by."""
    names = [_name("shoot", shoot.name)] if shoot.name else []
    if by := asset.photographer or shoot.photographer or ", ".join(map(str, embedded.get("creator") or ())):
        names.append(_name("photographer", by))
    if (camera := asset.camera) and (parts := _some(camera.get("make"), camera.get("model"))):
        names.append(_name("camera", " ".join(parts)))
    if asset.keywords:
        names += [_name("keyword", str(word)) for word in asset.keywords if word]
    if persons := embedded.get("persons"):
        names += [_name("person", str(one)) for one in persons if one]
    if shoot.fields or asset.fields:
        names += _described({**shoot.fields, **(asset.fields or {})})
    return names


def _described(described: Mapping[str, Any]) -> Iterator[_Name]:
    for name, kind in _NAMED.items():
        found = described.get(name)
        yield from (_name(kind, str(one)) for one in (found if isinstance(found, list) else [found]) if one)


def _tell_names(told: dict[str, Any], names: Sequence[_Name]) -> None:
    named = told["named"]
    told["words"] = [one.stream for one in names]
    for kind, value, term, _ in names:
        if term not in named:
            named.append(term)
        if kind in COUNTED_NAMES:
            counted = told.setdefault(kind, [])
            if value not in counted:
                counted.append(value)


def _tell_subjects(told: dict[str, Any], subjects: Iterable[Known]) -> None:
    shows, named, words = list[str](), told["named"], list[str]()
    for one in subjects:
        shows.append(one.hex)
        told.setdefault(one.kind, []).append(one.hex)
        terms, streams = _known(one.kind, one.called)
        named += terms
        words += streams
    told["shows"], told["subject"] = shows, words


@lru_cache(maxsize=20_000)
def _known(kind: str, called: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The terms of a subject's names, and their tokens."""
    names = [_name(kind, one) for one in called]
    return tuple(dict.fromkeys(one.term for one in names)), tuple(one.stream for one in names)


def _has(source: Source, marks: Sequence[int]) -> list[str]:
    title, captions, words = marks[:3]
    there = ["title"] if title != captions else []
    if captions != words:
        there.append("caption")
    if source.asset.accession_code:
        there.append("code")
    if source.asset.latitude is not None:
        there.append("gps")
    if source.heard:
        there.append("speech")
    if source.read:
        there.append("text")
    if source.subjects:
        there.append("subject")
    return there


def _some(*given: Any) -> list[str]:
    """What there is, each as text; lists as their parts."""
    found: list[str] = []
    for value in given:
        if isinstance(value, str):
            if value:
                found.append(value)
        elif isinstance(value, list):
            found += [str(one) for one in value if one]
        elif value:
            found.append(str(value))
    return found
