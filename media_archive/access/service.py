"""Who may sign in, what each may do, and the sessions of those who are in."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from media_archive.access import passwords
from media_archive.access.models import Being, LoginLink, Part, SignIn, User
from media_archive.catalogue.models import Archive
from media_archive.db import now
from media_archive.errors import Conflict, Forbidden, Invalid, NotFound
from media_archive.events import service as events
from media_archive.words import Message

FAILURES_BEFORE_LOCK = 5
#: the first lock; each further one lasts twice as long, to the longest
LOCK, LONGEST_LOCK = timedelta(minutes=15), timedelta(hours=24)

#: action -> the roles that may; an administrator may everything
MAY: dict[str, frozenset[Part]] = {
    "look": frozenset(Part),
    "download": frozenset({Part.PHOTOGRAPHER, Part.EDITOR, Part.CURATOR, Part.ARCHIVIST}),
    "share": frozenset({Part.EDITOR, Part.CURATOR, Part.ARCHIVIST}),
    "request": frozenset(Part),
    "answer requests": frozenset({Part.CURATOR, Part.ARCHIVIST}),
    "restore": frozenset({Part.EDITOR, Part.CURATOR, Part.ARCHIVIST}),
    "ingest": frozenset({Part.PHOTOGRAPHER, Part.ARCHIVIST}),
    "describe": frozenset({Part.PHOTOGRAPHER, Part.CURATOR, Part.ARCHIVIST}),
    "classify": frozenset({Part.ARCHIVIST}),
    "number": frozenset({Part.ARCHIVIST}),
    "check": frozenset({Part.ARCHIVIST}),
    "approve": frozenset({Part.ARCHIVIST}),
    "publish": frozenset({Part.ARCHIVIST}),
    "arrange": frozenset({Part.PHOTOGRAPHER, Part.EDITOR, Part.CURATOR, Part.ARCHIVIST}),
    "compare": frozenset({Part.PHOTOGRAPHER, Part.ARCHIVIST}),
    "put into the trash": frozenset({Part.PHOTOGRAPHER, Part.ARCHIVIST}),
    "see the trash": frozenset({Part.PHOTOGRAPHER, Part.ARCHIVIST}),
    "approve deletions": frozenset({Part.ARCHIVIST}),
    "set holds": frozenset({Part.ARCHIVIST}),
    "set retention": frozenset({Part.ARCHIVIST}),
    "see storage": frozenset({Part.ARCHIVIST}),
    "move copies": frozenset(),
    "see jobs": frozenset({Part.PHOTOGRAPHER, Part.EDITOR, Part.ARCHIVIST}),
    "retry jobs": frozenset({Part.ARCHIVIST}),
    "set the watermark": frozenset(),
    "see to arrivals": frozenset(),
    "manage users": frozenset(),
    "see the record": frozenset(),
}
#: the roles and what they may do, as refusals name them
ROLES = {
    Part.READER: Message("reader"),
    Part.PHOTOGRAPHER: Message("photographer"),
    Part.EDITOR: Message("editor"),
    Part.CURATOR: Message("exhibition staff"),
    Part.ARCHIVIST: Message("archivist"),
    Part.ADMINISTRATOR: Message("administrator"),
}
ACTIONS = {
    "look": Message("look at the catalogue"),
    "download": Message("download originals"),
    "share": Message("make links for people outside"),
    "request": Message("ask archives for originals or for a use"),
    "answer requests": Message("answer requests for originals"),
    "restore": Message("bring originals back from cold storage"),
    "ingest": Message("bring in shoots"),
    "describe": Message("describe assets"),
    "classify": Message("set classification, openness and embargo"),
    "number": Message("give accession codes"),
    "check": Message("check assets"),
    "approve": Message("approve descriptions"),
    "publish": Message("publish assets"),
    "arrange": Message("make and change collections"),
    "compare": Message("decide on pictures that are alike"),
    "put into the trash": Message("put assets into the trash"),
    "see the trash": Message("see the trash and bring assets back from it"),
    "approve deletions": Message("agree to deletions"),
    "set holds": Message("set and lift legal holds"),
    "set retention": Message("set retention classes"),
    "see storage": Message("see the stores"),
    "move copies": Message("have copies moved between stores"),
    "see jobs": Message("see the work to be done"),
    "retry jobs": Message("have work tried again"),
    "set the watermark": Message("set the watermark"),
    "see to arrivals": Message("see to the deliveries of others and to watch folders"),
    "manage users": Message("manage people"),
    "see the record": Message("see the record of what was done"),
}
_WRONG = (
    "The name or the password is not right. Check both; after {most} wrong attempts the account is locked for a while."
)


def allows(role: Part, action: str) -> bool:
    """Whether a role allows `action`, a key of MAY."""
    return role == Part.ADMINISTRATOR or role in MAY[action]


def may(user: User, action: str, archive_id: UUID | None = None) -> bool:
    """Whether a role of the user allows `action`: in that archive, else in any; and the way that they came in does."""
    if not user.active or (user.limited_to is not None and action not in user.limited_to):
        return False
    if archive_id is None and not user.parts:
        return allows(Part(user.role), action)
    roles = user.roles()
    found = frozenset().union(*roles.values()) if archive_id is None else roles.get(archive_id, frozenset())
    return any(allows(role, action) for role in found)


def require(user: User, action: str, archive_id: UUID | None = None) -> None:
    """Forbidden unless the user may: in that archive, else in each that the request may reach."""
    about = {archive_id} if archive_id else user.about or {None}
    if not all(may(user, action, one) for one in about):
        raise Forbidden(
            "Your role ({role}) does not allow this ({action}). Ask an administrator.",
            role=ROLES[Part(user.role)],
            action=ACTIONS.get(action, action),
        )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def add_user(
    session: Session,
    archive: Archive,
    login: str,
    name: str,
    role: Part,
    password: str | None = None,
    who: str = "system",
    *,
    being: Being = Being.PERSON,
) -> User:
    """A new person, or a program's account; Conflict if the login is taken."""
    login = login.strip()
    if not login or len(login) > 128 or any(character.isspace() for character in login):
        raise Invalid("The login name {login} is not usable: 1 to 128 characters without spaces.", login=login[:128])
    if session.scalar(select(User).where(User.login == login)):
        raise Conflict("The login name {login} is taken. Choose another.", login=login)
    user = User(archive_id=archive.id, login=login, name=name or login, role=role, parts={}, being=being)
    if password is not None:
        _check_person(user)
        user.password = passwords.hashed(password, login)
    session.add(user)
    session.flush()
    events.record(session, who, "creation", "user", user.id, login=login, role=role.value, being=being.value)
    return user


def set_password(session: Session, user: User, password: str, who: str) -> None:
    """Replaces the password and ends the user's sessions."""
    _check_person(user)
    user.password = passwords.hashed(password, user.login)
    forgive(user)
    end_sessions(session, user)
    events.record(session, who, "modification", "user", user.id, changed="password")


def _check_person(user: User) -> None:
    if user.being == Being.SERVICE:
        raise Conflict(
            "{login} is a program's account: it has no password and signs in nowhere. Make a token for it.",
            login=user.login,
        )


def forgive(user: User) -> None:
    """Forgets failed attempts and lifts a lock."""
    user.failures, user.locks, user.locked_until = 0, 0, None


def end_sessions(session: Session, user: User, but: str = "") -> int:
    """Signs the user out everywhere, except of the session with the key `but`; returns of how many."""
    ended = session.execute(
        delete(SignIn).where(SignIn.user_id == user.id, SignIn.key != _digest(but)).returning(SignIn.id)
    )
    session.execute(
        update(LoginLink).where(LoginLink.user_id == user.id, LoginLink.used_at.is_(None)).values(used_at=now())
    )
    return len(ended.all())


def user_called(session: Session, login: str) -> User:
    """The user with that login, or NotFound."""
    user = session.scalars(select(User).where(User.login == login)).one_or_none()
    if user is None:
        raise NotFound("There is no user {login}. `media-archive users` lists them.", login=login)
    return user


def check_password(session: Session, login: str, password: str) -> User | None:
    """The user if login and password are right, else None: the caller commits either way, so that failures count.

    A locked account answers as for a wrong password, right or not.
    """
    user = session.scalars(select(User).where(User.login == login.strip(), User.active)).one_or_none()
    right = passwords.matches(user.password if user else None, password)
    if user is None or is_locked(user):
        return None
    if not right:
        note_failure(session, user)
        return None
    return user


def is_locked(user: User) -> bool:
    """Whether attempts are refused for the time being, right or not."""
    return user.locked_until is not None and user.locked_until > now()


def note_failure(session: Session, user: User) -> None:
    """Counts an attempt that failed; too many in a row lock the account, each time for twice as long."""
    user.failures += 1
    events.record(session, user.login, "sign-in", "user", user.id, outcome="failure")
    if user.failures >= FAILURES_BEFORE_LOCK:
        lasts = min(LOCK * 2 ** min(user.locks, 10), LONGEST_LOCK)
        user.failures, user.locks, user.locked_until = 0, user.locks + 1, now() + lasts
        told = user.locked_until.isoformat()
        events.record(session, user.login, "lock", "user", user.id, outcome="failure", until=told)


def wrong() -> Forbidden:
    """The one refusal of a sign-in, whatever the cause."""
    return Forbidden(_WRONG, most=FAILURES_BEFORE_LOCK)


def sign_in(session: Session, user: User, hours: int, agent: str = "", address: str = "", by: str = "password") -> str:
    """Opens a session and returns its key, for a cookie; `by` is what the person showed, for the record."""
    _check_person(user)
    key = secrets.token_urlsafe(32)
    expires = now() + timedelta(hours=hours)
    made = SignIn(key=_digest(key), user_id=user.id, agent=agent[:255], address=address[:64], expires_at=expires)
    session.add(made)
    session.execute(delete(SignIn).where(SignIn.expires_at < now()))
    forgive(user)
    user.seen_at = now()
    events.record(session, user.login, "sign-in", "user", user.id, by=by, address=address[:64])
    return key


def signed_in(session: Session, key: str) -> SignIn | None:
    """The live session of a key, with its user."""
    found = session.scalars(select(SignIn).where(SignIn.key == _digest(key), SignIn.expires_at > now())).one_or_none()
    return found if found and found.user.active else None


def prolong(session: Session, found: SignIn, hours: int) -> None:
    """Counts `hours` from now; written at most a few times an hour."""
    expires = now() + timedelta(hours=hours)
    if expires - found.expires_at > timedelta(minutes=10):
        session.execute(update(SignIn).where(SignIn.id == found.id).values(expires_at=expires))


def sign_out(session: Session, key: str) -> None:
    """Ends the session of a key."""
    found = session.scalars(select(SignIn).where(SignIn.key == _digest(key))).one_or_none()
    if found is not None:
        session.delete(found)
        events.record(session, found.user.login, "sign-out", "user", found.user_id)


def sessions(session: Session, user: User) -> list[SignIn]:
    """The live sessions of a person, the latest first."""
    live = select(SignIn).where(SignIn.user_id == user.id, SignIn.expires_at > now())
    return list(session.scalars(live.order_by(SignIn.created_at.desc())))


def end_session(session: Session, user: User, number: UUID, who: str) -> None:
    """Ends one session of `user`; NotFound if they have none of that number."""
    found = session.get(SignIn, number)
    if found is None or found.user_id != user.id:
        raise NotFound("There is no such session. It may have ended already.")
    session.delete(found)
    events.record(session, who, "sign-out", "user", user.id, number=str(number), agent=found.agent)


def is_of(found: SignIn, key: str) -> bool:
    """Whether the session is the one of that key."""
    return secrets.compare_digest(found.key, _digest(key))


def login_link(session: Session, user: User, minutes: int, who: str = "system") -> str:
    """A key that signs `user` in once, within `minutes`; the page is /enter/<key>."""
    _check_person(user)
    key = secrets.token_urlsafe(32)
    session.add(LoginLink(key=_digest(key), user_id=user.id, expires_at=now() + timedelta(minutes=minutes)))
    events.record(session, who, "creation", "sign-in link", user.id, login=user.login)
    return key


def redeem(session: Session, key: str) -> User:
    """Uses up a one-time link; Forbidden if it is unknown, used or too old."""
    moment = now()
    taken = update(LoginLink).where(
        LoginLink.key == _digest(key), LoginLink.used_at.is_(None), LoginLink.expires_at > moment
    )
    link_id = session.scalar(taken.values(used_at=moment).returning(LoginLink.user_id))
    user = session.get(User, link_id) if link_id else None
    if user is None or not user.active:
        raise Forbidden(
            "This link was used already or is too old. Ask for a new one: `media-archive users link LOGIN`."
        )
    return user


def users(session: Session) -> list[User]:
    """Everybody, by login."""
    return list(session.scalars(select(User).order_by(User.login)))


def close(session: Session, user: User, who: str) -> None:
    """Closes an account: no sign-in any more, sessions ended. Conflict for the last open administrator."""
    keep_an_administrator(session, user)
    user.active = False
    end_sessions(session, user)
    events.record(session, who, "deactivation", "user", user.id)


def keep_an_administrator(session: Session, user: User) -> None:
    """Conflict where `user` is the only one who can still manage people."""
    # the rows are locked, so that two administrators cannot close each other at one moment
    person = User.being == Being.PERSON
    administrators = select(User).where(User.role == Part.ADMINISTRATOR, User.active, person).with_for_update()
    if user.active and [one.id for one in session.scalars(administrators)] == [user.id]:
        raise Conflict("{login} is the last administrator. Add another one first.", login=user.login)


def reopen(session: Session, user: User, who: str) -> None:
    """Opens a closed account again, with the password it had."""
    user.active = True
    forgive(user)
    events.record(session, who, "reactivation", "user", user.id)
