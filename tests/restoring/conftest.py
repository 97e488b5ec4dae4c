"""An archive over a hot folder and a cold class of an S3 service."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from media_archive.archive import Archive
from media_archive.config import Settings, load
from tests.contracts.conftest import moto_endpoint  # noqa: F401 - a fixture
from tests.restoring import cold
from tests.webapp import sample as samples


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[UUID]]:
    """A home with four photographs, made once, for copies."""
    home = tmp_path_factory.mktemp("stocked") / "home"
    made = Archive.open(load(home=home, keep_free=0))
    made.init()
    samples.people(made)
    photos = samples.fill(made, photos=4, edge=64).photos
    made.close()
    return home, photos


@pytest.fixture
def chilled(
    settings: Settings,
    stocked: tuple[Path, list[UUID]],
    moto_endpoint: str,  # noqa: F811
    tmp_path: Path,
) -> Iterator[tuple[Archive, list[UUID]]]:
    """The archive, and the ids of four photographs of which the first three lie in the cold class."""
    home, photos = stocked
    shutil.copytree(home, settings.home)
    archive = Archive.open(cold.profiled(settings, tmp_path / "profiles", moto_endpoint))
    archive.stores.found(["main"])
    for one in photos[:3]:
        cold.chill(archive, one, really=True)
    yield archive, photos
    archive.close()
