"""ffmpeg: where it is, what it can, and how its command lines are put together.

ffmpeg-python is imported here only, and only to build command lines; `tools.runner` runs them.
"""

import os
import re
import shutil
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import ffmpeg

from media_archive.config import Settings
from media_archive.errors import Unavailable
from media_archive.tools.runner import PROGRESS, run

#: `-fps_mode` came with 5.1
OLDEST = (5, 1)
SECONDS_TO_ANSWER = 30
#: demuxers that real films and recordings need; playlists and scripts, which name other files, are not among them
DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2 matroska,webm mxf mpegts mpeg mpegvideo avi dv flv live_flv asf ogg gxf h264 hevc m4v "
    "wav w64 aiff caf mp3 flac aac ac3 eac3 amr dts truehd au ape wv tta rm"
)
GRAPH = "-filter_complex"
#: of an input whose picture goes through filters that follow when its size or pixels change: else ffmpeg begins them anew
CHANGING: dict[str, Any] = {"reinit_filter:v": 0}
#: of an input whose sound must not change: else the same
EVEN: dict[str, Any] = {"reinit_filter:a": 0}


@lru_cache
def _usable(program: str) -> bool:
    try:
        said = version(program)
    except Unavailable:
        return False
    number = re.match(r"n?(\d+)\.(\d+)", said)
    # builds from the development branch have dates for numbers
    return number is None or (int(number[1]), int(number[2])) >= OLDEST


def find(settings: Settings) -> str:
    """Path of ffmpeg: the one set, else the one on PATH if it is new enough, else the packaged one."""
    if settings.ffmpeg:
        if not _usable(settings.ffmpeg):
            raise Unavailable(
                "{program} is no ffmpeg of version 5.1 or later. Mend the setting ffmpeg.", program=settings.ffmpeg
            )
        return settings.ffmpeg
    if (found := shutil.which("ffmpeg")) and _usable(found):
        return found
    return _packaged()


@lru_cache
def _packaged() -> str:
    import imageio_ffmpeg

    try:
        found = str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as exc:
        raise Unavailable("There is no ffmpeg here. Install one, or the package imageio-ffmpeg.") from exc
    return found


@lru_cache
def version(program: str) -> str:
    """Version as the program says it, such as "5.1.9-0+deb12u1"."""
    said = run([program, "-hide_banner", "-version"], timeout=SECONDS_TO_ANSWER, check=False).stdout.decode(
        "utf-8", "replace"
    )
    found = re.match(r"ffmpeg version (\S+)", said)
    if not found:
        raise Unavailable("{program} is no ffmpeg.", program=program)
    return found[1]


@lru_cache
def own_clock(program: str) -> str | int:
    """The value of enc_time_base that has an encoder count in the film's own clock: a word since 6.1, which 5.1 does not know."""
    found = re.match(r"(\d+)\.", version(program))
    # what was built out of the repository has no number, and is newer
    return -1 if found and int(found[1]) < 7 else "demux"


@lru_cache
def has_filters(program: str, *names: str) -> bool:
    """Whether this ffmpeg was built with all the filters of these names."""
    listed = run([program, "-hide_banner", "-filters"], timeout=SECONDS_TO_ANSWER).stdout.decode("utf-8", "replace")
    known = set(re.findall(r"^ [A-Z.]{2,3} (\S+)", listed, re.MULTILINE))
    return known.issuperset(names)


def source(path: Path, **options: Any) -> Any:
    """An input that reads this one local file, whatever it says of others."""
    safe = {"protocol_whitelist": "file,pipe", "format_whitelist": DEMUXERS.replace(" ", ",")}
    return ffmpeg.input(f"file:{path}", **safe, **options)


def drawn(path: Path) -> Any:
    """An input of one picture that was drawn here as PNG."""
    return ffmpeg.input(f"file:{path}", format="png_pipe", protocol_whitelist="file,pipe")


def overlay(ground: Any, over: Any) -> Any:
    """The stream `ground` with the picture `over` lying on all of it, to its end."""
    return ffmpeg.filter([ground, over], "overlay", 0, 0, eof_action="repeat", shortest=0)


def sink(streams: Sequence[Any], path: Path | None, **options: Any) -> Any:
    """An output of `streams` to a file, or to standard output where there is no path."""
    return ffmpeg.output(*streams, f"file:{path}" if path else "pipe:1", **options)


def join(streams: Sequence[Any], **options: Any) -> Any:
    """One audio stream out of several."""
    return ffmpeg.filter(list(streams), "join", inputs=len(streams), **options)


def chain(streams: Sequence[Any]) -> Any:
    """Several audio streams of one shape, one after another without a gap."""
    return ffmpeg.concat(*streams, v=0, a=1)


def silence(seconds: float, sample_rate: int) -> Any:
    """Sound of which nothing is heard."""
    return ffmpeg.input(f"anullsrc=sample_rate={sample_rate}", format="lavfi", t=f"{seconds:.6f}")["a"]


def loose(path: Path, width: int, height: int, pixels: str) -> Any:
    """The uncompressed pictures in a file that was made here."""
    return ffmpeg.input(f"file:{path}", format="rawvideo", pixel_format=pixels, video_size=(width, height))


def lay(ground: Any, picture: Any) -> Any:
    """`picture`, which may be transparent, upon `ground`."""
    return ffmpeg.filter([ground, picture], "overlay", format="auto")


def command(program: str, outputs: Sequence[Any]) -> list[str]:
    """The command line of one process that makes all `outputs` and reports its progress."""
    threads = str(min(os.cpu_count() or 1, 8))
    together = ffmpeg.merge_outputs(*outputs).global_args(
        *("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error"),
        *("-filter_complex_threads", threads, "-progress", PROGRESS, "-stats_period", "1"),
    )
    return _apart([str(part) for part in ffmpeg.compile(together, cmd=program, overwrite_output=True)])


def _apart(asked: list[str]) -> list[str]:
    """The same, with filters that do not hang together in graphs of their own.

    ffmpeg holds back all frames of a graph until each of its inputs has begun, and begins a graph anew when one of its
    inputs changes: the picture must not depend on the sound.
    """
    if GRAPH not in asked:
        return asked
    at = asked.index(GRAPH)
    # what stands between labels has its own semicolons escaped
    graphs = _hanging_together(re.split(r"(?<!\\);", asked[at + 1]))
    return asked[:at] + [part for graph in graphs for part in (GRAPH, ";".join(graph))] + asked[at + 2 :]


def _hanging_together(chains: Sequence[str]) -> list[list[str]]:
    """Chains of filters in groups that share no label but of inputs, such as "[0:1]"."""
    groups: list[tuple[set[str], list[str]]] = []
    for chain in chains:
        labels, together = set(re.findall(r"\[(s\d+)\]", chain)), [chain]
        for group in [one for one in groups if one[0] & labels]:
            groups.remove(group)
            labels, together = labels | group[0], group[1] + together
        groups.append((labels, together))
    return [together for _, together in groups]


class Clock:
    """Follows the lines that ffmpeg writes to `-progress`."""

    def __init__(self) -> None:
        #: seconds of output written so far
        self.seconds = 0.0
        #: whether a frame was written; a single one may stand at second 0
        self.wrote = False
        self._last: dict[str, str] = {}

    def read(self, line: str) -> bool:
        """Takes a line; true if it shows that work goes on."""
        name, _, value = line.partition("=")
        if name not in ("out_time_us", "frame", "total_size"):
            return False
        moved = self._last.get(name) != value
        self._last[name] = value
        self.wrote |= name == "frame" and value not in ("", "0")
        if name == "out_time_us" and value.lstrip("-").isdigit():
            self.seconds = max(self.seconds, int(value) / 1e6)
        return moved
