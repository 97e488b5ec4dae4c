"""Everything that is made of a photograph, against a bare script that does the same and against the usual programs.

MEDIA_ARCHIVE_BENCH_STILLS sets how many photographs of each size are drawn.
"""

import hashlib
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from media_archive.config import Settings, load
from media_archive.metadata.formats import recognise_path
from media_archive.metadata.record import plain
from media_archive.metadata.service import probe
from media_archive.renditions.render import render
from media_archive.tools import isolation
from tests.bench.drawn import photograph

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
STILLS = int(os.environ.get("MEDIA_ARCHIVE_BENCH_STILLS", "6"))
SIZES = {24: (6000, 4000), 45: (8256, 5504)}
MOST_OF_BARE, MOST_OF_PROGRAMS = 1.10, 0.60


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size} MP")
def photographs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("stills")
    return [photograph(folder / f"IMG_{number:04}.jpg", number, *SIZES[request.param]) for number in range(STILLS)]


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _own(files: list[Path], folder: Path, settings: Settings) -> float:
    """CPU seconds of this process and of a reader that starts with the first file."""
    isolation.reader().close()
    began, ended = time.process_time(), _children()
    for path in files:
        with path.open("rb") as file:
            scratch = folder / hashlib.file_digest(file, "sha256").hexdigest()
        scratch.mkdir(parents=True)
        known = recognise_path(path)
        assert known is not None
        record = plain(probe(path, known).record)
        rendered = render(path, known.name, known.kind, record, scratch, settings)
        assert {one.name for one in rendered.outputs} == {"thumb", "screen", "large"}
        assert rendered.values["fingerprint"]["phash"]
        shutil.rmtree(scratch)
    reader = psutil.Process(isolation.reader().pid).cpu_times()
    return time.process_time() - began + reader.user + reader.system + _children() - ended


def _bare(files: list[Path], folder: Path) -> float:
    began = _children()
    subprocess.run([sys.executable, Path(__file__).parent / "bare.py", folder, *files], check=True)
    return _children() - began


def _programs(files: list[Path], folder: Path) -> float | None:
    """vipsthumbnail for each size and ExifTool; None where they are not installed."""
    if not (shutil.which("vipsthumbnail") and shutil.which("exiftool")):
        return None
    began, calm = _children(), os.environ | {"VIPS_CONCURRENCY": "1"}
    for path in files:
        subprocess.run(["exiftool", "-json", "-G", "-struct", path], check=True, stdout=subprocess.DEVNULL)
        for edge, quality in ((2048, 85), (1024, 82), (320, 82)):
            to = f"{folder}/%s-{edge}.jpg[Q={quality},strip]"
            command = ["vipsthumbnail", path, "--size", f"{edge}x{edge}>", "--export-profile", "srgb", "-o", to]
            subprocess.run(command, check=True, env=calm)
    return _children() - began


def test_stills_cost_little_more_than_the_bare_script_and_much_less_than_programs(
    photographs: list[Path], tmp_path: Path
) -> None:
    settings = load(home=tmp_path / "home")
    half = len(photographs) // 2
    parts = (photographs[:half], photographs[half:])
    ways: list[Callable[[list[Path]], float | None]] = [
        lambda files: _bare(files, tmp_path),
        lambda files: _own(files, tmp_path / "own", settings),
        lambda files: _programs(files, tmp_path),
    ]
    # each way on one half of them, and on the other in the opposite order: the machine's moods fall on all alike
    first = [way(parts[0]) for way in ways]
    second = [way(parts[1]) for way in reversed(ways)][::-1]
    bare, ours, programs = [(a or 0) + (b or 0) for a, b in zip(first, second, strict=True)]
    each = 1000 / len(photographs)
    print(
        f"\n{len(photographs)} photographs of {photographs[0].stat().st_size >> 20} MB: ours {ours * each:.0f} ms CPU each, "
        f"bare {bare * each:.0f}, programs {programs * each:.0f}; ratios {ours / bare:.2f} and "
        f"{ours / programs if programs else float('nan'):.2f}"
    )
    assert ours <= MOST_OF_BARE * bare
    if not programs:
        pytest.skip("vipsthumbnail or exiftool is not installed: compared with the bare script only")
    assert ours <= MOST_OF_PROGRAMS * programs
