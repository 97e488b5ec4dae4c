"""`media-archive deliver`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import print_json, say, say_error, tell, told
from media_archive.errors import ArchiveError

if TYPE_CHECKING:
    from media_archive.archive import Archive


@click.command(epilog="Example: media-archive deliver 01a202ee-5f64-77c3 --to /media/usb/供图 --form original")
@click.argument("assets", nargs=-1, required=True, metavar="ASSET...")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to fill.")
@click.option(
    "--form",
    type=click.Choice(["original", "jpeg"]),
    default="original",
    show_default=True,
    help="A copy of every original, or the largest JPEG that was rendered.",
)
@click.option("--no-metadata", is_flag=True, help="Bytes as they are: write no description into the copies.")
@click.option("--json", "as_json", is_flag=True, help="Print what was delivered as JSON.")
def deliver(
    assets: tuple[str, ...], folder: Path, form: Literal["original", "jpeg"], no_metadata: bool, as_json: bool
) -> None:
    """Copy assets out, with the catalogue's description written into the copies; originals are never changed.

    Where a format cannot safely be written into, the description lies beside the copy as an XMP file. Exit code 1 if
    an asset could not be delivered.
    """
    done: list[dict[str, Any]] = []
    failed = 0
    with opened() as archive:
        for name in assets:
            try:
                done.append(_deliver(archive, name, form, folder, not no_metadata, as_json))
            except ArchiveError as exc:
                say_error(exc)
                done.append({"asset": name, "files": [], "problem": exc.message.to_json()})
                failed += 1
    if as_json:
        print_json(done)
    if failed:
        raise SystemExit(1)


def _deliver(
    archive: "Archive", name: str, form: Literal["original", "jpeg"], folder: Path, metadata: bool, quiet: bool
) -> dict[str, Any]:
    from media_archive.catalogue import service as catalogue
    from media_archive.delivery import service

    with archive.reading() as session:
        asset_id = catalogue.asset(session, name).id
    done = service.deliver(archive, asset_id, form, folder, metadata=metadata, who=who())
    for file in done.files:
        if not quiet:
            tell(str(file.path))
        if file.sidecar:
            say(f"{file.sidecar.name}: {told(file.reason) if file.reason else ''}")
    return done.to_json()
