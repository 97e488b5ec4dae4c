"""Words at the command line that mean nothing are refused in one line, before anything is touched."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.served import COMMAND


def _refused(home: Path, *arguments: str | bytes) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments],
        env={**os.environ, "MEDIA_ARCHIVE_HOME": str(home), "LC_ALL": "C.UTF-8"},
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert "Traceback" not in done.stderr
    assert not home.exists()
    return done.stderr


@pytest.mark.slow
def test_an_empty_path_does_not_bring_in_the_folder_one_stands_in(tmp_path: Path) -> None:
    said = _refused(tmp_path / "home", "ingest", "", "--shoot", "one")
    assert "No folder or file was named" in said


def test_words_that_are_not_utf8_are_refused_and_shown(tmp_path: Path) -> None:
    assert "b\\xff is not UTF-8" in _refused(tmp_path / "home", "search", b"b\xff")


@pytest.mark.slow
def test_a_path_of_any_bytes_is_taken_if_it_is_there(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/card\xff"
    Path(os.fsdecode(folder)).mkdir()
    # it gets as far as the home, which is missing here
    assert "There is no archive in" in _refused(tmp_path / "home", "ingest", folder, "--shoot", "one")


@pytest.mark.slow
def test_a_year_that_no_calendar_has_is_wrong_use(tmp_path: Path) -> None:
    assert "--year" in _refused(tmp_path / "home", "search", "a", "--year", "9" * 20)
