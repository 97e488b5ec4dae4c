"""`gettext` and `lazy_gettext` with types; what they are called with is collected into the catalogues."""

from typing import Any

import flask_babel  # type: ignore[import-untyped]


def gettext(text: str, **facts: Any) -> str:
    """`text` in the reader's language, with `%(name)s` filled from `facts`."""
    return str(flask_babel.gettext(text, **facts))


def lazy_gettext(text: str) -> Any:
    """The same, translated when it is shown; `str()` of it is the text."""
    return flask_babel.lazy_gettext(text)
