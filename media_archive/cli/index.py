"""`media-archive index`."""

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform, print_json, tell


@click.group(epilog="Example: media-archive index status")
def index() -> None:
    """See and build this machine's search index.

    The index follows the catalogue by itself. It is made of the catalogue alone, and can always be made again.
    """


@index.command(epilog="Example: media-archive index status --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def status(as_json: bool) -> None:
    """Tell how many changes this machine's index does not have yet, and for how long they wait. Exit code 1 if nothing can be searched for."""
    from media_archive.search.index import upkeep

    with opened() as archive:
        trouble = upkeep.trouble(archive)
        waiting, seconds = upkeep.lag(archive)
    if as_json:
        print_json({"problem": trouble, "waiting": waiting, "seconds": round(seconds, 3)})
    elif trouble:
        tell(trouble)
    else:
        inform("{waiting} changes wait, the oldest for {seconds} s.", waiting=waiting, seconds=round(seconds, 1))
    if trouble:
        raise SystemExit(1)


@index.command(epilog="Example: media-archive index rebuild")
def rebuild() -> None:
    """Build the index anew beside the one in use, which then gives way. Searches go on meanwhile."""
    from media_archive.search.index import upkeep

    with opened() as archive:
        done = upkeep.rebuild(archive)
    inform("The new index has {count} assets.", count=done)


@index.command(epilog="Example: media-archive index follow")
@click.option(
    "--seconds", default=1.0, type=click.FloatRange(0.1, 60), show_default=True, help="Time between two looks."
)
def follow(seconds: float) -> None:
    """Keep the index of this machine up to date until stopped: for web servers without workers beside them."""
    from threading import Event

    from media_archive.search.index import upkeep

    with opened() as archive:
        inform("The index follows the catalogue. Stop with Ctrl-C.")
        while not Event().wait(seconds):
            upkeep.follow(archive, hold=True)
