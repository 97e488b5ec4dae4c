"""`media-archive renditions`."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, say, tell, told
from media_archive.words import Message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.archive import Archive
    from media_archive.renditions.planning import Holding, Item

#: assets looked at in one transaction
BATCH = 200
LISTED = ("missing", "outdated", "impossible")

Command = Callable[..., Any]


def _choosing(command: Command) -> Command:
    """The options that choose what a command is about."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print as JSON."),
        click.option("--where", metavar="QUERY", help="Only assets that a search for QUERY finds."),
        click.option("--recipe", "recipes", metavar="NAME", multiple=True, help="Only this recipe; may be repeated."),
        click.argument("assets", nargs=-1, type=click.UUID),
    ):
        command = option(command)
    return command


@click.group(epilog="Example: media-archive renditions plan --where 解放路 --json")
def renditions() -> None:
    """See which renditions are missing or out of date, and have them made.

    The recipes lie in media_archive/renditions/recipes; a recipe of a higher version is made anew of everything, in the
    background, and the older rendition serves until the newer one is stored and verified.
    """


@renditions.command(epilog="Example: media-archive renditions plan --recipe large")
@_choosing
@click.option("--limit", default=50, type=click.IntRange(0, 1_000_000), show_default=True, help="Most lines of text.")
def plan(assets: tuple[UUID, ...], recipes: tuple[str, ...], where: str | None, as_json: bool, limit: int) -> None:
    """Say what is missing, outdated or impossible of ASSETS, of what --where finds, or of everything."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTED}
    count = decodes = 0
    with opened() as archive, archive.reading() as session:
        names = _known(recipes)
        for holding in _holdings(session, assets, where):
            items, cost = _planned(archive, holding, names)
            count, decodes = count + 1, decodes + cost
            for item in items:
                rows[item.standing].append(_row(holding, item))
    if as_json:
        print_json({"assets": count, "decodes": decodes, **rows})
        return
    for name in LISTED:
        for row in rows[name][:limit]:
            reason = told(Message.from_json(row["reason"])) if row["reason"] else ""
            tell(f"{name:10}  {row['asset']}  {row['recipe']:12}  {row['title']}  {reason}".rstrip())
    facts = {name: len(rows[name]) for name in LISTED}
    inform(
        "{count} assets: {missing} renditions missing, {outdated} outdated, {impossible} impossible; {decodes} decodes.",
        count=count,
        decodes=decodes,
        **facts,
    )


@renditions.command(epilog="Example: media-archive renditions make --where 解放路")
@_choosing
def make(assets: tuple[UUID, ...], recipes: tuple[str, ...], where: str | None, as_json: bool) -> None:
    """Have what is missing or outdated made. A recipe made on request only is asked for by --recipe.

    Without ASSETS, --where and --recipe the workers look through the whole catalogue, behind what just came in.
    """
    if not (assets or where or recipes):
        _look_through(as_json)
        return
    _ask(assets, recipes, where, as_json, anew=False)


@renditions.command(epilog="Example: media-archive renditions remake --recipe thumb --where 解放路")
@_choosing
def remake(assets: tuple[UUID, ...], recipes: tuple[str, ...], where: str | None, as_json: bool) -> None:
    """Have renditions made anew even if they are there and current, also those that failed."""
    if not (assets or where or recipes):
        raise click.UsageError("Name assets, --where or --recipe: not everything is made anew by mistake.")
    _ask(assets, recipes, where, as_json, anew=True)


def _look_through(as_json: bool) -> None:
    from media_archive.renditions import remaking

    with opened(waking=True) as archive, archive.transaction() as session:
        asked = remaking.look_through(session, archive.settings, who())
    if as_json:
        print_json({"job": str(asked.job), "under_way": asked.under_way})
    elif asked.under_way:
        say(told(Message("The catalogue is being looked through already; `media-archive jobs` shows it.")))
    else:
        say(told(Message("The workers look through the catalogue; `media-archive jobs` shows what they find.")))


def _ask(assets: tuple[UUID, ...], recipes: tuple[str, ...], where: str | None, as_json: bool, *, anew: bool) -> None:
    from media_archive.renditions import asking

    names, jobs, count = _known(recipes), [], 0
    with opened(waking=True) as archive:
        with archive.reading() as session:
            ids = [holding.asset.id for holding in _holdings(session, assets, where)]
        for start in range(0, len(ids), BATCH):
            with archive.transaction() as session:
                for holding in _held(session, ids[start : start + BATCH]):
                    asked = asking.ask(session, holding, names, archive.settings.chosen_recipes, who(), anew=anew)
                    jobs += asked
                    count += bool(asked)
    if as_json:
        print_json({"assets": count, "jobs": [str(job) for job in jobs]})
    else:
        inform(
            "{jobs} jobs for {count} assets are wanted; `media-archive jobs` shows them.", jobs=len(jobs), count=count
        )


def _known(recipes: Sequence[str]) -> list[str]:
    from media_archive.renditions import asking

    return asking.named(recipes)


def _planned(archive: "Archive", holding: "Holding", names: Sequence[str]) -> tuple[list["Item"], int]:
    from media_archive.renditions.planning import Plan, plan

    everything = plan(holding, archive.settings.chosen_recipes).items
    chosen = Plan(tuple(item for item in everything if not names or item.recipe.name in names))
    return [item for item in chosen.items if item.standing != "current"], chosen.decodes()


def _row(holding: "Holding", item: "Item") -> dict[str, Any]:
    from media_archive.catalogue.queries import title_of

    return {
        "asset": str(holding.asset.id),
        "title": title_of(holding.asset, holding.originals),
        "recipe": item.recipe.name,
        "version": item.recipe.version,
        "reason": item.reason.to_json() if item.reason else None,
    }


def _holdings(session: "Session", assets: Sequence[UUID], where: str | None) -> Iterator["Holding"]:
    """What is chosen, a batch at a time."""
    from sqlalchemy import select

    from media_archive.catalogue.models import Asset
    from media_archive.errors import NotFound

    if assets:
        found = _held(session, list(assets))
        if missing := set(assets) - {one.asset.id for one in found}:
            raise NotFound("There is no asset {asset}.", asset=str(min(missing)))
        yield from found
    elif where is not None:
        yield from _searched(session, where)
    else:
        after: UUID | None = None
        while True:
            query = select(Asset.id).order_by(Asset.id).limit(BATCH)
            ids = session.scalars(query.where(Asset.id > after) if after else query).all()
            if not ids:
                return
            yield from _held(session, ids)
            after = ids[-1]
            session.expunge_all()


def _searched(session: "Session", where: str) -> Iterator["Holding"]:
    from media_archive.search import service as search

    cursor: str | None = None
    while True:
        found = search.find(session, where, cursor=cursor, limit=BATCH, facets=False)
        yield from _held(session, found.ids)
        cursor = found.next
        if cursor is None:
            return


def _held(session: "Session", ids: Sequence[UUID]) -> list["Holding"]:
    from media_archive.renditions.planning import hold_all

    return hold_all(session, ids)
