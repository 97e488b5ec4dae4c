"""`media-archive ungroup`."""

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import print_json, say


@click.command(epilog="Example: media-archive ungroup 01a202ee-5f64-77c3 IMG_0001-Edit.tif")
@click.argument("asset")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--json", "as_json", is_flag=True, help="Print the new assets as JSON.")
def ungroup(asset: str, files: tuple[str, ...], as_json: bool) -> None:
    """Take FILEs of ASSET out into assets of their own; without FILE, every original but the first.

    A file is named by its name, id or SHA-256. Sidecars of its name go with it. Later ingests leave it so.
    """
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.grouping.service import file_called, take_out

    with opened(waking=True) as archive, archive.transaction() as session:
        found = catalogue.asset(session, asset)
        named = [file_called(session, found, one) for one in files]
        made = [str(one.id) for one in take_out(session, found, named, who())]
    if as_json:
        print_json({"asset": str(found.id), "taken_out": made})
        return
    for one in made:
        say(f"Taken out: {one}")
