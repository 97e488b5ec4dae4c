"""`media-archive subjects duplicates`."""

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import print_json, tell
from media_archive.cli.subjects import KINDS


@click.command(epilog="Example: media-archive subjects duplicates --kind landmark")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="Kind of the subjects.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def duplicates(kind: str, as_json: bool) -> None:
    """Name pairs that may be one and the same: the same code or name, or a like name nearby. Nothing is merged."""
    from media_archive.catalogue.service import archive_by_code
    from media_archive.catalogue.subjects.duplicates import pairs
    from media_archive.catalogue.subjects.models import Subject, SubjectKind

    with opened() as archive, archive.reading() as session:
        institution = archive_by_code(session, archive.settings.archive_code)
        found = [
            (one.why, session.get_one(Subject, one.one), session.get_one(Subject, one.two))
            for one in pairs(session, institution.id, SubjectKind(kind))
        ]
    rows = [
        {"why": why, "subjects": [{"id": str(one.id), "code": one.code, "name": one.name} for one in both]}
        for why, *both in found
    ]
    if as_json:
        print_json(rows)
        return
    for why, one, two in found:
        tell(f"{why:5}  {one.id}  {one.name}  |  {two.id}  {two.name}")
