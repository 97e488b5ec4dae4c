"""What every tool said of one film or recording and of the sidecars beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import Any

from media_archive.metadata.normal.numbers import decimal

Findings = Mapping[str, dict[str, Any]]
Track = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """The findings, by tool: those of the file and those of its sidecars; `zone` is where plain clocks stand."""

    found: Findings
    beside: Findings
    zone: tzinfo

    @cached_property
    def media(self) -> dict[str, Any]:
        return self.found.get("MediaInfo", {})

    @cached_property
    def tracks(self) -> list[Track]:
        """MediaInfo's tracks, the container's among them."""
        return [_plain(track) for track in self.media.get("tracks", []) if isinstance(track, dict)]

    def of(self, kind: str) -> list[Track]:
        """The tracks of one kind: General, Video, Audio, Text, Menu, Other."""
        return [track for track in self.tracks if track.get("@type") == kind]

    @cached_property
    def general(self) -> Track:
        return next(iter(self.of("General")), {})

    @cached_property
    def extra(self) -> Track:
        """What the container says outside MediaInfo's own fields."""
        return dict(self.general.get("extra") or {})

    @cached_property
    def duration(self) -> float | None:
        """Seconds, of the container or of its longest track."""
        longest = max((decimal(track.get("Duration")) or 0 for track in self.tracks), default=0)
        return decimal(self.general.get("Duration")) or longest or None

    @cached_property
    def movie(self) -> dict[str, Any]:
        return self.found.get("movie", {})

    @cached_property
    def riff(self) -> dict[str, Any]:
        return self.found.get("riff", {})

    @cached_property
    def mxf(self) -> dict[str, Any]:
        return self.found.get("mxf", {})

    @cached_property
    def inner(self) -> dict[str, Any]:
        """The properties of the XMP packet in the file."""
        return self.found.get("xmp", {})

    @cached_property
    def sidecar(self) -> dict[str, Any]:
        """The properties of the XMP file beside it."""
        return self.beside.get("xmp", {})

    @cached_property
    def flight(self) -> dict[str, Any]:
        return self.beside.get("flight", {})

    @cached_property
    def gpx(self) -> dict[str, Any]:
        return self.beside.get("gpx", {})

    def xml(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The camera's XML, beside the film and in it, with what it is called."""
        yield "camera-xml", self.beside.get("camera-xml", {})
        yield "movie-xml", self.movie.get("xml", {})


def _plain(track: Track) -> Track:
    """A track's own fields, which are texts, and what else it says under "extra"."""
    return {
        name: value
        for name, value in track.items()
        if isinstance(value, dict if name == "extra" else str | int | float)
    }
