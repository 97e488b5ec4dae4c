"""Rule files: TOML that archive staff can read and correct, checked against a model before anything follows it."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from media_archive.errors import Invalid

MOST_MISTAKES = 5
Shape = TypeVar("Shape", bound=BaseModel)


def load(file: Path, shape: type[Shape]) -> Shape:
    """The rules in `file`; raises Invalid that says which line or entry breaks what."""
    try:
        return shape.model_validate(tomllib.loads(file.read_text("utf-8")))
    except OSError as exc:
        raise Invalid("{file} cannot be read: {reason}.", file=str(file), reason=exc.strerror or str(exc)) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise Invalid(
            "{file} is not valid TOML: {reason}. Mend the line it names.", file=str(file), reason=str(exc)
        ) from exc
    except ValidationError as exc:
        mistakes = [f"{'.'.join(map(str, one['loc'])) or '/'}: {one['msg']}" for one in exc.errors()]
        raise Invalid(
            "The rules in {file} are refused ({mistakes}). Correct that, or put the shipped file back.",
            file=str(file),
            mistakes="; ".join(mistakes[:MOST_MISTAKES]),
        ) from exc
