"""How commands speak: JSON documents on stdout, messages on stderr, both complete without colour."""

import json
import os
import unicodedata
from functools import lru_cache
from typing import Any

import click

from media_archive.errors import ArchiveError
from media_archive.words import Message, Words

#: Unicode categories of signs that steer a terminal: controls, line and paragraph separators, lone surrogates
STEERING = {"Cc", "Zl", "Zp", "Cs"}
#: signs that turn the direction of writing, and so can show one name as another (Unicode TR 36)
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def say(text: str) -> None:
    """A line for the reader, on stderr."""
    # messages of ours have lines and indents of their own
    click.echo("\n".join(map(harmless, text.split("\n"))), err=True)


def inform(template: str, **facts: Words) -> None:
    """A line for the reader, on stderr, in the reader's language."""
    say(told(Message(template, facts)))


def tell(text: str = "") -> None:
    """A line of the answer, on stdout."""
    click.echo(harmless(text))


def harmless(text: str) -> str:
    """`text` with every sign that would steer a terminal shown as its escape: names come from strangers' cards."""
    return "".join(_escaped(sign) if _steers(sign) else sign for sign in text)


def _steers(sign: str) -> bool:
    return sign in TURNING or unicodedata.category(sign) in STEERING


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")


def say_error(exc: ArchiveError) -> None:
    """The refusal, in the reader's language."""
    say(f"media-archive: {told(exc.message)}")


def told(message: Message) -> str:
    """A message in the language that the environment asks for (LC_ALL, LC_MESSAGES, LANG)."""
    return message.say(lambda text: _chinese().get(text) or text)


def language() -> str:
    """The language that the environment asks for (LC_ALL, LC_MESSAGES, LANG): "zh" or "en"."""
    asked = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if asked.lower().startswith("zh") else "en"


@lru_cache(maxsize=1)
def _chinese() -> dict[str, str]:
    """English template -> Chinese, from the catalogue that the pages use; empty for readers of other languages."""
    if language() != "zh":
        return {}
    from babel.messages.pofile import read_po

    from media_archive.config import PROJECT

    with (PROJECT / "webapp" / "translations" / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}


def size(count: int) -> str:
    """Bytes for people, three significant digits, powers of 1,000."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 999.5 or unit == "TB":
            return f"{count} B" if unit == "B" else f"{value:.3g} {unit}"
        value /= 1000
    return f"{count} B"
