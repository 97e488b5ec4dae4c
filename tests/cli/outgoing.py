"""A small catalogue for the tests of what leaves it, and the command in this process."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.cli.main import cli
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish


def filled(archive: Archive, *paths: Path, shoot: str = "解放路改造", **given: Any) -> list[Asset]:
    """Ingests and probes `paths`; the assets by the name of their file's time."""
    receive(archive, list(paths), Wish(shoot=shoot, **given))
    archive.runner().drain("fast")
    return assets(archive)


def assets(archive: Archive) -> list[Asset]:
    """All assets, oldest first."""
    with archive.reading() as session:
        return list(session.scalars(select(Asset).order_by(Asset.shown_at, Asset.id)))


def asset(archive: Archive, asset_id: UUID) -> Asset:
    with archive.reading() as session:
        return session.get_one(Asset, asset_id)


def run(archive: Archive, monkeypatch: pytest.MonkeyPatch, *words: object) -> Result:
    """What the command answers for this archive."""
    monkeypatch.setenv("MEDIA_ARCHIVE_HOME", str(archive.settings.home))
    monkeypatch.setenv("MEDIA_ARCHIVE_KEEP_FREE", "0")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return CliRunner().invoke(cli, [str(word) for word in words])


def answer(archive: Archive, monkeypatch: pytest.MonkeyPatch, *words: object) -> Any:
    """Its JSON."""
    done = run(archive, monkeypatch, *words, "--json")
    assert done.exit_code == 0, done.output + repr(done.exception)
    return json.loads(done.stdout)
