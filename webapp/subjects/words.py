"""How the fields of subjects are called on pages, in the reader's language."""

from typing import Any

from media_archive.catalogue.subjects import kinds
from media_archive.catalogue.subjects.exchange.mapping import DETAIL, TARGETS, fields_of
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.catalogue.subjects.values import written
from webapp.languages import chosen
from webapp.translated import gettext


def fields(kind: SubjectKind | None) -> dict[str, str]:
    """Field -> what it is called, those of the kind (of every kind, where none is chosen) included."""
    is_chinese = chosen() == "zh"
    general = {name: words[0 if is_chinese else 1] for name, words in TARGETS.items()}
    own = {name: words[0 if is_chinese else -1] for name, words in fields_of(kind).items()}
    return general | own


def field(name: str, kind: SubjectKind | None) -> str:
    """What one field of the history, or of a form, is called."""
    more = {
        "names": gettext("Names and when they held"),
        "place": gettext("Where it is"),
        "details": gettext("Details"),
        "datum": gettext("Datum"),
        "relation": gettext("Relation"),
    }
    known = fields(kind) | more
    return known.get(name) or known.get(f"{DETAIL}{name}") or name


def value(name: str, said: Any, kind: SubjectKind | None) -> str:
    """A value of a field as a preview tells it."""
    if said in (None, "", []):
        return "–"
    rule = kinds.of_kind(kind).field(name.removeprefix(DETAIL)) if kind and name.startswith(DETAIL) else None
    if rule is not None:
        return written(rule, said, chosen())
    if name == "place":
        return _place(str(said))
    return ("、" if chosen() == "zh" else ", ").join(map(str, said)) if isinstance(said, list) else str(said)


def _place(said: str) -> str:
    """What sort of geometry it is; a source is told as it is."""
    if said.endswith("Point"):
        return gettext("a point")
    if said.endswith("LineString"):
        return gettext("a line")
    return gettext("an area") if said.endswith(("Polygon", "Collection")) else said
