"""`media-archive suggestions`."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell, told
from media_archive.errors import Invalid

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.archive import Archive
    from media_archive.suggesting.choosing import Chosen
    from media_archive.suggesting.queries import Shown

KINDS = ["project", "landmark", "street", "pipeline", "place", "event", "person", "organisation"]
RULES = ["position", "view", "words", "neighbours"]


def choosing(command: Any) -> Any:
    """The options that say which suggestions are meant."""
    for option in reversed(
        (
            click.option("--subject", metavar="NAME", help="Only of this subject: its number, code or name."),
            click.option("--kind", type=click.Choice(KINDS), help="Only of subjects of this kind."),
            click.option("--shoot", metavar="NAME", help="Only of this shoot."),
            click.option("--asset", metavar="ASSET", help="Only of this asset."),
            click.option("--rule", type=click.Choice(RULES), help="Only where this rule says most."),
            click.option("--where", metavar="WORDS", help="Only of assets that a search for these words finds."),
            click.option(
                "--above",
                type=click.FloatRange(0, 1),
                help="The least confidence; by the rules if left out, 0 for everything that is suspected.",
            ),
        )
    ):
        command = option(command)
    return command


@click.group(epilog="Example: media-archive suggestions accept --shoot 解放路改造 --above 0.9")
def suggestions() -> None:
    """See what assets are suspected to show, and make links of it or refuse it. Nothing is linked by itself."""


@suggestions.command("list", epilog="Example: media-archive suggestions list --kind street --json")
@choosing
@click.option("--after", type=click.UUID, help="Go on behind this one: the last of the page before.")
@click.option("--limit", default=100, type=click.IntRange(1, 1000), show_default=True, help="Most suggestions.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(after: UUID | None, limit: int, as_json: bool, **given: Any) -> None:
    """List suggestions that wait for a decision, with their reasons."""
    from media_archive.suggesting import deciding, queries

    if given["where"]:
        raise Invalid(
            "A list cannot be narrowed by --where; `accept`, `refuse` and `run` can. Use --shoot or --subject."
        )
    with opened() as archive, archive.reading() as session:
        chosen = _chosen(session, given)
        found, following = queries.listed(session, chosen, after=after, limit=limit)
        waiting = deciding.count(session, chosen)
    if as_json:
        rows = [queries.told(one) for one in found]
        print_json({"waiting": waiting, "items": rows, "next": str(following) if following else None})
        return
    for one in found:
        _tell(one)
    inform("{count} suggestions wait for a decision.", count=waiting)


def _tell(one: "Shown") -> None:
    tell(f"{one.id}  {one.confidence:.2f}  {one.kind:12}  {one.subject}  ←  {one.card.id}  {one.card.title}")
    for reason in one.reasons:
        tell(f"    {reason.weight:.2f}  {told(reason.said)}")


@suggestions.command(epilog="Example: media-archive suggestions accept --subject 解放路 --above 0.9")
@choosing
@click.argument("ids", nargs=-1, type=click.UUID, metavar="[SUGGESTION]...")
@click.option("--dry-run", is_flag=True, help="Only say how many that would be.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def accept(ids: tuple[UUID, ...], dry_run: bool, as_json: bool, **given: Any) -> None:
    """Make links of these suggestions, or of all that the options choose."""
    _decide("accepted", ids, given, dry_run, as_json)


@suggestions.command(epilog="Example: media-archive suggestions refuse --shoot 解放路改造 --rule neighbours")
@choosing
@click.argument("ids", nargs=-1, type=click.UUID, metavar="[SUGGESTION]...")
@click.option("--dry-run", is_flag=True, help="Only say how many that would be.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def refuse(ids: tuple[UUID, ...], dry_run: bool, as_json: bool, **given: Any) -> None:
    """Refuse these suggestions, or all that the options choose: they never come again."""
    _decide("refused", ids, given, dry_run, as_json)


def _decide(verdict: str, ids: tuple[UUID, ...], given: dict[str, Any], dry_run: bool, as_json: bool) -> None:
    from media_archive.db import now
    from media_archive.suggesting import deciding
    from media_archive.works import find

    if not ids and not any(value is not None for value in given.values()):
        raise Invalid(
            "Nothing is chosen. Name suggestions, or choose them with --subject, --shoot, --where or --above."
        )
    moment = now()
    with opened() as archive:
        with archive.reading() as session:
            chosen = _chosen(session, given)
        batches = [list(ids)] if ids else deciding.every(archive, chosen, find)
        if dry_run:
            count = sum(len(batch) for batch in batches)
        elif ids:
            with archive.transaction() as session:
                count = deciding.decide(session, ids, verdict, who(), moment).count
        else:
            count = deciding.decide_all(archive, chosen, verdict, who(), find, moment)
    if as_json:
        print_json({"verdict": verdict, "count": count, "dry_run": dry_run, "moment": moment.isoformat()})
    elif dry_run:
        inform("{count} suggestions would be decided.", count=count)
    else:
        inform(
            "{count} suggestions were decided. `media-archive suggestions undo {moment}` takes that back.",
            count=count,
            moment=moment.isoformat(),
        )


@suggestions.command(epilog="Example: media-archive suggestions undo 2026-11-23T04:00:00.123456+00:00")
@click.argument("moment")
def undo(moment: str) -> None:
    """Take back what you decided at MOMENT: links that it made go, what was refused waits again."""
    from datetime import datetime

    from media_archive.suggesting import deciding

    try:
        instant = datetime.fromisoformat(moment)
        instant.astimezone()
    except (ValueError, OverflowError) as exc:
        raise Invalid("{moment} is no moment. Give the one that the decision told.", moment=moment[:64]) from exc
    if instant.tzinfo is None:
        raise Invalid("{moment} is no moment. Give the one that the decision told.", moment=moment[:64])
    with opened() as archive, archive.transaction() as session:
        count = deciding.undo(session, who(), instant)
    inform("{count} suggestions wait again.", count=count)


@suggestions.command(epilog="Example: media-archive suggestions run --where 解放路")
@click.argument("assets", nargs=-1, metavar="[ASSET]...")
@click.option("--where", metavar="WORDS", help="Look at the assets that a search for these words finds.")
@click.option("--all", "everything", is_flag=True, help="Look at every asset.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def run(assets: tuple[str, ...], where: str | None, everything: bool, as_json: bool) -> None:
    """Apply the rules now: to what changed, or to these assets. What was decided stays decided."""
    from media_archive.cli.choosing import chosen

    looked, made = 0, 0
    with opened() as archive:
        if not assets and where is None and not everything:
            looked = archive.suggester.work_off()
        else:
            for batch in chosen(archive, assets, where):
                looked, made = looked + len(batch), made + archive.suggester.run(batch)
        waiting = _waiting(archive)
    if as_json:
        print_json({"assets": looked, "new": made, "waiting": waiting})
        return
    inform("{assets} assets were looked at; {count} suggestions wait for a decision.", assets=looked, count=waiting)


def _waiting(archive: "Archive") -> int:
    from media_archive.suggesting import queries

    with archive.reading() as session:
        return queries.waiting(session)


def _chosen(session: "Session", given: dict[str, Any]) -> "Chosen":
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.subjects import linking
    from media_archive.suggesting.choosing import Chosen

    return Chosen(
        subject=linking.one_called(session, given["subject"]).id if given["subject"] else None,
        shoot=catalogue.shoot_by_name(session, given["shoot"]).id if given["shoot"] else None,
        asset=catalogue.asset(session, given["asset"]).id if given["asset"] else None,
        kind=given["kind"],
        rule=given["rule"],
        above=given["above"],
        query=given["where"] or "",
    )
