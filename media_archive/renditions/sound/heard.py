"""Which of a file's sound tracks are played, and how they become one or two channels."""

from dataclasses import dataclass
from typing import Any

from media_archive.renditions.streams import Sound, Streams
from media_archive.tools import ffmpeg

#: of everything that is played
SAMPLE_RATE = 48000
#: seconds by which sound may be off its own stamps before it is mended: more than they waver by, less than a frame
OUT_OF_STEP = 0.02
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

    @property
    def surround(self) -> bool:
        """Whether there are more channels than are played, and each has its place."""
        first = self.tracks[0]
        return len(self.tracks) == 1 and first.placed and 2 < first.channels <= MOST_PLACED

    def stream(self, opened: Any, begins: float = 0.0, *, again: bool = False) -> Any:
        """Them as one stream of the input `opened`, without holes, from second `begins` on; surround sound as it is.

        `again` where another stream of the same track is made in the same command, for filters alike are taken for one.
        """
        tracks = [opened[str(track.index)] for track in self.tracks]
        tracks = [track.filter("anull") for track in tracks] if again else tracks
        several = len(tracks) > 1
        stream = ffmpeg.join(tracks, channel_layout="stereo") if several else _chosen(tracks[0], self.tracks[0])
        return steady(stream, begins)

    def played(self, stream: Any) -> Any:
        """One or two channels out of `stream`; surround sound is mixed down as its loudspeakers say."""
        return stream.filter(
            "aformat", channel_layouts="stereo" if self.channels > 1 else "mono", sample_rates=SAMPLE_RATE
        )

    def deal(self, stream: Any, played: int, measured: int) -> tuple[list[Any], list[Any]]:
        """So many branches of `stream` as it is played, and so many as its loudness is measured: in all its channels."""
        if not (self.surround and measured):
            branches = _split(self.played(stream), played + measured)
            return branches[:played], branches[played:]
        if not played:
            return [], _split(stream, measured)
        mixed, whole = _split(stream, 2)
        # mixed down here: ffmpeg would else do it where all branches begin
        return _split(self.played(mixed.filter("aresample", SAMPLE_RATE)), played), _split(whole, measured)


def _split(stream: Any, count: int) -> list[Any]:
    branches = stream.filter_multi_output("asplit", count)
    return [branches[number] for number in range(count)]


def _chosen(stream: Any, track: Sound) -> Any:
    """Of channels that nobody placed, two are left and right."""
    if track.channels > 1 and (not track.placed or track.channels > MOST_PLACED):
        return stream.filter("channelmap", map="0|1", channel_layout="stereo")
    return stream


def steady(stream: Any, begins: float = 0.0) -> Any:
    """`stream` from second `begins` of the file on, as time zero: holes filled and overlaps cut, so that it stays with the picture."""
    in_step = {"async": 1, "min_hard_comp": OUT_OF_STEP, "first_pts": round(begins * SAMPLE_RATE)}
    kept = stream.filter("aresample", SAMPLE_RATE, **in_step)
    return kept.filter("asetpts", "PTS-STARTPTS") if begins else kept


def heard(streams: Streams) -> Heard | None:
    """What is played of a file's sound: broadcast cameras write the left and the right as two mono tracks."""
    if not streams.sounds:
        return None
    first, *others = streams.sounds
    if first.channels == 1 and others and others[0].channels == 1 and others[0].language == first.language:
        return Heard((first, others[0]))
    return Heard((first,))
