"""A rebuild that is killed leaves nothing that could be taken for an archive; a bundle whose writer was killed is whole
or not there.
"""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from media_archive.archive import Archive
from media_archive.bundles import finding, homes, loading, opening, packing, rebuilding, writing
from media_archive.bundles.rebuilding import rebuild
from media_archive.catalogue.models import Asset
from media_archive.config import Settings, load
from media_archive.errors import Conflict
from media_archive.storage import own
from media_archive.storage.models import Bundle
from tests.placement.yard import Faulty

Peopled = Callable[[Archive], Archive]
FORK = multiprocessing.get_context("fork")
#: of all moments, so many, evenly; MEDIA_ARCHIVE_CRASHES=all takes every one
MOMENTS = 10_000 if os.environ.get("MEDIA_ARCHIVE_CRASHES") == "all" else 5


def _killed_in(module: Any, name: str, source: Path, home: Path) -> int | None:
    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        setattr(module, name, die)
        rebuild(str(source), home)

    process = FORK.Process(target=work)
    process.start()
    process.join(60)
    return process.exitcode


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name"),
    [(homes, "to_toml"), (loading, "load"), (rebuilding, "_without_deleted"), (finding, "look")],
)
def test_half_an_archive_is_refused_until_it_is_made_anew(
    archive: Archive, peopled: Peopled, tmp_path: Path, module: Any, name: str
) -> None:
    peopled(archive)
    writing.write(archive)
    archive.close()
    source, home = archive.settings.home / "store" / "main", tmp_path / "new"
    assert _killed_in(module, name, source, home) == -signal.SIGKILL
    half = Archive.open(load(home=home, profiles_folder=home / "profiles", storage_profile="single-disk"))
    for use in (half.check_schema, half.init):
        with pytest.raises(Conflict, match="did not come to its end"):
            use()
    half.close()
    with pytest.raises(Conflict, match="not empty"):
        rebuild(str(source), home)
    assert rebuild(str(source), tmp_path / "newer").assets == 3


def _write(settings: Settings, last: int) -> tuple[int | None, int]:
    """Writes a bundle in a process of its own, killed at the moment of that number; its exit code, and its moments."""
    passed = FORK.Value("i", 0)

    def moment(*_: object) -> None:
        passed.value += 1
        if passed.value == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        archive = Archive.open(settings)
        store = archive.stores.store("main")
        archive.stores._stores["main"] = Faulty(store, moment)  # type: ignore[assignment,arg-type]
        event.listen(archive.engine, "commit", moment)
        whole = packing._whole

        def halfway(*args: Any) -> Any:
            moment()
            return whole(*args)

        packing._whole = halfway
        writing.write(archive)

    process = FORK.Process(target=work)
    process.start()
    process.join(60)
    return process.exitcode, passed.value


def _titles(settings: Settings, home: Path) -> set[str]:
    """What a rebuild from the store gives."""
    made = rebuild(str(settings.home / "store" / "main"), home)
    assert (made.assets, made.unusable) == (3, {})
    again = Archive.open(load(home=home, profiles_folder=home / "profiles", storage_profile="single-disk"))
    with again.reading() as session:
        titles = set(session.scalars(select(Asset.title)))
    again.close()
    return titles


@pytest.mark.slow
def test_a_bundle_whose_writer_is_killed_is_whole_or_not_there(
    archive: Archive, peopled: Peopled, tmp_path: Path
) -> None:
    peopled(archive)
    writing.write(archive)
    with archive.transaction() as session:
        before = set(session.scalars(select(Asset.title)))
        for asset in session.scalars(select(Asset)):
            asset.title = "后来"
    archive.close()
    keep = archive.settings.home

    def fresh(name: str) -> Settings:
        shutil.copytree(keep, tmp_path / name)
        return load(home=tmp_path / name, keep_free=0)

    code, moments = _write(fresh("whole"), -1)
    assert (code, moments > 8) == (0, True)
    for last in range(1, moments + 1, max(1, moments // MOMENTS)):
        settings = fresh(f"killed{last}")
        assert _write(settings, last)[0] == -signal.SIGKILL, f"moment {last} never came"
        assert _titles(settings, tmp_path / f"half{last}") in (before, {"后来"})
        assert _write(settings, -1)[0] == 0
        assert _titles(settings, tmp_path / f"then{last}") == {"后来"}
        then = Archive.open(settings)
        for left in settings.scratch.iterdir():
            os.utime(left, (0, 0))  # what was left long enough ago is swept
        then.tidy()
        with then.reading() as session:
            told = set(session.scalars(select(Bundle.key).where(Bundle.problem.is_(None))))
        assert told <= set(opening.keys(then.stores.store("main"), own.BUNDLE))
        assert list(settings.scratch.iterdir()) == []
        then.close()
