"""Sounds for clips and recordings: plucked strings and a drum, computed."""

import math
import random
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path

RATE = 24_000
#: steps of the pentatonic scale above A3, in semitones
SCALE = (0, 3, 5, 7, 10, 12, 15, 17, 19, 22)


def pluck(pitch: float, seconds: float, chance: random.Random) -> list[float]:
    """A plucked string (Karplus and Strong 1983): noise that runs round a delay line and loses its edge."""
    line = [chance.uniform(-1, 1) for _ in range(max(2, round(RATE / pitch)))]
    sound, length = [], len(line)
    for number in range(round(seconds * RATE)):
        place = number % length
        sound.append(line[place])
        line[place] = 0.498 * (line[place] + line[(place + 1) % length])
    return sound


def beat(seconds: float, strength: float) -> list[float]:
    """A stroke on a big drum: a falling tone that dies away."""
    sound, turn = [], 0.0
    for number in range(round(seconds * RATE)):
        time = number / RATE
        turn += 2 * math.pi * (52 + 60 * math.exp(-time * 18)) / RATE
        sound.append(strength * math.sin(turn) * math.exp(-time * 4.2))
    return sound


def melody(seconds: float, seed: int) -> list[float]:
    """A wandering tune on a zither."""
    chance = random.Random(seed)  # noqa: S311 - the same tune every time is what is wanted
    mixed, step, start = [0.0] * round(seconds * RATE), 4, 0.0
    while start < seconds - 0.2:
        step = min(len(SCALE) - 1, max(0, step + chance.choice((-2, -1, -1, 1, 1, 2))))
        _add(mixed, pluck(220 * 2 ** (SCALE[step] / 12), 1.4, chance), start, 0.5)
        if chance.random() < 0.3:
            _add(mixed, pluck(110 * 2 ** (SCALE[step % 5] / 12), 1.6, chance), start, 0.4)
        start += chance.choice((0.25, 0.25, 0.5, 0.5, 0.75))
    return mixed


def drumming(seconds: float) -> list[float]:
    """The evening drum: slow strokes that grow into a roll."""
    mixed, start, pause = [0.0] * round(seconds * RATE), 0.2, 1.5
    while start < seconds - 0.5:
        _add(mixed, beat(0.9, 0.9 if pause > 0.4 else 0.6), start, 0.8)
        start, pause = start + pause, max(0.16, pause * 0.9)
    return mixed


def _add(mixed: list[float], sound: Sequence[float], start: float, strength: float) -> None:
    first = round(start * RATE)
    for number, value in enumerate(sound[: len(mixed) - first]):
        mixed[first + number] += strength * value


def write(sound: Sequence[float], path: Path) -> Path:
    """A mono WAV file, faded out at the end."""
    fade = RATE // 2
    samples = array("h", bytes(2 * len(sound)))
    for number, value in enumerate(sound):
        level = min(1.0, (len(sound) - number) / fade)
        samples[number] = round(max(-1.0, min(1.0, value * level)) * 32000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path
