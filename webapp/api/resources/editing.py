"""Changing what is said of assets: of one, of the version that was seen, and of up to a thousand at once."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, create_model
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.catalogue import describing, shown
from media_archive.catalogue.models import Asset
from webapp.api import batches
from webapp.api.batches import Outcomes
from webapp.api.parsing import Seen
from webapp.api.resources.assets import AssetTold, asset_told
from webapp.api.routes import MEBIBYTE, Routes
from webapp.api.shapes import LONGEST_LIST, Body, Date, Latitude, Longitude, Name, Text, Whole
from webapp.door import archive, user
from webapp.translated import lazy_gettext

routes = Routes("assets")


class Members(Body):
    """What joins a list and what leaves it; the rest of the list stays, whoever changed it meanwhile."""

    add: list[Name] = Field([], max_length=LONGEST_LIST)
    remove: list[Name] = Field([], max_length=LONGEST_LIST)


class Place(Body):
    """A point, in WGS-84 degrees."""

    latitude: Latitude
    longitude: Longitude


class Described(Body):
    """What is to be said of something; what is not named stays, null gives a field back to shoot and files."""

    fields: dict[str, Any] = Field({}, description="Fields that the archive declared itself, by name.")

    def changes(self) -> dict[str, Any]:
        """Field -> value, as `describing` takes them."""
        named = {name: _plain(getattr(self, name)) for name in self.model_fields_set if name != "fields"}
        return {**self.fields, **named}


def _plain(value: Any) -> Any:
    if isinstance(value, Place):
        return [value.latitude, value.longitude]
    return value.model_dump() if isinstance(value, BaseModel) else value


#: type of a field -> what a request may say of it, beside null
_TYPES: dict[str, Any] = {
    "list": Annotated[list[Name], Field(max_length=LONGEST_LIST)] | Members,
    "vocabulary": Annotated[Text, Field(max_length=255)],
    "number": float,
    "yes-no": bool,
    "date": Date,
    "moment": Annotated[Text, Field(max_length=64)],
    "position": Place,
}


def _rule(field: describing.Field) -> tuple[Any, Any]:
    kind = _TYPES.get(field.type) or Annotated[Text, Field(max_length=field.most)]
    words = f"{field.zh} · {field.en}"
    if field.type == "number":
        return (kind | None, Field(None, description=words, ge=field.least, le=field.greatest))
    return (kind | None, Field(None, description=words))


def _described(name: str, words: str, fields: list[describing.Field]) -> type[Described]:
    """A body made of the fields' rules (`describing/fields.toml`)."""
    rules: dict[str, Any] = {field.name: _rule(field) for field in fields}
    return create_model(name, __base__=Described, __doc__=words, **rules)


_SHIPPED = list(describing.shipped().fields.values())
AssetChange = _described("AssetChange", Described.__doc__ or "", _SHIPPED)
ShootFields = _described(
    "ShootFields",
    "What a shoot says for all its assets; what is not named stays, null takes it away.",
    [field for field in _SHIPPED if "shoot" in field.inherits],
)


@routes.patch(
    "/assets/{asset_id}",
    lazy_gettext("Change what is said of an asset"),
    AssetTold,
    body=AssetChange,
    action="describe",
)
def change_asset(session: Session, asset_id: UUID, seen: Seen, body: Described) -> AssetTold:
    asset = locked(session, asset_id, seen)
    edit(session, asset, body)
    return asset_told(session, asset)


def locked(session: Session, asset_id: UUID, seen: Seen | None) -> Asset:
    """The asset, read anew and held until the transaction ends, of the version that was seen."""
    asset = shown.asset(session, asset_id)
    describing.locked(session, asset)
    if seen is not None:
        seen.check(asset.version)
    return asset


def edit(session: Session, asset: Asset, body: Described) -> None:
    """Says of the asset what the body says."""
    scheme, changes = scheme_for(body), body.changes()
    describing.edit(session, asset, changes, user().login, archive().settings.time_zone, scheme=scheme)
    session.flush()


def scheme_for(body: Described) -> describing.Scheme:
    """The fields of this archive; Forbidden where the body sets one that the person may not."""
    scheme = describing.declared(archive().settings)
    for name in body.changes():
        access.require(user(), scheme.field(name).may)
    return scheme


class ItemChange(Body):
    """A change of one asset."""

    id: UUID
    version: Annotated[Whole, Field(ge=1)] | None = Field(
        None, description="The one that was seen; null: whatever it is."
    )
    change: AssetChange  # type: ignore[valid-type]


class BatchAsked(Body):
    """Changes of assets, each by itself."""

    items: list[ItemChange] = Field(min_length=1, max_length=LONGEST_LIST)


@routes.post(
    "/assets:batch",
    lazy_gettext("Change up to 1,000 assets, each answered by itself"),
    Outcomes,
    body=BatchAsked,
    action="describe",
    most_bytes=8 * MEBIBYTE,
)
def change_assets(session: Session, body: BatchAsked) -> Outcomes:
    def change(item: ItemChange) -> int:
        seen = Seen(frozenset({item.version})) if item.version is not None else None
        asset = locked(session, item.id, seen)
        edit(session, asset, item.change)
        return asset.version

    return batches.each(session, body.items, lambda item: item.id, change)
