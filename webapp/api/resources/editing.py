"""Changing what is said of assets: of one, of the version that was seen, and of up to a thousand at once."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from media_archive.catalogue import describing, shown
from media_archive.catalogue.models import Asset
from webapp.api import batches
from webapp.api.batches import Outcomes
from webapp.api.parsing import Seen
from webapp.api.resources.assets import AssetTold, asset_told
from webapp.api.routes import MEBIBYTE, Routes
from webapp.api.shapes import LONGEST_LIST, Body, Latitude, Longitude, Name, Text
from webapp.door import archive, user
from webapp.translated import lazy_gettext

routes = Routes("assets")


class Members(Body):
    """What joins a list and what leaves it; the rest of the list stays, whoever changed it meanwhile."""

    add: list[Name] = Field([], max_length=LONGEST_LIST)
    remove: list[Name] = Field([], max_length=LONGEST_LIST)

    def of(self, there: list[Any]) -> list[Any]:
        """The list as it is then."""
        kept = [one for one in there if one not in self.remove]
        return kept + [one for one in self.add if one not in kept]


class Place(Body):
    """A point, in WGS-84 degrees."""

    latitude: Latitude
    longitude: Longitude


class AssetChange(Body):
    """What is to be said of an asset; what is not named stays, null gives a field back to the files."""

    title: Annotated[Text, Field(max_length=1024)] | None = None
    caption: Annotated[Text, Field(max_length=20_000)] | None = None
    photographer: Annotated[Text, Field(max_length=255)] | None = None
    keywords: Annotated[list[Name], Field(max_length=LONGEST_LIST)] | Members | None = None
    taken: Annotated[Text, Field(max_length=64)] | None = Field(
        None, description="As precise as it is known: 1987, 1987-05, 2017-06-12T09:30:00+08:00."
    )
    place: Place | None = None
    rating: int | None = Field(None, ge=0, le=5)

    def changes(self, asset: Asset) -> dict[str, Any]:
        """The same for `describing.edit`."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        if isinstance(members := given.get("keywords"), Members):
            given["keywords"] = members.of(asset.keywords)
        if isinstance(place := given.get("place"), Place):
            given["place"] = (place.latitude, place.longitude)
        return given


@routes.patch(
    "/assets/{asset_id}",
    lazy_gettext("Change what is said of an asset"),
    AssetTold,
    body=AssetChange,
    action="describe",
)
def change_asset(session: Session, asset_id: UUID, seen: Seen, body: AssetChange) -> AssetTold:
    asset = locked(session, asset_id, seen)
    edit(session, asset, body)
    return asset_told(session, asset)


def locked(session: Session, asset_id: UUID, seen: Seen | None) -> Asset:
    """The asset, read anew and held until the transaction ends, of the version that was seen."""
    asset = shown.asset(session, asset_id)
    session.refresh(asset, with_for_update=True)
    if seen is not None:
        seen.check(asset.version)
    return asset


def edit(session: Session, asset: Asset, body: AssetChange) -> None:
    """Says of the asset what the body says."""
    describing.edit(session, asset, body.changes(asset), user().login, archive().settings.time_zone)
    session.flush()


class ItemChange(Body):
    """A change of one asset."""

    id: UUID
    version: int | None = Field(None, ge=1, description="The version that was seen; null changes whatever it is.")
    change: AssetChange


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
