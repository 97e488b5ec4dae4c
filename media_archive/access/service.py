"""Who may sign in, and what each may do."""

import hashlib
import secrets
from datetime import timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from media_archive.access.models import LoginLink, Part, SignIn, User
from media_archive.catalogue.models import Archive
from media_archive.db import now
from media_archive.errors import Conflict, Forbidden, Invalid, NotFound
from media_archive.events import service as events
from media_archive.words import Message

FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000

#: action -> the roles that may; an administrator may everything
MAY: dict[str, frozenset[Part]] = {
    "look": frozenset(Part),
    "download": frozenset({Part.PHOTOGRAPHER, Part.EDITOR, Part.CURATOR, Part.ARCHIVIST}),
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
    "manage users": frozenset(),
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
    "manage users": Message("manage people"),
}
_WRONG = (
    "The name or the password is not right. Check both; after {most} wrong attempts the account is locked for a while."
)


def may(user: User, action: str) -> bool:
    """Whether the user's role allows `action`, a key of MAY."""
    return user.active and (user.role == Part.ADMINISTRATOR or user.role in MAY[action])


def require(user: User, action: str) -> None:
    """Forbidden unless the user may."""
    if not may(user, action):
        raise Forbidden(
            "Your role ({role}) does not allow this ({action}). Ask an administrator.",
            role=ROLES[Part(user.role)],
            action=ACTIONS.get(action, action),
        )


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _decoy() -> str:
    """A hash to check against where no such user exists, so that the answer takes as long."""
    return _hasher().hash(secrets.token_hex())


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
) -> User:
    """A new person; Conflict if the login is taken."""
    login = login.strip()
    if not login or len(login) > 128 or any(character.isspace() for character in login):
        raise Invalid("The login name {login} is not usable: 1 to 128 characters without spaces.", login=login[:128])
    if session.scalar(select(User).where(User.login == login)):
        raise Conflict("The login name {login} is taken. Choose another.", login=login)
    user = User(archive_id=archive.id, login=login, name=name or login, role=role)
    if password is not None:
        user.password = hashed(password)
    session.add(user)
    session.flush()
    events.record(session, who, "creation", "user", user.id, login=login, role=role.value)
    return user


def set_password(session: Session, user: User, password: str, who: str) -> None:
    """Replaces the password and ends the user's sessions."""
    user.password = hashed(password)
    user.failures, user.locked_until = 0, None
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    events.record(session, who, "modification", "user", user.id, changed="password")


def hashed(password: str) -> str:
    """Argon2id of a password that is long enough (NIST SP 800-63B asks for length, not for kinds of characters)."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(
            "The password must have at least {least} characters. Choose a longer one.", least=SHORTEST_PASSWORD
        )
    return _hasher().hash(password)


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
    right = _matches(user.password if user else None, password[:LONGEST_PASSWORD])
    if user is None:
        return None
    if user.locked_until and user.locked_until > now():
        return None
    if not right:
        user.failures += 1
        if user.failures >= FAILURES_BEFORE_LOCK:
            user.failures, user.locked_until = 0, now() + LOCK
            events.record(session, user.login, "lock", "user", user.id, outcome="failure")
        return None
    user.failures, user.locked_until = 0, None
    return user


def _matches(stored: str | None, password: str) -> bool:
    try:
        return _hasher().verify(stored or _decoy(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def wrong() -> Forbidden:
    """The one refusal of a sign-in, whatever the cause."""
    return Forbidden(_WRONG, most=FAILURES_BEFORE_LOCK)


def sign_in(session: Session, user: User, hours: int, agent: str = "") -> str:
    """Opens a session and returns its key, for a cookie."""
    key = secrets.token_urlsafe(32)
    session.add(SignIn(key=_digest(key), user_id=user.id, agent=agent[:255], expires_at=now() + timedelta(hours=hours)))
    session.execute(delete(SignIn).where(SignIn.expires_at < now()))
    user.seen_at = now()
    events.record(session, user.login, "sign-in", "user", user.id)
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
    session.execute(delete(SignIn).where(SignIn.key == _digest(key)))


def login_link(session: Session, user: User, minutes: int) -> str:
    """A key that signs `user` in once, within `minutes`; the page is /enter/<key>."""
    key = secrets.token_urlsafe(32)
    session.add(LoginLink(key=_digest(key), user_id=user.id, expires_at=now() + timedelta(minutes=minutes)))
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
    # the rows are locked, so that two administrators cannot close each other at one moment
    administrators = select(User).where(User.role == Part.ADMINISTRATOR, User.active).with_for_update()
    if user.active and [one.id for one in session.scalars(administrators)] == [user.id]:
        raise Conflict("{login} is the last administrator. Add another one first.", login=user.login)
    user.active = False
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    events.record(session, who, "deactivation", "user", user.id)


def reopen(session: Session, user: User, who: str) -> None:
    """Opens a closed account again, with the password it had."""
    user.active, user.failures, user.locked_until = True, 0, None
    events.record(session, who, "reactivation", "user", user.id)
