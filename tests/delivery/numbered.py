"""Films whose frames say their own number: twelve squares, black or white, are its bits; a pulse sounds at every tenth."""

import subprocess
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

BITS, SQUARE, WIDTH, HEIGHT = 12, 24, 320, 96
SOUND_RATE = 48_000
PULSE_EVERY = 10


def draw(path: Path, program: str, rate: str, count: int, *arguments: str, sounds: int = 1) -> Path:
    """A film of `count` frames, encoded by `arguments`; `sounds` tracks with a pulse at frames 0, 10, 20 ..."""
    sound = path.with_suffix(".pulse.wav")
    _pulses(sound, Fraction(rate), count)
    raw = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", rate, "-i", "-"]
    command = [program, "-v", "error", "-y", *raw, *(["-i", str(sound)] if sounds else [])]
    mapped = ["-map", "0:v", *(["-map", "1:a"] * sounds)]
    frames = b"".join(_frame(number) for number in range(count))
    subprocess.run([*command, *mapped, *arguments, str(path)], input=frames, check=True, timeout=120)
    return path


def _frame(number: int) -> bytes:
    picture = np.full((HEIGHT, WIDTH), 128, np.uint8)
    for bit in range(BITS):
        picture[24:72, bit * SQUARE : (bit + 1) * SQUARE] = 235 if number >> bit & 1 else 16
    return picture.tobytes()


def _pulses(path: Path, rate: Fraction, count: int) -> None:
    sound = np.zeros(int(count / rate * SOUND_RATE), np.int16)
    for number in range(0, count, PULSE_EVERY):
        at = round(number / rate * SOUND_RATE)
        sound[at : at + 48] = 24_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        file.writeframes(sound.tobytes())


def numbers(path: Path) -> list[int]:
    """What the frames of a film say, as they are shown."""
    said = []
    with av.open(str(path)) as film:
        for frame in film.decode(film.streams.video[0]):
            picture = frame.to_ndarray(format="gray")
            squares = [picture[40:56, bit * SQUARE + 8 : (bit + 1) * SQUARE - 8].mean() > 126 for bit in range(BITS)]
            said.append(sum(1 << bit for bit, white in enumerate(squares) if white))
    return said


def pulses(path: Path, track: int = 0) -> list[float]:
    """Seconds from the first frame shown at which the pulses of a track begin."""
    with av.open(str(path)) as film:
        first = next(film.decode(film.streams.video[0]))
        zero = float(first.pts * first.time_base)
    found: list[float] = []
    with av.open(str(path)) as film:
        for frame in film.decode(film.streams.audio[track]):
            loud = np.abs(frame.to_ndarray().astype(np.float64))
            loud = loud.reshape(len(frame.layout.channels), -1, order="F" if not frame.format.is_planar else "C").max(
                axis=0
            )
            loud = loud / (1.0 if loud.max() <= 2 else 32768.0 if frame.format.bytes == 2 else 2**31)
            start = float(frame.pts * frame.time_base) - zero
            for at in np.flatnonzero(loud > 0.35):
                moment = start + at / frame.sample_rate
                if not found or moment - found[-1] > 0.01:
                    found.append(moment)
                else:
                    found[-1:] = [found[-1]]
    return found
