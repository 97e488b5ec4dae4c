"""`media-archive shares`."""

from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell


@click.group(epilog="Example: media-archive shares list --json")
def shares() -> None:
    """See the links by which people outside look at a part of the archive, and close them."""


@shares.command("list", epilog="Example: media-archive shares list --user wangmin")
@click.option("--user", "login", help="Only those of this person.")
@click.option("--before", type=click.UUID, help="Go on behind this link: the last one of the page before.")
@click.option("--limit", default=50, type=click.IntRange(1, 1000), show_default=True, help="Most links.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(login: str | None, before: UUID | None, limit: int, as_json: bool) -> None:
    """List links, the latest first: whose each is, whether it is open, how often it was opened."""
    from media_archive.sharing import queries

    with opened() as archive, archive.reading() as session:
        found, following = queries.listed(session, login, before=before, limit=limit)
        rows = [queries.told(one) for one in found]
    if as_json:
        print_json({"items": rows, "next": str(following) if following else None})
        return
    for row in rows:
        tell(
            f"{row['id']}  {row['state']:8}  {row['openings']:>6,}  {row['expires_at'][:10]}  {row['made_by']:16}"
            f"  {row['title']}"
        )


@shares.command(epilog="Example: media-archive shares revoke 0197c1d2-7d1e-7aa0-8000-5f0c4d1c2b3a")
@click.argument("link", type=click.UUID)
def revoke(link: UUID) -> None:
    """Close a link at once; LINK is its number in the list."""
    from media_archive.errors import NotFound
    from media_archive.sharing import service
    from media_archive.sharing.models import Share

    with opened() as archive, archive.transaction() as session:
        found = session.get(Share, link)
        if found is None:
            raise NotFound("There is no such link. `media-archive shares list` shows them.")
        service.revoke(session, found, who())
    inform("The link {title} of {login} is closed.", title=found.title, login=found.made_by)
