"""What the form of a contact sheet asks for."""

from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from media_archive.catalogue.models import Archive, Shoot
from media_archive.delivery.sheets import entries, wishes
from media_archive.delivery.sheets.wishes import Sheet, Wish
from media_archive.errors import Invalid
from media_archive.search import service as search
from webapp.assets.choice import Choice
from webapp.door import user
from webapp.languages import chosen
from webapp.translated import gettext, lazy_gettext

LONGEST_TITLE = 200
CAPTIONS = {
    "title": lazy_gettext("Title"),
    "taken": lazy_gettext("Taken"),
    "code": lazy_gettext("Accession code"),
    "photographer": lazy_gettext("Photographer"),
    "caption": lazy_gettext("Caption"),
    "shoot": lazy_gettext("Shoot"),
    "file": lazy_gettext("File name"),
}


def wish(form: "MultiDict[str, str]") -> Wish:
    """How the sheet is to look; Invalid where a value breaks a rule. What the form does not name is as usual."""
    # a box that nobody ticked is not sent at all
    captions = tuple(form.getlist("captions")) if "choosing" in form else wishes.USUAL_CAPTIONS
    return wishes.checked(
        form=form.get("form", "pdf"),
        paper=form.get("paper", "A4"),
        landscape=form.get("landscape") == "on",
        columns=_columns(form.get("columns", "4")),
        captions=captions,
        language="zh" if chosen() == "zh" else "en",
    )


def _columns(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise Invalid("{what} is no number of columns. Give another.", what=text[:20] or "–")
    return int(text)


def titled(text: str) -> str:
    """The heading without signs that cannot be drawn; Invalid if it is too long."""
    clean = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if len(clean) > LONGEST_TITLE:
        raise Invalid("The heading is longer than {most} characters. Shorten it.", most=LONGEST_TITLE)
    return clean


def sheet(session: Session, choice: Choice, title: str, looks: Wish) -> Sheet:
    """The sheet of a shoot in the order it was taken, or of what the list shows."""
    institution = session.get_one(Archive, user().archive_id).name
    ids = list(_ids(session, choice))
    if not ids:
        raise Invalid("There is nothing to put on a contact sheet. Choose some assets.")
    return Sheet(institution, title or usual_title(session, choice), ids, looks)


def usual_title(session: Session, choice: Choice) -> str:
    """What the sheet is called where nobody says otherwise: the shoot, or the words that were searched for."""
    shoot = session.get(Shoot, UUID(choice.shoot)) if choice.shoot else None
    return choice.q or (shoot.name if shoot else gettext("Selection"))


def count(session: Session, choice: Choice) -> int:
    """How many assets the sheet would show."""
    return search.find(session, choice.q, choice.filters(), limit=1, facets=False).total


def _ids(session: Session, choice: Choice) -> list[UUID]:
    if choice.args() == {"shoot": choice.shoot} and (shoot := session.get(Shoot, UUID(choice.shoot))):
        return entries.of_shoot(session, shoot)
    ids: list[UUID] = []
    cursor: str | None = None
    while True:
        found = search.find(session, choice.q, choice.filters(), cursor=cursor, limit=search.MOST, facets=False)
        if found.total > wishes.MOST:
            raise Invalid("More than {most} assets do not fit a contact sheet. Choose fewer.", most=wishes.MOST)
        ids += found.ids
        cursor = found.next
        if cursor is None:
            return ids
