"""Rows of a caption table: what is said of each asset as text, and what was typed as changes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from media_archive.access import service as access
from media_archive.access.models import User
from media_archive.catalogue import describing, shown
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.describing import Field, Scheme, checking
from media_archive.catalogue.models import Asset
from media_archive.errors import Invalid, Refused
from media_archive.words import Message
from webapp.assets import cells
from webapp.describing import fields

#: the columns, in their order
COLUMNS = ("title", "caption", "keywords", "persons", "location", "taken")
#: between the words of a list
BETWEEN = "、"


@dataclass(frozen=True)
class Row:
    """One asset; `values` are texts by column. What was refused stands in `problem`, and what holds instead in `theirs`."""

    id: UUID
    version: int
    name: str
    thumb: str | None
    values: Mapping[str, str]
    #: what tells whether the row was changed, where no script does
    seal: str
    problem: Message | None = None
    theirs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trouble:
    """Why a row was not saved, and what was typed."""

    problem: Message
    typed: Mapping[str, str]


def columns(scheme: Scheme) -> list[Field]:
    """The fields of the columns."""
    return [scheme.fields[name] for name in COLUMNS]


def texts(asset: Asset, scheme: Scheme) -> dict[str, str]:
    """What is said of the asset, as it stands in the cells."""
    return {one.name: _text(one, describing.value_of(asset, asset.shoot, one).value) for one in columns(scheme)}


def _text(known: Field, value: Any) -> str:
    return BETWEEN.join(map(str, value)) if isinstance(value, list) else fields.typed(known, value)


def rows(
    session: Session, ids: Sequence[UUID], scheme: Scheme, troubles: Mapping[UUID, Trouble] | None = None
) -> list[Row]:
    """The rows of `ids`, in their order; those that are gone are left out."""
    query = select(Asset).where(Asset.id.in_(ids), shown.shown()).options(joinedload(Asset.shoot))
    assets = {one.id: one for one in session.scalars(query)}
    cards = catalogue.cards(session, list(ids))
    return [_row(assets[card.id], card, scheme, (troubles or {}).get(card.id)) for card in cards if card.id in assets]


def _row(asset: Asset, card: catalogue.Card, scheme: Scheme, trouble: Trouble | None) -> Row:
    values = texts(asset, scheme)
    plain = Row(asset.id, asset.version, card.title, cells.thumb(card), values, seal(values))
    if trouble is None:
        return plain
    theirs = {name: text for name, text in values.items() if trouble.typed.get(name, text) != text}
    return Row(
        asset.id,
        asset.version,
        card.title,
        plain.thumb,
        {**values, **trouble.typed},
        plain.seal,
        trouble.problem,
        theirs,
    )


def seal(values: Mapping[str, str]) -> str:
    """A short digest of the cells of a row, whatever a browser does to line ends."""
    told = "\0".join(" ".join(values.get(name, "").split()) for name in COLUMNS)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


class WrongCell(Invalid):
    """A value that cannot stand in its column, which is the fact `column`."""


def save(
    session: Session, asset_id: UUID, typed: Mapping[str, str], seen: int, user: User, scheme: Scheme, zone: str
) -> Asset:
    """Saves what was changed in the cells of a row.

    Conflict where somebody changed the asset since the version `seen`; Invalid names the column that is wrong.
    """
    asset = shown.asset(session, asset_id)
    describing.locked(session, asset)
    now = texts(asset, scheme)
    changed = [name for name in COLUMNS if name in typed and _plain(typed[name]) != _plain(now[name])]
    if not changed:
        return asset
    changes = {name: _wanted(asset, scheme, scheme.fields[name], typed[name], user, zone) for name in changed}
    describing.edit(session, asset, changes, user.login, zone, seen=seen, scheme=scheme)
    return asset


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _wanted(asset: Asset, scheme: Scheme, known: Field, text: str, user: User, zone: str) -> Any:
    access.require(user, known.may)
    try:
        value = fields.read(known, text)
        checking.kept(scheme, known, value, zone)
    except Invalid as exc:
        raise WrongCell(exc.message.template, **exc.message.facts, column=known.name) from exc
    # an emptied list that files or nobody filled says "none"; one set by hand goes back to them
    by_hand = describing.value_of(asset, asset.shoot, known).origin == "hand"
    return None if value == [] and by_hand else value


def trouble(refused: Refused, typed: Mapping[str, str]) -> Trouble:
    """What stands beside a row that was refused."""
    return Trouble(refused.message, {name: text for name, text in typed.items() if name in COLUMNS})
