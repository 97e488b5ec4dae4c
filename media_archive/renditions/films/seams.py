"""Where a film can be cut: its key frames near given moments. Runs in the reader process only."""

from collections.abc import Sequence
from typing import Any

import av
from av.error import FFmpegError

#: packets read in search of a key frame, of all streams: minutes of most films
PACKETS = 20_000


def key_frames(path: str, index: int, moments: Sequence[float]) -> list[float]:
    """Seconds from the beginning of the film at `path` to a key frame of its stream `index` near each of `moments`.

    Each comes once, in order; none for a moment near which there is none, or where the film cannot be searched.
    """
    found: list[float] = []
    with av.open(path, options={"protocol_whitelist": "file"}, metadata_errors="replace") as container:
        begins = (container.start_time or 0) / av.time_base
        for moment in moments:
            try:
                seconds = _near(container, container.streams[index], begins + moment)
            except FFmpegError:
                continue
            if seconds is not None and (not found or seconds - begins > found[-1]):
                found.append(seconds - begins)
    return found


def _near(container: Any, stream: Any, moment: float) -> float | None:
    """When the key frame is shown from which a player would begin to show `moment`."""
    container.seek(int(moment / stream.time_base), stream=stream, backward=True, any_frame=False)
    for number, packet in enumerate(container.demux(stream)):
        if packet.is_keyframe and packet.pts is not None and packet.time_base:
            return float(packet.pts * packet.time_base)
        if number > PACKETS:
            break
    return None
