"""What an asset can be found by: its document, as JSON for the index."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from media_archive.catalogue.models import Kind
from media_archive.errors import Invalid
from media_archive.search.fields import LENGTH_BANDS
from media_archive.search.index import cells
from media_archive.search.index.gathering import Known, Source
from media_archive.search.index.tokens import GAP, characters, stream, streams
from media_archive.search.language.folding import fold

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = date(1970, 1, 1)
_MILLISECOND = timedelta(milliseconds=1)
#: ids are halves of unsigned 64 bits, kept as signed ones in the same order
_HALF = 1 << 63
#: kinds in the packed look of an asset
KINDS = (Kind.PHOTO.value, Kind.FILM.value, Kind.SOUND.value)
NO_COLOUR = 1 << 24
#: described fields whose values are names, by the name they are asked for
_NAMED = {"persons": "person", "location": "place", "rights_holder": "rights", "licence": "licence"}
#: codes sort behind all others where there is none
NO_CODE = "\U0010ffff"


def document(source: Source) -> str:
    """The document of one asset."""
    asset = source.asset
    told = {
        "id": asset.id.hex,
        "archive": asset.archive_id.hex,
        "shoot": asset.shoot_id.hex,
        "kind": str(asset.kind),
        "state": str(asset.state),
        "code": asset.accession_code or NO_CODE,
        "year": asset.year,
        "rating": asset.rating,
        "label": asset.label,
        "retention": asset.retention,
        "format": source.format,
        "tier": sorted(source.tiers),
        "classification": asset.classification or _inherited(source, "classification"),
        "openness": asset.openness or _inherited(source, "openness"),
        "width": asset.width,
        "height": asset.height,
        "size": source.size,
        "duration": asset.duration,
    }
    told |= _moments(source) | _look(asset) | _position(asset) | _texts(source)
    return orjson.dumps({name: value for name, value in told.items() if value is not None and value != []}).decode()


def halves(asset_id: UUID) -> tuple[int, int]:
    """An id as the two numbers that the index keeps of it; they sort as ids do."""
    return (asset_id.int >> 64) - _HALF, (asset_id.int & (1 << 64) - 1) - _HALF


def whole(high: int, low: int) -> UUID:
    """The inverse of `halves`."""
    return UUID(int=(high + _HALF) << 64 | (low + _HALF))


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


def days(day: date) -> int:
    """Since 1970."""
    return (day - _DAY).days


def _inherited(source: Source, name: str) -> str | None:
    value = (source.shoot.fields or {}).get(name)
    return str(value) if value else None


def _moments(source: Source) -> dict[str, Any]:
    asset = source.asset
    shown = milliseconds(asset.shown_at)
    told: dict[str, Any] = {"shown": shown, "added": milliseconds(asset.created_at)}
    told["rated"] = ((-1 if asset.rating is None else asset.rating) << 50) + shown
    if period := _period(asset.taken_text):
        told["taken"], told["taken_to"] = map(days, period)
        told["month"] = period[0].year * 12 + period[0].month - 1
    embargo = asset.embargo or _inherited(source, "embargo")
    if embargo and (until := _period(embargo)):
        told["embargo"] = days(until[0])
    return told


def month(text: str) -> tuple[date, date]:
    """The first and the last day of "1987-05"; Invalid where that is none."""
    period = _period(text)
    if period is None or len(text) != 7:
        raise Invalid("{text} is no month. Write it like 1987-05.", text=text[:20])
    return period


@lru_cache(maxsize=20_000)
def _period(text: str | None) -> tuple[date, date] | None:
    """The first and the last day that "1987", "1987-05" or anything longer may mean."""
    try:
        parts = [int(part) for part in (text or "")[:10].split("-")]
        first = date(*[*parts, 1, 1][:3])
        last_month = first.month if len(parts) > 1 else 12
        last_day = first.day if len(parts) > 2 else monthrange(first.year, last_month)[1]
        return first, date(first.year, last_month, last_day)
    except (ValueError, TypeError):
        return None


def _look(asset: Any) -> dict[str, Any]:
    """What the grid draws of it; and what follows from its shape and length."""
    high, low = halves(asset.id)
    kind = KINDS.index(str(asset.kind)) if str(asset.kind) in KINDS else 0
    colour = int(asset.colour[1:], 16) if asset.colour and len(asset.colour) == 7 else NO_COLOUR
    told: dict[str, Any] = {"high": high, "low": low, "look": kind << 25 | colour}
    if asset.width and asset.height:
        wider = asset.width - asset.height
        told["orientation"] = "landscape" if wider > 0 else "portrait" if wider < 0 else "square"
    if asset.duration is not None:
        told["length"] = next(name for name, end in LENGTH_BANDS.items() if asset.duration < end)
    return told


def _position(asset: Any) -> dict[str, Any]:
    if asset.latitude is None or asset.longitude is None:
        return {}
    return {
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "cell": cells.cell(asset.latitude, asset.longitude),
        "cells": " ".join(cells.terms(asset.latitude, asset.longitude)),
    }


def _texts(source: Source) -> dict[str, Any]:
    asset, shoot = source.asset, source.shoot
    embedded: dict[str, Any] = asset.description or {}
    title = asset.title or embedded.get("title")
    captions = _some(asset.caption, embedded.get("caption"), shoot.caption)
    names = _names(source, embedded)
    words = [value for name, value in names if name != "keyword"] + [str(one) for one in asset.keywords or []]
    words += _some(embedded.get("title") if asset.title else None, *(asset.fields or {}).values())
    codes = _some(asset.accession_code, *source.codes)
    told: dict[str, Any] = {
        "title": _streamed(title) if title else None,
        "caption": streams(map(fold, dict.fromkeys(captions))) or None,
        "words": _joined(dict.fromkeys([*words, *codes, *source.names])) or None,
        "subject": _joined(word for one in source.subjects for word in _called(one)) or None,
        "ocr": streams(map(fold, source.read)) or None,
        "speech": streams(map(fold, source.heard)) or None,
        "codes": _characters(codes),
        "files": _characters(source.names),
        "shows": [one.id.hex for one in source.subjects],
        "named": _named(source, names, codes),
        "has": _has(source, captions),
    }
    told |= {name: sorted({value for kind, value in names if kind == name}) for name in COUNTED_NAMES}
    for one in source.subjects:
        told.setdefault(one.kind, []).append(one.id.hex)
    return told


#: names that are counted as they are written
COUNTED_NAMES = ("keyword", "photographer", "camera", "rights", "licence")


def _names(source: Source, embedded: dict[str, Any]) -> list[tuple[str, str]]:
    """Names in the asset's description, each with the field that it is asked for by."""
    asset, shoot = source.asset, source.shoot
    camera = asset.camera or {}
    creator = asset.photographer or shoot.photographer or ", ".join(map(str, embedded.get("creator") or []))
    called = " ".join(_some(camera.get("make"), camera.get("model")))
    names = [("photographer", creator), ("camera", called), ("shoot", shoot.name)]
    names += [("keyword", str(word)) for word in asset.keywords or []]
    names += [("person", str(one)) for one in embedded.get("persons") or []]
    described = {**(shoot.fields or {}), **(asset.fields or {})}
    for name, kind in _NAMED.items():
        values = described.get(name)
        names += [(kind, str(one)) for one in (values if isinstance(values, list) else [values]) if one]
    return [(kind, value[:255]) for kind, value in names if value]


def _called(subject: Known) -> list[str]:
    return _some(subject.code, *subject.names)


def _named(source: Source, names: list[tuple[str, str]], codes: list[str]) -> list[str]:
    asset = source.asset
    listed = [("format", source.format), ("retention", asset.retention), *(("tier", tier) for tier in source.tiers)]
    listed += [(name, getattr(asset, name) or _inherited(source, name)) for name in ("classification", "openness")]
    listed += [("code", code) for code in codes]
    told = [f"{kind}:{_folded(value)}" for kind, value in [*names, *listed] if value]
    told += [f"{one.kind}:{_folded(name)}" for one in source.subjects for name in _called(one)]
    return list(dict.fromkeys(told))


def _has(source: Source, captions: list[str]) -> list[str]:
    asset = source.asset
    there = {
        "title": asset.title or (asset.description or {}).get("title"),
        "speech": source.heard,
        "gps": asset.latitude is not None,
        "text": source.read,
        "caption": captions,
        "code": asset.accession_code,
        "subject": source.subjects,
    }
    return [name for name, value in there.items() if value]


def _some(*values: Any) -> list[str]:
    flat = (one for value in values for one in (value if isinstance(value, list) else [value]))
    return [one if isinstance(one, str) else str(one) for one in flat if one]


def _joined(texts: Iterable[str]) -> str:
    return f" {GAP} ".join(filter(None, map(_streamed, texts)))


def _characters(texts: list[str]) -> str | None:
    return f" {GAP} ".join(characters(fold(one)) for one in dict.fromkeys(texts)) or None


@lru_cache(maxsize=50_000)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(maxsize=50_000)
def _streamed(text: str) -> str:
    """Names of shoots, subjects and people come again and again."""
    return stream(fold(text))
