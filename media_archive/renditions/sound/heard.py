"""Which of a file's sound tracks are played, and how they become one or two channels."""

from dataclasses import dataclass
from typing import Any

from media_archive.renditions.streams import Sound, Streams
from media_archive.tools import ffmpeg

#: of everything that is played
SAMPLE_RATE = 48000
#: loudspeakers that a player places; of more channels, the first two are played
MOST_PLACED = 8


@dataclass(frozen=True)
class Heard:
    """The tracks that are played: one, or the left and the right of a pair of mono tracks."""

    tracks: tuple[Sound, ...]

    @property
    def channels(self) -> int:
        """One or two."""
        return 2 if len(self.tracks) > 1 else min(2, self.tracks[0].channels)

    def stream(self, opened: Any, begins: float = 0.0, *, again: bool = False) -> Any:
        """Them as one stream of the input `opened`: one or two channels without holes, from second `begins` on.

        `again` where another stream of the same track is made in the same command, for filters alike are taken for one.
        """
        tracks = [opened[str(track.index)] for track in self.tracks]
        tracks = [track.filter("anull") for track in tracks] if again else tracks
        if len(tracks) > 1:
            stream = ffmpeg.join(tracks, channel_layout="stereo")
        else:
            stream = _downmixed(tracks[0], self.tracks[0])
        return steady(stream, begins).filter(
            "aformat", channel_layouts="stereo" if self.channels > 1 else "mono", sample_rates=SAMPLE_RATE
        )


def _downmixed(stream: Any, track: Sound) -> Any:
    """Surround sound is mixed down as its loudspeakers say; of channels that nobody placed, two are left and right."""
    if track.channels > 1 and (not track.placed or track.channels > MOST_PLACED):
        return stream.filter("channelmap", map="0|1", channel_layout="stereo")
    return stream


def steady(stream: Any, begins: float = 0.0) -> Any:
    """`stream` from second `begins` of the file on, as time zero: holes filled and overlaps cut, so that it stays with the picture."""
    kept = stream.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": round(begins * SAMPLE_RATE)})
    return kept.filter("asetpts", "PTS-STARTPTS") if begins else kept


def heard(streams: Streams) -> Heard | None:
    """What is played of a file's sound: broadcast cameras write the left and the right as two mono tracks."""
    if not streams.sounds:
        return None
    first, *others = streams.sounds
    if first.channels == 1 and others and others[0].channels == 1 and others[0].language == first.language:
        return Heard((first, others[0]))
    return Heard((first,))
