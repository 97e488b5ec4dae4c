"""What an archive asks of its search index: bring it up to date, build it anew, tell how far it is behind."""

from collections.abc import Callable
from contextlib import suppress

from media_archive.context import Context
from media_archive.errors import Unavailable
from media_archive.search.index import feed, places, writing

#: changes that a command waits for
LITTLE = 5000


def follow(context: Context, *, hold: bool = False) -> int:
    """Brings this machine's index up to date; returns how many assets were written. With `hold` as one that comes again soon."""
    _number(context)
    return writing.keeper(context.settings.index).follow(context.reading, hold=hold)


def catch_up(context: Context) -> None:
    """Brings the index up to date if little is missing, for a command that reads what another has just written.

    Nothing may be served here that follows the changes. What is much is left to who follows them, or to a rebuild.
    """
    waiting, _ = lag(context)
    if 0 < waiting <= LITTLE:
        with suppress(Unavailable):
            follow(context)


def rebuild(context: Context, told: Callable[[int], object] = lambda _done: None) -> int:
    """Builds the index anew beside the one in use; returns how many assets it has. Conflict where that is being done."""
    _number(context)
    return writing.build(context.settings.index, context.reading, told)


def lag(context: Context) -> tuple[int, float]:
    """How many changes this machine's index does not have yet, and for how many seconds the oldest of them waits."""
    mark = _mark(context)
    with context.reading() as session:
        return feed.lag(session, mark)


def trouble(context: Context) -> str | None:
    """Why nothing can be searched for here; None if it can."""
    try:
        places.reader(context.settings.index).snapshot()
    except Unavailable as exc:
        return str(exc)
    return None


def trim(context: Context) -> None:
    """Lets go of changes that were kept long enough for indexes that stood still."""
    with context.transaction() as session:
        feed.trim(session, context.settings.index_days)


def _mark(context: Context) -> feed.Mark | None:
    try:
        return feed.Mark.of(places.reader(context.settings.index).snapshot().mark)
    except Unavailable:
        return None


def _number(context: Context) -> None:
    """Gives changes their places in the order that indexes follow."""
    while True:
        with context.reading() as session:
            if not feed.waits(session):
                return
        with context.transaction() as session:
            feed.number(session)
