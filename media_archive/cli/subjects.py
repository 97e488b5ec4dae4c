"""`media-archive subjects`."""

import json
from pathlib import Path
from typing import Any

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell
from media_archive.errors import Invalid

KINDS = ["project", "landmark", "street"]


@click.group(invoke_without_command=True, epilog="Example: media-archive subjects --kind street --json")
@click.option("--kind", type=click.Choice(KINDS), help="Only subjects of this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def subjects(ctx: click.Context, kind: str | None, as_json: bool) -> None:
    """List projects, landmarks and streets, with how many assets show each; `subjects add` enters one."""
    if ctx.invoked_subcommand:
        return
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.subjects.models import SubjectKind

    with opened() as archive, archive.reading() as session:
        rows = [
            _row(subject, count) for subject, count in catalogue.subjects(session, SubjectKind(kind) if kind else None)
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        tell(f"{row['kind']:9}  {row['code'] or '':12}  {row['assets']:6}  {row['name']}")


def _row(subject: Any, count: int) -> dict[str, Any]:
    return {
        "id": str(subject.id),
        "kind": str(subject.kind),
        "code": subject.code,
        "name": subject.name,
        "names": [
            {"name": one.name, "kind": one.kind, "valid_from": one.valid_from, "valid_to": one.valid_to}
            for one in subject.names
        ],
        "parent": str(subject.parent_id) if subject.parent_id else None,
        "geometry": subject.geometry,
        "assets": count,
    }


@subjects.command(epilog="Example: media-archive subjects add street 解放路 --former 中山街:1949:1966")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option("--code", help="Its number, such as a project's.")
@click.option("--description", default="", help="What it is.")
@click.option("--former", "formers", multiple=True, metavar="NAME[:FROM[:TO]]", help="A former name; repeatable.")
@click.option("--geometry", type=click.Path(path_type=Path), help="File with a GeoJSON geometry, WGS-84.")
@click.option("--parent", help="Code or name of the subject of the same kind that it is part of.")
def add(
    kind: str,
    name: str,
    code: str | None,
    description: str,
    formers: tuple[str, ...],
    geometry: Path | None,
    parent: str | None,
) -> None:
    """Enter a subject of KIND called NAME."""
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.subjects.models import SUBJECT_WORDS, SubjectKind, SubjectName

    names = [SubjectName(name=name), *(_former(one) for one in formers)]
    with opened(waking=True) as archive, archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        above = None
        if parent:
            above = catalogue.subject_called(session, institution, SubjectKind(kind), parent)
            if above is None:
                raise Invalid(
                    "There is no {kind} {name} to be its parent. Enter that first.",
                    kind=SUBJECT_WORDS[SubjectKind(kind)],
                    name=parent,
                )
        made = catalogue.add_subject(
            session,
            institution,
            SubjectKind(kind),
            name,
            code=code,
            description=description,
            geometry=_geometry(geometry),
            parent=above,
            names=names,
            who=who(),
        )
        number = made.id
    inform("Entered {kind} {name} as {number}.", kind=SUBJECT_WORDS[SubjectKind(kind)], name=name, number=str(number))


def _former(text: str) -> Any:
    from media_archive.catalogue.subjects.models import SubjectName

    name, _, period = text.partition(":")
    valid_from, _, valid_to = period.partition(":")
    return SubjectName(name=name, kind="former", valid_from=valid_from or None, valid_to=valid_to or None)


def _geometry(file: Path | None) -> dict[str, Any] | None:
    if file is None:
        return None
    try:
        geometry: dict[str, Any] = json.loads(file.read_text("utf-8"))
        if geometry["type"] == "Feature":
            geometry = geometry["geometry"]
        geometry["coordinates"]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise Invalid("{file} holds no GeoJSON geometry ({reason}).", file=str(file), reason=str(exc)) from exc
    return geometry
