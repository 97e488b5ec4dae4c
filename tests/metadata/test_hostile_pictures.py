"""Pictures damaged at random: each is told as far as it is whole, soon and in little memory."""

import random
import re
import time
from pathlib import Path

import psutil
import pytest

from media_archive.metadata.formats import identify_path
from media_archive.metadata.service import probe
from media_archive.tools.isolation import reader

#: seconds and bytes that one probe may take
SOON, LITTLE = 10, 512 << 20
#: what the outcome says when our own readers or rules stumble, or a library dies
BLUNDER = re.compile(r"cannot be understood|reader of this file|(Type|Key|Index|Attribute|Overflow|Recursion)Error")


def damaged(data: bytes, dice: random.Random) -> bytes:
    """`data` cut off, or with bits, bytes or whole numbers changed, mostly near its start where the structure lies."""
    broken = bytearray(data)
    if dice.random() < 0.25:
        return bytes(broken[: dice.randrange(16, len(broken))])
    for _ in range(dice.choice((1, 5, 30, 200))):
        at, width = dice.randrange(min(len(broken), dice.choice((4096, 60_000)))), dice.choice((1, 1, 2, 4, 8))
        broken[at : at + width] = dice.choice((b"\xff", b"\x00", b"\x7f", dice.randbytes(1))) * width
    return bytes(broken)


@pytest.mark.slow
def test_a_thousand_damaged_pictures_are_read_or_explained(media: Path, tmp_path: Path) -> None:
    dice = random.Random(1972)
    folders = ("photo", "broken", "sidecar")
    paths = [path for folder in folders for path in sorted((media / folder).iterdir())]
    small = [path for path in paths if 16 < path.stat().st_size < 1 << 20]
    for number in range(1000):
        source = dice.choice(small)
        path = tmp_path / f"{number}{source.suffix}"
        path.write_bytes(damaged(source.read_bytes(), dice))
        known = identify_path(path)
        if known is None or known.format.kind not in {"photo", "sidecar"}:
            continue
        started = time.monotonic()
        found = probe(path, known.format)
        assert time.monotonic() - started < SOON, (number, source.name)
        assert BLUNDER.search(str(found.problem)) is None, (number, source.name, found.problem)
        pid = reader().pid
        assert pid is None or psutil.Process(pid).memory_info().rss < LITTLE, (number, source.name)
        path.unlink()
