"""`media-archive probe`."""

import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from media_archive.cli.speech import print_json, say, tell, told
from media_archive.errors import Invalid
from media_archive.words import Message

if TYPE_CHECKING:
    from media_archive.ingest.outside import Told

#: what a file may cost: no real one needs a tenth of it
SECONDS = 5.0


@click.command(epilog="Example: media-archive probe /media/card/DCIM --json")
@click.argument("files", nargs=-1, type=click.Path())
@click.option("--raw", is_flag=True, help="Also print what each tool found, word for word (as JSON).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object for one file, else one line a file.")
@click.option(
    "--workers", default=0, type=click.IntRange(0, 256), help="Files read side by side; 0 means one a core. Default: 0."
)
@click.option(
    "--seconds",
    default=SECONDS,
    type=click.FloatRange(0.1, 3600),
    show_default=True,
    help="Time that the reading of one file may take.",
)
@click.option("--again", is_flag=True, help="Instead: read the archive's own files anew, in the background.")
@click.option("--shoot", metavar="NAME", help="With --again: only what came in with this shoot.")
@click.option("--all", "everything", is_flag=True, help="With --again: also what this version has read already.")
def probe(
    files: tuple[str, ...],
    raw: bool,
    as_json: bool,
    workers: int,
    seconds: float,
    again: bool,
    shoot: str | None,
    everything: bool,
) -> None:
    """Tell what FILES are and what they say of themselves; of a folder, everything below it.

    Needs no archive: nothing is taken in, written or changed. A file that cannot be read is told of and does not
    stop the others. Exit code 1 if one could not be read, or is nothing that the archive takes.

    With --again it is about the archive: what an older version of the readers read is read anew by the workers, where
    nothing else waits. What people set is kept.
    """
    if again:
        if files or raw:
            raise click.UsageError("--again goes with --shoot, --all and --json only.")
        _ask_again(shoot, everything, as_json)
        return
    if shoot or everything:
        raise click.UsageError("--shoot and --all go with --again.")
    if not files:
        raise click.UsageError("Name a file or a folder.")
    if "" in files:
        # Path("") is the folder one stands in: an unset variable of a script must not read that
        raise Invalid("No folder or file was named. Name at least one.")
    _tell_all([Path(name) for name in files], raw or as_json, raw, workers or os.cpu_count() or 1, seconds)


def _tell_all(paths: list[Path], as_json: bool, raw: bool, workers: int, seconds: float) -> None:
    from media_archive.config import load
    from media_archive.ingest.outside import How
    from media_archive.ingest.outside import tell as tell_of

    settings = load()
    alone = len(paths) == 1 and not os.path.isdir(paths[0])  # noqa: PTH112 - raises for no name, however odd
    how = How(settings.time_zone, seconds, 1 if alone else workers, settings.reader_memory)
    count = bad = 0
    try:
        with closing(tell_of(paths, how)) as everything:
            for one in everything:
                _print(one, as_json, raw, alone)
                count, bad = count + 1, bad + (one.problem is not None)
    except KeyboardInterrupt:
        say(told(Message("Stopped after {count} files.", {"count": count})))
        sys.exit(1)
    if not alone:
        say(told(Message("{count} files, {bad} of them not read, or not to the end.", {"count": count, "bad": bad})))
    if bad:
        sys.exit(1)


def _ask_again(shoot: str | None, everything: bool, as_json: bool) -> None:
    from media_archive.catalogue import service as catalogue
    from media_archive.cli.opening import opened, who
    from media_archive.ingest import again

    with opened(waking=True) as archive, archive.transaction() as session:
        shoot_id = catalogue.shoot_by_name(session, shoot).id if shoot else None
        asked = again.ask(session, shoot_id=shoot_id, everything=everything, who=who())
    count = {"count": asked.assets}
    if as_json:
        print_json(asked.to_json())
    elif asked.job is None:
        say(told(Message("Everything has been read by this version already. --all reads it anew all the same.")))
    elif asked.under_way:
        say(told(Message("{count} assets are being read again already; `media-archive jobs` shows how far.", count)))
    else:
        say(told(Message("{count} assets will be read again in the background; `media-archive jobs` shows it.", count)))


def _print(one: "Told", as_json: bool, raw: bool, alone: bool) -> None:
    from media_archive.ingest.telling import document, lines

    if not as_json:
        for line in lines(one, told):
            tell(line)
    elif alone:
        print_json(document(one, told, raw=raw))
    else:
        click.echo(json.dumps(document(one, told, raw=raw), ensure_ascii=False, separators=(",", ":")))
