"""Asking for renditions: an edit proxy and what else is made on request, or everything anew."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import shown
from media_archive.errors import Invalid
from media_archive.renditions import asking
from media_archive.renditions.planning import hold
from media_archive.renditions.recipes import book
from webapp.assets.choice import Choice
from webapp.door import archive, transaction, user
from webapp.renditions.shown import on_request
from webapp.translated import gettext

renditions = Blueprint("renditions", __name__)


@renditions.post("/assets/<id:asset_id>/renditions")
def ask(asset_id: UUID) -> Response:
    """Asks for one recipe that is made on request, or for one or all of them anew."""
    anew, name = request.form.get("do") == "anew", request.form.get("recipe", "")
    # who may have the original may have what is made of it; to make all anew costs the others' time
    access.require(user(), "retry jobs" if anew else "download")
    chosen = archive().settings.chosen_recipes
    with transaction() as session:
        asset = shown.asset(session, asset_id)
        holding = hold(session, asset_id)
        known = [one.name for one in book(asset.kind).recipe] if anew else on_request(holding)
        if name not in known and not (anew and name == ""):
            raise Invalid(
                "{name} cannot be asked for of this. Reload the page and choose again.", name=name[:80] or "–"
            )
        asked = asking.ask(session, holding, [name] if name else [], chosen, user().login, anew=anew)
    flash(gettext("It is being made; reload the page later.") if asked else gettext("There is nothing to be made."))
    back: dict[str, Any] = Choice.of(request.args).args() | {"_anchor": "renditions"}
    return redirect(url_for("assets.page", asset_id=asset_id, **back), HTTPStatus.SEE_OTHER)
