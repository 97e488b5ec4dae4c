"""`media-archive watch`."""

import sys
from pathlib import Path
from typing import Any

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, say, tell, told
from media_archive.errors import ArchiveError
from media_archive.words import Message


@click.group(epilog="Example: media-archive watch list")
def watch() -> None:
    """Folders of cameras and NAS boxes that are looked into again and again: what has come to rest is taken in.

    Files are never changed, moved or deleted there. Where watch folders may lie, the setting watch_roots says.
    """


@watch.command("list", epilog="Example: media-archive watch list --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool) -> None:
    """List the watch folders, and what keeps the archive from looking into one."""
    from media_archive.watched import service

    with opened() as archive, archive.reading() as session:
        found = service.listed(session)
    if as_json:
        print_json([_row(one) for one in found])
        return
    for one in found:
        tell(f"{one.path}  -> {one.wish.get('shoot', '')}  {str(one.scanned_at or '')[:19]}")
        if one.problem:
            say(f"  {told(Message.from_json(one.problem))}")


def _row(one: Any) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "path": one.path,
        "wish": one.wish,
        "quiet_seconds": one.quiet_seconds,
        "added_by": one.added_by,
        "added_at": one.added_at.isoformat(),
        "scanned_at": one.scanned_at.isoformat() if one.scanned_at else None,
        "problem": told(Message.from_json(one.problem)) if one.problem else None,
    }


@watch.command(epilog="Example: media-archive watch add /mnt/nas/incoming --shoot '{folder}' --photographer 王敏")
@click.argument("folder", type=click.Path())
@click.option(
    "--shoot",
    required=True,
    help="Name of the shoot; {folder} stands for the first folder below the watched one, {day} for today.",
)
@click.option("--archive", "archive_code", help="Code of the institution, if there are several.")
@click.option(
    "--project", "projects", multiple=True, metavar="CODE", help="Project shown, by code or name; repeatable."
)
@click.option("--landmark", "landmarks", multiple=True, metavar="NAME", help="Landmark shown; repeatable.")
@click.option("--street", "streets", multiple=True, metavar="NAME", help="Street shown; repeatable.")
@click.option("--photographer", default="", help="Who took them.")
@click.option("--caption", default="", help="What all of them show.")
@click.option("--quiet", default=60, show_default=True, type=int, help="Seconds for which files must have rested.")
def add(folder: str, archive_code: str | None, quiet: int, **wish: Any) -> None:
    """Look into FOLDER from now on, and take in what comes to rest there."""
    from media_archive.catalogue import service as catalogue
    from media_archive.watched import service

    given = {name: list(value) if isinstance(value, tuple) else value for name, value in wish.items()}
    with opened() as archive, archive.transaction() as session:
        home = catalogue.archive_by_code(session, archive_code or archive.settings.archive_code)
        found = service.add(archive, session, home, Path(folder), given, quiet, who())
    inform(
        "{path} is looked into every {seconds} seconds while the archive runs.",
        path=found.path,
        seconds=archive.settings.watch_seconds,
    )


@watch.command(epilog="Example: media-archive watch remove /mnt/nas/incoming")
@click.argument("folder")
def remove(folder: str) -> None:
    """Look into FOLDER, a path or an id, no more. What was taken in stays, and so does what lies there."""
    from media_archive.watched import service

    with opened() as archive, archive.transaction() as session:
        found = service.called(session, folder)
        service.remove(session, found, who())
    inform("{path} is no longer watched.", path=found.path)


@watch.command(epilog="Example: media-archive watch scan --json")
@click.argument("folder", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print what became of it as JSON.")
def scan(folder: str | None, as_json: bool) -> None:
    """Look into FOLDER, or all watch folders, now. Exit code 1 if one could not be looked into, or a file was refused."""
    from media_archive.watched import service
    from media_archive.watched.work import scan as look

    looked, failed = [], False
    with opened(waking=True) as archive:
        with archive.reading() as session:
            found = [service.called(session, folder)] if folder else list(service.listed(session))
        for folder_ in found:
            try:
                looked.append(look(archive, folder_.id))
            except ArchiveError as exc:
                failed = True
                say(f"{folder_.path}: {told(exc.message)}")
    for one in () if as_json else looked:
        added = sum(summary.added for summary in one.taken)
        inform(
            "{path}: {files} files, {added} added, {waiting} not at rest yet.",
            path=one.path,
            files=one.files,
            added=added,
            waiting=one.waiting,
        )
    if as_json:
        print_json([one.to_json() for one in looked])
    problems = [problem for one in looked for summary in one.taken for problem in summary.problems]
    for problem in () if as_json else problems:
        say(f"  {problem.path}: {told(problem.reason)}")
    if failed or problems:
        sys.exit(1)
