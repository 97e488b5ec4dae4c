"""Accounts of people whom a sign-in service outside vouches for."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.access.models import Being, Identity, Part, User
from media_archive.access.service import add_user
from media_archive.catalogue import service as catalogue
from media_archive.config import Settings
from media_archive.errors import Forbidden
from media_archive.events import service as events


def account(session: Session, settings: Settings, said: Mapping[str, Any]) -> User:
    """The account of who is described by the claims `said` (checked before): known by the subject, else by a verified
    e-mail where the settings allow that, else made where they give a role. Forbidden where it is none of these, or closed.
    """
    issuer, subject = settings.oidc_issuer[:255], str(said["sub"])[:255]
    known = select(User).join(Identity, Identity.user_id == User.id)
    user = session.scalars(known.where(Identity.issuer == issuer, Identity.subject == subject)).one_or_none()
    if user is None:
        user = _by_email(session, settings, said) or _made(session, settings, said)
        session.add(Identity(user_id=user.id, issuer=issuer, subject=subject))
        events.record(session, user.login, "modification", "user", user.id, changed="identity", after=issuer)
    if not user.active:
        raise Forbidden("Your account here is closed. Ask an administrator.")
    return user


def _by_email(session: Session, settings: Settings, said: Mapping[str, Any]) -> User | None:
    email = said.get("email")
    if not settings.oidc_match_email or said.get("email_verified") is not True or not isinstance(email, str):
        return None
    found = session.scalars(select(User).where(User.login == email, User.being == Being.PERSON)).one_or_none()
    # who is vouched for by mail alone becomes no administrator
    return found if found is not None and found.role != Part.ADMINISTRATOR else None


def _made(session: Session, settings: Settings, said: Mapping[str, Any]) -> User:
    if not settings.oidc_role:
        raise Forbidden("The sign-in service knows you, this archive does not. Ask an administrator for an account.")
    institution = catalogue.archive_by_code(session, settings.archive_code)
    wished = str(said.get("preferred_username") or said.get("email") or said["sub"])
    plain = "".join(sign for sign in wished if sign.isprintable() and not sign.isspace())[:100] or "outside"
    login, number = plain, 1
    while session.scalar(select(User.id).where(User.login == login)):
        number += 1
        login = f"{plain}-{number}"
    name = str(said.get("name") or login)[:255]
    return add_user(session, institution, login, name, Part(settings.oidc_role), who=login)
