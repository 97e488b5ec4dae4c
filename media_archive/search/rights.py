"""What a person may find: one condition that is part of every query, so that nobody can count what he may not see."""

from collections.abc import Sequence
from datetime import date

import tantivy

from media_archive.catalogue.models import Progress
from media_archive.catalogue.seeing.viewer import CLOSED, OPEN, OPEN_CLASSES, Sight, Viewer
from media_archive.search.compiling import Compiler, all_of, any_of, but
from media_archive.search.index.values import days


def allowed(viewer: Viewer | None, compiler: Compiler, today: date, opened: Sequence[str] = ()) -> tantivy.Query | None:
    """What the viewer may find; None where that is everything. `opened`: ids, in hex, of assets that collections open."""
    if viewer is None or viewer.everything:
        return None
    ways = [
        _within(compiler, [one.hex for one, seen in viewer.sights if seen == sight], sight, today)
        for sight in sorted(set(viewer.by_archive.values()))
    ]
    if opened:
        ways.append(compiler.terms("id", opened))
    return any_of(ways) if ways else but(compiler.everything(), compiler.everything())


def _within(compiler: Compiler, archives: list[str], sight: Sight, today: date) -> tantivy.Query:
    inside = compiler.terms("archive", archives)
    if sight == Sight.EVERYTHING:
        return inside
    if sight == Sight.PUBLISHED:
        inside = all_of([inside, compiler.term("state", Progress.PUBLISHED.value)])
    return but(inside, _withheld(compiler, sight, today))


def _withheld(compiler: Compiler, sight: Sight, today: date) -> tantivy.Query:
    classes = (OPEN,) if sight in (Sight.PUBLISHED, Sight.SHARED) else OPEN_CLASSES
    hidden = [but(tantivy.Query.exists_query("classification"), compiler.terms("classification", classes))]
    if sight == Sight.PUBLISHED:
        hidden.append(but(tantivy.Query.exists_query("openness"), compiler.term("openness", OPEN)))
    elif sight in (Sight.SHARED, Sight.OPEN):
        hidden.append(compiler.terms("openness", CLOSED))
    if sight != Sight.UNCLASSIFIED:
        hidden.append(compiler.range("embargo", days(today) + 1, None))
    return any_of(hidden)
