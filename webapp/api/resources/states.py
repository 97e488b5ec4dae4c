"""How far descriptions are, and the numbers of assets (档号)."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.catalogue import states
from media_archive.catalogue.coding import service as coding
from media_archive.catalogue.coding.codes import declared as codes_of
from media_archive.catalogue.describing import declared as fields_of
from media_archive.catalogue.models import Progress
from webapp.api import batches
from webapp.api.batches import Outcomes
from webapp.api.parsing import Seen
from webapp.api.resources.assets import AssetTold, asset_told
from webapp.api.resources.editing import locked
from webapp.api.routes import Routes
from webapp.api.shapes import Body, Ids, Text, Told
from webapp.door import archive, user
from webapp.languages import say
from webapp.translated import lazy_gettext

routes = Routes("assets")


class StateAsked(Body):
    """Where an asset is to go, and why if it goes back."""

    state: Progress
    reason: Annotated[Text, Field(max_length=states.LONGEST_REASON)] = ""


class StatesAsked(StateAsked):
    """The same for many."""

    assets: Ids


class CodesAsked(Body):
    """Assets that are to have a number, by the archive's template or the one that is named."""

    assets: Ids
    template: Annotated[Text, Field(max_length=64)] | None = None


class CodeAsked(Body):
    """The number that somebody wrote."""

    code: Annotated[Text, Field(min_length=1, max_length=128)]
    template: Annotated[Text, Field(max_length=64)] | None = None
    note: Annotated[Text, Field(max_length=255)] = ""


class CodeTold(Told):
    """What became of one asset's number."""

    asset: UUID
    code: str | None
    had: bool = Field(description="Whether it had the number before.")
    detail: str | None = Field(description="Why it has none.")


class CodesTold(Told):
    """The numbers, in the order of the request; all of one transaction, so that there is no gap."""

    items: list[CodeTold]


def _move(session: Session, asset_id: UUID, body: StateAsked, seen: Seen | None) -> int:
    asset, scheme = locked(session, asset_id, seen), fields_of(archive().settings)

    def may(action: str) -> None:
        access.require(user(), action, asset.archive_id)

    states.move(session, asset, body.state, user().login, body.reason, may=may, scheme=scheme)
    session.flush()
    return asset.version


@routes.put(
    "/assets/{asset_id}/state",
    lazy_gettext("Move an asset on to the next state, or back with a reason"),
    AssetTold,
    body=StateAsked,
    versioned=True,
)
def move_asset(session: Session, asset_id: UUID, seen: Seen, body: StateAsked) -> AssetTold:
    _move(session, asset_id, body, seen)
    return asset_told(session, locked(session, asset_id, None))


@routes.post(
    "/assets:move",
    lazy_gettext("Move up to 1,000 assets to a state, each answered by itself"),
    Outcomes,
    body=StatesAsked,
)
def move_assets(session: Session, body: StatesAsked) -> Outcomes:
    return batches.each(session, body.assets, lambda one: one, lambda one: _move(session, one, body, None))


@routes.put(
    "/assets/{asset_id}/accession-code",
    lazy_gettext("Give an asset the number that somebody wrote"),
    AssetTold,
    body=CodeAsked,
    action="number",
    versioned=True,
)
def give_code(session: Session, asset_id: UUID, seen: Seen, body: CodeAsked) -> AssetTold:
    asset, codes = locked(session, asset_id, seen), codes_of(archive().settings)
    coding.give(session, asset, body.code, user().login, codes, body.template, note=body.note)
    return asset_told(session, asset)


@routes.post(
    "/assets:number",
    lazy_gettext("Draw numbers for up to 1,000 assets"),
    CodesTold,
    body=CodesAsked,
    action="number",
    others=(HTTPStatus.NOT_FOUND,),
)
def number_assets(session: Session, body: CodesAsked) -> CodesTold:
    assets = [locked(session, one, None) for one in sorted(set(body.assets))]
    given = coding.assign(session, assets, user().login, codes_of(archive().settings), body.template)
    told = {
        one.asset_id: CodeTold(asset=one.asset_id, code=one.code, had=one.had, detail=say(one.problem) or None)
        for one in given
    }
    return CodesTold(items=[told[one] for one in dict.fromkeys(body.assets) if one in told])
