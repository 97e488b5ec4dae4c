"""`media-archive likeness`."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell
from media_archive.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.archive import Archive
    from media_archive.likeness.queries import Shown

SORTS = ["alike", "burst"]
VERDICTS = ["same", "different", "kept", "burst"]


@click.group(epilog="Example: media-archive likeness list --json")
def likeness() -> None:
    """Find pictures that are alike, and decide what they are to each other. Nothing is ever deleted by it."""


@likeness.command("list", epilog="Example: media-archive likeness list --sort burst")
@click.option("--sort", type=click.Choice(SORTS), help="Only copies and look-alikes, or only bursts.")
@click.option("--decided", is_flag=True, help="Those that were decided, instead of those that wait.")
@click.option("--before", type=click.UUID, help="Go on behind this set: the last one of the page before.")
@click.option("--limit", default=50, type=click.IntRange(1, 1000), show_default=True, help="Most sets.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(sort: str | None, decided: bool, before: UUID | None, limit: int, as_json: bool) -> None:
    """List sets of alike pictures, the latest first; in each the proposed picture first, then by distance."""
    from media_archive.likeness import queries, sets
    from media_archive.likeness.models import Sort

    with opened() as archive, archive.reading() as session:
        chosen = Sort(sort) if sort else None
        found, following = queries.page(session, sort=chosen, decided=decided, before=before, limit=limit)
        waiting = sets.open_count(session)
    if as_json:
        rows = [queries.told(one) for one in found]
        print_json({"waiting": waiting, "items": rows, "next": str(following) if following else None})
        return
    for one in found:
        _tell(one)
    inform("{count} sets wait for a decision.", count=waiting)


def _tell(one: "Shown") -> None:
    decided = f"  {one.verdict}  {one.decided_by}" if one.verdict else ""
    tell(f"{one.id}  {one.sort}  {len(one.members)}{decided}")
    for member in one.members:
        card, far = member.card, "-" if member.distance is None else member.distance
        tell(
            f"    {card.id}  {far:>2}  {card.width or 0:>5} × {card.height or 0:<5}  {card.taken or '':25}  {card.title}"
        )


@likeness.command(epilog="Example: media-archive likeness near 01a202ee-5f64-77c3 --distance 10")
@click.argument("asset")
@click.option(
    "--distance", type=click.IntRange(0, 32), help="Most bits of 64 that may differ; by the rules if left out."
)
@click.option("--limit", default=50, type=click.IntRange(1, 1000), show_default=True, help="Most pictures.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def near(asset: str, distance: int | None, limit: int, as_json: bool) -> None:
    """Show what looks like ASSET, the nearest first, whatever was decided."""
    with opened() as archive:
        rows = _near(archive, asset, distance, limit)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        tell(f"{row['asset']}  {row['distance']:>2}  {row['kind']:6}  {row['taken'] or '':25}  {row['title']}")


def _near(archive: "Archive", called: str, distance: int | None, limit: int) -> list[dict[str, Any]]:
    from media_archive.catalogue import queries as catalogue
    from media_archive.catalogue import service
    from media_archive.likeness import comparing
    from media_archive.likeness.rules import rules
    from media_archive.likeness.service import current

    keeper = current(archive)
    with archive.reading() as session:
        asset = service.asset(session, called)
        phash = _hash_of(session, asset.id)
        radius = rules().distance(asset.kind) if distance is None else distance
        found = comparing.neighbours(session, keeper, phash, radius, limit + 1)
        far = {row.asset_id: apart for row, apart in found if row.asset_id != asset.id}
        cards = catalogue.cards(session, list(far)[:limit])
    return [
        {"asset": str(one.id), "distance": far[one.id], "kind": one.kind, "title": one.title, "taken": one.taken}
        for one in cards
    ]


def _hash_of(session: "Session", asset_id: UUID) -> int:
    from media_archive.likeness.models import Fingerprint

    found = session.get(Fingerprint, asset_id)
    if found is None:
        raise NotFound("The asset {asset} has no picture to compare, or it is not rendered yet.", asset=str(asset_id))
    return found.phash


@likeness.command(epilog="Example: media-archive likeness decide 01a202ee-5f64-77c3-8000-0123456789ab same")
@click.argument("name", metavar="SET")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.option("--asset", "assets", multiple=True, metavar="ASSET", help="Decide on this one only; repeatable.")
@click.option("--top", metavar="ASSET", help="The picture to use; the proposed one if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the set as JSON.")
def decide(name: str, verdict: str, assets: tuple[str, ...], top: str | None, as_json: bool) -> None:
    """Say what the pictures of SET are to each other: copies of the same one, different, all wanted, or a burst.

    They are never shown for review again. Where only some are named, the rest stays open.
    """
    from media_archive.catalogue import service as catalogue
    from media_archive.likeness import deciding, queries
    from media_archive.likeness.models import Verdict

    with opened() as archive, archive.transaction() as session:
        chosen = [catalogue.asset(session, one).id for one in assets]
        use = catalogue.asset(session, top).id if top else None
        whole = deciding.set_called(session, name)
        decided = deciding.decide(session, whole, Verdict(verdict), who(), chosen=chosen, top=use)
        (shown,) = queries.shown(session, [decided])
    if as_json:
        print_json(queries.told(shown))
        return
    _tell(shown)


@likeness.command(epilog="Example: media-archive likeness reopen 01a202ee-5f64-77c3-8000-0123456789ab")
@click.argument("name", metavar="SET")
def reopen(name: str) -> None:
    """Take the decision on SET back: it is shown for review again."""
    from media_archive.likeness import deciding

    with opened() as archive, archive.transaction() as session:
        deciding.reopen(session, deciding.set_called(session, name), who())


@likeness.command(epilog="Example: media-archive likeness rebuild")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def rebuild(as_json: bool) -> None:
    """Make the index of this machine anew from the catalogue, and compare what was never compared."""
    from media_archive.likeness import service

    with opened() as archive:
        count = service.rebuild(archive, service.keeper_of(archive.settings))
    if as_json:
        print_json({"pictures": count})
        return
    inform("The index of alike pictures holds {count} pictures.", count=count)
