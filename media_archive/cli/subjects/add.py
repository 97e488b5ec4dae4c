"""`media-archive subjects add`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform
from media_archive.cli.subjects import KINDS
from media_archive.errors import Invalid

if TYPE_CHECKING:
    from media_archive.archive import Archive
    from media_archive.catalogue.subjects.placing import Place


@click.command(epilog="Example: media-archive subjects add street 解放路 --former 中山街:1949:1966")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option("--code", help="Its number, such as a project's.")
@click.option("--description", default="", help="What it is.")
@click.option("--former", "formers", multiple=True, metavar="NAME[:FROM[:TO]]", help="A former name; repeatable.")
@click.option(
    "--detail",
    "details",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A field of its kind, such as built=1987; repeatable.",
)
@click.option("--source", "sources", multiple=True, help="Where the knowledge comes from; repeatable.")
@click.option("--geometry", type=click.Path(path_type=Path), help="File with a GeoJSON geometry.")
@click.option(
    "--datum", default="WGS-84", help="Datum of the geometry: WGS-84, CGCS2000, GCJ-02, BD-09, local or EPSG:number."
)
@click.option("--parent", help="Code or name of the subject of the same kind that it is part of.")
def add(
    kind: str,
    name: str,
    code: str | None,
    description: str,
    formers: tuple[str, ...],
    details: tuple[str, ...],
    sources: tuple[str, ...],
    geometry: Path | None,
    datum: str,
    parent: str | None,
) -> None:
    """Enter a subject of KIND called NAME."""
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.subjects import service as city
    from media_archive.catalogue.subjects.models import SUBJECT_WORDS, SubjectKind
    from media_archive.catalogue.subjects.values import name_from

    of_kind = SubjectKind(kind)
    with opened(waking=True) as archive, archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        above = city.subject_called(session, institution, of_kind, parent) if parent else None
        if parent and above is None:
            raise Invalid(
                "There is no {kind} {name} to be its parent. Enter that first.",
                kind=SUBJECT_WORDS[of_kind],
                name=parent,
            )
        made = city.add_subject(
            session,
            institution,
            of_kind,
            name,
            code=code,
            description=description,
            details=dict(one.partition("=")[::2] for one in details),
            sources=sources,
            place=_place(archive, geometry, datum),
            parent=above,
            names=[name_from(one, "former") for one in formers],
            who=who(),
        )
        number = made.id
    inform("Entered {kind} {name} as {number}.", kind=SUBJECT_WORDS[of_kind], name=name, number=str(number))


def _place(archive: "Archive", file: Path | None, datum: str) -> "Place | None":
    from media_archive.catalogue.subjects.placing import Place
    from media_archive.geo.datums import Datum

    found = Datum.of(datum, archive.settings.local_grid)
    return Place(_geometry(file), found) if file else None


def _geometry(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as exc:
        raise Invalid("{file} holds no GeoJSON geometry ({reason}).", file=str(file), reason=str(exc)) from exc
    return found
