"""Addresses of pictures by the IIIF Image API."""

from urllib.parse import quote
from uuid import UUID

from flask import current_app, request

from media_archive.iiif import identifiers
from webapp.door import archive

PREFIX = "/iiif/3"


def base(identifier: str) -> str:
    """The base URI of a picture: as the settings name this archive, else as it was reached."""
    root = archive().settings.public_url or request.host_url
    return f"{root.rstrip('/')}{PREFIX}/{quote(identifier, safe='')}"


def own(asset_id: UUID) -> str:
    """Where pages of the archive itself find an asset's pictures: those who see the page are signed in."""
    return f"{PREFIX}/{asset_id}"


def signed(asset_id: UUID) -> str:
    """The base URI that opens an asset's pictures to whoever has it."""
    return base(identifiers.signed(asset_id, secret()))


def secret() -> str:
    """What signatures are made with."""
    return str(current_app.secret_key)
