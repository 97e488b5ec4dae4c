"""`media-archive subjects import`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell, told
from media_archive.cli.subjects import KINDS
from media_archive.errors import Invalid

if TYPE_CHECKING:
    from media_archive.catalogue.subjects.exchange.importing import Report
    from media_archive.catalogue.subjects.exchange.mapping import Mapping
    from media_archive.geo.files.table import Table

SHOWN_VALUES = 3


@click.command(
    "import", epilog="Example: media-archive subjects import streets.csv --kind street --datum GCJ-02 --dry-run"
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--kind", type=click.Choice(KINDS), help="Kind of the rows that do not say their own.")
@click.option("--datum", default="", help="Datum of the coordinates; without it, what the file says, or WGS-84.")
@click.option(
    "--map", "map_file", type=click.Path(path_type=Path), help="TOML file that says which column is which field."
)
@click.option("--save-map", type=click.Path(path_type=Path), help="Write the mapping that was used, to be corrected.")
@click.option("--refused", type=click.Path(path_type=Path), help="Write refused rows as CSV, with the reasons.")
@click.option("--dry-run", is_flag=True, help="Only say what would be new, changed or refused.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    kind: str | None,
    datum: str,
    map_file: Path | None,
    save_map: Path | None,
    refused: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in subjects from FILE: CSV, GeoJSON, a Shapefile (.shp, or packed as .zip) or a GeoPackage.

    Rows are found again by their code, else by kind, name and parent; only what differs is written. Empty cells say
    nothing. Columns are known by their headings; `--save-map` writes what was understood.
    """
    from media_archive.catalogue.subjects.exchange.importing import bring_in, preview
    from media_archive.geo.files.reading import read

    with opened(waking=True) as archive:
        table = read(file)
        mapping = _mapping(table, kind, datum, map_file)
        if save_map:
            save_map.write_text(mapping.to_toml(), "utf-8")
        code = archive.settings.archive_code
        report = (
            preview(archive, code, table, mapping)
            if dry_run
            else bring_in(archive, code, table, mapping, who(), file.name)
        )
    if refused and report.refused:
        refused.write_bytes(report.refused_rows(told))
    if as_json:
        print_json(report.to_json(told) | {"mapping": mapping.columns})
    else:
        _show(report, mapping, table, dry_run=dry_run)
    if report.refused:
        ctx.exit(1)


def _mapping(table: "Table", kind: str | None, datum: str, file: Path | None) -> "Mapping":
    from media_archive.catalogue.subjects.exchange.mapping import Mapping, guessed
    from media_archive.catalogue.subjects.models import SubjectKind

    of_kind = SubjectKind(kind) if kind else None
    if file is None:
        return guessed(table.columns, of_kind, datum)
    try:
        found = Mapping.from_toml(file.read_text("utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as exc:
        raise Invalid("{file} cannot be read: {reason}.", file=str(file), reason=str(exc)) from exc
    return found.model_copy(update={"kind": of_kind or found.kind, "datum": datum or found.datum})


def _show(report: "Report", mapping: "Mapping", table: "Table", *, dry_run: bool) -> None:
    left = [column for column in table.columns if not mapping.columns.get(column)]
    if left:
        inform("Columns that are not taken: {columns}.", columns=", ".join(left))
    for one in report.first:
        changes = "; ".join(
            f"{name}: {before} → {after}" for name, (before, after) in list(one["changes"].items())[:SHOWN_VALUES]
        )
        reason = told(one["reason"]) if one["reason"] else changes
        tell(f"{one['line']:>7}  {one['what']:8}  {one['code']:12}  {one['name']}  {reason}".rstrip())
    counts = {name: getattr(report, name) for name in ("rows", "new", "changed", "same", "refused")}
    if dry_run:
        inform("{rows} rows: {new} would be new, {changed} changed, {same} the same, {refused} refused.", **counts)
    else:
        inform("{rows} rows: {new} new, {changed} changed, {same} the same, {refused} refused.", **counts)
