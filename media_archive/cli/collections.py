"""`media-archive collections`."""

from typing import TYPE_CHECKING, Any

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.archive import Archive
    from media_archive.catalogue.collections.models import Collection


@click.group(invoke_without_command=True, epilog="Example: media-archive collections --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def collections(ctx: click.Context, as_json: bool) -> None:
    """List collections: albums, shortlists, saved searches."""
    if ctx.invoked_subcommand:
        return
    from media_archive.catalogue.collections import service

    with opened() as archive, archive.reading() as session:
        every = service.seen_by(session, _institution(session, archive).id, who(), True)
        counts = service.counts(session, [one.id for one in every])
        rows = [_told(one, counts.get(one.id, 0)) for one in every]
    if as_json:
        print_json(rows)
        return
    for one in rows:
        count = "search" if one["query"] is not None else str(one["assets"])
        tell(f"{one['id']}  {count:>8}  {one['visibility']:8} {one['name']}")


def _institution(session: "Session", archive: "Archive") -> Any:
    from media_archive.catalogue import service as catalogue

    return catalogue.archive_by_code(session, archive.settings.archive_code)


def _told(one: "Collection", count: int) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "note": one.note,
        "parent": str(one.parent_id) if one.parent_id else None,
        "query": one.query,
        "visibility": one.visibility,
        "assets": count,
        "version": one.version,
        "created_by": one.created_by,
    }


@collections.command(epilog="Example: media-archive collections make 老街今昔 --note 2027 年展览")
@click.argument("name")
@click.option("--note", default="", help="What it is for.")
@click.option("--inside", metavar="NAME", help="The collection that it is to lie in.")
@click.option("--search", "words", metavar="WORDS", help="Make it a saved search for these words.")
@click.option("--private", is_flag=True, help="Only for whoever makes it, until it is shared.")
def make(name: str, note: str, inside: str | None, words: str | None, private: bool) -> None:
    """Make a collection called NAME."""
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.collections import service

    with opened(waking=True) as archive, archive.transaction() as session:
        parent = catalogue.collection_by_name(session, inside) if inside else None
        made = service.create(
            session, _institution(session, archive), name, who(), note=note, parent=parent,
            query={"q": words} if words else None, visibility="private" if private else "archive",
        )  # fmt: skip
    tell(str(made.id))


@collections.command(epilog="Example: media-archive collections add 老街今昔 01a202ee J001-ZP·2017-Y-0003")
@click.argument("name")
@click.argument("assets", nargs=-1, required=True)
def add(name: str, assets: tuple[str, ...]) -> None:
    """Put ASSETS at the end of the collection NAME."""
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.collections import service

    with opened(waking=True) as archive, archive.transaction() as session:
        ids = [catalogue.asset(session, one).id for one in assets]
        count = service.add(session, catalogue.collection_by_name(session, name), ids, who())
    inform("{count} put in.", count=count)


@collections.command(epilog="Example: media-archive collections take-out 老街今昔 01a202ee")
@click.argument("name")
@click.argument("assets", nargs=-1, required=True)
def take_out(name: str, assets: tuple[str, ...]) -> None:
    """Take ASSETS out of the collection NAME; they stay in the catalogue."""
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.collections import service

    with opened(waking=True) as archive, archive.transaction() as session:
        ids = [catalogue.asset(session, one).id for one in assets]
        count = service.take_out(session, catalogue.collection_by_name(session, name), ids, who())
    inform("{count} taken out.", count=count)
