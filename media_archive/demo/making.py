"""Draws everything there is in the demonstration archive."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from media_archive.demo import films, stills
from media_archive.ingest.wish import Wish


@dataclass(frozen=True)
class Shoot:
    """One shoot: where its files were drawn, and what is to be said of all of them."""

    name: str
    folder: Path
    wish: Wish


WISHES = (
    Wish(stills.BRIDGE, caption="云溪大桥从桩基到通车的跟踪拍摄。", photographer="王海涛", projects=("P1",), landmarks=("云溪大桥",)),
    Wish(stills.TOWER, caption="鼓楼广场的四季与修缮。", photographer="陈国栋", projects=("P2",), landmarks=("鼓楼",)),
    Wish(stills.STATION, caption="老火车站从停运到博物馆。", photographer="陈国栋", landmarks=("老火车站",), streets=("站前街",)),
    Wish(stills.CANAL, caption="运河街整治前后。", photographer="李文静", landmarks=("望河桥",), streets=("运河街",)),
    Wish(stills.STREET, caption="解放路二十七年。", photographer="李文静", projects=("P3",), streets=("解放路",)),
    Wish(stills.TOWN, caption="河南岸新区的建设与建成。", photographer="王海涛", projects=("P4",)),
)  # fmt: skip


def make(folder: Path, ffmpeg: str, done: Callable[[int, int], None] = lambda _done, _all: None) -> list[Shoot]:
    """Draws all pictures, clips and sounds below `folder`; `done` is told how many of how many are finished."""
    shoots = [Shoot(wish.shoot, folder / wish.shoot, wish) for wish in WISHES]
    for one in shoots:
        one.folder.mkdir(parents=True, exist_ok=True)
    # spawned, not forked: whoever calls may have threads
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        # the clips take longest: first
        work: list[Future[Path]] = [pool.submit(films.shoot, film, ffmpeg, folder / film.shoot) for film in films.FILMS]
        work += [pool.submit(films.record, sound, ffmpeg, folder / sound.shoot) for sound in films.SOUNDS]
        work += [
            pool.submit(_draw, number, folder / still.shoot) for number, still in enumerate(stills.STILLS, start=1)
        ]
        _wait(work, done)
    return shoots


def _draw(number: int, folder: Path) -> Path:
    return stills.draw(stills.STILLS[number - 1], number, folder)


def _wait(work: Iterable["Future[Path]"], done: Callable[[int, int], None]) -> None:
    wanted = list(work)
    for number, one in enumerate(wanted, start=1):
        one.result()
        done(number, len(wanted))
