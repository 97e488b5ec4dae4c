"""Real files, damaged in every way a seed can think of: no reader dies of one, none hangs, none swells, all explain.

MEDIA_ARCHIVE_HOSTILE_ROUNDS sets how many times each file is damaged.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from media_archive.ingest.refusing import reason
from media_archive.metadata import service
from media_archive.tools.isolation import Limits, Reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
ROUNDS = int(os.environ.get("MEDIA_ARCHIVE_HOSTILE_ROUNDS", "4"))
LARGEST_FILE = 6 << 20
#: what the reader is given, and what a file may take with all that comes before and after
LIMIT_SECONDS, MOST_SECONDS = 5.0, 10.0
MOST_MEMORY = 512 << 20

Damage = Callable[[bytearray, random.Random, bytes], bytearray]


def _flipped(data: bytearray, chance: random.Random, _other: bytes) -> bytearray:
    for _ in range(chance.choice((1, 8, 64, 512))):
        data[_place(data, chance)] ^= 1 << chance.randrange(8)
    return data


def _cut(data: bytearray, chance: random.Random, _other: bytes) -> bytearray:
    return data[: _place(data, chance) + 1]


def _blown_up(data: bytearray, chance: random.Random, _other: bytes) -> bytearray:
    """Lengths, counts and offsets turn huge, nought, or back to where they stand."""
    for _ in range(chance.choice((1, 4, 16))):
        at, width = _place(data, chance), chance.choice((2, 4, 8))
        value = chance.choice((0, 1, at, (1 << (8 * width)) - 1, (1 << (8 * width - 1)) - 1, len(data), 1 << 28))
        order = chance.choice(("big", "little"))
        data[at : at + width] = (value % (1 << (8 * width))).to_bytes(width, order)  # type: ignore[arg-type]
    return data


def _spliced(data: bytearray, chance: random.Random, other: bytes) -> bytearray:
    start, length = chance.randrange(len(other)), chance.choice((16, 512, 8192))
    at = _place(data, chance)
    data[at : at + chance.choice((0, length))] = other[start : start + length]
    return data


def _repeated(data: bytearray, chance: random.Random, _other: bytes) -> bytearray:
    at, length = _place(data, chance), chance.choice((4, 64, 1024))
    data[at:at] = data[at : at + length] * chance.choice((2, 64))
    return data


DAMAGES: tuple[Damage, ...] = (_flipped, _cut, _blown_up, _blown_up, _spliced, _repeated)


def _place(data: bytearray, chance: random.Random) -> int:
    """Mostly where headers are."""
    return chance.randrange(min(len(data), chance.choice((64, 1024, 16384, 1 << 30))))


def _damaged(files: list[Path], rounds: int) -> Iterator[tuple[str, bytearray]]:
    for number, path in enumerate(files):
        whole, other = path.read_bytes(), files[number - 1].read_bytes()
        for round_ in range(rounds):
            chance = random.Random(f"{path.name} {round_}")
            data = bytearray(whole)
            for _ in range(chance.choice((1, 1, 2))):
                data = chance.choice(DAMAGES)(data, chance, other) or bytearray(b"\0")
            yield f"{round_}-{path.name}", data


def _peak(pid: int | None) -> int:
    """The most memory that a process ever held, in bytes (proc(5): VmHWM)."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if pid and status.exists() else []
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM")), 0)


def test_damaged_files_cost_a_sentence_and_nothing_else(shared_media: Path, tmp_path: Path) -> None:
    folders = ("photo", "video", "audio", "sidecar", "broken")
    files = sorted(one for name in folders for one in (shared_media / name).iterdir() if one.is_file())
    files = [one for one in files if 0 < one.stat().st_size <= LARGEST_FILE]
    # what a worker's child has, but for being replaced when it has grown: its peak is looked at here
    child = Reader(Limits(seconds=LIMIT_SECONDS, silent=True, calls=1 << 30, resident=1 << 40))
    count, faults, fattest, slowest = 0, [], 0, 0.0
    for name, data in _damaged(files, ROUNDS):
        path = tmp_path / name
        path.write_bytes(data)
        began = time.monotonic()
        examined = service.examine(path, by=child)
        seconds, peak = time.monotonic() - began, _peak(child.pid)
        problem = examined.probed.problem or (None if examined.identified else reason(examined.stranger))
        said = str(problem) if problem else ""
        count, slowest = count + 1, max(slowest, seconds)
        if seconds > MOST_SECONDS or peak > MOST_MEMORY or "died" in said or "ended unexpectedly" in said:
            faults.append(f"{name}: {seconds:.1f} s, {peak >> 20} MiB, {said}")
            child.close()
        if problem is not None and not said.strip():
            faults.append(f"{name}: no reason")
        fattest = max(fattest, peak)
        path.unlink()
    child.close()
    print(f"\n{count} damaged files, the slowest {slowest:.2f} s, the most memory {fattest >> 20} MiB")
    assert faults == []
