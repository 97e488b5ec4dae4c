"""What lies in the stores against the catalogue, as it is told, adopted and removed."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from media_archive.archive import Archive
from media_archive.bundles import telling, writing
from media_archive.catalogue.models import Asset
from media_archive.config import PROJECT
from media_archive.db import now
from media_archive.errors import Conflict
from media_archive.ingest.models import Intake
from media_archive.storage.models import Copy, Role
from media_archive.upkeep import reconciling
from media_archive.upkeep.reconciling import Sort
from tests.drawn import picture

Three = Callable[..., Archive]
AT_ONCE = timedelta(0)


def keys(archive: Archive, store: str) -> list[str]:
    return sorted(key for batch in archive.stores.store(store).batches() for key in batch)


@pytest.fixture
def muddled(three: Three, tmp_path: Path) -> Archive:
    """A store with one missing, one short, one foreign and two unknown objects, and objects of the archive's own."""
    archive = three(count=3)
    main = archive.stores.store("main")
    with archive.reading() as session:
        lost, short, _ = session.scalars(select(Copy.key).where(Copy.store == "main").order_by(Copy.id))
    main.delete(lost)
    place = main.path(short)
    assert place
    place.chmod(0o644)
    place.write_bytes(place.read_bytes()[:-1])
    main.put("readme.txt", io.BytesIO(b"somebody else's"))
    with picture(tmp_path / "stray.jpg", 50).open("rb") as source:
        archive.stores.deposit(source, Role.ORIGINAL)
    archive.stores.deposit(io.BytesIO(b"no picture"), Role.ORIGINAL)
    telling.tell(archive)
    writing.write(archive)
    return archive


@pytest.mark.slow
def test_what_is_missing_unknown_foreign_or_cut_off_is_told(muddled: Archive) -> None:
    found = reconciling.reconcile(muddled, "main", grace=AT_ONCE)
    assert found.counts == {Sort.MISSING: 1, Sort.ORPHAN: 2, Sort.FOREIGN: 1, Sort.WRONG_SIZE: 1}
    assert (found.copies, found.own, found.good) == (3, 2, False)
    near = reconciling.reconcile(muddled, "near", grace=AT_ONCE)
    assert (near.good, near.differences) == (True, [])
    young = reconciling.reconcile(muddled, "main")
    assert young.counts[Sort.ORPHAN] == 0, "what is about to be registered is no orphan"


@pytest.mark.slow
def test_only_what_is_unknown_and_old_is_removed_and_never_while_somebody_brings_in(muddled: Archive) -> None:
    before = keys(muddled, "main")
    found = reconciling.reconcile(muddled, "main", grace=AT_ONCE)
    assert reconciling.remove(muddled, found, "keeper") == 0, "it is too young"
    with muddled.transaction() as session:
        intake = session.scalars(select(Intake)).one()
        intake.ended_at, intake.held_until = None, now() + timedelta(minutes=1)
    with pytest.raises(Conflict):
        reconciling.remove(muddled, found, "keeper", grace=AT_ONCE)
    assert keys(muddled, "main") == before
    with muddled.transaction() as session:
        session.get_one(Intake, intake.id).ended_at = now()
    assert reconciling.adopt(muddled, found, "keeper") == 1, "the other is no picture"
    assert reconciling.remove(muddled, found, "keeper", grace=AT_ONCE) == 1, "what was adopted since stays"
    assert len(keys(muddled, "main")) == len(before) - 1
    assert "readme.txt" in keys(muddled, "main")
    with muddled.reading() as session:
        assert session.scalar(select(func.count()).select_from(Asset)) == 4


def command(archive: Archive, *arguments: str) -> tuple[int, object]:
    environment = {
        **os.environ,
        "MEDIA_ARCHIVE_HOME": str(archive.settings.home),
        "MEDIA_ARCHIVE_PROFILES_FOLDER": str(archive.settings.profiles_folder),
        "MEDIA_ARCHIVE_STORAGE_PROFILE": "three",
        "MEDIA_ARCHIVE_KEEP_FREE": "0",
    }
    words = [sys.executable, "-m", "media_archive.cli.main", *arguments]
    done = subprocess.run(words, env=environment, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.slow
def test_the_commands_tell_mend_bundle_and_rebuild(muddled: Archive, tmp_path: Path) -> None:
    code, found = command(muddled, "storage", "reconcile", "--json")
    assert code == 1
    assert isinstance(found, list)
    assert [one["counts"]["missing"] for one in found] == [1, 0, 0]
    code, told = command(muddled, "storage", "verify", "--repair", "--json")
    assert code == 1
    assert isinstance(told, dict)
    assert (len(told["bad"]), told["mended"]) == (2, {"good": 2, "anew": 0, "left": 0})
    assert command(muddled, "verify", "--json")[0] == 0
    code, written = command(muddled, "storage", "bundle", "--store", "far", "--json")
    assert code == 0
    assert isinstance(written, list)
    far = muddled.settings.home / "store" / "far"
    code, made = command(
        muddled, "rebuild", "--from", str(far), "--home", str(tmp_path / "again"), "--verify", "--json"
    )
    assert (code, isinstance(made, dict)) == (0, True)
    assert isinstance(made, dict)
    assert (made["assets"], made["bad"], made["bundle"]) == (3, 0, written[0]["key"])
