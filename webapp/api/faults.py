"""What is wrong with the values of a request, in the reader's words."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from webapp.translated import gettext

#: more are not told of
MOST = 20


class Faulty(Exception):
    """A request with values that cannot be: (place, words) of each."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults[:MOST]
        super().__init__(faults)


def faults_of(exc: ValidationError, where: str) -> list[tuple[str, str]]:
    """The faults that pydantic found, by the names of the request."""
    found = exc.errors(include_url=False, include_input=False)
    return list(dict.fromkeys((".".join([where, *map(str, one["loc"])]), _said(one)) for one in found))


def _said(one: Mapping[str, Any]) -> str:
    kind, facts = str(one["type"]), {name: str(value) for name, value in (one.get("ctx") or {}).items()}
    template = _templates().get(kind)
    if template is None:
        return _families(kind) or str(one["msg"])
    return template.format_map(facts)


def _families(kind: str) -> str | None:
    if kind.startswith("uuid"):
        return gettext("This is no id.")
    if kind.startswith(("datetime", "date", "time", "timezone")):
        return gettext("This is no moment in ISO 8601.")
    if kind.endswith(("_type", "_parsing")):
        return gettext("This is of another type than is wanted here.")
    return None


def _templates() -> dict[str, str]:
    return {
        "missing": gettext("This is missing."),
        "extra_forbidden": gettext("This is not known here."),
        "string_too_short": gettext("At least {min_length} characters."),
        "string_too_long": gettext("At most {max_length} characters."),
        "too_short": gettext("At least {min_length} entries."),
        "too_long": gettext("At most {max_length} entries."),
        "greater_than_equal": gettext("At least {ge}."),
        "less_than_equal": gettext("At most {le}."),
        "greater_than": gettext("More than {gt}."),
        "less_than": gettext("Less than {lt}."),
        "string_pattern_mismatch": gettext("This is not written as it has to be."),
        "literal_error": gettext("One of these: {expected}."),
        "enum": gettext("One of these: {expected}."),
        "finite_number": gettext("A number that is finite."),
        "value_error": "{error}",
        "bool_type": gettext("true or false."),
        "int_type": gettext("A whole number."),
        "int_parsing": gettext("A whole number."),
        "string_type": gettext("A text."),
    }
