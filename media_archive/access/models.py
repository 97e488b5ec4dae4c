"""People, their groups and roles, their sessions, second factors and keys."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.db import Base, new_id, now


class Part(StrEnum):
    """What a person may do in an archive."""

    READER = "reader"
    PHOTOGRAPHER = "photographer"
    EDITOR = "editor"
    CURATOR = "curator"
    ARCHIVIST = "archivist"
    ADMINISTRATOR = "administrator"


class Being(StrEnum):
    """What an account stands for."""

    PERSON = "person"
    #: a program with an account of its own: no password, no sign-in, only tokens
    SERVICE = "service"


class User(Base):
    """A person who may sign in, or a program that comes with tokens."""

    __tablename__ = "user"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    login: Mapped[str] = mapped_column(String(128), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    #: in the own archive; what memberships and groups add stands in `parts`
    role: Mapped[Part] = mapped_column(String(32), default=Part.READER)
    #: further roles by archive, as memberships and groups give them: {"<id of the archive>": ["editor"]}
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    being: Mapped[Being] = mapped_column(String(16), default=Being.PERSON)
    #: Argon2id; None until a password was set
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str | None] = mapped_column(String(8))
    #: failed attempts since the last success, and until when further ones are refused
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column()
    #: locks since the last success: each lasts twice as long as the one before
    locks: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime | None] = mapped_column()

    @property
    def limited_to(self) -> frozenset[str] | None:
        """Actions that the way this person came in leaves (a zone, a token); None where it leaves all. Never stored."""
        limit: frozenset[str] | None = self.__dict__.get("_limited_to")
        return limit

    def limit_to(self, actions: frozenset[str]) -> None:
        """Leaves only these actions, of what is left."""
        before = self.limited_to
        self.__dict__["_limited_to"] = actions if before is None else before & actions

    @property
    def about(self) -> frozenset[UUID]:
        """The archives that what the person asks for may reach; none where nobody said. Never stored."""
        archives: frozenset[UUID] = self.__dict__.get("_about", frozenset())
        return archives

    def ask_about(self, archives: frozenset[UUID]) -> None:
        """What the person asks for reaches these archives at most."""
        self.__dict__["_about"] = archives

    def roles(self) -> dict[UUID, frozenset[Part]]:
        """The roles by archive."""
        found = {UUID(archive): {Part(role) for role in roles} for archive, roles in (self.parts or {}).items()}
        if self.archive_id:
            found.setdefault(self.archive_id, set()).add(Part(self.role))
        return {archive: frozenset(roles) for archive, roles in found.items()}


class Membership(Base):
    """A further role of a person, in their own or another archive."""

    __tablename__ = "membership"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"), primary_key=True)
    role: Mapped[Part] = mapped_column(String(32), primary_key=True)


class Group(Base):
    """People who share roles."""

    __tablename__ = "user_group"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(128), unique=True)
    note: Mapped[str] = mapped_column(String(1024), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class GroupMember(Base):
    """Who belongs to a group."""

    __tablename__ = "group_member"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("user_group.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)


class GroupRole(Base):
    """A role that a group gives its members in an archive."""

    __tablename__ = "group_role"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("user_group.id"), primary_key=True)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"), primary_key=True)
    role: Mapped[Part] = mapped_column(String(32), primary_key=True)


class Grant(Base):
    """A collection that is opened to a person or a group, members of other archives too (see `grants`)."""

    __tablename__ = "collection_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    #: to whom: one of the two
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_group.id"), index=True)
    #: look, add or edit
    extent: Mapped[str] = mapped_column(String(16))
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    given_at: Mapped[datetime] = mapped_column(default=now)
    #: None until it is taken back
    until: Mapped[datetime | None] = mapped_column()

    giver: Mapped[User] = relationship(foreign_keys=[giver_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    group: Mapped[Group | None] = relationship()


class SecondFactor(Base):
    """What shows codes for a person besides the password (RFC 6238)."""

    __tablename__ = "second_factor"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    #: encrypted with a key that only the home has
    secret: Mapped[str] = mapped_column(String(255))
    #: None until the person showed a first code: nothing is asked for before
    confirmed_at: Mapped[datetime | None] = mapped_column()
    #: the time step of the last code that was taken: no code is taken twice
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    #: SHA-256 of the recovery codes that are left
    recovery: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Identity(Base):
    """Who a person is to a sign-in service outside (OpenID Connect)."""

    __tablename__ = "identity"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class SignIn(Base):
    """A browser's session. The cookie holds a random key; here lies only its SHA-256."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    agent: Mapped[str] = mapped_column(String(255), default="")
    #: network address that it was opened from
    address: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()


class LoginLink(Base):
    """A link that signs its holder in once. Only the SHA-256 of its key is kept."""

    __tablename__ = "login_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()

    user: Mapped[User] = relationship()


class Token(Base):
    """What lets a program in for a person. Only the SHA-256 of its key is kept."""

    __tablename__ = "token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    #: "read", or "write", which may also read
    scope: Mapped[str] = mapped_column(String(16), default="read")
    #: the actions that it leaves of those of its person; None where it leaves all
    actions: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()

    user: Mapped[User] = relationship()


class Answer(Base):
    """What a request was answered that came with an idempotency key: the same one again is answered the same."""

    __tablename__ = "answer"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    key: Mapped[str] = mapped_column(String(255))
    #: SHA-256 of method, path and body: the key may not serve another request
    request: Mapped[str] = mapped_column(String(64))
    #: {"status", "headers", "body"}; None while the request is being done
    answered: Mapped[dict[str, Any] | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

    __table_args__ = (UniqueConstraint("user_id", "key"),)
