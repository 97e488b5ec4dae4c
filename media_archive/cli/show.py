"""`media-archive show`."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.elements import show_as
from media_archive.cli.opening import opened
from media_archive.cli.speech import language, print_json, size, tell

if TYPE_CHECKING:
    from media_archive.config import Settings

#: `media-archive texts` shows all
SHOWN_LINES = 12


@click.command(epilog="Example: media-archive show 01a202ee-5f64-77c3 --json")
@click.argument("asset")
@click.option(
    "--as",
    "standard",
    type=click.Choice(["da54", "da63"]),
    help="In the elements of DA/T 54 (photographs) or DA/T 63 (films, recordings).",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def show(asset: str, standard: str | None, as_json: bool) -> None:
    """Show everything about ASSET: its number (or enough of its beginning), accession code, or an original's SHA-256."""
    from media_archive.catalogue import queries
    from media_archive.catalogue import service as catalogue
    from media_archive.restoring import service as restoring
    from media_archive.restoring.standings import told

    with opened() as archive, archive.reading() as session:
        asset_id = catalogue.asset(session, asset, trashed=True).id
        if standard:
            show_as(session, asset_id, standard, archive.settings.home, as_json)
            return
        found = queries.describe(session, asset_id)
        standing = restoring.standing(session, archive, asset_id)
        found["original"] = told(standing, archive.stores.profile)
        found["iiif"] = _address(archive.settings, found["kind"], asset_id)
    if as_json:
        print_json(found)
        return
    for field in ("id", "kind", "title", "caption", "photographer", "taken_at", "shoot"):
        tell(f"{field:13} {found[field] if found[field] is not None else ''}")
    if found["original"]["standing"] != "online":
        tell(f"{'original':13} {_standing(found['original'])}")
    for link in found["links"]:
        tell(f"{link['kind']:13} {link['name']}")
    if grouping := found["grouping"]:
        decided = f" ({grouping['by']})" if grouping["by"] else ""
        explanation = grouping["explanation_zh" if language() == "zh" else "explanation"]
        tell(f"{'grouping':13} {grouping['rule']}{decided}: {explanation}")
    if read := [line for line in found["texts"] if not line["hidden"]]:
        tell(
            f"{'text':13} {' · '.join(line['text'] for line in read[:SHOWN_LINES])}{' …' if len(read) > SHOWN_LINES else ''}"
        )
    for file in found["files"]:
        good = sum(1 for copy in file["copies"] if copy["verified_at"])
        tell(f"{_role(file):13} {file['name']}  {size(file['size'])}  {file['sha256']}  {good} verified copies")


def _address(settings: "Settings", kind: str, asset_id: UUID) -> str | None:
    """The base URI that opens the pictures of an asset by the IIIF Image API; None for a sound recording."""
    from media_archive.archive import secret_key
    from media_archive.iiif.identifiers import signed

    return None if kind == "sound" else f"{settings.url}/iiif/3/{signed(asset_id, secret_key(settings))}"


def _standing(original: dict[str, Any]) -> str:
    """How an original stands that is not online, in one line."""
    if original["standing"] == "ready":
        return f"{original['standing']}  {original['readable_until']}"
    price = f"{original['price']:.2f} {original['currency']}"
    return f"{original['standing']}  {original['tier'] or '-'}  {original['hours']:g} h  {price}"


def _role(file: dict[str, Any]) -> str:
    return f"{file['role']} {file['part']}" if file["part"] else str(file["role"])
