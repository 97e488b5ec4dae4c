"""Asking for renditions: of one asset after a change, of what people choose, of everything when a recipe changed."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset, Outcome
from media_archive.errors import NotFound
from media_archive.jobs import service as jobs
from media_archive.renditions.planning import Holding, hold, plan
from media_archive.renditions.recipes import Recipe, book, books


def follow(
    session: Session,
    holding: Holding,
    chosen: Collection[str],
    *,
    only: Collection[str] = (),
    done: str | None = None,
) -> list[UUID]:
    """Asks for the jobs that can make what is open of an asset, or what leads to the recipes `only`.

    Not for the kind that was just `done`.
    """
    asset, todo = holding.asset, plan(holding, chosen)
    ready = (todo.toward(only) if only else todo).ready()
    return [jobs.request(session, kind, asset.id, shoot_id=asset.shoot_id) for kind in ready if kind != done]


def ask(
    session: Session, holding: Holding, recipes: Sequence[str], chosen: Collection[str], who: str, *, anew: bool
) -> list[UUID]:
    """Asks for `recipes` of an asset, or for all that apply: what is missing or outdated, or `anew` whatever is there.

    Returns the jobs; none where nothing is to be done.
    """
    asset = holding.asset
    if recipes:
        requested = {one.name for one in book(asset.kind).recipe if one.on != "always"}
        standing = {item.recipe.name: item.open for item in plan(holding, chosen).items}
        want(session, asset, [name for name in recipes if anew or (name in requested and name not in standing)], who)
    elif anew:
        asset.remake_at = catalogue.after_all(session, asset.id)
    session.flush()
    return follow(session, hold(session, asset.id), chosen, only=recipes)


def want(session: Session, asset: Asset, recipes: Sequence[str], who: str) -> None:
    """Marks that `recipes` are wanted of `asset` from now on, also those made on request only; what is there is remade.

    Those that are not for its kind are passed over.
    """
    fitting = {one.name for one in book(asset.kind).recipe} & set(recipes)
    # two people may ask for the same at one moment
    session.execute(select(Asset.id).where(Asset.id == asset.id).with_for_update())
    moment = catalogue.after_all(session, asset.id)
    there = {one.recipe: one for one in session.scalars(select(Outcome).where(Outcome.asset_id == asset.id))}
    for name in sorted(fitting):
        outcome = there.get(name) or Outcome(asset_id=asset.id, recipe=name)
        outcome.asked_at, outcome.asked_by = moment, who
        session.add(outcome)


def named(names: Sequence[str]) -> list[str]:
    """The names, checked: NotFound for one that no book knows."""
    known = sorted({one.name for one in everything()})
    for name in names:
        if name not in known:
            raise NotFound("There is no recipe {name}. There are {known}.", name=name, known=", ".join(known))
    return list(names)


def everything() -> list[Recipe]:
    """Every recipe of every kind."""
    return [recipe for one in books() for recipe in one.recipe]
