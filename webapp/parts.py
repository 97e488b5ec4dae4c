"""Small things that several templates call."""

from collections.abc import Sequence

from flask import Flask

from media_archive.catalogue.queries import Card
from media_archive.likeness.queries import Beside
from webapp import terms
from webapp.assets import cells
from webapp.door import archive
from webapp.likeness import words
from webapp.script_words import script_words


def install(app: Flask) -> None:
    """Gives them to the templates."""
    app.jinja_env.globals.update(
        archive_name=archive_name,
        thumb_of=cells.thumb,
        ratio_of=ratio_of,
        role_word=terms.person_role,
        file_role=terms.file_role,
        name_kind=terms.name_kind,
        validity=terms.validity,
        script_words=script_words,
        standing_beside=words.standing,
        undecided=undecided,
    )


def archive_name() -> str:
    """The name of the institution that the settings name."""
    return archive().settings.archive_name


def ratio_of(card: Card) -> float:
    """Width over height of a cell."""
    return cells.ratio(card.width, card.height)


def undecided(alike: Sequence[Beside]) -> bool:
    """Whether anything beside an asset waits for a decision."""
    return any(one.verdict is None for one in alike)
