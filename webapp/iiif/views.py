"""Pictures by the IIIF Image API 3.0, level 2."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, redirect
from werkzeug.exceptions import HTTPException, abort
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import shown
from media_archive.context import Context
from media_archive.errors import ArchiveError
from media_archive.iiif import identifiers, requests, sources
from media_archive.iiif.information import information
from media_archive.iiif.service import Images, Ready
from webapp.door import EXTENSION as ARCHIVE
from webapp.door import entering, reading
from webapp.iiif import addresses, answers

iiif = Blueprint("iiif", __name__, url_prefix=addresses.PREFIX)
iiif.register_error_handler(ArchiveError, answers.refused)
iiif.register_error_handler(HTTPException, answers.failed)
iiif.after_request(answers.opened)
EXTENSION = "iiif"


def install(app: Flask) -> None:
    """Gives the application its readers; none is started before somebody asks for a picture."""
    context = cast(Context, app.extensions[ARCHIVE])
    app.extensions[EXTENSION] = Images(context.settings, context.stores)
    app.register_blueprint(iiif)


@iiif.get("/<path:identifier>")
def base(identifier: str) -> AnyResponse:
    """The address of a picture leads to what is known of it (section 2); nothing else has an address of that length."""
    found = identifiers.parse(identifier)
    return redirect(f"{addresses.base(found.text)}/info.json", HTTPStatus.SEE_OTHER)


@iiif.get("/<identifier>/info.json")
def info(identifier: str) -> Response:
    """What is known of a picture (section 5)."""
    with _prepared(identifier) as (ready, rights, public):
        said = information(addresses.base(identifier), ready.picture, _images().limits, rights)
    tag = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]
    return answers.information(said, tag, public=public)


@iiif.get("/<identifier>/<region>/<size>/<rotation>/<last>")
def image(identifier: str, region: str, size: str, rotation: str, last: str) -> Response:
    """A picture (section 4)."""
    wanted = requests.parse(region, size, rotation, last)
    with _prepared(identifier) as (ready, _, public):
        order = requests.fit(wanted, ready.picture, _images().limits)
        tag = ready.tag(order.canonical)
        # for HEAD too: how long the answer would be is only known when it is drawn
        path = None if answers.known(tag) else _images().draw(ready, order)
    canonical = f"{addresses.base(identifier)}/{order.canonical}"
    return answers.picture(path, requests.FORMATS[order.format], canonical, tag, public=public)


@contextmanager
def _prepared(text: str) -> Iterator[tuple[Ready, str | None, bool]]:
    """The picture, its rights, and whether everybody may see it; kept a place for as long as the block lasts."""
    identifier = identifiers.parse(text)
    signed = identifier.is_signed(addresses.secret())
    # a signature opens the picture to whoever has it, and what everybody may see is decided by the source
    with entering() if signed or g.user is None else reading() as session:
        source = sources.find(session, identifier.asset)
    # what was classified since it was signed is open to nobody by its address
    public = source.published or (signed and not source.withheld)
    if not public and (g.user is None or not access.may(g.user, "look")):
        abort(answers.unopened())
    if not public and signed:
        with reading() as session:
            shown.asset(session, identifier.asset)
    with _images().place():
        yield _images().prepare(source, identifier), source.rights, public


def _images() -> Images:
    return cast(Images, current_app.extensions[EXTENSION])
