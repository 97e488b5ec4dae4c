"""What a film's probe costs, against one plain call of pymediainfo; and long films against shorter ones.

MEDIA_ARCHIVE_BENCH_LONG_FILM sets the size of the long film in bytes (6 GB needs as much room, and twice for both).
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pymediainfo import MediaInfo

from media_archive.metadata.formats import recognise_path
from media_archive.metadata.service import Probed, probe
from media_archive.tools.isolation import reader
from tests.drawn import film_program

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
MEDIA = Path(__file__).resolve().parents[3] / "shared" / "media"
ROUNDS = 7
MOST_RATIO, MOST_LONG_RATIO = 1.2, 1.5
SHORT = 100_000_000
LONG = int(os.environ.get("MEDIA_ARCHIVE_BENCH_LONG_FILM", "6000000000"))


def probed(path: Path) -> Probed:
    known = recognise_path(path)
    assert known is not None
    return probe(path, known)


def cost(work: Callable[[], object]) -> float:
    """CPU seconds of this process and of its reader."""
    before = _spent()
    work()
    return _spent() - before


def _spent() -> float:
    processes = [psutil.Process(), *([psutil.Process(reader().pid)] if reader().pid else [])]
    times = [process.cpu_times() for process in processes]
    return sum(one.user + one.system for one in times)


def least(works: list[Callable[[], object]]) -> list[float]:
    """The least CPU of each work over several rounds, taken in turns so that a busy machine weighs on all alike."""
    # the clock of the kernel ticks a hundred times a second: each measures many calls
    rounds = [[cost(work) for work in works] for _ in range(ROUNDS)]
    return [min(costs) for costs in zip(*rounds, strict=True)]


@pytest.mark.skipif(not MEDIA.is_dir(), reason="no real media at ../shared/media")
def test_a_probe_costs_little_more_than_mediainfo_alone() -> None:
    paths = sorted((MEDIA / "video").iterdir())
    probed(paths[0])

    def plain() -> None:
        for path in paths:
            MediaInfo.parse(path)

    def ours() -> None:
        for path in paths:
            probed(path)

    mediainfo, archive = least([plain, ours])
    ratio = archive / mediainfo
    print(
        f"\n{len(paths)} films: probe {1000 * archive / len(paths):.1f} ms CPU each, pymediainfo "
        f"{1000 * mediainfo / len(paths):.1f} ms, ratio {ratio:.2f}"
    )
    assert ratio <= MOST_RATIO


@pytest.fixture(params=["ts", "mkv"])
def lengths(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A film of 100 MB and a long one of the same make."""
    if shutil.disk_usage(tmp_path).free < LONG + 4 * SHORT:
        pytest.skip("no room for the long film: MEDIA_ARCHIVE_BENCH_LONG_FILM sets a smaller size")
    made = tmp_path / "made.ts"
    _ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25", "-f", "lavfi", "-i", "sine=r=48000", "-t", "8", *ENCODE, made
    )
    films = [_repeated(made, size, tmp_path / f"{size}.{request.param}") for size in (SHORT, LONG)]
    yield films[0], films[1]
    for film in films:
        film.unlink()


ENCODE = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "16M", "-minrate", "16M", "-bufsize", "4M", "-g", "12")


def loops(size: int, made: Path) -> int:
    return 1 + size // made.stat().st_size


def _repeated(made: Path, size: int, to: Path) -> Path:
    _ffmpeg("-stream_loop", str(loops(size, made) - 1), "-i", made, "-c", "copy", to)
    return to


def _ffmpeg(*arguments: object) -> None:
    subprocess.run([film_program(), "-v", "error", "-y", *map(str, arguments)], check=True, timeout=900)


def test_a_long_film_is_probed_as_fast_as_a_short_one(lengths: tuple[Path, Path]) -> None:
    short, long = lengths
    probed(short)
    brief, extended = least([lambda: probed(short), lambda: probed(long)])
    ratio = extended / brief
    print(
        f"\n{long.suffix[1:]}: {long.stat().st_size / 1e9:.1f} GB {1000 * extended:.0f} ms CPU, "
        f"{short.stat().st_size / 1e6:.0f} MB {1000 * brief:.0f} ms, ratio {ratio:.2f}"
    )
    told, seconds = probed(long).record, 8 * loops(LONG, long.parent / "made.ts")
    assert told.container is not None
    assert told.container.duration is not None
    assert told.container.duration == pytest.approx(seconds, rel=0.01)
    assert told.video[0].gop == "M=1, N=12"
    assert ratio <= MOST_LONG_RATIO
