"""A home with two shot pictures and the people who decide about them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.disposal.models import Disposal
from media_archive.disposal.people import Person
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.storage.models import File
from tests.drawn import pictures

LONG_AGO = now() - timedelta(days=400)
WANG, LI = Person("wangmin", LONG_AGO), Person("lihua", LONG_AGO)
DAYS = 30


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """Two pictures."""
    pictures(tmp_path / "card", 2)
    return tmp_path / "card"


def bring(archive: Archive, card: Path) -> None:
    """Brings the card in."""
    receive(archive, [card], Wish(shoot="拍摄"))
    archive.index()


def first(session: Session) -> Asset:
    """The asset of the first picture."""
    named = select(Asset).join(File, File.asset_id == Asset.id).where(File.name == "IMG_0000.jpg")
    return session.scalars(named.order_by(Asset.id)).one()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[Archive], None]:
    """Ends the grace of everything that lies in the trash."""

    def pass_by(archive: Archive) -> None:
        with archive.transaction() as session:
            for wish in session.scalars(select(Disposal).where(Disposal.due_at.is_not(None))):
                wish.due_at = now() - timedelta(seconds=1)

    return pass_by
