"""A thousand photographs of 24 megapixels, from the card to the catalogue, against the bare script.

MEDIA_ARCHIVE_BENCH_PHOTOGRAPHS sets another number, MEDIA_ARCHIVE_BENCH_BARE how many of them the bare script does:
half of those before the archive's turn, half behind it.
"""

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.bench.drawn import photograph
from tests.served import Served, seconds_of_cpu

pytestmark = [pytest.mark.bench, pytest.mark.timeout(7200)]
PHOTOGRAPHS = int(os.environ.get("MEDIA_ARCHIVE_BENCH_PHOTOGRAPHS", "1000"))
BARE = min(PHOTOGRAPHS, int(os.environ.get("MEDIA_ARCHIVE_BENCH_BARE", "1000")))
DIFFERENT = 12
MOST_RATIO = 1.25
MOST_MEMORY = 600 << 20


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The photographs: a dozen different scenes, each file with bytes of its own."""
    folder = tmp_path_factory.mktemp("card") / "DCIM"
    folder.mkdir()
    scenes = []
    for seed in range(min(DIFFERENT, PHOTOGRAPHS)):
        scenes.append(photograph(folder.parent / f"scene{seed}.jpg", seed).read_bytes())
    files = []
    for number in range(PHOTOGRAPHS):
        data = scenes[number % len(scenes)]
        # a comment segment right behind the start: another file, the same picture
        comment = b"\xff\xfe" + (10).to_bytes(2, "big") + f"{number:08}".encode()
        path = folder / f"IMG_{number:05}.jpg"
        path.write_bytes(data[:2] + comment + data[2:])
        files.append(path)
    return files


def _bare(files: list[Path], out: Path) -> float:
    """CPU seconds of the bare script, in as many processes side by side as the archive's workers are."""
    out.mkdir(exist_ok=True)
    script = [sys.executable, str(Path(__file__).parent / "bare.py"), str(out)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cores = os.cpu_count() or 1
    running = [subprocess.Popen([*script, *map(str, files[one::cores])]) for one in range(cores)]
    assert [process.wait() for process in running] == [0] * cores
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class _Memory(threading.Thread):
    """The most that any process of the archive held."""

    def __init__(self, served: Served) -> None:
        super().__init__(daemon=True)
        self.served, self.most, self.done = served, 0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(1.0):
            for process in self.served.family():
                try:
                    self.most = max(self.most, process.memory_info().rss)
                except psutil.Error:
                    continue


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path / "home")
    made.start()
    yield made
    made.stop()


def test_the_whole_of_it_costs_little_more_than_the_bare_script(
    card: list[Path], served: Served, tmp_path: Path
) -> None:
    half = BARE // 2
    bare = _bare(card[:half], tmp_path / "bare")
    time.sleep(3)  # the workers are up and idle
    before, began = seconds_of_cpu(served.family()), time.monotonic()
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = _Memory(served)
    memory.start()
    done = served.command("ingest", card[0].parent, "--shoot", "bench", "--wait", "--json", timeout=6000)
    seconds = time.monotonic() - began
    memory.done.set()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"] == len(card)
    command = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours = seconds_of_cpu(served.family()) - before
    ours += command.ru_utime + command.ru_stime - own.ru_utime - own.ru_stime
    bare += _bare(card[half:BARE], tmp_path / "bare")
    ours, bare = ours / len(card), bare / BARE
    ratio = ours / bare
    print(
        f"\n{len(card)} photographs of 24 MP: archive {1000 * ours:.0f} ms CPU each, bare "
        f"{1000 * bare:.0f} ms ({BARE} of them), ratio {ratio:.2f}; {len(card) / seconds:.1f} a second; "
        f"most memory of a process {memory.most >> 20} MiB"
    )
    assert memory.most < MOST_MEMORY
    assert ratio <= MOST_RATIO
