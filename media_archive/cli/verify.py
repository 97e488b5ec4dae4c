"""`media-archive verify`."""

import sys
from typing import TYPE_CHECKING

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, size, tell, told

if TYPE_CHECKING:
    from media_archive.archive import Archive
    from media_archive.events.service import Break
    from media_archive.storage.fixity import Report
    from media_archive.storage.orphans import Orphan
    from media_archive.upkeep.mending import Mended


def _orphans(archive: "Archive") -> "list[Orphan]":
    """Objects no copy knows, in the stores that answer; the report tells of the others."""
    from media_archive.storage.orphans import orphans

    within_reach = [name for name, trouble in archive.stores.check().items() if trouble is None]
    return [one for name in within_reach for one in orphans(archive.engine, archive.stores, store=name)]


def _read(archive: "Archive", shoot: str | None, where: str | None, store: str | None) -> "Report":
    """Reads back what was chosen, as one run."""
    from sqlalchemy import select

    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.models import Asset
    from media_archive.cli.choosing import chosen
    from media_archive.storage import fixity

    if where is None:
        assets = None
        if shoot:
            with archive.reading() as session:
                assets = select(Asset.id).where(Asset.shoot_id == catalogue.shoot_by_name(session, shoot).id)
        return fixity.verify(archive.engine, archive.stores, assets=assets, store=store, who=who())
    report = fixity.Report()
    for ids in chosen(archive, (), where):
        some = select(Asset.id).where(Asset.id.in_(ids))
        for one in fixity.checks(archive.engine, archive.stores, assets=some, store=store, who=who()):
            report.add(one)
    fixity.conclude(archive.engine, report, [store] if store else archive.stores.names, who())
    return report


@click.command(epilog="Example: media-archive verify --shoot 解放路改造 --json")
@click.option("--shoot", metavar="NAME", help="Only copies of this shoot's files.")
@click.option("--where", metavar="QUERY", help="Only copies of what a search finds.")
@click.option("--store", metavar="NAME", help="Only copies in this store.")
@click.option("--repair", is_flag=True, help="Mend what is bad at once, instead of by jobs.")
@click.option("--orphans/--no-orphans", default=True, show_default=True, help="Also look for objects no copy knows.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(shoot: str | None, where: str | None, store: str | None, repair: bool, orphans: bool, as_json: bool) -> None:
    """Read every copy back, compare it with its digest, and check the chain of events.

    What is bad is mended: files are copied from a good copy, which is read and matched first; renditions that have none
    are rendered again. Bad bytes are kept aside. Where no copy is good, nothing is touched.

    Exit code 1 if a copy is bad or missing, a store cannot be reached, or the chain is broken.
    """
    from media_archive.errors import Invalid
    from media_archive.events import service as events
    from media_archive.upkeep import mending

    if shoot and where:
        raise Invalid("Give --shoot or --where, not both.")
    with opened(waking=True) as archive:
        if store:
            archive.stores.store(store)
        report = _read(archive, shoot, where, store)
        done = mending.mend(archive, report.bad, who()) if repair else None
        with archive.transaction() as session:
            mended = 0 if repair else mending.ask(session, report.bad, who())
        archive.seal()
        with archive.reading() as session:
            broken, chained = events.check(session), events.sealed_count(session)
        lost = _orphans(archive) if orphans and not (shoot or store or where) else []
    chain = {"events": chained, "broken": {"position": broken.position, "reason": broken.reason} if broken else None}
    if as_json:
        more = {"chain": chain, "orphans": [one.to_json() for one in lost]}
        print_json(report.to_json() | more | ({"mended": vars(done)} if done else {}))
    else:
        _say(report, broken, chained)
        _say_mended(done if report.bad else None, mended)
        if lost:
            inform("{count} objects belong to no copy; they are left alone (`--json` names them).", count=len(lost))
    if not report.good or broken:
        sys.exit(1)


def _say(report: "Report", broken: "Break | None", chained: int) -> None:
    for bad in report.bad:
        tell(f"{bad.sha256}  {bad.store}:{bad.key}  {bad.name}: {told(bad.reason) if bad.reason else ''}")
    for reason, copies in report.unreachable.items():
        tell(f"{copies} copies not looked at: {reason}")
    if report.offline:
        inform("{count} copies lie offline and were not read: bring them back first.", count=report.offline)
    if broken:
        tell(f"The chain of events is broken at {broken.position} ({broken.reason}).")
    inform(
        "{checked} copies read ({size}), {bad} bad; {chained} events chained.",
        checked=report.checked,
        size=size(report.bytes),
        bad=len(report.bad),
        chained=chained,
    )


def _say_mended(done: "Mended | None", asked: int) -> None:
    if done:
        inform(
            "{good} copies mended, {anew} renditions will be rendered again, {left} could not be mended.",
            good=done.good,
            anew=done.anew,
            left=done.left,
        )
    if asked:
        inform(
            "{count} assets will be mended from good copies or rendered again; verify again when that is done.",
            count=asked,
        )
