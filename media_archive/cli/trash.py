"""`media-archive trash`."""

import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.person import as_option, person
from media_archive.cli.speech import inform, print_json, say, tell, told
from media_archive.errors import Refused
from media_archive.words import Message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.archive import Archive
    from media_archive.disposal.models import Disposal


@click.group(epilog="Example: media-archive trash list --json")
def trash() -> None:
    """Put assets into the trash, agree to deletions, bring back what lies there.

    What lies in the trash is in no list, search, count or answer. It is deleted for good after the days of the setting
    trash_days, not before, and by nobody while a legal hold or its retention period forbids it.
    """


@trash.command("list", epilog="Example: media-archive trash list --ended")
@click.option("--ended", is_flag=True, help="What was deleted for good, and what was brought back or refused.")
@click.option("--before", type=click.UUID, help="Go on behind this one: the last of the page before.")
@click.option("--limit", default=100, type=click.IntRange(1, 1000), show_default=True, help="Most entries.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(ended: bool, before: UUID | None, limit: int, as_json: bool) -> None:
    """List what waits for a second person and what lies in the trash, the latest first."""
    from media_archive.disposal import service
    from media_archive.disposal.models import OPEN, DisposalState
    from media_archive.disposal.telling import told as told_of

    states = (DisposalState.DELETED, DisposalState.WITHDRAWN) if ended else OPEN
    with opened() as archive, archive.reading() as session:
        found, following = service.page(session, states, before, limit)
    rows = [told_of(one) for one in found]
    if as_json:
        print_json({"items": rows, "next": str(following) if following else None})
        return
    for one in rows:
        tell(f"{one['id']}  {one['state']:9}  {one['asset']}  {one['accession_code'] or '-':20}  {one['title']}")
        tell(f"    {one['asked_by']}: {one['reason']}{_more(one)}")


def _more(one: dict[str, Any]) -> str:
    approved = f"  + {one['approved_by']}" if one["approved_by"] else ""
    due = f"  → {one['due_at'][:10]}" if one["due_at"] and not one["ended_at"] else ""
    problem = f"  ! {told(Message.from_json(one['problem']))}" if one["problem"] else ""
    return approved + due + problem


@trash.command(epilog="Example: media-archive trash put 01a202ee-5f64-77c3 --reason 重复拍摄")
@click.argument("assets", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why; it stands in the record for ever.")
@click.option("--from-collections", is_flag=True, help="Even where they are in collections, which they leave too.")
@as_option
def put(assets: tuple[str, ...], reason: str, from_collections: bool, login: str | None) -> None:
    """Put ASSETS into the trash; those that are accessioned wait for a second person first.

    Exit code 1 if one was refused; the others go on.
    """
    refused = False
    with opened() as archive:
        me = person(archive, login, "put into the trash")
        for name in assets:
            try:
                with archive.transaction() as session:
                    wish = _put(session, archive, name, me, reason, from_collections)
                _say_put(wish)
            except Refused as exc:
                refused = True
                say(f"  {name}: {told(exc.message)}")
    if refused:
        sys.exit(1)


def _put(session: "Session", archive: "Archive", name: str, me: Any, reason: str, from_collections: bool) -> "Disposal":
    from media_archive.catalogue import service as catalogue
    from media_archive.disposal import service

    asset = catalogue.asset(session, name, trashed=True)
    return service.propose(session, asset, me, reason, archive.settings.trash_days, from_collections=from_collections)


def _say_put(wish: "Disposal") -> None:
    if wish.due_at is None:
        inform("{title} is accessioned: a second person has to agree (media-archive trash approve {id}).",
               title=wish.title, id=str(wish.id))  # fmt: skip
    else:
        inform("{title} lies in the trash until {day}.", title=wish.title, day=wish.due_at.date().isoformat())


@trash.command(epilog="Example: media-archive trash approve 01a202ee-5f64-77c3-8000-0123456789ab --as zhanghua")
@click.argument("number", type=click.UUID)
@as_option
def approve(number: UUID, login: str | None) -> None:
    """Agree to the deletion NUMBER, which another person asked for. Needs --as: two people must be told apart."""
    from media_archive.disposal import service

    with opened() as archive:
        me = person(archive, login, "approve deletions")
        with archive.transaction() as session:
            wish = service.wish_called(session, number)
            service.approve(session, wish, me, archive.settings.trash_days)
        _say_put(wish)


@trash.command(epilog="Example: media-archive trash restore 01a202ee-5f64-77c3-8000-0123456789ab")
@click.argument("number", type=click.UUID)
@as_option
def restore(number: UUID, login: str | None) -> None:
    """Bring an asset back, or refuse its deletion: NUMBER is that of the deletion or of the asset."""
    from media_archive.disposal import service
    from media_archive.disposal.models import DisposalState

    with opened() as archive:
        me = person(archive, login, "see the trash")
        with archive.transaction() as session:
            wish = service.wish_called(session, number)
            back = service.withdraw if wish.state == DisposalState.PROPOSED else service.restore
            back(session, wish, me)
    inform("{title} stays in the catalogue.", title=wish.title)


@trash.command(epilog="Example: media-archive trash purge")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def purge(as_json: bool) -> None:
    """Delete for good what has lain in the trash long enough, now instead of within the hour. Nothing else is touched.

    Exit code 1 if something could not be deleted; `trash list` says why.
    """
    with opened() as archive:
        deleted, kept = archive.purge(who())
    if as_json:
        print_json({"deleted": deleted, "kept": kept})
    else:
        inform("{deleted} deleted for good, {kept} could not be.", deleted=deleted, kept=kept)
    if kept:
        sys.exit(1)
