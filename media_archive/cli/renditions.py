"""`media-archive renditions`."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.choosing import chosen
from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, say, tell, told
from media_archive.words import Message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.renditions.planning import Holding, Item

LISTED = ("missing", "outdated", "impossible")
#: bytes of a list that are kept in memory
IN_MEMORY = 4 << 20

Command = Callable[..., Any]


def _choosing(command: Command) -> Command:
    """The options that choose what a command is about."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print as JSON."),
        click.option("--where", metavar="QUERY", help="Only assets that a search for QUERY finds."),
        click.option("--recipe", "recipes", metavar="NAME", multiple=True, help="Only this recipe; may be repeated."),
        click.argument("assets", nargs=-1),
    ):
        command = option(command)
    return command


@click.group(epilog="Example: media-archive renditions plan --where 解放路 --json")
def renditions() -> None:
    """See which renditions are missing or out of date, and have them made.

    The recipes lie in media_archive/renditions/recipes; a recipe of a higher version is made anew of everything, in the
    background, and the older rendition serves until the newer one is stored and verified.
    """


class Lists:
    """What is to be told of a plan; of a large catalogue it is too much for the memory."""

    def __init__(self) -> None:
        self.assets = self.decodes = 0
        self.counts = dict.fromkeys(LISTED, 0)
        self._rows = {
            name: SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115 - as long as the command
            for name in LISTED
        }

    def add(self, row: dict[str, Any], standing: str) -> None:
        """One more."""
        self.counts[standing] += 1
        self._rows[standing].write(json.dumps(row, ensure_ascii=False) + "\n")

    def lines(self, standing: str) -> Iterator[str]:
        """What stands so, each as JSON."""
        self._rows[standing].seek(0)
        return (line.rstrip("\n") for line in self._rows[standing])


@renditions.command(epilog="Example: media-archive renditions plan --recipe large")
@_choosing
@click.option("--limit", default=50, type=click.IntRange(0, 1_000_000), show_default=True, help="Most lines of text.")
def plan(assets: tuple[str, ...], recipes: tuple[str, ...], where: str | None, as_json: bool, limit: int) -> None:
    """Say what is missing, outdated or impossible of ASSETS, of what --where finds, or of everything."""
    from media_archive.renditions.planning import hold_all

    lists = Lists()
    with opened() as archive:
        names, usual = _known(recipes), archive.settings.chosen_recipes
        for ids in chosen(archive, assets, where):
            with archive.reading() as session:
                _look(session, hold_all(session, ids), names, usual, lists)
    if as_json:
        _print_json(lists)
        return
    for name in LISTED:
        for row in map(json.loads, islice(lists.lines(name), limit)):
            reason = told(Message.from_json(row["reason"])) if row["reason"] else ""
            tell(f"{name:10}  {row['asset']}  {row['recipe']:12}  {row['title']}  {reason}".rstrip())
    inform(
        "{count} assets: {missing} renditions missing, {outdated} outdated, {impossible} impossible; {decodes} decodes.",
        count=lists.assets,
        decodes=lists.decodes,
        **lists.counts,
    )


def _look(
    session: "Session", holdings: Sequence["Holding"], names: Sequence[str], usual: Sequence[str], lists: Lists
) -> None:
    """Adds a batch to the lists."""
    from media_archive.renditions.planning import Plan, plan

    told_of: list[tuple[Holding, list[Item]]] = []
    for holding in holdings:
        everything = plan(holding, usual).items
        wanted = Plan(tuple(item for item in everything if not names or item.recipe.name in names))
        lists.assets, lists.decodes = lists.assets + 1, lists.decodes + wanted.decodes()
        if open_ones := [item for item in wanted.items if item.standing != "current"]:
            told_of.append((holding, open_ones))
    titles = _titles(session, [holding for holding, _ in told_of])
    for holding, items in told_of:
        for item in items:
            lists.add(_row(holding.asset.id, titles[holding.asset.id], item), item.standing)


def _titles(session: "Session", holdings: Sequence["Holding"]) -> dict[UUID, str]:
    """What the assets are called: some by words of their record, which planning does not read."""
    from sqlalchemy import select

    from media_archive.catalogue.models import Asset
    from media_archive.catalogue.queries import title_of

    ids = [holding.asset.id for holding in holdings]
    records = {
        one.id: one
        for one in session.scalars(select(Asset).where(Asset.id.in_(ids)).execution_options(populate_existing=True))
    }
    return {one.asset.id: title_of(records[one.asset.id], one.originals) for one in holdings}


def _row(asset_id: UUID, title: str, item: "Item") -> dict[str, Any]:
    return {
        "asset": str(asset_id),
        "title": title,
        "recipe": item.recipe.name,
        "version": item.recipe.version,
        "reason": item.reason.to_json() if item.reason else None,
    }


def _print_json(lists: Lists) -> None:
    """The lists as one document, a row a line."""
    click.echo(f'{{\n  "assets": {lists.assets},\n  "decodes": {lists.decodes},')
    for name in LISTED:
        before = f'  "{name}": ['
        for line in lists.lines(name):
            click.echo(f"{before}\n    {line}", nl=False)
            before = ","
        end = "]" if before.endswith("[") else "\n  ]"
        click.echo(f"{before if end == ']' else ''}{end}{'' if name == LISTED[-1] else ','}")
    click.echo("}")


@renditions.command(epilog="Example: media-archive renditions make --where 解放路")
@_choosing
def make(assets: tuple[str, ...], recipes: tuple[str, ...], where: str | None, as_json: bool) -> None:
    """Have what is missing or outdated made. A recipe made on request only is asked for by --recipe.

    Without ASSETS, --where and --recipe the workers look through the whole catalogue, behind what just came in.
    """
    if not (assets or where is not None or recipes):
        _look_through(as_json)
        return
    _ask(assets, recipes, where, as_json, anew=False)


@renditions.command(epilog="Example: media-archive renditions remake --recipe thumb --where 解放路")
@_choosing
def remake(assets: tuple[str, ...], recipes: tuple[str, ...], where: str | None, as_json: bool) -> None:
    """Have renditions made anew even if they are there and current, also those that failed."""
    if not (assets or where is not None or recipes):
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


def _ask(assets: tuple[str, ...], recipes: tuple[str, ...], where: str | None, as_json: bool, *, anew: bool) -> None:
    from media_archive.renditions import asking
    from media_archive.renditions.planning import hold_all

    jobs, count = [], 0
    with opened(waking=True) as archive:
        names, usual = _known(recipes), archive.settings.chosen_recipes
        for ids in chosen(archive, assets, where):
            with archive.transaction() as session:
                for holding in hold_all(session, ids):
                    asked = asking.ask(session, holding, names, usual, who(), anew=anew)
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
