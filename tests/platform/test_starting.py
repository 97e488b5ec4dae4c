"""What is loaded before anything is done: commands, workers and web servers start with what they use."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from media_archive.archive import Archive
from media_archive.cli.main import COMMANDS
from media_archive.config import Settings
from media_archive.jobs.kinds import QUEUE_OF
from tests.conftest import PROJECT

#: slow to load, and each used by few commands or jobs
HEAVY = {
    "alembic",
    "av",
    "boto3",
    "botocore",
    "celery",
    "cryptography",
    "defusedxml",
    "exifread",
    "ffmpeg",
    "flask",
    "fontTools",
    "granian",
    "jinja2",
    "kombu",
    "numpy",
    "PIL",
    "pillow_heif",
    "prometheus_client",
    "psutil",
    "psycopg",
    "pygments",
    "pymediainfo",
    "pyvips",
    "rapidocr",
    "rawpy",
    "redis",
    "rich",
    "structlog",
    "werkzeug",
    "yaml",
}
#: their options rest on the core's own lists
ON_THE_CORE = {"contact_sheet", "serve", "watermark"}
LIGHT = sorted({module for module, _ in COMMANDS.values()} - ON_THE_CORE)
PATHS = "import sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"


def loaded_by(code: str) -> set[str]:
    """Packages that a process has loaded after `code`."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json\n{PATHS}"], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    return set(json.loads(run.stdout))


def test_what_is_heavy_is_installed() -> None:
    # else a name in the list that changed would prove nothing
    assert [name for name in HEAVY if name not in sys.modules and find_spec(name) is None] in ([], ["rapidocr"])


@pytest.mark.slow
def test_commands_tell_their_help_without_settings_or_database() -> None:
    loaded = loaded_by("".join(f"import media_archive.cli.{module}\n" for module in LIGHT))
    assert loaded & (HEAVY | {"pydantic", "sqlalchemy"}) == set()


@pytest.mark.slow
def test_an_archive_opens_without_the_libraries_of_its_jobs() -> None:
    opened = "from media_archive.archive import Archive; from media_archive.config import load; archive = Archive.open(load())"
    works = "archive.runner(); import media_archive.catalogue.queries, media_archive.search.service"
    assert loaded_by(f"{opened}; archive.stores; {works}") & HEAVY == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "needs"),
    [
        ("workers.tasks", {"celery", "kombu", "yaml"}),
        ("webapp.app", {"defusedxml", "flask", "jinja2", "numpy", "prometheus_client", "werkzeug"}),
    ],
)
def test_workers_and_web_servers_start_with_what_they_use(module: str, needs: set[str]) -> None:
    assert (loaded_by(f"import {module}") & HEAVY) - needs == set()


@pytest.mark.slow
def test_somebody_does_every_kind_of_job(tmp_path: Path) -> None:
    works = Archive.open(Settings(home=tmp_path)).runner().works
    assert {kind for kind in QUEUE_OF if works[kind]} == set(works) == set(QUEUE_OF)
