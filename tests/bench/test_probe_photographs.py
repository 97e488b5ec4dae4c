"""What one photograph's metadata costs: the whole probe against an ExifTool that is kept open, on the same real files.

MEDIA_ARCHIVE_BENCH_PROBES sets how often each file is read.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from media_archive.metadata import service
from media_archive.tools.isolation import Reader

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
ROUNDS = int(os.environ.get("MEDIA_ARCHIVE_BENCH_PROBES", "3"))
MOST_RATIO = 1.0
ARGUMENTS = ("-stay_open", "True", "-@", "-", "-common_args", "-j", "-G", "-struct")


@contextmanager
def _exiftool() -> Iterator[tuple[Callable[[Path], None], int]]:
    running = subprocess.Popen(["exiftool", *ARGUMENTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert running.stdin
    assert running.stdout

    def read(path: Path) -> None:
        assert running.stdin
        assert running.stdout
        running.stdin.write(os.fsencode(path) + b"\n-execute\n")
        running.stdin.flush()
        while running.stdout.readline().strip() != b"{ready}":
            pass

    try:
        yield read, running.pid
    finally:
        running.stdin.write(b"-stay_open\nFalse\n")
        running.stdin.close()
        running.wait(20)


def _seconds(*pids: int) -> float:
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return sum(one.user + one.system for one in times)


def _measured(read: Callable[[Path], object], files: list[Path], *pids: int) -> float:
    """CPU seconds of the processes for one round over `files`."""
    before = _seconds(*pids)
    for path in files:
        read(path)
    return _seconds(*pids) - before


def test_a_photograph_costs_no_more_than_exiftool_takes(shared_media: Path) -> None:
    if shutil.which("exiftool") is None:
        pytest.skip("there is no exiftool here")
    files = sorted(path for path in (shared_media / "photo").iterdir() if path.is_file())
    reader = Reader()

    def ours(path: Path) -> None:
        assert service.examine(path, by=reader).identified, path.name

    with _exiftool() as (theirs, exiftool):
        for path in files:  # warm: libraries loaded, files in memory
            ours(path)
            theirs(path)
        assert reader.pid
        processes = (os.getpid(), reader.pid)
        # in turns, so that whatever else the machine does meets both
        rounds = [(_measured(ours, files, *processes), _measured(theirs, files, exiftool)) for _ in range(ROUNDS)]
        assert reader.pid == processes[1], "the reader was replaced in the middle of it"
    reader.close()
    mine, other = (sum(one) / ROUNDS / len(files) for one in zip(*rounds, strict=True))
    print(
        f"\n{len(files)} photographs: the whole probe {1000 * mine:.1f} ms CPU each (parent and child), ExifTool kept "
        f"open {1000 * other:.1f} ms, ratio {mine / other:.2f}"
    )
    assert mine / other <= MOST_RATIO
