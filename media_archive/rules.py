"""Rule files: TOML that archive staff can read and correct, checked against a model before anything follows it."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from media_archive.errors import Invalid

MOST_MISTAKES = 5
Shape = TypeVar("Shape", bound=BaseModel)


def load(file: Path, shape: type[Shape]) -> Shape:
    """The rules in `file`; raises Invalid that says which line or entry breaks what."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except OSError as exc:
        raise Invalid("{file} cannot be read: {reason}.", file=str(file), reason=exc.strerror or str(exc)) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise Invalid(
            "{file} is not valid TOML: {reason}. Mend the line it names.", file=str(file), reason=str(exc)
        ) from exc
    try:
        return shape.model_validate(document)
    except ValidationError as exc:
        mistakes = [f"{_place(document, one['loc'])}: {one['msg']}" for one in exc.errors()]
        raise Invalid(
            "The rules in {file} are refused ({mistakes}). Correct that, or put the shipped file back.",
            file=str(file),
            mistakes="; ".join(mistakes[:MOST_MISTAKES]),
        ) from exc


def _place(document: Any, loc: Sequence[str | int]) -> str:
    """Where in `document` a mistake is: entries of lists by their names where they have some, else counted from 1."""
    place: list[str] = []
    for step in loc:
        try:
            document = document[step]
        except (LookupError, TypeError):
            document = None
        name = document.get("name") if isinstance(document, dict) and isinstance(step, int) else None
        place.append(str(name or (step + 1 if isinstance(step, int) else step)))
    return ".".join(place) or "/"
