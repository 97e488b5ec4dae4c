"""`media-archive events`."""

import sys
from datetime import UTC, datetime

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform, print_json, tell


@click.group(epilog="Example: media-archive events list --who wangmin --what download --json")
def events() -> None:
    """The record of what was done: who, what, when, to what, with which outcome. It is only ever added to."""


@events.command("list", epilog="Example: media-archive events list --what refusal --since 2026-11-01")
@click.option("--who", default="", metavar="LOGIN", help="Only what this person did.")
@click.option(
    "--what", default="", metavar="KIND", help="Only events of this kind: sign-in, access, download, refusal ..."
)
@click.option(
    "--kind", default="", metavar="OBJECT", help="Only what happened to objects of this kind: asset, user ..."
)
@click.option("--object", "number", type=click.UUID, help="Only what happened to this one.")
@click.option("--outcome", type=click.Choice(["success", "failure", "warning"]), help="Only with this outcome.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Before this day (UTC).")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(
    who: str, what: str, kind: str, number: object, outcome: str | None, since: datetime | None, until: datetime | None,
    limit: int, as_json: bool,
) -> None:  # fmt: skip
    """List events, the latest first."""
    from uuid import UUID

    from media_archive.events import queries

    days = [day.replace(tzinfo=UTC) if day else None for day in (since, until)]
    one = UUID(str(number)) if number else None
    wanted = queries.Wanted(who, what, kind, one, outcome or "", *days)
    with opened() as archive, archive.reading() as session:
        rows = [queries.told(event) for event in queries.listed(session, wanted, limit)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        tell(
            f"{row['at'][:19]}  {row['who']:20}  {row['what']:24}  {row['outcome']:8}  {row['object_kind']} {row['object_id'] or ''}"
        )


@events.command(
    epilog="Example: media-archive events verify --head 1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)
@click.option(
    "--head", metavar="NUMBER:DIGEST", help="An event noted before: it must still be there, with this digest."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def verify(head: str | None, as_json: bool) -> None:
    """Check the chain of all events: a changed, removed or inserted one breaks it, and is named.

    Prints the end of the chain: note it elsewhere and give it as --head next time, then a cut-off end shows too.

    Exit code 1 if the chain is broken.
    """
    from media_archive.events import queries
    from media_archive.events import service as core

    noted = core.noted(head) if head else None
    with opened() as archive:
        archive.seal()
        with archive.reading() as session:
            broken, count = core.check(session, noted), core.sealed_count(session)
            last = queries.head(session)
            end = f"{last.position}:{last.digest}" if last else None
    if as_json:
        told = {"position": broken.position, "reason": broken.reason} if broken else None
        print_json({"events": count, "broken": told, "head": end})
    elif broken:
        tell(f"The chain of events is broken at {broken.position} ({broken.reason}).")
    else:
        tell(end or "")
        inform("{count} events, the chain is whole.", count=count)
    if broken:
        sys.exit(1)
