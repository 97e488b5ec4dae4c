"""`media-archive export`."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.archive import Archive
    from media_archive.catalogue.models import Shoot

SETS = ["plain", "da54", "da63"]


@click.command(epilog="Example: media-archive export 解放路改造 --csv 解放路.csv --as da54")
@click.argument("shoot", required=False)
@click.option("--asset", "assets", multiple=True, metavar="ID", help="Only this asset; repeatable, in place of SHOOT.")
@click.option("--csv", "csv_file", metavar="FILE", help="Write a table with Chinese headings; - for standard output.")
@click.option(
    "--as",
    "elements",
    type=click.Choice(SETS),
    default="plain",
    show_default=True,
    help="Columns of the table: plain, DA/T 54 (photographs), DA/T 63 (films, recordings).",
)
@click.option("--xmp", "xmp_folder", type=click.Path(path_type=Path), help="Write an XMP file for each asset here.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def export(
    shoot: str | None,
    assets: tuple[str, ...],
    csv_file: str | None,
    elements: str,
    xmp_folder: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the catalogue's description of SHOOT: as a table for Excel, or as XMP files."""
    if bool(shoot) == bool(assets):
        raise click.UsageError("Name a SHOOT, or assets with --asset.")
    if not (csv_file or xmp_folder):
        raise click.UsageError("Say what to write: --csv FILE or --xmp FOLDER.")
    if csv_file == "-" and as_json:
        raise click.UsageError("The table goes to standard output; --json would go there too.")
    from media_archive.delivery import places

    done: dict[str, Any] = {}
    with opened() as archive:
        for place in (csv_file, xmp_folder):
            if place and place != "-":
                places.refuse_own(Path(place), archive.own_folders)
        with archive.reading() as session:
            chosen = _Chosen(session, shoot, assets)
            if csv_file:
                done |= _table(archive, chosen, csv_file, elements, force)
            if xmp_folder:
                done |= _sidecars(chosen, xmp_folder, force)
        _record(archive, chosen, done)
    if as_json:
        print_json(done)


class _Chosen:
    """What is exported: a shoot, or assets by name."""

    def __init__(self, session: "Session", shoot: str | None, assets: Iterable[str]) -> None:
        from media_archive.catalogue import service as catalogue

        self.session = session
        self.shoot: Shoot | None = catalogue.shoot_by_name(session, shoot) if shoot else None
        self.ids: list[UUID] = [catalogue.asset(session, one).id for one in assets]

    def facts(self) -> Iterable[Mapping[str, Any]]:
        """The facts of each asset."""
        from media_archive.catalogue import facts

        return facts.of_shoot(self.session, self.shoot.id) if self.shoot else facts.of_assets(self.session, self.ids)

    def names(self) -> dict[UUID, str]:
        """The names of their XMP files."""
        from media_archive.delivery import sidecars

        return sidecars.names(self.session, shoot_id=self.shoot.id if self.shoot else None, ids=self.ids)


def _table(archive: "Archive", chosen: _Chosen, file: str, elements: str, force: bool) -> dict[str, Any]:
    from media_archive.delivery import places, tables
    from media_archive.metadata.mapping import rules

    columns = rules.load(elements, archive.settings.home)
    if file == "-":
        written = tables.write(columns, chosen.facts(), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        with places.draft(Path(file), force) as draft, draft.open("wb") as target:
            written = tables.write(columns, chosen.facts(), target)
    inform("{count} assets written to {place}.", count=written.rows, place="-" if file == "-" else file)
    if written.left_out:
        inform(
            "{count} assets left out: {standard} does not describe their kind.",
            count=written.left_out,
            standard=columns.standard,
        )
    if written.missing:
        told = "；".join(f"{name} {count}" for name, count in written.missing.items())
        inform("Required but empty: {elements}", elements=told)
    return {"csv": file, "rows": written.rows, "left_out": written.left_out, "missing": written.missing}


def _sidecars(chosen: _Chosen, folder: Path, force: bool) -> dict[str, Any]:
    from media_archive.delivery import sidecars

    count = sidecars.write(chosen.facts(), chosen.names(), folder, force)
    inform("{count} XMP files written to {folder}.", count=count, folder=str(folder))
    return {"xmp": str(folder), "files": count}


def _record(archive: "Archive", chosen: _Chosen, done: Mapping[str, Any]) -> None:
    from media_archive.events import service as events

    told = {name: done[name] for name in ("csv", "rows", "xmp", "files") if name in done}
    with archive.transaction() as session:
        if chosen.shoot:
            events.record(session, who(), "dissemination", "shoot", chosen.shoot.id, **told)
        for one in chosen.ids:
            events.record(session, who(), "dissemination", "asset", one, **told)
