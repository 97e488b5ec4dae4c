"""Tokens: what lets a program in for a person, for a time, to read or also to write."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload

from media_archive.access.models import Token, User
from media_archive.access.service import MAY
from media_archive.context import Context
from media_archive.db import hurried, now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.logs import Log

#: programs that look for secrets in files know them by it
PREFIX = "mat_"
SCOPES = ("read", "write")
LONGEST_NAME, LONGEST_DAYS = 255, 3650
#: tokens of one person that are in force at a time
MOST = 100

log = Log()


def issue(
    session: Session,
    user: User,
    name: str,
    scope: str,
    days: int,
    who: str,
    *,
    actions: Sequence[str] | None = None,
) -> tuple[Token, str]:
    """A new token for `user` that ends after `days`, and its key, which nobody can be told again.

    `actions` (keys of `service.MAY`) limits it further; it never may what its person may not.
    """
    name = name.strip().replace("\0", "")
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("Name the token after what will use it, in 1 to {most} characters.", most=LONGEST_NAME)
    if scope not in SCOPES:
        raise Invalid("{scope} is nothing that a token may do. Choose read or write.", scope=scope[:32])
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid("A token lasts 1 to {most} days. Give another number.", most=LONGEST_DAYS)
    if unknown := sorted(set(actions or ()) - set(MAY)):
        raise Invalid("{action} is nothing that a token can be limited to.", action=unknown[0][:64])
    _check_count(session, user)
    key = PREFIX + secrets.token_urlsafe(32)
    token = Token(key=_digest(key), user_id=user.id, name=name, scope=scope, expires_at=now() + timedelta(days=days))
    token.actions = sorted(set(actions)) if actions else None
    session.add(token)
    session.flush()
    events.record(
        session,
        who,
        "creation",
        "token",
        token.id,
        user=user.login,
        name=name,
        scope=scope,
        until=_until(token),
        actions=token.actions,
    )
    return token, key


def _check_count(session: Session, user: User) -> None:
    alive = select(func.count()).select_from(Token).where(Token.user_id == user.id, _in_force())
    if (session.scalar(alive) or 0) >= MOST:
        raise Conflict("{login} has {most} tokens in force already. Revoke some first.", login=user.login, most=MOST)


def _in_force() -> ColumnElement[bool]:
    return Token.revoked_at.is_(None) & or_(Token.expires_at.is_(None), Token.expires_at > now())


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _until(token: Token) -> str | None:
    return token.expires_at.isoformat() if token.expires_at else None


def in_force(session: Session, key: str) -> Token | None:
    """The token of a key, with its user; None where it is unknown, over or revoked, or the account is closed."""
    wanted = select(Token).where(Token.key == _digest(key), _in_force()).options(joinedload(Token.user))
    found = session.scalars(wanted).one_or_none()
    return found if found and found.user.active else None


def note_use(context: Context, token: Token) -> None:
    """Notes that the token was used today: one write a token and day, and none where others are writing."""
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    if token.used_at is not None and token.used_at >= today:
        return
    try:
        with hurried(context.engine) as connection:
            connection.execute(update(Token).where(Token.id == token.id).values(used_at=today))
    except OperationalError as exc:
        log.info("token_use.left_out", token=str(token.id), reason=str(exc.orig))


def listed(session: Session, user: User | None = None) -> Sequence[Token]:
    """The tokens of `user`, or of everybody, the latest first; those that are over or revoked too."""
    wanted = select(Token).options(joinedload(Token.user)).order_by(Token.id.desc())
    return session.scalars(wanted.where(Token.user_id == user.id) if user else wanted).all()


def called(session: Session, number: UUID) -> Token:
    """The token with that number, which is not its key; NotFound if there is none."""
    found = session.scalars(select(Token).where(Token.id == number).options(joinedload(Token.user))).one_or_none()
    if found is None:
        raise NotFound("There is no such token. `media-archive tokens` lists them.")
    return found


def revoke(session: Session, token: Token, who: str) -> None:
    """Ends the token at once; one that is revoked already stays so."""
    if token.revoked_at is None:
        token.revoked_at = now()
        events.record(session, who, "revocation", "token", token.id, user=token.user.login, name=token.name)


def standing(token: Token) -> str:
    """active, expired or revoked."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= now() else "active"
