"""`media-archive rebuild`."""

import os
import sys
from pathlib import Path

import click

from media_archive import logs
from media_archive.cli.opening import who
from media_archive.cli.speech import inform, print_json, say, told


@click.command(epilog="Example: media-archive rebuild --from /mnt/second --home /srv/archive-again")
@click.option(
    "--from", "source", required=True, metavar="STORE", help="Folder of a store, s3://BUCKET/PREFIX, or PROFILE:STORE."
)
@click.option(
    "--home",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the new archive; empty or new.",
)
@click.option("--verify", is_flag=True, help="Then read back every copy in that store.")
@click.option("--drill", is_flag=True, help="For a fire drill: the archive writes to no store but one in its own home.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def rebuild(source: str, home: Path, verify: bool, drill: bool, as_json: bool) -> None:
    """Make a working archive again from one store alone.

    The newest whole bundle gives the catalogue, what was written beside the files since gives the rest, and objects that
    nothing tells of become assets of a shoot of their own. People sign in by a link at first: `media-archive users link`.

    Exit code 1 if a bundle was damaged, or a copy that the catalogue knows is not there.
    """
    from media_archive.archive import Archive
    from media_archive.bundles.rebuilding import rebuild as make
    from media_archive.config import load

    logs.quiet()
    made = make(source, home, who=who(), say=lambda message: say(told(message)), drill=drill)
    os.environ["MEDIA_ARCHIVE_HOME"] = str(made.home)
    archive = Archive.open(load(home=made.home, profiles_folder=made.home / "profiles"))
    try:
        archive.init()
        archive.seal()
        bad = _read_back(archive, made.store) if verify else 0
    finally:
        archive.close()
    if as_json:
        print_json(made.to_json() | ({"bad": bad} if verify else {}))
    _say(made.to_json())
    if made.unusable or made.found.absent or made.found.wrong or bad:
        sys.exit(1)


def _read_back(archive: object, store: str) -> int:
    from media_archive.archive import Archive
    from media_archive.storage import fixity

    assert isinstance(archive, Archive)
    report = fixity.verify(archive.engine, archive.stores, store=store, who=who())
    inform("{checked} copies read, {bad} bad.", checked=report.checked, bad=len(report.bad))
    return len(report.bad)


def _say(made: dict[str, object]) -> None:
    found = made["found"]
    assert isinstance(found, dict)
    inform(
        "The archive in {home} has {assets} assets in {files} files.",
        home=str(made["home"]),
        assets=_int(made["assets"]),
        files=_int(made["files"]),
    )
    inform(
        "In the store {store}: {present} copies are there, {absent} are not, {wrong} have another size.",
        store=str(made["store"]),
        present=found["present"],
        absent=found["absent"],
        wrong=found["wrong"],
    )
    if found["joined"] or found["assets"] or found["left"]:
        inform(
            "Of objects that no copy knew, {joined} are copies of known files, {assets} became assets, {left} were left.",
            joined=found["joined"],
            assets=found["assets"],
            left=found["left"],
        )
    inform(
        "Start it with `MEDIA_ARCHIVE_HOME={home} media-archive serve`; sign in by `media-archive users link admin`.",
        home=str(made["home"]),
    )


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
