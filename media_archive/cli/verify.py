"""`media-archive verify`."""

import sys
from typing import TYPE_CHECKING

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, size, tell, told

if TYPE_CHECKING:
    from media_archive.archive import Archive
    from media_archive.storage.orphans import Orphan


def _orphans(archive: "Archive") -> "list[Orphan]":
    """Objects no copy knows, in the stores that answer; the report tells of the others."""
    from media_archive.storage.orphans import orphans

    within_reach = [name for name, trouble in archive.stores.check().items() if trouble is None]
    return [one for name in within_reach for one in orphans(archive.engine, archive.stores, store=name)]


@click.command(epilog="Example: media-archive verify --shoot 解放路改造 --json")
@click.option("--shoot", metavar="NAME", help="Only copies of this shoot's files.")
@click.option("--store", metavar="NAME", help="Only copies in this store.")
@click.option("--orphans/--no-orphans", default=True, show_default=True, help="Also look for objects no copy knows.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(shoot: str | None, store: str | None, orphans: bool, as_json: bool) -> None:
    """Read every copy back, compare it with its digest, and check the chain of events.

    What is bad is mended by jobs: renditions are rendered again, other files copied from a good copy where there is one.

    Exit code 1 if a copy is bad or missing, a store cannot be reached, or the chain is broken.
    """
    from sqlalchemy import select

    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.models import Asset
    from media_archive.events import service as events
    from media_archive.storage import fixity
    from media_archive.upkeep import mending

    with opened(waking=True) as archive:
        if store:
            archive.stores.store(store)
        assets = None
        if shoot:
            with archive.reading() as session:
                assets = select(Asset.id).where(Asset.shoot_id == catalogue.shoot_by_name(session, shoot).id)
        report = fixity.verify(archive.engine, archive.stores, assets=assets, store=store, who=who())
        with archive.transaction() as session:
            mended = mending.ask(session, report.bad, who())
        archive.seal()
        with archive.reading() as session:
            broken, chained = events.check(session), events.sealed_count(session)
        lost = _orphans(archive) if orphans and not (shoot or store) else []
    chain = {"events": chained, "broken": {"position": broken.position, "reason": broken.reason} if broken else None}
    good = report.good and broken is None
    if as_json:
        print_json(report.to_json() | {"chain": chain, "orphans": [one.to_json() for one in lost]})
    else:
        for bad in report.bad:
            tell(f"{bad.sha256}  {bad.store}:{bad.key}  {bad.name}: {told(bad.reason) if bad.reason else ''}")
        for reason, copies in report.unreachable.items():
            tell(f"{copies} copies not looked at: {reason}")
        if broken:
            tell(f"The chain of events is broken at {broken.position} ({broken.reason}).")
        inform(
            "{checked} copies read ({size}), {bad} bad; {chained} events chained.",
            checked=report.checked,
            size=size(report.bytes),
            bad=len(report.bad),
            chained=chained,
        )
        if mended:
            inform(
                "{count} assets will be mended from good copies or rendered again; verify again when that is done.",
                count=mended,
            )
        if lost:
            inform("{count} objects belong to no copy; they are left alone (`--json` names them).", count=len(lost))
    if not good:
        sys.exit(1)
