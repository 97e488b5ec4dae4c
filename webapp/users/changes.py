"""What a form of the people's pages asks to be changed."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from media_archive.access import factors, roles, service
from media_archive.access.models import Group, Part, User
from media_archive.catalogue.models import Archive
from media_archive.errors import Invalid, NotFound
from media_archive.events import service as events
from webapp.door import optional_id, user
from webapp.translated import gettext

Form = Mapping[str, str]


def part(text: str) -> Part:
    """The role of a form; Invalid if it is none."""
    if text not in list(Part):
        raise Invalid("{role} is no role. Choose one of the list.", role=text[:32])
    return Part(text)


def archive_of(session: Session, text: str) -> Archive:
    """The archive of a form, if this person manages its people."""
    number = optional_id(text)
    found = session.get(Archive, number) if number else None
    if found is None:
        raise NotFound("There is no such archive. Reload the page.")
    service.require(user(), "manage users", found.id)
    return found


def standing(person: User) -> tuple[str, str, str]:
    """How an account stands: (look, icon, words)."""
    if not person.active:
        return "idle", "circle-x", gettext("closed")
    if service.is_locked(person):
        return "bad", "lock", gettext("locked for a while")
    return "good", "circle-check", gettext("may sign in")


def change(session: Session, person: User, form: Form) -> None:
    """Does what `do` says; Invalid where that is nothing."""
    do = DOING.get(form.get("do", ""))
    if do is None:
        raise Invalid("The form asks for something that cannot be done. Reload the page.")
    do(session, person, form)


def _set_role(session: Session, person: User, form: Form) -> None:
    roles.set_role(session, person, part(form.get("role", "")), user().login)


def _add_role(session: Session, person: User, form: Form) -> None:
    there = archive_of(session, form.get("archive", ""))
    roles.add(session, person, there, part(form.get("role", "")), user().login)


def _take_role(session: Session, person: User, form: Form) -> None:
    there = archive_of(session, form.get("archive", ""))
    roles.take(session, person, there, part(form.get("role", "")), user().login)


def _close(session: Session, person: User, _form: Form) -> None:
    service.close(session, person, user().login)


def _open(session: Session, person: User, _form: Form) -> None:
    service.reopen(session, person, user().login)


def _unlock(session: Session, person: User, _form: Form) -> None:
    service.forgive(person)
    events.record(session, user().login, "unlock", "user", person.id)


def _no_factor(session: Session, person: User, _form: Form) -> None:
    factors.remove(session, person, user().login)


def sign_out(session: Session, person: User) -> None:
    """Ends all sessions of a person."""
    ended = service.end_sessions(session, person)
    events.record(session, user().login, "sign-out", "user", person.id, sessions=ended)


DOING: dict[str, Callable[[Session, User, Form], None]] = {
    "role": _set_role,
    "add role": _add_role,
    "take role": _take_role,
    "close": _close,
    "open": _open,
    "unlock": _unlock,
    "factor": _no_factor,
}


def member(session: Session, group: Group, person: User, do: str) -> None:
    """Puts a person into a group, or takes them out."""
    (roles.join if do == "join" else roles.leave)(session, group, person, user().login)


def role_of_group(session: Session, group: Group, form: Form) -> None:
    """Gives a group a role, or takes it away."""
    there = archive_of(session, form.get("archive", ""))
    given = form.get("do") != "take"
    roles.give(session, group, there, part(form.get("role", "")), user().login, given=given)
