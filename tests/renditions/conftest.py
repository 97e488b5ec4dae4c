"""Real media beside the project, and small films that ffmpeg draws."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from media_archive.config import Settings, load
from media_archive.metadata.formats import recognise_path
from media_archive.metadata.record import plain
from media_archive.metadata.service import probe
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.render import render
from media_archive.tools import ffmpeg
from tests.conftest import SHARED_MEDIA

Make = Callable[[Path], Rendered]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(home=tmp_path / "home")


@pytest.fixture
def media() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        path = SHARED_MEDIA / name
        if not path.exists():
            pytest.skip(f"{name} is not among the shared media beside the project")
        return path

    return find


@pytest.fixture
def made(tmp_path: Path, settings: Settings) -> Make:
    """Renders a file as the archive would: recognised, probed, into a scratch folder."""

    def make(path: Path) -> Rendered:
        known = recognise_path(path)
        assert known is not None
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        record = plain(probe(path, known).record)
        return render(path, known.name, known.kind, record, scratch, settings)

    return make


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., Path]:
    """A film or recording that ffmpeg makes by the given arguments."""
    return lambda name, *arguments: draw(tmp_path / name, *arguments)


def draw(path: Path, *arguments: str) -> Path:
    """The same, for what several tests share."""
    command = [ffmpeg.find(load(home=path.parent)), "-v", "error", "-y", *arguments, str(path)]
    subprocess.run(command, check=True, timeout=120)
    return path


def output(rendered: Rendered, recipe: str) -> Path:
    return next(one.path for one in rendered.outputs if one.name == recipe)
