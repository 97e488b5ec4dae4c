"""`media-archive hold`."""

from uuid import UUID

import click

from media_archive.cli.opening import opened
from media_archive.cli.person import as_option, person
from media_archive.cli.speech import inform, print_json, tell


@click.group(epilog="Example: media-archive hold list")
def hold() -> None:
    """Set and lift legal holds: while one is on an asset, nothing of it is deleted, by nobody.

    One person sets a hold. To lift it takes two: one asks, another agrees.
    """


@hold.command("set", epilog="Example: media-archive hold set 01a202ee-5f64-77c3 --reason 诉讼期间保全")
@click.argument("asset")
@click.option("--reason", required=True, help="Why; it stands in the record for ever.")
@as_option
def set_(asset: str, reason: str, login: str | None) -> None:
    """Put a hold on ASSET, wherever it lies: in the trash too."""
    from media_archive.catalogue import service as catalogue
    from media_archive.disposal import holds

    with opened() as archive:
        me = person(archive, login, "set holds")
        with archive.transaction() as session:
            holds.set_hold(session, catalogue.asset(session, asset, trashed=True), me, reason)
    inform("Nothing of it is deleted until the hold is lifted.")


@hold.command(epilog="Example: media-archive hold lift 01a202ee-5f64-77c3 --reason 诉讼终结 --as zhanghua")
@click.argument("asset")
@click.option("--reason", required=True, help="Why; it stands in the record for ever.")
@as_option
def lift(asset: str, reason: str, login: str | None) -> None:
    """Ask for the hold on ASSET to be lifted, or agree to what another person asked. Needs --as."""
    from media_archive.catalogue import service as catalogue
    from media_archive.disposal import holds

    with opened() as archive:
        me = person(archive, login, "set holds")
        with archive.transaction() as session:
            lifted = holds.lift(session, catalogue.asset(session, asset, trashed=True), me, reason)
    if lifted:
        inform("The hold is lifted.")
    else:
        inform("Another person has to agree with the same command.")


@hold.command(epilog="Example: media-archive hold keep 01a202ee-5f64-77c3")
@click.argument("asset")
@as_option
def keep(asset: str, login: str | None) -> None:
    """Refuse, or take back, the wish to lift the hold on ASSET."""
    from media_archive.catalogue import service as catalogue
    from media_archive.disposal import holds

    with opened() as archive:
        me = person(archive, login, "set holds")
        with archive.transaction() as session:
            holds.keep(session, catalogue.asset(session, asset, trashed=True), me)
    inform("The hold stays.")


@hold.command("list", epilog="Example: media-archive hold list --json")
@click.option("--after", type=click.UUID, help="Go on behind this asset: the last of the page before.")
@click.option("--limit", default=100, type=click.IntRange(1, 1000), show_default=True, help="Most assets.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(after: UUID | None, limit: int, as_json: bool) -> None:
    """List the assets under a hold."""
    from media_archive.catalogue.queries import title_of
    from media_archive.disposal import holds

    with opened() as archive, archive.reading() as session:
        rows = [
            {"asset": str(one.id), "title": title_of(one), "accession_code": one.accession_code, **(one.hold or {})}
            for one in holds.held(session, after, limit)
        ]
    if as_json:
        print_json({"items": rows})
        return
    for row in rows:
        tell(f"{row['asset']}  {str(row['since'])[:10]}  {row['who']}: {row['reason']}  {row['title']}")
