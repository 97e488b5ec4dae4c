"""Translations of what scripts say: their templates stand in `frontend/words.json`, the page brings their translations."""

import json
from functools import lru_cache
from pathlib import Path

from webapp.translated import gettext

FILES = (Path(__file__).parent / "frontend" / "words.json", Path(__file__).parent / "frontend" / "js" / "words.json")


@lru_cache(maxsize=1)
def templates() -> tuple[str, ...]:
    """The English templates, `{name}` for facts."""
    for file in FILES:
        if file.is_file():
            found = json.loads(file.read_text("utf-8"))
            return tuple(found)
    return ()


def script_words() -> dict[str, str]:
    """What differs from English in the reader's language."""
    said = {template: gettext(template) for template in templates()}
    return {template: words for template, words in said.items() if words != template}
