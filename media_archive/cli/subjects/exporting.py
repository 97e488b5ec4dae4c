"""`media-archive subjects export`."""

from pathlib import Path

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform
from media_archive.cli.subjects import KINDS


@click.command(epilog="Example: media-archive subjects export streets.gpkg --kind street")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--kind", "wanted", type=click.Choice(KINDS), multiple=True, help="Only this kind; repeatable.")
@click.option(
    "--datum", default="WGS-84", help="Datum of the coordinates: WGS-84, CGCS2000, GCJ-02, BD-09, local or EPSG:number."
)
def export(file: Path, wanted: tuple[str, ...], datum: str) -> None:
    """Write subjects to FILE, in the format of its ending: .csv, .geojson, .shp, .zip (a packed Shapefile) or .gpkg.

    An import knows the columns again. Tables for spreadsheets have Chinese headings.
    """
    from media_archive.catalogue.service import archive_by_code
    from media_archive.catalogue.subjects.exchange import exporting
    from media_archive.catalogue.subjects.models import SubjectKind
    from media_archive.geo.datums import Datum

    kinds = [SubjectKind(one) for one in wanted] or list(SubjectKind)
    with opened() as archive, archive.reading() as session:
        institution = archive_by_code(session, archive.settings.archive_code)
        chosen = Datum.of(datum, archive.settings.local_grid)
        table = exporting.table(session, institution.id, kinds, chosen, chinese=exporting.is_for_people(file))
    shortened = exporting.write(file, table, chosen)
    inform("Wrote {count} subjects to {file}.", count=len(table.rows), file=str(file))
    if shortened:
        inform(
            "{count} texts were shortened: a Shapefile holds 254 bytes of each. A GeoPackage holds all.",
            count=shortened,
        )
