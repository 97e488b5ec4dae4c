"""Assets with fingerprints of the test's own choosing, as the recipe would have given them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind, Outcome
from media_archive.db import new_id, now

#: a hash like any other
HASH = 0x8F3C_5A96_E10D_73B2
NOON = datetime(2017, 6, 12, 12, tzinfo=UTC)

Enter = Callable[..., UUID]


def turned(phash: int, bits: int) -> int:
    """The hash with that many of its bits turned, spread over all bands."""
    for place in range(bits):
        phash ^= 1 << (place * 23 % 64)
    return phash


def fingerprint(archive: Archive, asset_id: UUID, phash: int | None, detail: float = 60.0) -> None:
    """What the recipe would enter."""
    value = None if phash is None else {"phash": f"{phash:016x}", "detail": detail}
    with archive.transaction() as session:
        wanted = select(Outcome).where(Outcome.asset_id == asset_id, Outcome.recipe == "fingerprint")
        outcome = session.scalars(wanted).one_or_none() or Outcome(asset_id=asset_id, recipe="fingerprint")
        outcome.version, outcome.value, outcome.made_at = 1, value, now()
        session.add(outcome)
        catalogue.fingerprinted(session, asset_id)


def entering(archive: Archive) -> Enter:
    """Enters an asset with this hash into the archive; returns its id."""

    def enter(
        phash: int = HASH,
        *,
        kind: Kind = Kind.PHOTO,
        seconds: float | None = None,
        camera: str = "",
        duration: float | None = None,
        size: tuple[int, int] = (3000, 2000),
        detail: float = 60.0,
        title: str = "图",
    ) -> UUID:
        with archive.transaction() as session:
            institution = session.scalars(select(Institution)).one()
            shoot = catalogue.open_shoot(session, institution, "一号拍摄")
            taken = NOON + timedelta(seconds=seconds) if seconds is not None else None
            asset = Asset(
                id=new_id(),
                archive_id=institution.id,
                shoot_id=shoot.id,
                kind=kind,
                title=title,
                taken_at=taken,
                taken_text=taken.isoformat() if taken else None,
                shown_at=taken or NOON,
                width=size[0],
                height=size[1],
                duration=duration,
                record={"camera": {"model": camera}} if camera else {},
            )
            session.add(asset)
        fingerprint(archive, asset.id, phash, detail)
        return asset.id

    return enter


@pytest.fixture
def enter(either_archive: Archive) -> Enter:
    """Enters assets, once on SQLite and once on PostgreSQL."""
    return entering(either_archive)
