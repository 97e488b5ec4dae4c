"""`media-archive subjects`: the city's projects, landmarks, streets, pipelines, places, events, people."""

from typing import Any

import click

from media_archive.cli.lazy import LazyGroup

KINDS = ["project", "landmark", "street", "pipeline", "place", "event", "person", "organisation"]
#: command -> (module, one line for the list)
COMMANDS = {
    "add": ("add", "Enter one."),
    "import": ("importing", "Take a table in: CSV, GeoJSON, Shapefile, GeoPackage."),
    "export": ("exporting", "Write them as a table."),
    "duplicates": ("duplicates", "Name those that may be one and the same."),
    "merge": ("merging", "Make one take another over."),
    "unmerge": ("merging", "Undo a merge."),
}


@click.group(
    cls=LazyGroup,
    package=__name__,
    table=COMMANDS,
    renamed={"import": "import_"},
    invoke_without_command=True,
    epilog="Example: media-archive subjects --kind street --json",
)
@click.option("--kind", type=click.Choice(KINDS), help="Only subjects of this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def subjects(ctx: click.Context, kind: str | None, as_json: bool) -> None:
    """List the city's subjects, with how many assets show each."""
    if ctx.invoked_subcommand:
        return
    from media_archive.catalogue.subjects import service as city
    from media_archive.catalogue.subjects.models import SubjectKind
    from media_archive.cli.opening import opened
    from media_archive.cli.speech import print_json, tell

    with opened() as archive, archive.reading() as session:
        every = city.subjects(session, SubjectKind(kind) if kind else None)
        rows = [_row(subject, count, whole=as_json) for subject, count in every]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        tell(f"{row['kind']:12}  {row['code'] or '':12}  {row['assets']:6}  {row['name']}")


def _row(subject: Any, count: int, *, whole: bool) -> dict[str, Any]:
    row = {
        "id": str(subject.id),
        "kind": str(subject.kind),
        "code": subject.code,
        "name": subject.name,
        "assets": count,
    }
    if not whole:
        return row
    from media_archive.catalogue.subjects.service import name_of

    return row | {
        "names": [name_of(one) for one in subject.names],
        "parent": str(subject.parent_id) if subject.parent_id else None,
        "description": subject.description,
        "details": subject.details,
        "sources": subject.sources,
        "geometry": subject.geometry,
        "geometry_given": subject.geometry_given,
        "version": subject.version,
    }
