"""What is written when a rendering is done, in the transaction that ends its job."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.jobs import service as jobs
from media_archive.renditions import asking
from media_archive.renditions.entering import Attempt, Stored, enter, summarise
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.planning import hold
from media_archive.storage.models import Role


@dataclass(frozen=True)
class Made:
    """What was tried, what came of it, and the files of it that are stored."""

    attempt: Attempt
    rendered: Rendered
    stored: Sequence[Stored]


def conclude(session: Session, context: Context, asset: Asset, made: Made, kind: str) -> None:
    """Enters what a job of `kind` made, and asks for what can be made next."""
    enter(session, asset, made.attempt, made.rendered, made.stored)
    if kind == f"render-{asset.kind}":
        summarise(asset, made.rendered)
    session.flush()
    if made.stored and context.stores.profile.spreads(Role.RENDITION):
        jobs.request(session, "place", asset.id, shoot_id=asset.shoot_id)
    asking.follow(session, hold(session, asset.id), context.settings.chosen_recipes, done=kind)
