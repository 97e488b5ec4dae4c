"""What is offered while a cell is typed: terms of vocabularies, words in use, names of the city's subjects."""

from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue.describing import Scheme
from media_archive.catalogue.subjects import queries as subjects
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.search import service as search

MOST = 10
#: columns whose words are names of subjects
NAMED = {
    "persons": (SubjectKind.PERSON, SubjectKind.ORGANISATION),
    "location": (SubjectKind.STREET, SubjectKind.LANDMARK, SubjectKind.PLACE, SubjectKind.PROJECT),
}
#: columns whose words the search counts
COUNTED = {"keywords": "keyword"}


def offered(session: Session, scheme: Scheme, archive_id: UUID, column: str, typed: str) -> list[str]:
    """At most ten words for what was typed so far, the best first: those that begin so before those that hold it."""
    typed = typed.strip()
    if not typed:
        return []
    found = [
        *_terms(scheme, column, typed),
        *_counted(session, column, typed),
        *_names(session, archive_id, column, typed),
    ]
    ranked = sorted(dict.fromkeys(found), key=lambda word: not word.casefold().startswith(typed.casefold()))
    return ranked[:MOST]


def _terms(scheme: Scheme, column: str, typed: str) -> list[str]:
    field = scheme.fields.get(column)
    vocabulary = scheme.vocabulary(field) if field else None
    if vocabulary is None:
        return []
    part = typed.casefold()
    return [
        one.code
        for one in vocabulary.terms
        if any(part in word.casefold() for word in (one.code, one.zh, one.en, *one.instead_of))
    ]


def _counted(session: Session, column: str, typed: str) -> list[str]:
    if column not in COUNTED:
        return []
    name = COUNTED[column]
    counted = search.find(session, "", limit=1, facets=(name,)).facets[name]
    return [one.value for one in counted if typed.casefold() in one.value.casefold()]


def _names(session: Session, archive_id: UUID, column: str, typed: str) -> list[str]:
    return [
        one.name
        for kind in NAMED.get(column, ())
        for one in subjects.page(session, archive_id, kind, typed, limit=MOST).subjects
    ]
