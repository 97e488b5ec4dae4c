"""The catalogue: archives, shoots, assets, the city's subjects, and what ties them together."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Float, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from media_archive.catalogue.subjects.models import Link
from media_archive.db import Base, new_id, now
from media_archive.events.models import Serial
from media_archive.storage.models import File


class Kind(StrEnum):
    """What an asset is to the people who look at it."""

    PHOTO = "photo"
    FILM = "film"
    SOUND = "sound"


class Progress(StrEnum):
    """How far the description of an asset is."""

    RECEIVED = "received"
    CHECKED = "checked"
    DESCRIBED = "described"
    APPROVED = "approved"
    PUBLISHED = "published"


class Archive(Base):
    """One of the institutions; every asset belongs to one (档案馆)."""

    __tablename__ = "archive"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Watermark(Base):
    """What an archive draws over the pictures and films that it shows outside (水印)."""

    __tablename__ = "watermark"

    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"), primary_key=True)
    #: how it looks (see `marks.Mark`)
    look: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: a PNG drawn in place of the text
    picture: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_by: Mapped[str] = mapped_column(String(128), default="system")
    #: marked renditions made before this moment carry another mark
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Shoot(Base):
    """What came in together from one event (拍摄批次); its description is inherited unless overridden."""

    __tablename__ = "shoot"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    name: Mapped[str] = mapped_column(String(255))
    caption: Mapped[str] = mapped_column(Text, default="")
    photographer: Mapped[str] = mapped_column(String(255), default="")
    #: what its assets inherit of the described fields (see `describing`): {"place": "…", "rights_holder": "…"}
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: corrections of its cameras' clocks (see `clocks.Shift`)
    clock_shifts: Mapped[list[Any]] = mapped_column(default=list)
    #: grows with every change: whoever changes it says which one he saw
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(128), default="system")
    created_at: Mapped[datetime] = mapped_column(default=now)

    archive: Mapped[Archive] = relationship()

    __table_args__ = (UniqueConstraint("archive_id", "name"),)


class Asset(Base):
    """One photograph, one film or one recording, as people see it (件)."""

    __tablename__ = "asset"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    shoot_id: Mapped[UUID] = mapped_column(ForeignKey("shoot.id"), index=True)
    kind: Mapped[Kind] = mapped_column(String(16))
    state: Mapped[Progress] = mapped_column(String(16), default=Progress.RECEIVED)
    #: since when it is in that state, and why it was sent back ({"reason", "who"}; None if it was not)
    state_since: Mapped[datetime] = mapped_column(default=now)
    sent_back: Mapped[dict[str, Any] | None] = mapped_column()
    accession_code: Mapped[str | None] = mapped_column(String(128))
    #: None where nobody gave one: the shown title is then the embedded one or the file's name
    title: Mapped[str | None] = mapped_column(String(1024))
    #: None where it is the shoot's
    caption: Mapped[str | None] = mapped_column(Text)
    photographer: Mapped[str | None] = mapped_column(String(255))
    keywords: Mapped[list[Any]] = mapped_column(default=list)
    #: what else was said of it, by name of the field: persons, place, rights, what the archive declared itself
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: code of its classification (密级); None where it is the shoot's, or open
    classification: Mapped[str | None] = mapped_column(String(32))
    #: code of its openness (开放控制): who may look without asking
    openness: Mapped[str | None] = mapped_column(String(32))
    #: the day from which it may be shown: "2030-01-01"; None where nothing holds it back
    embargo: Mapped[str | None] = mapped_column(String(10))
    #: colour label of people who choose: red, yellow, green, blue, purple
    label: Mapped[str | None] = mapped_column(String(16))
    #: whether it was chosen when the shoot was culled: pick or reject; None where nobody decided
    flag: Mapped[str | None] = mapped_column(String(16))
    #: the instant of capture; `taken_text` is what was written ("1987", "2017-06-12T09:30:00+08:00")
    taken_at: Mapped[datetime | None] = mapped_column()
    taken_text: Mapped[str | None] = mapped_column(String(64))
    #: minutes east of UTC as recorded; None where the camera recorded none and the archive's zone was assumed
    taken_offset: Mapped[int | None] = mapped_column()
    #: local year of capture, for the facet
    year: Mapped[int | None] = mapped_column()
    #: WGS-84 degrees
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    #: pixels as displayed, after rotation and with square pixels
    width: Mapped[int | None] = mapped_column()
    height: Mapped[int | None] = mapped_column()
    #: seconds
    duration: Mapped[float | None] = mapped_column(Float)
    #: dominant colour as "#rrggbb", shown while the picture loads
    colour: Mapped[str | None] = mapped_column(String(7))
    #: by which rule its files are one asset (see `catalogue/grouping`); None for a file alone
    grouping: Mapped[str | None] = mapped_column(String(255))
    #: who decided that by hand; None where a rule did
    grouped_by: Mapped[str | None] = mapped_column(String(128))
    #: fields that people set (see `describing.COLUMNS`): no probe overrules them
    set_by_hand: Mapped[list[Any]] = mapped_column(default=list)
    #: version of the probe that its record comes from; None before the first
    probed_version: Mapped[int | None] = mapped_column()
    #: the normalised record of `metadata`
    record: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: why it cannot be shown (a Message); None if it can, or if nobody has tried yet
    problem: Mapped[dict[str, Any] | None] = mapped_column()
    #: when its renditions were last made or found impossible; None while that is still to be done
    rendered_at: Mapped[datetime | None] = mapped_column()
    #: renditions made before this moment are to be made anew
    remake_at: Mapped[datetime | None] = mapped_column()
    #: pages of a scan, frames of an animation; None where there is one
    pages: Mapped[int | None] = mapped_column()
    #: a blurred picture of a few bytes, shown while the real one loads (see `renditions`)
    placeholder: Mapped[str | None] = mapped_column(String(128))
    #: stars, 0 to 5, as people or cameras gave them; None where nobody did
    rating: Mapped[int | None] = mapped_column()
    #: code of its retention class (保管期限, see `retention.toml`); None where it has none yet
    retention: Mapped[str | None] = mapped_column(String(32))
    #: why nothing of it may be deleted: {"reason", "who", "since"}; None where no legal hold is on it
    hold: Mapped[dict[str, Any] | None] = mapped_column()
    #: when somebody last opened it (to the day)
    opened_at: Mapped[datetime | None] = mapped_column()
    #: when it was put into the trash; lists and searches leave it out
    trashed_at: Mapped[datetime | None] = mapped_column()
    #: what lists are ordered by: the instant of capture, else of ingest
    shown_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    #: grows with every change by people: whoever changes it says which one he saw
    version: Mapped[int] = mapped_column(default=1)

    archive: Mapped[Archive] = relationship()
    shoot: Mapped[Shoot] = relationship()
    files: Mapped[list[File]] = relationship(order_by=(func.coalesce(File.part, 0), File.created_at))
    links: Mapped[list[Link]] = relationship(back_populates="asset")

    __table_args__ = (
        UniqueConstraint("archive_id", "accession_code"),
        Index("ix_asset_shown", "archive_id", "shown_at", "id"),
        Index("ix_asset_kind", "archive_id", "kind", "shown_at", "id"),
        Index("ix_asset_year", "archive_id", "year", "shown_at", "id"),
        Index("ix_asset_shoot_shown", "shoot_id", "shown_at", "id"),
        Index("ix_asset_state", "archive_id", "state", "state_since"),
        # of what has a position: the pictures around a place
        Index(
            "ix_asset_position",
            "latitude",
            "longitude",
            "id",
            sqlite_where=latitude.is_not(None),
            postgresql_where=latitude.is_not(None),
        ),
        # all that rules of storage look at: rows are long, and these columns lie behind their records
        Index(
            "ix_asset_placing",
            "id",
            "kind",
            "archive_id",
            "rating",
            "retention",
            "opened_at",
            "created_at",
            "trashed_at",
            unique=True,
        ),
        # of the few only: an index of all would be taken for the lists, which leave these few out
        Index(
            "ix_asset_trashed_at",
            "trashed_at",
            sqlite_where=trashed_at.is_not(None),
            postgresql_where=trashed_at.is_not(None),
        ),
        Index("ix_asset_hold", "id", sqlite_where=hold.is_not(None), postgresql_where=hold.is_not(None)),
    )


class Rendition(Base):
    """A file made from another by a recipe at a version; it can always be made again."""

    __tablename__ = "rendition"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("file.id"), index=True)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("file.id"))
    recipe: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column()
    #: pixels as displayed; None for sound
    width: Mapped[int | None] = mapped_column()
    height: Mapped[int | None] = mapped_column()
    #: seconds; None for stills
    duration: Mapped[float | None] = mapped_column(Float)
    #: frames a second of a film, as an exact fraction "30000/1001": a proxy's may differ from its original's
    frame_rate: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=now)

    file: Mapped[File] = relationship(foreign_keys=[file_id])

    __table_args__ = (UniqueConstraint("asset_id", "recipe"),)


class Outcome(Base):
    """How a recipe fared with an asset, where no rendition tells: a value it gave, why it gives nothing, who wants it."""

    __tablename__ = "outcome"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    recipe: Mapped[str] = mapped_column(String(64))
    #: of the recipe when it was last tried; 0 if it never was
    version: Mapped[int] = mapped_column(default=0)
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("file.id"))
    #: what it found, by a recipe that gives no file
    value: Mapped[dict[str, Any] | None] = mapped_column()
    #: why it gives nothing (a Message)
    problem: Mapped[dict[str, Any] | None] = mapped_column()
    made_at: Mapped[datetime | None] = mapped_column()
    #: when a person last asked for it, and who
    asked_at: Mapped[datetime | None] = mapped_column()
    asked_by: Mapped[str | None] = mapped_column(String(128))

    __table_args__ = (UniqueConstraint("asset_id", "recipe"),)


class Line(Base):
    """A line of text that a machine read in a picture or heard in a recording, as it stands after people mended it."""

    __tablename__ = "text_line"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    #: where it comes from: "text" was read in the picture, "transcript" was heard
    recipe: Mapped[str] = mapped_column(String(64))
    #: its place in the order of reading
    position: Mapped[int] = mapped_column()
    text: Mapped[str] = mapped_column(Text)
    #: what the machine made of it
    machine_text: Mapped[str] = mapped_column(Text)
    #: 0 to 1; None where the machine gives none
    confidence: Mapped[float | None] = mapped_column(Float)
    #: ISO 15924: "Hani", "Latn", "Jpan" ...
    script: Mapped[str] = mapped_column(String(4), default="Zyyy")
    #: corners [x, y] in fractions of the upright picture; None for what was heard
    polygon: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    #: seconds from the beginning of the film or recording; None for a photograph
    starts: Mapped[float | None] = mapped_column(Float)
    ends: Mapped[float | None] = mapped_column(Float)
    #: a person said that it is no text, or not to be shown
    hidden: Mapped[bool] = mapped_column(default=False)
    #: who mended or hid it: no machine overrules that
    set_by: Mapped[str | None] = mapped_column(String(128))
    set_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (Index("ix_text_line_asset", "asset_id", "recipe", "position"),)


class Outbox(Base):
    """An asset whose search document is out of date; written in the transaction that changed it."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    #: its place in the order that every index follows; given after the commit, since ids may commit out of order
    position: Mapped[int | None] = mapped_column(Serial, index=True, unique=True)
    #: of an asset that may be gone by now
    asset_id: Mapped[UUID] = mapped_column()
    at: Mapped[datetime] = mapped_column(default=now)


class FingerprintOutbox(Base):
    """An asset whose perceptual hash changed; written in the transaction that changed it (see `likeness`)."""

    __tablename__ = "fingerprint_outbox"

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    at: Mapped[datetime] = mapped_column(default=now)
