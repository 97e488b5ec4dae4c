"""What is asked for and what is decided, checked before anything is written."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from media_archive.errors import Invalid
from media_archive.signs import keepable

PURPOSES = ("exhibition", "publication", "documentary", "research", "court", "other")
#: how things are handed out: as they lie in the archive, as JPEG, as copies for viewing, as copies for cutting
FORMS = ("original", "jpeg", "proxy", "edit")
LONGEST_TEXT, LONGEST_CONTACT = 4000, 512
USUAL_DAYS, MOST_DAYS = 14, 90
MOST_ASSETS = 500


@dataclass(frozen=True)
class Wish:
    """What somebody asks for."""

    purpose: str
    text: str
    form: str = "original"
    use_until: str = ""
    contact: str = ""

    def checked(self) -> "Wish":
        """The same, tidied; Invalid where something is missing or is none."""
        return Wish(
            purpose=_one_of(self.purpose, PURPOSES),
            text=said(self.text, "Say what it is needed for: the archive decides by that."),
            form=_one_of(self.form, FORMS),
            use_until=_day(self.use_until),
            contact=_short(self.contact),
        )


@dataclass(frozen=True)
class Decision:
    """What an archive approves."""

    form: str
    conditions: str = ""
    days: int = USUAL_DAYS

    def checked(self) -> "Decision":
        """The same, tidied; Invalid where something is none."""
        if not 1 <= self.days <= MOST_DAYS:
            raise Invalid("A package can be taken away for 1 to {most} days. Give another number.", most=MOST_DAYS)
        return Decision(_one_of(self.form, FORMS), _text(self.conditions), self.days)


def report(published: str, when: str, address: str, note: str, *, deleted: bool) -> dict[str, Any]:
    """What became of it, checked."""
    told = said(published, "Say where it was used, or that it was not.")
    return {"published": told, "date": _day(when), "address": _text(address), "note": _text(note), "deleted": deleted}


def said(text: str, lacking: str) -> str:
    """The text; Invalid with the sentence `lacking` where there is none."""
    found = _text(text)
    if not found:
        raise Invalid(lacking)
    return found


def _text(text: str) -> str:
    found = keepable(text).strip()
    if len(found) > LONGEST_TEXT:
        raise Invalid(
            "The text is {length} characters long, {most} are allowed. Shorten it.",
            length=len(found),
            most=LONGEST_TEXT,
        )
    return found


def _short(text: str) -> str:
    return " ".join(_text(text).split())[:LONGEST_CONTACT]


def _one_of(value: str, known: Collection[str]) -> str:
    if value not in known:
        raise Invalid("The form asks for something that cannot be done. Reload the page.")
    return value


def _day(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as exc:
        raise Invalid("{day} is no day. Write it like 2027-06-30.", day=text[:20]) from exc
