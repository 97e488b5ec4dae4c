"""The bounded cache of pictures that are being zoomed into."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from media_archive.config import PROJECT
from media_archive.errors import Unavailable
from media_archive.iiif.cache import Cache

KEYS = [f"{number:02x}" * 16 for number in range(1, 9)]


def cache(folder: Path, most: int = 10_000) -> Cache:
    return Cache(folder, most, keep_free=0)


def written(out: Path, size: int = 1000) -> None:
    out.write_bytes(b"x" * size)


def test_the_longest_unused_go_when_the_bound_is_reached(tmp_path: Path) -> None:
    kept = cache(tmp_path, most=3500)
    for age, key in enumerate(KEYS[:3]):
        path = kept.get_or_make(key, written, 1)
        os.utime(path, (0, time.time() - 1000 + age))
    assert kept.get(KEYS[0])  # used now, so the second is the longest unused
    kept.get_or_make(KEYS[3], written, 1)
    assert [bool(kept.get(key)) for key in KEYS[:4]] == [True, False, True, True]


def test_what_is_larger_than_the_bound_serves_the_one_who_waits_for_it(tmp_path: Path) -> None:
    kept = cache(tmp_path, most=10)
    assert kept.get_or_make(KEYS[0], written, 1).stat().st_size == 1000
    kept.get_or_make(KEYS[1], written, 1)
    assert kept.get(KEYS[0]) is None


def test_ten_who_ask_at_once_have_it_made_once(tmp_path: Path) -> None:
    made: list[Path] = []

    def slowly(out: Path) -> None:
        made.append(out)
        time.sleep(0.2)
        written(out)

    got: list[Path] = []
    threads = [
        threading.Thread(target=lambda: got.append(cache(tmp_path).get_or_make(KEYS[0], slowly, 10))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(set(got)) == 1
    assert len(got) == 10


def test_who_waits_too_long_is_asked_to_come_again(tmp_path: Path) -> None:
    hold = threading.Event()

    def forever(out: Path) -> None:
        hold.wait(10)
        written(out)

    first = threading.Thread(target=lambda: cache(tmp_path).get_or_make(KEYS[0], forever, 10))
    first.start()
    time.sleep(0.1)
    with pytest.raises(Unavailable, match="Try again"):
        cache(tmp_path).get_or_make(KEYS[0], written, 0.1)
    hold.set()
    first.join()


def test_a_failure_leaves_nothing_and_the_next_one_tries_again(tmp_path: Path) -> None:
    def halfway(out: Path) -> None:
        out.write_bytes(b"half")
        raise ValueError("the disk is full")

    kept = cache(tmp_path)
    with pytest.raises(ValueError, match="full"):
        kept.get_or_make(KEYS[0], halfway, 1)
    assert kept.get(KEYS[0]) is None
    assert list(tmp_path.glob("??/*")) == []
    assert kept.get_or_make(KEYS[0], written, 1).exists()


@pytest.mark.slow
def test_a_process_that_dies_while_making_holds_nobody_up(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from media_archive.iiif.cache import Cache\n"
        "def make(out):\n  out.write_bytes(b'half'); print('on', flush=True); time.sleep(60)\n"
        f"Cache(Path(sys.argv[1]), 10_000, 0).get_or_make({KEYS[0]!r}, make, 1)"
    )
    child = subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, cwd=PROJECT)
    assert child.stdout
    assert child.stdout.readline() == b"on\n"
    child.kill()
    child.wait()
    assert cache(tmp_path).get_or_make(KEYS[0], written, 2).stat().st_size == 1000
