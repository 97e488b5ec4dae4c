"""A clip whose every frame carries its own number, as digits for people and as squares for tests."""

import json
import subprocess
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (320, 180)
FRAMES = 600
FPS = "30000/1001"
#: squares of 20 px from the left of the foot: bit 0 first
BITS = 10


def frame(number: int) -> Image.Image:
    drawn = Image.new("RGB", SIZE, "#335")
    pen = ImageDraw.Draw(drawn)
    pen.text((90, 40), f"{number:04d}", fill="white", font_size=60)
    for bit in range(BITS):
        pen.rectangle((10 + bit * 30, 140, 29 + bit * 30, 159), fill="white" if number >> bit & 1 else "black")
    return drawn


def make(folder: Path, program: str) -> None:
    """Writes clip.mp4 (as proxies are: constant rate, short groups, faststart), sprites and peaks into `folder`."""
    command = [
        program,
        "-y",
        "-v",
        "error",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        "320x180",
        "-r",
        FPS,
        "-i",
        "-",
    ]
    command += [
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "20",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "12",
        "-movflags",
        "+faststart",
    ]
    encoder = subprocess.Popen([*command, str(folder / "clip.mp4")], stdin=subprocess.PIPE)
    assert encoder.stdin
    for number in range(FRAMES):
        encoder.stdin.write(frame(number).tobytes())
    encoder.stdin.close()
    assert encoder.wait(120) == 0
    (folder / "sprites.vtt").write_text(_sprites(folder), "utf-8")
    data = [value for i in range(2000) for value in (-(i % 100), i % 100)]
    (folder / "peaks.json").write_text(json.dumps({"version": 2, "channels": 1, "bits": 8, "data": data}))


def _sprites(folder: Path) -> str:
    sheet = Image.new("RGB", (320, 180))
    cues = ["WEBVTT\n"]
    for number in range(4):
        x, y = number % 2 * 160, number // 2 * 90
        sheet.paste(frame(number * 150).resize((160, 90)), (x, y))
        cues.append(f"00:{number * 5:02d}.000 --> 00:{number * 5 + 5:02d}.000\nsprites.jpg#xywh={x},{y},160,90\n")
    sheet.save(folder / "sprites.jpg")
    return "\n".join(cues)
