"""The catalogue database: base class, column types, engine and the one way to open a transaction."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, Uuid, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

from media_archive.errors import NoSpace, Unavailable

#: names of constraints, so that migrations can drop what they made on every database
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
AFTER_COMMIT = "after_commit"
#: what SQLite and PostgreSQL say then
FULL = ("disk is full", "No space left on device")
#: milliseconds that a writer waits for others, and one who only notes something in passing
PATIENCE, LITTLE_PATIENCE = 60_000, 200


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """A version 7 UUID: ordered by time of making, so that new rows lie together in an index (RFC 9562)."""
    return uuid7()


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, stored in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs an offset")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every model."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {
        datetime: Instant(),
        UUID: Uuid(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(),
    }


def engine(url: str) -> Engine:
    """An engine for `url`; on SQLite with write-ahead log, full durability and foreign keys."""
    if not url.startswith("sqlite"):
        return create_engine(_with_driver(url), pool_pre_ping=True, pool_size=5, max_overflow=10)
    made = create_engine(url, connect_args={"timeout": 60, "check_same_thread": False})

    @event.listens_for(made, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # the driver must not open transactions by itself: `begin` below does
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={PATIENCE}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def begin(connection: Any) -> None:
        # a reader that later writes would fail at once where another writer came between
        writing = connection.get_execution_options().get("writing", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return made


def _with_driver(url: str) -> str:
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


@contextmanager
def transaction(bind: Engine, info: Mapping[str, Any] | None = None) -> Iterator[Session]:
    """One transaction: committed at the end, rolled back on an error; then runs what `after_commit` was given.

    `info` goes with the session, for those who need to know in whose service it stands.
    """
    with Session(bind, expire_on_commit=False, info=dict(info or {})) as session:
        with explained(), session.begin():
            yield session
        for action in session.info.pop(AFTER_COMMIT, []):
            action()


@contextmanager
def reading(bind: Engine, info: Mapping[str, Any] | None = None) -> Iterator[Session]:
    """One consistent view of the catalogue; takes no write lock and writes nothing. `info` goes with the session."""
    with (
        explained(),
        bind.connect().execution_options(writing=False) as connection,
        Session(connection, expire_on_commit=False, info=dict(info or {})) as session,
    ):
        yield session


@contextmanager
def hurried(bind: Engine) -> Iterator[Connection]:
    """A transaction for what is noted in passing: OperationalError at once where others are writing."""
    with bind.connect() as connection:
        try:
            _wait_at_most(connection, LITTLE_PATIENCE)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"SET LOCAL lock_timeout = {LITTLE_PATIENCE}"))
                yield connection
        finally:
            _wait_at_most(connection, PATIENCE)


def _wait_at_most(connection: Connection, milliseconds: int) -> None:
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.execute(f"PRAGMA busy_timeout={milliseconds}")


def alone(session: Session, key: int) -> None:
    """Waits until nobody else is past this line with `key`, until `session`'s transaction ends.

    On SQLite a transaction that may write is the only one anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def after_commit(session: Session, action: Callable[[], None]) -> None:
    """Runs `action` once `session`'s transaction is committed; not at all if it is rolled back."""
    session.info.setdefault(AFTER_COMMIT, []).append(action)


@contextmanager
def explained() -> Iterator[None]:
    """Turns a database that does not answer into Unavailable."""
    try:
        yield
    except OperationalError as exc:
        reason = str(exc.orig).strip().splitlines()[0]
        if any(words in reason for words in FULL):
            raise NoSpace(
                "The disk of the catalogue database is full ({reason}). Free some space, then try again.", reason=reason
            ) from exc
        raise Unavailable(
            "The catalogue database does not answer ({reason}). Try again; see `media-archive doctor`.", reason=reason
        ) from exc
