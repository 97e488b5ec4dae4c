"""The sound tracks and subtitles of a film, each a rendition of its own that a player can choose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Outcome
from webapp.assets.queries import Made
from webapp.assets.rows import joined
from webapp.languages import chosen
from webapp.translated import gettext

#: what films call languages (ISO 639-2, both kinds) -> what browsers do (BCP 47)
LANGUAGES = {
    "chi": "zh", "zho": "zh", "eng": "en", "jpn": "ja", "kor": "ko", "rus": "ru", "fre": "fr", "fra": "fr",
    "ger": "de", "deu": "de", "spa": "es", "por": "pt", "ita": "it", "ara": "ar", "tib": "bo", "bod": "bo",
    "uig": "ug", "mon": "mn",
}  # fmt: skip


@dataclass(frozen=True)
class Track:
    """One of them."""

    url: str
    #: what it is called
    label: str
    #: BCP 47; empty where the film does not say
    language: str


@dataclass(frozen=True)
class Tracks:
    """All of a film's."""

    sounds: list[Track] = field(default_factory=list)
    subtitles: list[Track] = field(default_factory=list)


def of(session: Session, asset_id: UUID, made: Mapping[str, Made]) -> Tracks:
    """The tracks of a film; none of what has one sound track only and no subtitles."""
    recipes = "tracks", "subtitles"
    query = select(Outcome).where(Outcome.asset_id == asset_id, Outcome.recipe.in_(recipes))
    told = {one.recipe: (one.value or {}).get("tracks") or [] for one in session.scalars(query)}
    sounds, subtitles = (
        [_track(number, facts, made[facts["rendition"]]) for number, facts in listed]
        for listed in (
            [(n, facts) for n, facts in enumerate(told.get(recipe, []), 1) if facts["rendition"] in made]
            for recipe in recipes
        )
    )
    return Tracks(sounds, subtitles)


def _track(number: int, facts: Mapping[str, Any], made: Made) -> Track:
    language = language_of(facts.get("language"))
    channels = gettext("%(n)s channels", n=facts["channels"]) if facts.get("channels") else None
    label = joined(gettext("Track %(number)s", number=number), spoken(language), facts.get("title"), channels)
    return Track(made.url, label, language)


def language_of(code: str | None) -> str:
    """A film's code of a language as browsers know it; empty for none and for "undetermined"."""
    known = (code or "").lower()
    return LANGUAGES.get(known, "" if known in {"und", "mul", "zxx"} or not known.isascii() else known[:8])


def spoken(language: str) -> str | None:
    """The name of a language in the reader's own."""
    return Locale.parse(chosen()).languages.get(language, language) if language else None
