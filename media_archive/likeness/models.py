"""Fingerprints of pictures, and which of them are alike: pairs, the sets they make, what people said of them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from media_archive.db import Base, new_id, now
from media_archive.events.models import Serial


class Sort(StrEnum):
    """Why pictures stand in a set together."""

    #: they look the same
    ALIKE = "alike"
    #: the same camera took them within seconds
    BURST = "burst"


class Verdict(StrEnum):
    """What a person said of pictures that are alike."""

    #: one picture, in copies; the first of the set is the one to use
    SAME = "same"
    #: they only look alike
    DIFFERENT = "different"
    #: alike, and each is wanted
    KEPT = "kept"
    #: one moment, taken several times; the first of the set stands for all
    BURST = "burst"


class Fingerprint(Base):
    """The perceptual hash of an asset's picture, as the index and the comparison read it."""

    __tablename__ = "fingerprint"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    #: 64 bits, as a signed number
    phash: Mapped[int] = mapped_column(BigInteger)
    #: whether there is enough in the picture to compare (see `rules.toml`)
    comparable: Mapped[bool] = mapped_column()
    #: variance of the Laplacian of its picture of 1,024 pixels; None until a burst needs it
    sharpness: Mapped[float | None] = mapped_column(Float)
    #: its place in the order of changes, which every index follows; given when it is taken in, and with every change
    position: Mapped[int] = mapped_column(Serial, unique=True)
    #: when its neighbours were looked for; None while that is still to be done
    compared_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (Index("ix_fingerprint_compared", "compared_at", "position"),)


class AlikeSet(Base):
    """Pictures that are alike, to be looked at together; or that were, with what was said of them."""

    __tablename__ = "alike_set"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id"))
    sort: Mapped[Sort] = mapped_column(String(16))
    #: None while nobody has decided
    verdict: Mapped[Verdict | None] = mapped_column(String(16))
    #: the picture that stands for the others: the one to use, the sharpest of a burst
    top_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id", ondelete="SET NULL"))
    decided_by: Mapped[str | None] = mapped_column(String(128))
    decided_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_alike_set_verdict", "verdict", "sort", "id"),)


class AlikePair(Base):
    """Two assets whose pictures are alike; the lower id is the first."""

    __tablename__ = "alike_pair"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    first_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), index=True)
    set_id: Mapped[UUID] = mapped_column(ForeignKey("alike_set.id"), index=True)
    #: bits in which the hashes differ
    distance: Mapped[int] = mapped_column()
    #: that of its set: a pair that was decided is never asked about again
    verdict: Mapped[Verdict | None] = mapped_column(String(16))

    __table_args__ = (UniqueConstraint("first_id", "second_id"),)
