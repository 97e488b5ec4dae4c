"""An archive is made again from one store alone, and is the same, field by field."""

import io
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.bundles import opening, telling, writing
from media_archive.bundles.finding import SHOOT
from media_archive.bundles.rebuilding import Rebuilt, rebuild
from media_archive.catalogue.models import Asset, Shoot
from media_archive.config import Settings, load
from media_archive.errors import Conflict, NotFound
from media_archive.events import service as events
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.storage import fixity, own
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.stores.encrypted import Keys
from media_archive.upkeep import auditing
from tests.bundles.conftest import Rows, everything
from tests.clocks import Clock, clock  # noqa: F401 - a fixture
from tests.drawn import picture

pytestmark = pytest.mark.slow

Peopled = Callable[[Archive], Archive]
#: what nobody can know of a copy before it was read
UNKNOWN = {"verified_at": None, "audited_at": None}


def rebuilt(source: Path | str, home: Path) -> tuple[Rebuilt, Archive]:
    made = rebuild(str(source), home, who="keeper")
    archive = Archive.open(load(home=home, profiles_folder=home / "profiles", keep_free=0))
    archive.init()
    return made, archive


def expected(before: Rows) -> Rows:
    """What a rebuild gives of what there was."""
    for row in before["copy"].values():
        row.update(UNKNOWN)
    for row in before["user"].values():
        row.update(password=None)
    return before


def assert_same(before: Rows, after: Rows) -> None:
    for table, rows in expected(before).items():
        if table == "event":  # the rebuild itself is told, behind what there was
            assert rows.items() <= after[table].items()
        else:
            assert after[table] == rows, table


def lose(archive: Archive, store: Path, away: Path) -> Path:
    """All that is left of an archive is one store, somewhere else."""
    archive.close()
    store.rename(away)
    shutil.rmtree(archive.settings.home)
    return away


def test_a_catalogue_comes_back_field_by_field(either_archive: Archive, peopled: Peopled, tmp_path: Path) -> None:
    archive = peopled(either_archive)
    before = everything(archive.engine)
    (written,) = writing.write(archive)
    assert written.problem is None
    left = lose(archive, archive.settings.home / "store" / "main", tmp_path / "left")
    made, again = rebuilt(left, tmp_path / "new")
    assert (made.store, made.bundle, made.found.present, made.found.absent) == ("main", written.key, 3, 0)
    assert again.engine.dialect.name == "sqlite"
    assert_same(before, everything(again.engine))
    assert all(len(before[table]) for table in ("link", "collection_item", "subject", "event", "receipt"))
    again.seal()
    with again.reading() as session:
        assert events.check(session) is None
    assert fixity.verify(again.engine, again.stores).good
    assert again.index() == 3
    again.close()


def test_what_an_archive_declared_itself_comes_back(archive: Archive, peopled: Peopled, tmp_path: Path) -> None:
    peopled(archive)
    said = {name: f"# {name} 本馆自定\n".encode() for name in ("fields.toml", "codes.toml")}
    for name, text in said.items():
        (archive.settings.home / name).write_bytes(text)
    writing.write(archive)
    left = lose(archive, archive.settings.home / "store" / "main", tmp_path / "left")
    _, again = rebuilt(left, tmp_path / "new")
    assert {name: (again.settings.home / name).read_bytes() for name in said} == said
    again.close()


def test_what_came_after_the_bundle_is_told_beside_the_files(
    archive: Archive, peopled: Peopled, tmp_path: Path
) -> None:
    peopled(archive)
    writing.write(archive)
    assert telling.tell(archive) == 3
    picture(tmp_path / "more" / "桥 1.jpg", 77)
    receive(archive, [tmp_path / "more"], Wish(shoot="后来的", streets=("解放路",)))
    archive.seal()
    assert telling.tell(archive) == 1
    assert telling.tell(archive) == 0
    before = everything(archive.engine)
    left = lose(archive, archive.settings.home / "store" / "main", tmp_path / "left")
    made, again = rebuilt(left, tmp_path / "new")
    after = everything(again.engine)
    assert made.told >= 1
    for table in ("asset", "file", "shoot", "link", "subject", "subject_name", "collection_item"):
        assert after[table] == expected(before)[table], table
    assert {key for key, row in before["event"].items() if row["object_kind"] == "asset"} <= after["event"].keys()
    again.seal()
    with again.reading() as session:
        assert events.check(session) is None
    again.close()


@pytest.mark.slow
def test_after_a_bundle_of_a_clock_that_ran_ahead_others_follow_and_what_was_told_since_counts(
    archive: Archive,
    peopled: Peopled,
    tmp_path: Path,
    clock: type[Clock],  # noqa: F811
) -> None:
    peopled(archive)
    clock.ahead = timedelta(days=400)
    (ahead,) = writing.write(archive)
    clock.ahead = timedelta()
    archive.seal()
    assert writing.due(archive) == [], "nothing has changed since"
    picture(tmp_path / "more" / "桥 1.jpg", 77)
    receive(archive, [tmp_path / "more"], Wish(shoot="后来的"))
    archive.seal()
    assert telling.tell(archive) == 4
    assert writing.due(archive) == ["main"]
    left = shutil.copytree(archive.settings.home / "store" / "main", tmp_path / "left")
    made, again = rebuilt(left, tmp_path / "new")
    assert (made.bundle, made.assets, made.found.absent) == (ahead.key, 4, 0)
    again.close()
    (right,) = writing.write(archive)
    assert right.key > ahead.key
    assert writing.due(archive) == []


def test_a_damaged_bundle_is_named_and_the_one_before_is_used(
    archive: Archive, peopled: Peopled, tmp_path: Path
) -> None:
    peopled(archive)
    (first,), (second,) = writing.write(archive), writing.write(archive)
    assert first.key < second.key
    place = archive.stores.path("main", second.key)
    assert place
    place.chmod(0o600)
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)
    left = lose(archive, archive.settings.home / "store" / "main", tmp_path / "left")
    made, again = rebuilt(left, tmp_path / "new")
    assert made.bundle == first.key
    assert list(made.unusable) == [second.key]
    assert made.assets == 3
    again.close()


def test_objects_that_nothing_tells_of_are_found(archive: Archive, peopled: Peopled, tmp_path: Path) -> None:
    peopled(archive)
    writing.write(archive)
    stray = picture(tmp_path / "stray.jpg", 99)
    with stray.open("rb") as source:
        found = archive.stores.deposit(source, Role.ORIGINAL)
    archive.stores.deposit(io.BytesIO(b"no picture at all"), Role.ORIGINAL)
    with archive.reading() as session:
        lost = session.scalars(select(File.sha256).limit(1)).one()
    archive.stores.store("main").delete(lost)
    left = lose(archive, archive.settings.home / "store" / "main", tmp_path / "left")
    made, again = rebuilt(left, tmp_path / "new")
    assert (made.found.assets, made.found.left, made.found.absent, made.found.present) == (1, 1, 1, 2)
    with again.reading() as session:
        asset = session.scalars(select(Asset).join(Shoot).where(Shoot.name == SHOOT)).one()
        assert [file.sha256 for file in asset.files] == [found.sha256]
        bad = session.scalars(select(Copy).where(Copy.problem.is_not(None))).one()
        assert bad.key == lost
    again.close()


def test_without_any_bundle_what_is_told_beside_the_files_is_enough(
    archive: Archive, peopled: Peopled, tmp_path: Path
) -> None:
    peopled(archive)
    telling.tell(archive)
    before = everything(archive.engine)
    left = lose(archive, archive.settings.home / "store" / "main", tmp_path / "left")
    made, again = rebuilt(left, tmp_path / "new")
    after = everything(again.engine)
    assert (made.bundle, made.told, made.assets) == ("", 1, 3)
    for table in ("asset", "file", "shoot", "link"):
        assert after[table] == before[table], table
    again.close()


def test_the_second_place_gives_back_everything_and_the_first_is_mended_from_it(
    archive: Archive, peopled: Peopled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_ARCHIVE_SECOND_DISK", str(tmp_path / "second"))
    two = Archive.open(archive.settings.model_copy(update={"storage_profile": "two-disks"}))
    two.init()
    peopled(two)
    two.runner().drain("upkeep")
    assert [one.problem for one in writing.write(two)] == [None, None]
    monkeypatch.delenv("MEDIA_ARCHIVE_SECOND_DISK")
    left = lose(two, tmp_path / "second", tmp_path / "left")
    made, again = rebuilt(left, tmp_path / "new")
    assert (made.store, made.found.present) == ("second", 3)
    assert again.stores.names == ["main", "second"]
    with again.reading() as session:
        copies = session.scalars(select(Copy)).all()
        assert len(copies) == 6
        assert not any(copy.verified_at for copy in copies)
    auditing.audit(again, "main")
    assert fixity.verify(again.engine, again.stores).good, "what was lost was copied back"
    again.close()


def test_an_archive_made_for_a_drill_writes_to_no_store_of_the_real_one(
    archive: Archive, peopled: Peopled, tmp_path: Path
) -> None:
    peopled(archive)
    writing.write(archive)
    source = archive.settings.home / "store" / "main"
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    home = tmp_path / "drill"
    rebuild(str(source), home, drill=True)
    drill = Archive.open(load(home=home, profiles_folder=home / "profiles", keep_free=0))
    drill.init()
    picture(tmp_path / "more" / "桥.jpg", 77)
    receive(drill, [tmp_path / "more"], Wish(shoot="演练"))
    drill.runner().drain("upkeep")
    telling.tell(drill)
    assert [one.store for one in writing.write(drill)] == ["drill"]
    drill.tidy()
    for name in drill.stores.names:
        auditing.audit(drill, name)
    with drill.reading() as session:
        assert {copy.store for copy in session.scalars(select(Copy))} == {"main", "drill"}
    drill.close()
    assert {path: path.read_bytes() for path in source.rglob("*") if path.is_file()} == before


def test_a_home_that_holds_anything_is_refused_and_left_alone(
    archive: Archive, peopled: Peopled, tmp_path: Path
) -> None:
    peopled(archive)
    writing.write(archive)
    place = archive.settings.home / "store" / "main"
    with pytest.raises(Conflict, match="not empty"):
        rebuild(str(place), archive.settings.home)
    assert (archive.settings.home / "catalogue.sqlite").exists()
    with pytest.raises(NotFound, match="no store of an archive"):
        rebuild(str(tmp_path), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_only_so_many_bundles_are_kept_and_none_where_nothing_changed(archive: Archive, peopled: Peopled) -> None:
    peopled(archive)
    few = Archive.open(archive.settings.model_copy(update={"bundles_kept": 2, "bundle_hours": 1e-9}))
    assert writing.due(few) == ["main"]
    store = few.stores.store("main")
    kept: list[Any] = [writing.write(few)[0].key for _ in range(4)]
    assert opening.keys(store, own.BUNDLE) == kept[-2:]
    assert writing.due(few) == []
    with few.transaction() as session:
        events.record(session, "wang", "modification", "asset", None)
    assert writing.due(few) == ["main"]
    few.close()


@pytest.mark.slow
def test_a_bucket_gives_back_everything(
    settings: Settings, peopled: Peopled, moto_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = f"archive-{uuid4().hex[:8]}"
    keys = {"S3_ENDPOINT": moto_endpoint, "S3_ACCESS_KEY": "test", "S3_SECRET_KEY": "test", "S3_BUCKET": bucket}
    for name, value in {**keys, "STORAGE_PROFILE": "s3-standard"}.items():
        monkeypatch.setenv(f"MEDIA_ARCHIVE_{name}", value)
    archive = Archive.open(load(home=settings.home, keep_free=0))
    archive.init()
    peopled(archive)
    before = everything(archive.engine)
    assert [one.problem for one in writing.write(archive)] == [None, None]
    archive.close()
    shutil.rmtree(settings.home)
    for name in ("STORAGE_PROFILE", "S3_BUCKET"):
        monkeypatch.delenv(f"MEDIA_ARCHIVE_{name}")
    made, again = rebuilt(f"s3://{bucket}", tmp_path / "new")
    assert (made.store, made.found.present) == ("objects", 3)
    assert_same(before, everything(again.engine))
    assert fixity.verify(again.engine, again.stores, store="objects").good
    again.close()


ENCRYPTED = """
[name]
zh = "加密"
en = "Encrypted"
[description]
zh = "加密"
en = "Encrypted"
[stores.main]
kind = "folder"
path = "{home}/store/main"
[stores.far]
kind = "folder"
path = "%s"
key = "outside"
[[rules]]
roles = ["original", "sidecar", "proxy", "rendition"]
copies = ["main", "far"]
"""


def test_an_encrypted_place_gives_everything_back_to_who_has_the_key(
    settings: Settings, peopled: Peopled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "sealed.toml").write_text(ENCRYPTED % (tmp_path / "far"), "utf-8")
    for name, value in {"KEYS_FOLDER": tmp_path / "keys", "PROFILES_FOLDER": tmp_path / "profiles"}.items():
        monkeypatch.setenv(f"MEDIA_ARCHIVE_{name}", str(value))
    Keys(tmp_path / "keys", settings.home).make("outside")
    archive = Archive.open(load(home=settings.home, storage_profile="sealed", keep_free=0))
    archive.init()
    peopled(archive)
    archive.runner().drain("upkeep")
    before = everything(archive.engine)
    assert [one.problem for one in writing.write(archive)] == [None, None]
    archive.close()
    shutil.rmtree(settings.home)
    made, again = rebuilt("sealed:far", tmp_path / "new")
    assert (made.store, made.found.present, made.found.wrong) == ("far", 3, 0)
    assert everything(again.engine)["asset"] == before["asset"]
    assert fixity.verify(again.engine, again.stores, store="far").good
    again.close()
