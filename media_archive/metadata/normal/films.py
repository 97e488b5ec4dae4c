"""The record of a film or a recording, out of what MediaInfo and our own readers found."""

import re
from datetime import tzinfo
from fractions import Fraction
from typing import Any

from media_archive.metadata.normal import film_times, film_words, timecodes, tracks, ways
from media_archive.metadata.normal.numbers import positive
from media_archive.metadata.normal.precedence import Decisions
from media_archive.metadata.normal.said import Findings, Said, Track
from media_archive.metadata.normal.words import said_by
from media_archive.metadata.record import Chapter, Container, Record, Shown, Stated, Timecode, VideoTrack

CHAPTER = re.compile(r"_(\d{2,3})_(\d{2})_(\d{2})_(\d{3})")
#: Matroska's chapters carry their language in front
SPOKEN = re.compile(r"[a-z]{0,3}(?:-[A-Za-z]+)?:(?=\S)")
YES = {"Yes": True, "No": False}


def record(found: Findings, beside: Findings, zone: tzinfo) -> Record:
    """The record of a film or recording: `found` by tool, `beside` the findings of its sidecars by tool."""
    said, decided = Said(found, beside, zone), Decisions()
    video = [tracks.video(track) for track in said.of("Video")]
    audio = [tracks.audio(track) for track in said.of("Audio")]
    subtitles = [tracks.subtitles(track) for track in said.of("Text")]
    camera = film_words.camera(said, decided)
    taken, dates = film_times.choose(said, decided, camera.make)
    made = Record(
        capture=taken,
        gps=ways.choose(said, decided, taken),
        camera=camera,
        lens=film_words.lens(said, decided),
        exposure=film_words.exposure(said, decided),
        description=film_words.description(said, decided),
        container=_container(said, decided, video, dates),
        video=video,
        audio=audio,
        subtitles=subtitles,
        shown=_shown(video[0] if video else None),
    )
    for part in ("container", "video", "audio", "subtitles"):
        if getattr(made, part) and said.media:
            decided.sources.setdefault(part, "MediaInfo")
    return made.model_copy(update=decided.told())


def beside_alone(found: Findings, zone: tzinfo) -> Record:
    """The record of a sidecar of films by itself: where and when it was, and with what."""
    made = record({}, found, zone)
    return made.model_copy(update={"container": None, "shown": None})


def _container(said: Said, decided: Decisions, video: list[VideoTrack], dates: list[Stated]) -> Container:
    general = said.general
    timecode = _timecode(said, decided, video)
    return Container(
        format=tracks.said(general, "Format"),
        profile=tracks.said(general, "Format_Profile"),
        brands=_brands(general),
        duration=said.duration,
        bit_rate=positive(general.get("OverallBitRate")),
        bit_rate_mode=tracks.mode(general.get("OverallBitRate_Mode")),
        start_timecode=timecode.text if timecode else None,
        timecode=timecode,
        reel=_reel(said, decided),
        umid=_umid(said, decided),
        chapters=_chapters(said),
        dates=dates,
        bext=said.riff.get("bext") or {},
        ixml=said.riff.get("ixml") or {},
        content_identifier=tracks.said(said.extra, "com_apple_quicktime_content_identifier"),
        cover=(tracks.said(general, "Cover_Mime") or "").split(" / ")[0] or None,
        streamable=YES.get(str(general.get("IsStreamable"))),
        encrypted=_encrypted(said),
    )


def _timecode(said: Said, decided: Decisions, video: list[VideoTrack]) -> Timecode | None:
    rated = next((track.frame_rate for track in video if track.frame_rate), None)
    timecode = timecodes.start(said, Fraction(rated) if rated else None)
    if timecode:
        decided.sources["container.timecode"] = timecode.source
    return timecode


def _brands(general: Track) -> list[str]:
    """The major brand and those it is compatible with."""
    if general.get("Format") != "MPEG-4":
        return []
    told = (said_by(general.get(name)).split("/") for name in ("CodecID", "CodecID_Compatible"))
    return list(dict.fromkeys(brand.strip() for part in told for brand in part if brand.strip()))


def _encrypted(said: Said) -> bool | None:
    return said.movie.get("encrypted") or any(track.get("Encryption") for track in said.tracks) or None


def _reel(said: Said, decided: Decisions) -> str | None:
    ixml = said.riff.get("ixml") or {}
    pairs = [
        ("movie tmcd name", said.movie.get("reel")),
        ("mxf TapeDescriptor", said.mxf.get("reel")),
        ("ixml TAPE", ixml.get("tape")),
        ("sidecar xmpDM:tapeName", said_by(said.sidecar.get("xmpDM:tapeName"))),
        ("xmp xmpDM:tapeName", said_by(said.inner.get("xmpDM:tapeName"))),
        ("MediaInfo Reel", tracks.said(said.general, "Reel") or tracks.said(said.extra, "REEL_NAME")),
    ]
    return decided.choose("container.reel", [(source, value or None) for source, value in pairs])


def _umid(said: Said, decided: Decisions) -> str | None:
    pairs = [("mxf PackageID", said.mxf.get("umid"))]
    pairs += [(f"{source} umid", str(xml.get("umid") or "").upper().removeprefix("0X")) for source, xml in said.xml()]
    pairs.append(("bext UMID", (said.riff.get("bext") or {}).get("umid")))
    return decided.choose("container.umid", [(source, value or None) for source, value in pairs])


def _shown(main: VideoTrack | None) -> Shown | None:
    """Pixels as displayed: square, and upright."""
    if main is None or not main.width or not main.height:
        return None
    width, height = max(round(main.width * main.pixel_aspect), 1), main.height
    return Shown(width=height, height=width) if main.rotation in {90, 270} else Shown(width=width, height=height)


def _chapters(said: Said) -> list[Chapter]:
    """Those of the longest menu: a film may carry the same chapters in two forms."""
    menus: list[dict[str, Any]] = [menu for track in said.of("Menu") if isinstance(menu := track.get("extra"), dict)]
    tagged = said.general.get("Format") in {"Matroska", "WebM"}
    listed_in = [
        [_chapter(found, title, tagged) for name, title in menu.items() if (found := CHAPTER.fullmatch(str(name)))]
        for menu in menus
    ]
    return max(listed_in, key=len, default=[])


def _chapter(found: re.Match[str], title: Any, tagged: bool) -> Chapter:
    hours, minutes, seconds, milliseconds = map(int, found.groups())
    name = said_by(title)
    name = SPOKEN.sub("", name, count=1) if tagged and SPOKEN.match(name) else name
    return Chapter(start=hours * 3600 + minutes * 60 + seconds + milliseconds / 1000, title=name or None)
