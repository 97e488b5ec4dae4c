"""What a person may find: one condition that is part of every query, so that nobody can count what he may not see."""

from datetime import date

import tantivy

from media_archive.catalogue.shown import CLOSED, OPEN_CLASSES, Viewer
from media_archive.search.compiling import Compiler, all_of, any_of, but
from media_archive.search.index.documents import days


def allowed(viewer: Viewer | None, compiler: Compiler, today: date) -> tantivy.Query | None:
    """What the viewer may find; None where that is everything."""
    if viewer is None:
        return None
    wanted = [compiler.term("archive", viewer.archive.hex)] if viewer.archive else []
    if viewer.sees_withheld:
        return all_of(wanted) if wanted else None
    return but(all_of(wanted) if wanted else compiler.everything(), _withheld(compiler, today))


def _withheld(compiler: Compiler, today: date) -> tantivy.Query:
    classified = tantivy.Query.exists_query("classification")
    open_ones = compiler.terms("classification", OPEN_CLASSES)
    return any_of(
        [
            but(classified, open_ones),
            compiler.terms("openness", CLOSED),
            compiler.range("embargo", days(today) + 1, None),
        ]
    )
