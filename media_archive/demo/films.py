"""The clips and recordings of the demonstration archive."""

import io
import math
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from media_archive.demo import bridge, music, newtown, oldtown, parts
from media_archive.demo.canvas import Canvas
from media_archive.demo.light import LIGHTS
from media_archive.tools import runner

SECONDS = 300.0
Frames = Callable[[tuple[int, int], int], Iterator[Image.Image]]


@dataclass(frozen=True)
class Film:
    """One clip."""

    shoot: str
    name: str
    title: str
    taken: str
    size: tuple[int, int]
    rate: Fraction
    seconds: float
    frames: Frames
    #: how ffmpeg is to write it
    coding: tuple[str, ...]
    timecode: str = ""


@dataclass(frozen=True)
class Sound:
    """One recording."""

    shoot: str
    name: str
    title: str
    taken: str
    seconds: float
    play: Callable[[float], list[float]]
    coding: tuple[str, ...] = ()


def shoot(film: Film, ffmpeg: str, folder: Path) -> Path:
    """Draws a clip and writes it with sound, title and start timecode."""
    target, drawn = folder / film.name, folder / f".{film.name}.mjpeg"
    tune = music.write(music.melody(film.seconds, len(film.name)), folder / f".{film.name}.wav")
    with drawn.open("wb") as file:
        for number, frame in enumerate(film.frames(film.size, round(film.seconds * film.rate))):
            _burn_in(frame, film, number)
            buffer = io.BytesIO()
            frame.save(buffer, "JPEG", quality=90)
            file.write(buffer.getvalue())
    command = [ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
    command += ["-f", "mjpeg", "-framerate", str(film.rate), "-i", f"file:{drawn}", "-i", f"file:{tune}"]
    command += ["-map", "0:v", "-map", "1:a", *film.coding, *_labels(film.title, film.taken)]
    command += ["-timecode", film.timecode] if film.timecode else []
    runner.run([*command, "-shortest", f"file:{target}"], timeout=SECONDS)
    drawn.unlink()
    tune.unlink()
    return _dated(target, film.taken)


def record(sound: Sound, ffmpeg: str, folder: Path) -> Path:
    """Plays a recording into a file."""
    target, played = folder / sound.name, folder / f".{sound.name}.wav"
    music.write(sound.play(sound.seconds), played)
    if not sound.coding:
        shutil.move(played, target)
        return _dated(target, sound.taken)
    command = [ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-y", "-i", f"file:{played}"]
    runner.run([*command, *sound.coding, *_labels(sound.title, sound.taken), f"file:{target}"], timeout=SECONDS)
    played.unlink()
    return _dated(target, sound.taken)


def _dated(target: Path, taken: str) -> Path:
    """The file as it would come from a card: last changed when it was taken. Some formats can say it no other way."""
    moment = datetime.fromisoformat(taken).timestamp()
    os.utime(target, (moment, moment))
    return target


def _labels(title: str, taken: str) -> list[str]:
    labels = ["-metadata", f"title={title}", "-metadata", "artist=王海涛"]
    return [*labels, "-metadata", f"creation_time={taken}"] if taken else labels


def _on_twos(frames: Iterator[Image.Image]) -> Iterator[Image.Image]:
    """Each drawing twice, as animators do: half the work, and nobody minds."""
    for frame in frames:
        yield frame.copy()
        yield frame


def _burn_in(frame: Image.Image, film: Film, number: int) -> None:
    """The frame's number and the time since the start, as a monitor shows them."""
    pen, (width, height) = ImageDraw.Draw(frame, "RGBA"), frame.size
    size = max(14, height // 36)
    second = math.floor(number / film.rate)
    text = f"{second // 60:02d}:{second % 60:02d}  F{number:05d}"
    font = ImageFont.load_default(size)
    wide = round(pen.textlength(text, font))
    pen.rectangle((width - wide - 3 * size, height - 2.2 * size, width - size, height - 0.6 * size), (0, 0, 0, 120))
    pen.text((width - wide - 2 * size, height - 2.0 * size), text, (255, 255, 255, 230), font)


def _again(size: tuple[int, int], backdrop: Image.Image, seed: int) -> Canvas:
    """A canvas that begins with what was painted before."""
    canvas = Canvas(*size, seed=seed, fine=1)
    canvas.begin_with(backdrop)
    return canvas


def _painted(size: tuple[int, int], seed: int, paint: Callable[[Canvas], None]) -> Image.Image:
    canvas = Canvas(*size, seed=seed)
    paint(canvas)
    return canvas.finished()


def bridge_grows(size: tuple[int, int], count: int) -> Iterator[Image.Image]:
    """Three years of building in a few seconds."""
    return _on_twos(_bridge_grows(size, count // 2))


def _bridge_grows(size: tuple[int, int], count: int) -> Iterator[Image.Image]:
    day = _painted(size, 5, lambda canvas: bridge.background(canvas, LIGHTS["morning"], 0.66))
    dusk = _painted(size, 5, lambda canvas: bridge.background(canvas, LIGHTS["sunset"], 0.66))
    for number in range(count):
        part = number / (count - 1)
        sunset = 0.5 - 0.5 * math.cos(part * 6 * math.pi)
        canvas = _again(size, Image.blend(day, dusk, sunset), 9)
        light = LIGHTS["morning" if sunset < 0.5 else "sunset"]
        bridge.construction(canvas, light, min(1.0, part * 1.08), bridge.view_of(canvas, 0.66))
        bridge.water_below(canvas, light, 0.66)
        yield canvas.finished()


def cranes_turn(size: tuple[int, int], count: int) -> Iterator[Image.Image]:
    """Tower cranes at work in the evening."""
    light = LIGHTS["sunset"]
    backdrop = _painted(size, 21, lambda canvas: newtown.site(canvas, light, 0.55, math.pi / 2))
    for number in range(count):
        canvas = _again(size, backdrop, 3)
        for place, tall, start in ((0.22, 0.66, 0.2), (0.62, 0.74, 1.9), (0.93, 0.58, 3.1)):
            parts.crane(canvas, light, canvas.aspect * place, 0.8, tall, start + number / count * 2.6)
        yield canvas.finished()


def street_passes(size: tuple[int, int], count: int) -> Iterator[Image.Image]:
    """The main street in 1998."""
    light = LIGHTS["morning"]
    backdrop = _painted(size, 31, lambda canvas: newtown.empty_street(canvas, light, 1998, "summer"))
    for number in range(count):
        canvas = _again(size, backdrop, 31)
        newtown.traffic(canvas, light, 1998, number / 25 * 0.1)
        yield canvas.finished()


def boat_passes(size: tuple[int, int], count: int) -> Iterator[Image.Image]:
    """A boat on the canal at dawn."""
    light = LIGHTS["dawn"]
    backdrop = _painted(size, 44, lambda canvas: oldtown.canal(canvas, light, "spring", None))
    for number in range(count):
        canvas = _again(size, backdrop, number // 6)
        canvas.ripples(0.6, 1, (255, 255, 255), 0.07, 60)
        parts.boat(
            canvas, light, canvas.aspect * (-0.1 + 1.15 * number / count), 0.8 + 0.004 * math.sin(number / 7), 0.3
        )
        yield canvas.finished()


def fireworks_rise(size: tuple[int, int], count: int) -> Iterator[Image.Image]:
    """Fireworks over the new town, filmed upright."""
    return _on_twos(_fireworks_rise(size, count // 2))


def _fireworks_rise(size: tuple[int, int], count: int) -> Iterator[Image.Image]:
    backdrop = _painted(size, 52, lambda canvas: newtown.waterfront(canvas, LIGHTS["night"]))
    chance = random.Random(8)  # noqa: S311 - the same rockets every time are what is wanted
    colours = ("ffd36b", "ff6b6b", "7ee0ff", "b78bff", "9bff8a")
    rockets = [
        (chance.uniform(0.08, 0.48), chance.uniform(0.08, 0.34), chance.uniform(-0.1, 0.9), chance.choice(colours))
        for _ in range(12)
    ]
    for number in range(count):
        canvas = _again(size, backdrop, 1)
        for x, y, start, colour in rockets:
            newtown.fireworks(canvas, x, y, (number / count - start) * 3.2, colour)
        yield canvas.finished()


def zither(seconds: float) -> list[float]:
    """A tune by the canal."""
    return music.melody(seconds, 77)


H264 = (
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-crf",
    "21",
    "-pix_fmt",
    "yuv420p",
    "-c:a",
    "aac",
    "-b:a",
    "128k",
    "-ar",
    "48000",
)
PAL = (
    "-vf",
    "setsar=16/15",
    "-c:v",
    "mpeg2video",
    "-b:v",
    "6M",
    "-g",
    "12",
    "-c:a",
    "mp2",
    "-ar",
    "48000",
    "-ac",
    "2",
    "-f",
    "mpeg",
)

FILMS = (
    Film("云溪大桥建设记录", "A001_云溪大桥延时.mov", "云溪大桥建设延时摄影", "2019-09-01T02:00:00Z", (1280, 720), Fraction(25), 6, bridge_grows, H264, "10:00:00:00"),
    Film("新区建设", "新区塔吊.mp4", "新区塔吊作业", "2015-08-19T10:55:00Z", (1280, 720), Fraction(25), 5, cranes_turn, H264),
    Film("解放路变迁", "解放路1998.mpg", "解放路街景 1998", "1998-06-15T00:00:00Z", (720, 576), Fraction(25), 6, street_passes, PAL),
    Film("运河街今昔", "C0042.mov", "运河街摇橹船", "2024-04-05T22:10:00Z", (1280, 720), Fraction(30000, 1001), 5, boat_passes, H264, "01:00:00;00"),
    Film("新区建设", "VID_20241231_235930.mp4", "跨年烟花", "2024-12-31T15:59:30Z", (720, 1280), Fraction(30), 5, fireworks_rise, H264),
)  # fmt: skip
SOUNDS = (
    Sound("运河街今昔", "运河小调.wav", "运河小调", "2024-04-06T01:30:00Z", 20, zither),
    Sound(
        "鼓楼四时",
        "鼓楼暮鼓.m4a",
        "鼓楼暮鼓",
        "2025-01-28T10:00:00Z",
        16,
        music.drumming,
        ("-c:a", "aac", "-b:a", "160k"),
    ),
)
