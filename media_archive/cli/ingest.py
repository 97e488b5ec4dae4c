"""`media-archive ingest`."""

import sys
from pathlib import Path
from typing import Any

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, say, size, told
from media_archive.errors import Invalid
from media_archive.ingest.wish import Summary, Wish

#: what shells expect of a command that Ctrl-C ended
INTERRUPTED = 130


@click.command(
    epilog="Example: media-archive ingest /media/card/DCIM --shoot 解放路改造 --project P1 --photographer 王敏 --wait"
)
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--shoot", required=True, help="Name of the shoot; one of that name is added to.")
@click.option("--archive", "archive_code", help="Code of the institution, if there are several.")
@click.option(
    "--project", "projects", multiple=True, metavar="CODE", help="Project shown, by code or name; repeatable."
)
@click.option("--landmark", "landmarks", multiple=True, metavar="NAME", help="Landmark shown; repeatable.")
@click.option("--street", "streets", multiple=True, metavar="NAME", help="Street shown; repeatable.")
@click.option("--photographer", default="", help="Who took them.")
@click.option("--caption", default="", help="What all of them show.")
@click.option("--wait", is_flag=True, help="Wait until everything is read, rendered and can be found.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def ingest(paths: tuple[str, ...], archive_code: str | None, wait: bool, as_json: bool, **given: Any) -> None:
    """Bring everything below PATHS into a shoot: hashed, copied, read back, catalogued.

    Files are never changed. What the archive has already is reported, not added. A run that was interrupted goes on
    where it stopped when the same command is given again. Exit code 1 if a file was refused or cannot be shown.
    """
    from media_archive.cli.watching import Bars, wait_for
    from media_archive.ingest.service import receive

    if "" in paths:
        # Path("") is the folder one stands in: an unset variable of a script must not bring that in
        raise Invalid("No folder or file was named. Name at least one.")
    wish = Wish(archive=archive_code, **given)
    with opened(waking=True) as archive:
        try:
            with Bars() as bars:
                summary = receive(archive, [Path(path) for path in paths], wish, who=who(), watch=bars)
                if wait:
                    summary = wait_for(archive, summary, bars)
        except KeyboardInterrupt:
            inform("Stopped. What was finished is kept; the same command goes on from there.")
            sys.exit(INTERRUPTED)
        _tell(summary, as_json)
    if summary.problems:
        sys.exit(1)


def _tell(summary: Summary, as_json: bool) -> None:
    if as_json:
        print_json(summary.to_json())
        return
    inform(
        "{shoot}: {found} files found, {added} added ({size}, {assets} assets), {duplicates} duplicates, "
        "{refused} refused, {skipped} hidden or system files left out.",
        shoot=summary.shoot,
        found=summary.found,
        added=summary.added,
        size=size(summary.bytes),
        assets=len(summary.assets),
        duplicates=summary.duplicates,
        refused=summary.refused,
        skipped=summary.skipped,
    )
    for problem in [*summary.warnings, *summary.problems]:
        say(f"  {problem.path}: {told(problem.reason)}")
