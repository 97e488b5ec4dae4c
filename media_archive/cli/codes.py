"""`media-archive codes`."""

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from media_archive.cli.choosing import chosen
from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, language, print_json, tell, told
from media_archive.errors import Invalid, Refused

if TYPE_CHECKING:
    from media_archive.archive import Archive


@click.group(epilog="Example: media-archive codes templates")
def codes() -> None:
    """Give accession codes (档号), read codes that came from elsewhere, keep old ones as aliases.

    Templates, and the archive's fonds number, stand in codes.toml in the home.
    """


@codes.command(epilog="Example: media-archive codes templates --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def templates(as_json: bool) -> None:
    """List the templates, each with its source and how sure that is."""
    from media_archive.catalogue.coding.codes import declared

    with opened() as archive:
        found = declared(archive.settings)
    if as_json:
        print_json([one.model_dump() | {"regex": found.grammar(one.name).regex} for one in found.templates])
        return
    for one in found.templates:
        used = ", ".join(kind for kind, name in found.use.items() if name == one.name)
        tell(
            f"{one.name:10} {one.pattern}  {one.zh if language() == 'zh' else one.en}  [{one.sure}] {one.source} {used}"
        )


@codes.command(epilog="Example: media-archive codes assign --where 解放路")
@click.argument("assets", nargs=-1)
@click.option("--where", metavar="WORDS", help="All that a search for these words finds.")
@click.option("--template", metavar="NAME", help="This template for all of them.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def assign(assets: tuple[str, ...], where: str | None, template: str | None, as_json: bool) -> None:
    """Give ASSETS that have none their codes, in the order of shoots and of capture. Exit code 1 if one was refused."""
    if not assets and where is None:
        raise click.UsageError("Name assets, or give --where.")
    with opened(waking=True) as archive:
        ids = [one for batch in chosen(archive, assets, where) for one in batch]
        given = _assigned(archive, ids, template)
    refused = [one for one in given if one.problem]
    if as_json:
        print_json([{"asset": str(one.asset_id), "code": one.code, "had": one.had,
                     "problem": told(one.problem) if one.problem else None} for one in given])  # fmt: skip
    else:
        for one in given:
            tell(f"{one.asset_id}  {one.code or told(one.problem)}")
        inform(
            "{count} given, {refused} refused.",
            count=sum(not one.had for one in given) - len(refused),
            refused=len(refused),
        )
    if refused:
        sys.exit(1)


def _assigned(archive: "Archive", ids: list[Any], template: str | None) -> list[Any]:
    from media_archive.catalogue.coding import codes as known
    from media_archive.catalogue.coding import service
    from media_archive.catalogue.models import Asset

    with archive.transaction() as session:
        found = [session.get_one(Asset, one) for one in ids]
        return service.assign(session, found, who(), known.declared(archive.settings), template)


@codes.command("set", epilog="Example: media-archive codes set 01a202ee J001-ZP·2017-Y-0003")
@click.argument("asset")
@click.argument("code")
@click.option("--template", metavar="NAME", help="Read the code by this template.")
@click.option("--alias", is_flag=True, help="CODE is an old or foreign one that leads to the asset, not its own.")
@click.option("--note", default="", help="Where the code comes from.")
def set_(asset: str, code: str, template: str | None, alias: bool, note: str) -> None:
    """Give ASSET the CODE that it has already, after it was read by its template; the one before stays as an alias."""
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.coding import codes as known
    from media_archive.catalogue.coding import service

    with opened(waking=True) as archive, archive.transaction() as session:
        found = catalogue.asset(session, asset)
        if alias:
            service.add_alias(session, found, code, who(), note)
        else:
            service.give(session, found, code, who(), known.declared(archive.settings), template, note=note)
    inform("{asset} is found under {code}.", asset=str(found.id), code=code)


@codes.command("import", epilog="Example: media-archive codes import 旧档号.csv --alias")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--template", metavar="NAME", help="Read the codes by this template.")
@click.option("--alias", is_flag=True, help="They are old codes that lead to the assets.")
@click.option("--dry-run", is_flag=True, help="Only tell which would be refused.")
def import_(file: Path, template: str | None, alias: bool, dry_run: bool) -> None:
    """Take codes from a CSV file with the columns asset and code (and note). Each row stands for itself; exit code 1 if one was
    refused.
    """
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    if not rows or not {"asset", "code"} <= set(rows[0]):
        raise Invalid("{file} has no columns asset and code.", file=str(file))
    refused = 0
    with opened(waking=True) as archive:
        for number, row in enumerate(rows, 2):
            try:
                _take(archive, row, template, alias, dry_run)
            except Refused as exc:
                refused += 1
                tell(f"{number}  {row['asset']}  {row['code']}  {told(exc.message)}")
    inform("{count} taken, {refused} refused.", count=len(rows) - refused, refused=refused)
    if refused:
        sys.exit(1)


class _Tried(Exception):
    """Ends the transaction of a dry run without keeping anything."""


def _take(archive: "Archive", row: dict[str, str], template: str | None, alias: bool, dry_run: bool) -> None:
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.coding import codes as known
    from media_archive.catalogue.coding import service

    try:
        with archive.transaction() as session:
            found = catalogue.asset(session, row["asset"] or "")
            if alias:
                service.add_alias(session, found, row["code"] or "", who(), row.get("note") or "")
            else:
                codes_ = known.declared(archive.settings)
                service.give(session, found, row["code"] or "", who(), codes_, template, note=row.get("note") or "")
            if dry_run:
                raise _Tried
    except _Tried:
        pass
