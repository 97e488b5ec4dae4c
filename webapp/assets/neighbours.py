"""What comes before and after an asset in the list it was opened from."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.search import service as search
from webapp.assets.choice import Choice
from webapp.listing import lists


@dataclass(frozen=True)
class Around:
    """Neighbours in the list's order; None at its ends."""

    before: UUID | None
    after: UUID | None


def of(session: Session, asset: Asset, choice: Choice) -> Around:
    """The neighbours of `asset` among what `choice` leaves."""
    if choice.has_own_order:
        return Around(*lists.beside(session, asset, choice))
    before, after = search.neighbours(
        session, asset, choice.q, choice.filters(), order=choice.order, turned=choice.turned
    )
    return Around(before, after)
