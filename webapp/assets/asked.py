"""What a search says of itself: the mistake in it, what it looked for besides, what may have been meant."""

from dataclasses import dataclass

from markupsafe import Markup

from media_archive.catalogue.describing import declared
from media_archive.errors import Invalid
from media_archive.search.fields import FIELDS
from media_archive.search.names.expanding import Expansion
from webapp import languages
from webapp.describing.fields import term
from webapp.door import archive
from webapp.languages import say
from webapp.translated import gettext, lazy_gettext

#: how lists can be sorted -> how that is called
SORTS = {
    "relevance": lazy_gettext("Best match"),
    "date": lazy_gettext("Newest first"),
    "-date": lazy_gettext("Oldest first"),
    "added": lazy_gettext("Last come in"),
    "rating": lazy_gettext("Best rated"),
    "code": lazy_gettext("Accession code"),
}


@dataclass(frozen=True)
class Mistake:
    """Why a query cannot be read: the words for it, and the query around the character where that is."""

    told: str
    before: str
    there: str
    behind: str


def mistake(query: str, refused: Invalid) -> Mistake | None:
    """The mistake in a query; None where it is about something else."""
    at = refused.message.facts.get("at")
    if not isinstance(at, int):
        return None
    return Mistake(say(refused.message), query[:at], query[at : at + 1] or " ", query[at + 1 :])


def exactly(query: str, expansions: tuple[Expansion, ...]) -> str:
    """The query with quotes around what was expanded, so that only what was typed is found."""
    for one in expansions:
        if f'"{one.typed}"' not in query:
            query = query.replace(one.typed, f'"{one.typed}"')
    return query


def besides(expansions: tuple[Expansion, ...]) -> list[Markup]:
    """One line for each thing that was looked for besides."""
    return [
        Markup('<b>{}</b> → {} <span class="why">{}</span>').format(
            one.typed, gettext(", ").join(one.added), say(one.why)
        )
        for one in expansions
    ]


def field_word(name: str) -> str:
    """What a filter is called."""
    return say(FIELDS[name].label)


def value_word(name: str, value: str) -> str:
    """What a value of a filter is called: of fixed lists the alias in the reader's language, of vocabularies the term, else as it is stored."""
    field = FIELDS[name]
    if value not in field.choices:
        scheme = declared(archive().settings)
        return term(scheme, scheme.fields[name], value) if name in scheme.fields else value
    names = field.choices[value]
    if languages.chosen().startswith("zh"):
        return next((one for one in names if not one.isascii()), names[0])
    return names[0]
