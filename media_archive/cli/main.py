"""The `media-archive` command. Commands are imported when they are called, so that each starts at once."""

import errno
import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from media_archive import version
from media_archive.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from media_archive.errors import ArchiveError

#: command -> (module, one line for the list)
COMMANDS = {
    "init": ("home", "Make the archive's home, or bring it up to this version."),
    "serve": ("serve", "Run the whole archive: web, workers, scheduler, queue."),
    "worker": ("worker", "Run one kind of worker, for machines of their own."),
    "demo": ("demo", "Load the small demonstration archive."),
    "ingest": ("ingest", "Bring folders of photographs, films and sound into a shoot."),
    "watch": ("watch", "Folders of cameras and NAS boxes out of which files are taken in by themselves."),
    "probe": ("probe", "Tell what files are and say of themselves, without an archive."),
    "show": ("show", "Show everything about one asset."),
    "group": ("group", "Make the files of several assets one asset."),
    "ungroup": ("ungroup", "Take files of an asset out into assets of their own."),
    "list": ("search", "List assets, newest first."),
    "search": ("search", "Find assets by words."),
    "index": ("index", "See and build this machine's search index."),
    "subjects": ("subjects", "The city's projects, landmarks, streets, places ...: list, add, import, export, merge."),
    "link": ("link", "Say that an asset, or a stretch of a film, shows a subject."),
    "unlink": ("link", "Take a link back."),
    "suggestions": ("suggestions", "See what assets are suspected to show, and accept or refuse it."),
    "shoots": ("shoots", "List shoots and what became of them."),
    "describe": ("describe", "Show and change what is said of an asset; take changes back."),
    "bulk": ("bulk", "Change the descriptions of many assets at once."),
    "states": ("states", "See what waits to be checked, described, approved, published; move it on."),
    "codes": ("codes", "Give accession codes, read those from elsewhere, keep old ones."),
    "collections": ("collections", "List, make and fill collections and saved searches."),
    "renditions": ("renditions", "See which renditions are missing or outdated, and have them made."),
    "likeness": ("likeness", "Find pictures that are alike, and decide what they are to each other."),
    "watermark": ("watermark", "Show or change the watermark of public renditions."),
    "texts": ("texts", "Show and mend the text read in a picture or heard in a recording."),
    "jobs": ("jobs", "See work under way, and retry what failed."),
    "export": ("export", "Write a shoot's description as a table for Excel, or as XMP files."),
    "deliver": ("deliver", "Copy assets out, their description written into the copies."),
    "contact-sheet": ("contact_sheet", "Print a shoot, a collection or a selection as a contact sheet (PDF or JPEG)."),
    "clip": ("clip", "Cut a part out of a film, without encoding it anew where that is possible."),
    "restore": ("restore", "Bring originals back from cold storage, and see how far that is."),
    "shares": ("shares", "See and close the links by which people outside look in."),
    "trash": ("trash", "Put assets into the trash, agree to deletions, bring back what lies there."),
    "hold": ("hold", "Set and lift legal holds, under which nothing is deleted."),
    "storage": ("storage", "See what lies in which tier and what it costs; plan and apply moves."),
    "verify": ("verify", "Read every copy back and report what does not match."),
    "rebuild": ("rebuild", "Make a working archive again from one store alone."),
    "archives": ("archives", "List the archives that share this catalogue; found one, call one otherwise."),
    "users": ("users", "List and add people, reset passwords, make sign-in links."),
    "tokens": ("tokens", "List, make and revoke the tokens that let programs in."),
    "events": ("events", "Look into the record of what was done, and check that nobody changed it."),
    "doctor": ("doctor", "Check settings, database, queue, stores and tools."),
}


def _tell_version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"media-archive, version {version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    package="media_archive.cli",
    table=COMMANDS,
    renamed={"list": "list_"},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_tell_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """The audiovisual holdings of an urban-construction archive: bring in, keep safe, find.

    Settings come from MEDIA_ARCHIVE_* and from media-archive.toml in the home (MEDIA_ARCHIVE_HOME, by default
    ./archive-home); `media-archive doctor` shows each with its source.
    """


def _check_words(arguments: Sequence[str]) -> None:
    """Refuses words that are not UTF-8, which no catalogue can hold; a path may be of any bytes, if it is there."""
    from media_archive.errors import Invalid

    for given in arguments:
        if any("\udc80" <= sign <= "\udcff" for sign in given) and not os.path.lexists(given):
            shown = os.fsencode(given).decode("utf-8", "backslashreplace")
            raise Invalid("{given} is not UTF-8, and no path that exists. Write it in UTF-8.", given=shown)


def _say(exc: "ArchiveError") -> None:
    from media_archive.cli.speech import say_error

    say_error(exc)


def main() -> Any:
    """Entry point: refusals become one line on stderr and exit code 1; wrong use is 2."""
    from media_archive.errors import ArchiveError, NoSpace

    # most of what a command makes are classes and functions, which stay: to look them over again and again is for nothing
    gc.set_threshold(20_000)
    try:
        _check_words(sys.argv[1:])
        cli.main(prog_name="media-archive", standalone_mode=True)
    except ArchiveError as exc:
        _say(exc)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as exc:
        if exc.errno != errno.ENOSPC:
            raise
        # what lies in files has been told already: this is the output, or a disk that nobody looked after
        _say(NoSpace("The disk is full: the output cannot be written. Free some space, then try again."))
        sys.exit(1)


if __name__ == "__main__":
    main()
