"""Files and their copies: which bytes there are, and where each lies."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.db import Base, new_id, now


class Role(StrEnum):
    """What a file is to its asset."""

    ORIGINAL = "original"
    SIDECAR = "sidecar"
    #: a small copy or picture that the camera itself made of an original: kept, never shown as one
    PROXY = "proxy"
    RENDITION = "rendition"


class File(Base):
    """An immutable run of bytes that belongs to an asset (PREMIS: object, category file)."""

    __tablename__ = "file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    role: Mapped[Role] = mapped_column(String(16))
    #: the name it came with, as text; `raw_name` keeps the bytes where they were not UTF-8
    name: Mapped[str] = mapped_column(String(1024))
    raw_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: the folder it came from, below the folder that was ingested
    folder: Mapped[str] = mapped_column(String(4096), default="")
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    #: SHA-256 over size, first and last 64 KiB: equal bytes have equal ones, so an unknown one needs no second look
    fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(128))
    #: short name of the format as recognised by content, such as "jpeg", "cr2", "mov"
    format: Mapped[str] = mapped_column(String(32))
    #: 1, 2, 3 ... where one recording spans several originals; None where it does not
    part: Mapped[int | None] = mapped_column()
    #: whether the reading of it failed, and why (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()
    modified_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)

    copies: Mapped[list["Copy"]] = relationship(back_populates="file", order_by="Copy.created_at")

    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        # the same original bytes are one asset of an archive: the last line against a double ingest
        Index(
            "uq_file_original",
            "archive_id",
            "sha256",
            unique=True,
            sqlite_where=role == Role.ORIGINAL.value,
            postgresql_where=role == Role.ORIGINAL.value,
        ),
    )


class Phase(StrEnum):
    """Whether the bytes of a copy lie where it says."""

    #: it is being made: its row is there before its object, so that no object is ever without a row
    COMING = "coming"
    HERE = "here"
    #: its object is being removed: nobody may begin to rest on it
    GOING = "going"


def _verified_at(context: Any) -> datetime | None:
    found: datetime | None = context.get_current_parameters().get("verified_at")
    return found


_STANDING = (
    "store",
    "storage_class",
    "phase",
    "verified_at",
    "audited_at",
    "condemned_at",
    "problem",
)


class Copy(Base):
    """One place where a file's bytes lie."""

    __tablename__ = "copy"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("file.id"))
    store: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(1024))
    storage_class: Mapped[str] = mapped_column(String(32), default="STANDARD")
    phase: Mapped[Phase] = mapped_column(String(16), default=Phase.HERE, server_default=Phase.HERE.value)
    #: when the bytes were last read back and matched; None while unknown or known to be bad
    verified_at: Mapped[datetime | None] = mapped_column()
    #: when a check last read its bytes; the first is the reading back of what was stored
    audited_at: Mapped[datetime | None] = mapped_column(default=_verified_at)
    #: what the last reading found wrong (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()
    #: when it came into its storage class: classes ask to be kept for so many days
    class_since: Mapped[datetime | None] = mapped_column(default=now)
    #: since when no rule needs it: it is removed after a grace, if that still holds then
    condemned_at: Mapped[datetime | None] = mapped_column()
    #: name of the key that the store encrypted it with; None where its bytes lie open
    key_id: Mapped[str | None] = mapped_column(String(64))
    #: until when a copy in an offline class can be read; None where it was not restored
    readable_until: Mapped[datetime | None] = mapped_column()
    #: when what is known of its file was written beside it into its store (see `bundles`); None while that is to be done
    told_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)

    file: Mapped[File] = relationship(back_populates="copies")

    __table_args__ = (
        Index("uq_copy_place", "file_id", "store", "key", unique=True),
        # all that plans look at: SQLite takes it from here, in the order of files; PostgreSQL reads the table through
        Index("ix_copy_standing", "file_id", *_STANDING).ddl_if(dialect="sqlite"),
        Index("ix_copy_verified", "store", "verified_at"),
        Index("ix_copy_audited", "store", "audited_at"),
        Index(
            "ix_copy_problem",
            "store",
            sqlite_where=text("problem IS NOT NULL"),
            postgresql_where=text("problem IS NOT NULL"),
        ),
        # few are condemned at any time
        Index(
            "ix_copy_condemned",
            "condemned_at",
            sqlite_where=text("condemned_at IS NOT NULL"),
            postgresql_where=text("condemned_at IS NOT NULL"),
        ),
        Index("ix_copy_told", "store", "told_at"),
    )


class Bundle(Base):
    """The whole catalogue as it was written into one store, to be made again from (see `bundles`)."""

    __tablename__ = "bundle"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    store: Mapped[str] = mapped_column(String(64), index=True)
    key: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    #: the moment of the catalogue that it holds
    made_at: Mapped[datetime] = mapped_column()
    #: the last event before that moment: while there is no other, nothing has changed
    event_id: Mapped[UUID | None] = mapped_column()
    #: how many assets and files it tells of
    assets: Mapped[int] = mapped_column(BigInteger, default=0)
    files: Mapped[int] = mapped_column(BigInteger, default=0)
    #: when it was last read back and matched
    verified_at: Mapped[datetime | None] = mapped_column()
    #: why the last attempt to write one failed (a Message); then there is no object
    problem: Mapped[dict[str, Any] | None] = mapped_column()


class Parcel(Base):
    """Something made for one person to take away, such as a contact sheet or a clip; kept for some days."""

    __tablename__ = "parcel"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: kind of the job that makes it
    kind: Mapped[str] = mapped_column(String(32))
    #: what is asked for, as the kind of job understands it
    args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: name of the file as it is taken away
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(128))
    asked_by: Mapped[str] = mapped_column(String(128), index=True)
    #: where the bytes lie; None until it is made
    store: Mapped[str | None] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(255), index=True)
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    #: what is to be known of what was made: pages, frames ...
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: why it could not be made (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    made_at: Mapped[datetime | None] = mapped_column()
    #: until when it is kept; None where it is for the usual time
    kept_until: Mapped[datetime | None] = mapped_column()


class DeletedFile(Base):
    """A file that was deleted for good, renditions left out: whoever brings its bytes in again is told."""

    __tablename__ = "deleted_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    #: no foreign key: the asset is gone
    asset_id: Mapped[UUID] = mapped_column(index=True)
    #: the row of `disposal` that says why
    disposal_id: Mapped[UUID] = mapped_column()
    role: Mapped[Role] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(1024))
    size: Mapped[int] = mapped_column(BigInteger)
    deleted_at: Mapped[datetime] = mapped_column(default=now)
