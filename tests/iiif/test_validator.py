"""The official validator of the IIIF Image API against a running server, where it is installed."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from media_archive.archive import Archive
from media_archive.config import load
from media_archive.iiif import identifiers
from tests.served import Served
from tests.webapp import squares

PROGRAM = os.environ.get("IIIF_VALIDATOR") or shutil.which("iiif-validate.py")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not PROGRAM, reason="iiif-validate.py (PyPI: iiif-validator) is not on PATH: IIIF_VALIDATOR names it"
    ),
]


def expected() -> list[list[list[int]]]:
    """The colours that the validator looks for, by its own word."""
    say = "import json; from iiif_validator.validator import ValidationInfo; print(json.dumps(ValidationInfo().colorInfo))"
    python = Path(str(PROGRAM)).with_name("python")
    said = subprocess.run([str(python), "-c", say], capture_output=True, text=True, timeout=60, check=True).stdout
    colours: list[list[list[int]]] = json.loads(said.splitlines()[-1])
    return colours


def test_the_official_validator_passes_at_level_2(tmp_path: Path) -> None:
    served = Served(tmp_path / "home")
    try:
        served.start()
        archive = Archive.open(load(home=tmp_path / "home", keep_free=0))
        colours = expected()
        asset = squares.asset(archive, squares.drawn(colours=lambda column, row: tuple(colours[column][row])))
        archive.close()
        key = (tmp_path / "home" / "secret.key").read_text().strip()
        options = [
            "-s",
            f"127.0.0.1:{served.port}",
            "-p",
            "iiif/3",
            "-i",
            identifiers.signed(asset, key),
            "--version",
            "3.0",
            "--level",
            "2",
        ]
        run = subprocess.run([str(PROGRAM), *options], check=False, capture_output=True, text=True, timeout=200)
    finally:
        served.stop()
    assert run.returncode == 0, run.stdout + run.stderr
    assert "33 tests, 0 failures" in run.stderr
