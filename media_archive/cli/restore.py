"""`media-archive restore`."""

from typing import TYPE_CHECKING
from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, size, tell
from media_archive.words import Message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.restoring.asking import Estimate
    from media_archive.restoring.choosing import Chosen
    from media_archive.restoring.queries import Summary


@click.group(epilog="Example: media-archive restore ask 01a202ee-5f64-77c3 --purpose 城市记忆影片")
def restore() -> None:
    """Bring originals back from cold storage, and see how far that is."""


@restore.command(epilog="Example: media-archive restore ask --shoot 解放路改造 --purpose 城市记忆影片 --days 14 --yes")
@click.argument("assets", nargs=-1, metavar="[ASSET]...")
@click.option("--shoot", metavar="NAME", help="Everything of this shoot.")
@click.option("--collection", metavar="NAME", help="Everything of this collection.")
@click.option("--purpose", default="", metavar="TEXT", help="What the originals are needed for; it must be told.")
@click.option("--days", type=int, help="Days that they stay readable; by default those of the setting restore_days.")
@click.option("--yes", is_flag=True, help="Ask for them; without it, only what it would take is told.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def ask(
    assets: tuple[str, ...],
    shoot: str | None,
    collection: str | None,
    purpose: str,
    days: int | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Tell what bringing the originals of ASSETs back takes, in hours and money; with --yes, ask for them."""
    if sum(map(bool, (assets, shoot, collection))) != 1:
        raise click.UsageError("Name assets, or one of --shoot and --collection.")
    from media_archive.restoring import service

    with opened(waking=True) as archive, archive.transaction() as session:
        chosen = _chosen(session, assets, shoot, collection)
        told = service.estimate(session, archive, chosen)
        asked = service.ask(session, archive, chosen, who(), purpose, days).id if yes else None
    if as_json:
        print_json({"request": str(asked) if asked else None, "title": chosen.title, **told.to_json()})
        return
    _tell_sums(told)
    if asked:
        tell(str(asked))
    elif told.wanted:
        inform("Nothing was asked for yet. Add --yes and --purpose to ask for it.")


def _chosen(session: "Session", assets: tuple[str, ...], shoot: str | None, collection: str | None) -> "Chosen":
    from media_archive.catalogue import service as catalogue
    from media_archive.restoring import choosing

    if shoot:
        return choosing.shoot(session, catalogue.shoot_by_name(session, shoot).id)
    if collection:
        return choosing.collection(session, catalogue.collection_by_name(session, collection).id)
    return choosing.assets(session, [catalogue.asset(session, name).id for name in assets])


def _tell_sums(told: "Estimate") -> None:
    for one in told.sums:
        tell(
            f"{one.tier or '-':12} {one.files:>8,}  {size(one.bytes):>9}  {one.price:>12,.2f} {told.currency}"
            f"  {one.hours:g} h"
        )
    counts = ((told.online, Message("online")), (told.under_way, Message("under way")), (told.ready, Message("ready")))
    for count, word in counts:
        if count:
            inform("{count} files need not be asked for: {standing}.", count=count, standing=word)


@restore.command("list", epilog="Example: media-archive restore list --open --json")
@click.option("--open", "open_only", is_flag=True, help="Only requests that are not over.")
@click.option("--before", type=click.UUID, help="Go on behind this request: the last one of the page before.")
@click.option("--limit", default=50, type=click.IntRange(1, 1000), show_default=True, help="Most requests.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(open_only: bool, before: UUID | None, limit: int, as_json: bool) -> None:
    """List requests, the latest first: how far each is, and until when its originals can be read."""
    from media_archive.restoring import queries

    with opened() as archive, archive.reading() as session:
        found, following = queries.page(session, open_only=open_only, before=before, limit=limit)
    if as_json:
        print_json({"items": [one.to_json() for one in found], "next": str(following) if following else None})
        return
    for one in found:
        _tell(one)


def _tell(one: "Summary") -> None:
    until = one.readable_until or one.ready_about
    moment = f"{until:%Y-%m-%d %H:%M}" if until and not one.request.ended_at else ""
    tell(
        f"{one.request.id}  {one.state:8}  {one.count('ready')}/{one.files}  {size(one.bytes):>9}  {moment:16}"
        f"  {one.request.asked_by}  {one.request.title}"
    )


@restore.command(epilog="Example: media-archive restore end 01a202ee-5f64-77c3-8000-0123456789ab")
@click.argument("request_id", metavar="REQUEST", type=click.UUID)
def end(request_id: UUID) -> None:
    """Say that the originals of REQUEST are not needed any more; what was not brought back yet is not."""
    from media_archive.restoring import service

    with opened() as archive, archive.transaction() as session:
        service.end(session, service.request_called(session, request_id), who())
