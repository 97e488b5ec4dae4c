"""`media-archive contact-sheet`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, language, print_json
from media_archive.delivery.sheets.wishes import CAPTIONS, PAPERS, USUAL_CAPTIONS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.archive import Archive
    from media_archive.delivery.sheets.wishes import Sheet, Wish

SUFFIXES: dict[str, Literal["pdf", "jpeg"]] = {".pdf": "pdf", ".jpg": "jpeg", ".jpeg": "jpeg"}
#: results of a search taken at once
BATCH = 1000


@click.command(
    "contact-sheet",
    epilog="Example: media-archive contact-sheet --shoot 解放路改造 -o 解放路.pdf --columns 5 --landscape",
)
@click.argument("assets", nargs=-1, metavar="[ASSET]...")
@click.option("--shoot", metavar="NAME", help="Everything of this shoot, in the order it was taken.")
@click.option("--collection", metavar="NAME", help="Everything of this collection, in its order.")
@click.option("--where", metavar="QUERY", help="Everything that a search for QUERY finds, newest first.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write: .pdf or .jpg.",
)
@click.option("--columns", default=4, type=click.IntRange(1, 12), show_default=True, help="Pictures side by side.")
@click.option("--paper", default="A4", type=click.Choice(list(PAPERS)), show_default=True, help="Size of the pages.")
@click.option("--landscape", is_flag=True, help="Pages wider than high.")
@click.option(
    "--captions",
    default=",".join(USUAL_CAPTIONS),
    show_default=True,
    metavar="NAMES",
    help=f"What stands under a picture, with commas between: {', '.join(CAPTIONS)}; empty for nothing.",
)
@click.option("--title", help="Heading; by default the name of the shoot or collection, or the query.")
@click.option("--dots", default=150, type=click.IntRange(50, 300), show_default=True, help="Dots an inch of a JPEG.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def contact_sheet(
    assets: tuple[str, ...],
    shoot: str | None,
    collection: str | None,
    where: str | None,
    output: Path,
    captions: str,
    title: str | None,
    force: bool,
    as_json: bool,
    **look: Any,
) -> None:
    """Print ASSETS, a shoot, a collection or what a search finds as a contact sheet.

    A JPEG holds one page; more pages are written beside it as name-1.jpg, name-2.jpg and so on. What has no picture
    stands there as a plain card.
    """
    if sum(map(bool, (assets, shoot, collection, where is not None))) != 1:
        raise click.UsageError("Name assets, or one of --shoot, --collection and --where.")
    form = SUFFIXES.get(output.suffix.lower())
    if form is None:
        raise click.UsageError("The file must end in .pdf or .jpg.")
    from media_archive.delivery import places
    from media_archive.delivery.sheets import making, wishes

    names = tuple(name.strip() for name in captions.split(",") if name.strip())
    wish = wishes.checked(form=form, captions=names, language=language(), **look)
    with opened(searching=True) as archive:
        places.refuse_own(output, archive.own_folders)
        with archive.reading() as session:
            sheet = _sheet(archive, session, wish, assets, shoot, collection, where, title)
        made = making.make(archive, sheet, output, force=force)
        _record(archive, sheet, made.to_json())
    if as_json:
        print_json(made.to_json())
    else:
        inform(
            "{assets} assets on {pages} pages written to {path}.",
            assets=made.assets,
            pages=made.pages,
            path=str(made.files[0] if len(made.files) == 1 else output.parent),
        )


def _sheet(
    archive: "Archive",
    session: "Session",
    wish: "Wish",
    assets: tuple[str, ...],
    shoot: str | None,
    collection: str | None,
    where: str | None,
    title: str | None,
) -> "Sheet":
    from media_archive.catalogue import service as catalogue
    from media_archive.delivery.sheets import entries
    from media_archive.delivery.sheets.wishes import Sheet

    institution = catalogue.archive_by_code(session, archive.settings.archive_code).name
    if shoot:
        found = entries.of_shoot(session, catalogue.shoot_by_name(session, shoot))
    elif collection:
        found = entries.of_collection(session, catalogue.collection_by_name(session, collection).id)
    elif where is not None:
        found = _searched(session, where)
    else:
        found = [catalogue.asset(session, name).id for name in assets]
    return Sheet(institution, title or shoot or collection or where or "", found, wish)


def _searched(session: "Session", where: str) -> list[UUID]:
    from media_archive.delivery.sheets.wishes import MOST
    from media_archive.errors import Invalid
    from media_archive.search import service as search

    ids: list[UUID] = []
    cursor: str | None = None
    while True:
        found = search.find(session, where, cursor=cursor, limit=BATCH, facets=False)
        if found.total > MOST:
            raise Invalid("More than {most} assets do not fit a contact sheet. Choose fewer.", most=MOST)
        ids += found.ids
        cursor = found.next
        if cursor is None:
            return ids


def _record(archive: "Archive", sheet: "Sheet", made: dict[str, Any]) -> None:
    from media_archive.events import service as events

    with archive.transaction() as session:
        events.record(
            session, who(), "dissemination", "catalogue", None, form="contact sheet", title=sheet.title, **made
        )
