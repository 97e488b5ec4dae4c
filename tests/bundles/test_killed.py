"""A rebuild that is killed leaves nothing that could be taken for an archive."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from media_archive.archive import Archive
from media_archive.bundles import finding, homes, loading, writing
from media_archive.bundles.rebuilding import rebuild
from media_archive.config import load
from media_archive.errors import Conflict

Peopled = Callable[[Archive], Archive]
FORK = multiprocessing.get_context("fork")


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
@pytest.mark.parametrize(("module", "name"), [(homes, "to_toml"), (loading, "load"), (finding, "look")])
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
