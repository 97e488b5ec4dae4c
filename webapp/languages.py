"""The language of a page, and translations read straight from the .po files: nothing to compile or to forget."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale  # type: ignore[import-untyped]

from media_archive.words import Message
from webapp.door import archive
from webapp.translated import gettext

FOLDER = Path(__file__).parent / "translations"
LANGUAGES = ("zh", "en")
COOKIE = "archive_language"
#: BCP 47 tags: the script picks the right glyph variants
TAGS = {"zh": "zh-Hans", "en": "en"}


class Catalogues(Babel):  # type: ignore[misc]
    """Flask-Babel over our own catalogues."""

    def __init__(self) -> None:
        self.kept = PoDomain()
        super().__init__()

    @property
    def domain_instance(self) -> Domain:
        return self.kept


class PoDomain(Domain):  # type: ignore[misc]
    """Messages out of the .po files."""

    def get_translations(self) -> NullTranslations:
        if not has_request_context() and not current_app:
            return NullTranslations()
        return read(str(get_locale() or "zh"))


@cache
def read(language: str) -> NullTranslations:
    """The translations into `language`, read once a process."""
    file = FOLDER / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def install(app: Flask) -> None:
    """Chooses a language for each request and gives templates `say`, `language` and `page_language`."""
    Catalogues().init_app(app, default_locale="zh", locale_selector=chosen)
    app.jinja_env.globals.update(page_language=lambda: TAGS[chosen()], language=chosen, languages=LANGUAGES)
    app.jinja_env.filters["say"] = say


def chosen() -> str:
    """The reader's own choice, else the user's, else the browser's, else the archive's; a program says it each time."""
    if not has_request_context():
        return "zh"
    if g.get("token") is not None and (asked := request.accept_languages.best_match(LANGUAGES)):
        return asked
    cookie = request.cookies.get(COOKIE)
    if cookie in LANGUAGES:
        return cookie
    known = getattr(g.get("user"), "language", None)
    if known in LANGUAGES:
        return str(known)
    return request.accept_languages.best_match(LANGUAGES) or archive().settings.language


def say(message: Message | Mapping[str, Any] | None) -> str:
    """A message of the core, in the reader's language."""
    if message is None:
        return ""
    if not isinstance(message, Message):
        message = Message.from_json(message)
    return message.say(gettext)
