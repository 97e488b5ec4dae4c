"""`media-archive archives`."""

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell


@click.group(invoke_without_command=True, epilog="Example: media-archive archives --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def archives(ctx: click.Context, as_json: bool) -> None:
    """List the archives that share this catalogue; `archives add` founds one, `archives rename` calls one otherwise."""
    if ctx.invoked_subcommand:
        return
    from media_archive.access import institutions

    with opened() as archive, archive.reading() as session:
        rows = [
            {"code": one.archive.code, "name": one.archive.name, "assets": one.assets, "people": one.people}
            for one in institutions.listed(session)
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        tell(f"{row['code']:12}  {row['assets']:>10}  {row['people']:>4}  {row['name']}")


@archives.command(epilog="Example: media-archive archives add B002 齐河县城建档案馆 --administrator lihua")
@click.argument("code")
@click.argument("name")
@click.option("--administrator", "login", help="Login of the person who manages its people from now on.")
def add(code: str, name: str, login: str | None) -> None:
    """Found the archive CODE, called NAME, beside those that are there."""
    from media_archive.access import institutions, service

    with opened() as archive, archive.transaction() as session:
        person = service.user_called(session, login) if login else None
        made = institutions.add(session, code, name, person, who())
        told = {"code": made.code, "name": made.name}
    inform("The archive {code} {name} is founded.", **told)


@archives.command(epilog="Example: media-archive archives rename B002 齐河县城市建设档案馆")
@click.argument("code")
@click.argument("name")
def rename(code: str, name: str) -> None:
    """Call the archive CODE otherwise; the code stays."""
    from media_archive.access import institutions
    from media_archive.catalogue import service as catalogue

    with opened() as archive, archive.transaction() as session:
        found = catalogue.archive_by_code(session, code)
        institutions.rename(session, found, name, who())
        told = {"code": found.code, "name": found.name}
    inform("The archive {code} is called {name}.", **told)
