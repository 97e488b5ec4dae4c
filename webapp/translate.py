"""Collects everything that is said to people and keeps the catalogues in step: `python -m webapp.translate`.

Collected are `gettext` calls and templates of the pages, templates of refusals and messages wherever they are raised,
and what the scripts say. Run it after changing any of these, then fill what it names in the .po files.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from media_archive import errors
from webapp.languages import FOLDER, LANGUAGES
from webapp.script_words import templates

NOISE = ('"POT-', '"PO-Rev', '"Project-Id', '"Report-', '"Last-Tr', '"Language-Team', '"Generated')
ROOT = Path(__file__).resolve().parent.parent
SAID = ("media_archive", "workers", "webapp")
KEYWORDS = {"gettext": None, "lazy_gettext": None, "_": None, "pgettext": ((1, "c"), 2)}
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
REFUSALS = {name for name, thing in vars(errors).items() if isinstance(thing, type)} | {
    "Interrupted",
    "Message",
    "inform",
}


def collect() -> dict[tuple[str | None, str], list[str]]:
    """Every message, as (context, text), with the files it stands in."""
    found: dict[tuple[str | None, str], list[str]] = {}
    for file, _, text, _, context in extract_from_dir(ROOT / "webapp", METHODS, keywords=KEYWORDS):
        found.setdefault((context, str(text)), []).append(f"webapp/{file}")
    for folder in SAID:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for text in refusals_in(path):
                found.setdefault((None, text), []).append(str(path.relative_to(ROOT)))
    for text in templates():
        found.setdefault((None, text), []).append("webapp/frontend")
    return found


def refusals_in(path: Path) -> Iterator[str]:
    """The templates that a module raises or stores."""
    tree = ast.parse(path.read_text("utf-8"))
    named = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in REFUSALS and node.args:
            text = _text(node.args[0], named)
            if text:
                yield text


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _text(node: ast.expr, named: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return named.get(node.id) if isinstance(node, ast.Name) else None


def catalogue(language: str) -> Catalog:
    """The catalogue as it is kept."""
    with _file(language).open("rb") as source:
        return read_po(source, locale=language)


def _file(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def renew(language: str) -> list[str]:
    """Brings a catalogue in step with what is said; returns the texts that have no translation."""
    kept = catalogue(language) if _file(language).exists() else Catalog(locale=language)
    fresh = Catalog(locale=language, fuzzy=False, header_comment="# What Media Archive says to people.")
    for (context, text), places in sorted(collect().items(), key=lambda item: (item[1][0], item[0][1])):
        known = kept.get(text, context)
        said = known.string if known else ""
        fresh.add(text, said, locations=[(place, None) for place in sorted(set(places))], context=context)  # type: ignore[misc]
    _file(language).parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, fresh, width=110, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    # dates and empty names would make every run a change
    _file(language).write_text("".join(line for line in lines if not line.startswith(NOISE)), "utf-8")
    return [str(message.id) for message in fresh if message.id and not message.string]


def main() -> int:
    """Renews every catalogue; 1 if Chinese misses something (English is its own key)."""
    missing = {language: renew(language) for language in LANGUAGES}
    for text in missing["zh"]:
        print(text)  # noqa: T201 - this is a command
    return 1 if missing["zh"] else 0


if __name__ == "__main__":
    sys.exit(main())
