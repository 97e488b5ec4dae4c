"""What may be spent on bringing originals back in a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.restoring.models import RestoreItem, RestoreState
from media_archive.words import Message

DAY = timedelta(days=1)
#: after which what was put off is looked at again
LATER = timedelta(hours=1)
_LATER = Message("It waits: what may be spent on bringing originals back in a day (restore_budget) is used up.")


def within(session: Session, items: Sequence[RestoreItem], most: float, moment: datetime) -> list[RestoreItem]:
    """Those of `items` that may be asked for now; the others are put off. What is under way costs nothing more.

    One that is dearer than a whole day's budget has its turn on a day on which nothing else was spent.
    """
    if not most:
        return list(items)
    query = select(func.sum(RestoreItem.price)).where(
        RestoreItem.asked_at > moment - DAY, RestoreItem.asked_at <= moment
    )
    spent = session.scalar(query) or 0.0
    allowed = []
    for item in items:
        price = item.price if item.state == RestoreState.WAITING else 0.0
        if price and spent and spent + price > most:
            item.look_at, item.problem = moment + LATER, _LATER.to_json()
            continue
        spent += price
        allowed.append(item)
    return allowed
