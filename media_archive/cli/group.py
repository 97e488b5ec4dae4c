"""`media-archive group`."""

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import print_json, say


@click.command(epilog="Example: media-archive group 01a202ee-5f64-77c3 01a202ee-5f64-7aa0")
@click.argument("assets", nargs=-1, required=True, metavar="ASSET ASSET...")
@click.option("--json", "as_json", is_flag=True, help="Print the asset that remains as JSON.")
def group(assets: tuple[str, ...], as_json: bool) -> None:
    """Make the files of several ASSETs one asset: the first stays, the others join it.

    Links and collections go along; parts of a film are numbered in the order given. Later ingests of the same files
    leave it so. `media-archive ungroup` takes files out again.
    """
    from media_archive.catalogue import queries
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.grouping.service import join

    with opened(waking=True) as archive:
        with archive.transaction() as session:
            stays = join(session, [catalogue.asset(session, one) for one in assets], who()).id
        with archive.reading() as session:
            found = queries.describe(session, stays)
    if as_json:
        print_json(found)
        return
    files = sum(1 for file in found["files"] if file["role"] != "rendition")
    say(f"{len(assets)} assets are one now: {stays}, {files} files.")
