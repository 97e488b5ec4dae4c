"""`media-archive texts`."""

from typing import TYPE_CHECKING

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.catalogue.models import Asset, Line


@click.command(epilog="Example: media-archive texts 01a202ee-5f64-77c3 --correct 2 解放北路")
@click.argument("asset")
@click.option("--correct", nargs=2, metavar="NUMBER TEXT", help="Write what line NUMBER really says.")
@click.option("--hide", metavar="NUMBER", type=click.IntRange(1), help="Take line NUMBER out of pages and search.")
@click.option("--unhide", metavar="NUMBER", type=click.IntRange(1), help="Bring line NUMBER back.")
@click.option("--json", "as_json", is_flag=True, help="Print the lines as JSON.")
def texts(asset: str, correct: tuple[str, str] | None, hide: int | None, unhide: int | None, as_json: bool) -> None:
    """Show the text that was read in ASSET's picture and heard in its speech, and mend what was misread.

    What people mend or hide stays so when the picture is read anew.
    """
    from media_archive.catalogue import lines
    from media_archive.catalogue import service as catalogue

    with opened(waking=True) as archive:
        with archive.transaction() as session:
            found = catalogue.asset(session, asset)
            if correct:
                line = _line(session, found, correct[0])
                lines.correct(session, found.id, line.id, correct[1], who())
            for number, hidden in ((hide, True), (unhide, False)):
                if number is not None:
                    lines.hide(session, found.id, _line(session, found, str(number)).id, who(), hidden=hidden)
        with archive.reading() as session:
            told = [lines.told(line) for line in lines.of(session, found.id, hidden=True)]
    if as_json:
        print_json(told)
        return
    for number, row in enumerate(told, 1):
        sure = f"{row['confidence']:.2f}" if row["confidence"] is not None else "    "
        marks = ("-" if row["hidden"] else "*" if row["set_by"] else " ") + sure
        tell(f"{number:4} {marks}  {_when(row['starts'])}{row['text']}")
    inform("{count} lines; * mended by hand, - hidden", count=len(told))


def _line(session: "Session", asset: "Asset", number: str) -> "Line":
    """The line of that number in the list."""
    from media_archive.catalogue import lines
    from media_archive.errors import NotFound

    known = lines.of(session, asset.id, hidden=True)
    if not number.isdigit() or not 1 <= int(number) <= len(known):
        raise NotFound(
            "There is no line {number}. The list shows the numbers from 1 to {most}.", number=number, most=len(known)
        )
    return known[int(number) - 1]


def _when(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes):3}:{rest:05.2f}  "
