"""Assets: lists, one asset, its description."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from flask import url_for
from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from media_archive.catalogue import opening, shown
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Asset, Kind, Progress
from media_archive.catalogue.queries import Card
from media_archive.storage.standing import Standing
from media_archive.storage.stores.store import Thaw
from webapp.api.routes import Routes
from webapp.api.shapes import Query, Told
from webapp.assets.cells import thumb
from webapp.door import archive
from webapp.languages import say
from webapp.media.addresses import extension, of_digest
from webapp.restoring import shown as restoring
from webapp.translated import lazy_gettext

routes = Routes("assets")
files = Routes("files")


class CardTold(Told):
    """What a list tells of an asset."""

    id: UUID
    kind: Kind
    title: str
    taken: str | None = Field(description="As precise as it is known: 1987, 2017-06-12T09:30:00+08:00.")
    taken_at: datetime | None
    width: int | None
    height: int | None
    duration: float | None = Field(description="Seconds.")
    colour: str | None
    thumb: str | None = Field(description="Address of a small picture.")
    problem: str | None = Field(description="Why it cannot be shown.")
    standing: Thaw = Field(description="Whether its originals can be read now.")
    self: str
    page: str


class FileTold(Told):
    """A run of bytes of an asset."""

    model_config = ConfigDict(extra="allow")

    id: UUID
    role: str
    name: str
    folder: str | None
    size: int
    sha256: str
    media_type: str
    format: str | None
    content: str = Field(description="Address of the bytes; takes ranges. Originals need the right to download.")
    copies: list[dict[str, Any]]


class Original(Told):
    """Whether the originals can be read now, and what it takes to bring them back."""

    model_config = ConfigDict(extra="allow")

    standing: Thaw
    hours: float
    price: float
    currency: str


class AssetTold(Told):
    """Everything about one asset."""

    model_config = ConfigDict(extra="allow")

    id: UUID
    version: int
    kind: Kind
    state: Progress
    title: str
    caption: str | None
    photographer: str | None
    keywords: list[str]
    taken_at: str | None
    latitude: float | None
    longitude: float | None
    width: int | None
    height: int | None
    duration: float | None
    accession_code: str | None
    retention: str | None
    hold: dict[str, Any] | None
    shoot: str
    shoot_id: UUID
    files: list[FileTold]
    links: list[dict[str, Any]]
    events: list[dict[str, Any]]
    original: Original
    self: str
    page: str


def card_told(card: Card, cold: Standing | None = None) -> CardTold:
    """One asset of a list."""
    return CardTold(
        id=card.id,
        kind=Kind(card.kind),
        title=card.title,
        taken=card.taken,
        taken_at=card.taken_at,
        width=card.width,
        height=card.height,
        duration=card.duration,
        colour=card.colour,
        thumb=thumb(card),
        problem=say(card.problem) or None,
        standing=cold.thaw if cold else Thaw.ONLINE,
        self=url_for("api.asset", asset_id=card.id),
        page=url_for("assets.page", asset_id=card.id),
    )


@routes.get("/assets/{asset_id}", lazy_gettext("Everything about one asset"), AssetTold)
def asset(session: Session, asset_id: UUID) -> AssetTold:
    one = shown.asset(session, asset_id)
    told = asset_told(session, one)
    opening.note(archive(), asset_id)
    return told


def asset_told(session: Session, one: Asset) -> AssetTold:
    """Everything about one asset, as `show --json` prints it, and where it is."""
    told = catalogue.describe(session, one.id)
    told["files"] = [_with_content(file) for file in told["files"]]
    return AssetTold.model_validate(
        {
            **told,
            "version": one.version,
            "shoot_id": one.shoot_id,
            "original": restoring.as_json(restoring.standing(session, one.id)),
            "self": url_for("api.asset", asset_id=one.id),
            "page": url_for("assets.page", asset_id=one.id),
        }
    )


def _with_content(file: dict[str, Any]) -> dict[str, Any]:
    address = of_digest(file["id"], file["sha256"], extension(file["media_type"], file["name"]))
    return {**file, "content": address}


class Files(Told):
    """The files of an asset."""

    items: list[FileTold]


class FilesWanted(Query):
    """Which files."""

    role: Literal["original", "sidecar", "proxy", "rendition"] | None = None


@files.get(
    "/assets/{asset_id}/files", lazy_gettext("The files of an asset, with their copies"), Files, query=FilesWanted
)
def asset_files(session: Session, asset_id: UUID, query: FilesWanted) -> Files:
    shown.asset(session, asset_id)
    every = [_with_content(file) for file in catalogue.files(session, asset_id)]
    return Files.model_validate({"items": [file for file in every if query.role in (None, file["role"])]})


@files.get("/files/{file_id}", lazy_gettext("One file, with its copies"), FileTold)
def file(session: Session, file_id: UUID) -> FileTold:
    return FileTold.model_validate(_with_content(catalogue.file(session, file_id)))
