"""The record of a film or a recording, out of what MediaInfo and the timecode reader found."""

import re
from collections.abc import Iterator
from datetime import tzinfo
from fractions import Fraction
from typing import Any, Literal

from media_archive.metadata.normal import moments, places, timecodes
from media_archive.metadata.normal.numbers import decimal, positive, rate, written
from media_archive.metadata.normal.words import first_text, listed, rating, said_by
from media_archive.metadata.record import (
    AudioTrack,
    Camera,
    Capture,
    Chapter,
    Container,
    Description,
    Gps,
    Record,
    Shown,
    SubtitleTrack,
    VideoTrack,
)

Track = dict[str, Any]
MODES: dict[Any, Literal["constant", "variable"]] = {"CFR": "constant", "VFR": "variable"}
#: what to do for the moment of capture, in the order it is believed: (field, what it is called)
DATES = ("Recorded_Date", "Mastered_Date", "Encoded_Date", "Tagged_Date")
CHAPTER = re.compile(r"_(\d{2})_(\d{2})_(\d{2})_(\d{3})")
LOCATIONS = ("com_apple_quicktime_location_ISO6709", "xyz", "Recorded_Location")


def record(found: dict[str, Any], sidecar: dict[str, Any], zone: tzinfo) -> Record:
    """The record of a film or recording; `sidecar` the properties of an XMP file beside it."""
    tracks: list[Track] = [track for track in found.get("tracks", []) if isinstance(track, dict)]
    general: Track = next((track for track in tracks if track.get("@type") == "General"), {})
    extra: Track = general.get("extra") or {}
    video = [_video(track) for track in tracks if track.get("@type") == "Video"]
    main = video[0] if video else None
    return Record(
        capture=next((moment for moment in _moments(general, extra, sidecar, zone) if moment), None),
        gps=_place(general, extra) or places.from_xmp(sidecar),
        camera=_camera(general, extra),
        description=_words(general, extra, sidecar),
        container=_container(found, tracks, general, video),
        video=video,
        audio=[_audio(track) for track in tracks if track.get("@type") == "Audio"],
        subtitles=[_text(track) for track in tracks if track.get("@type") == "Text"],
        shown=_shown(main),
    )


def _container(found: dict[str, Any], tracks: list[Track], general: Track, video: list[VideoTrack]) -> Container:
    rated = next((track.frame_rate for track in video if track.frame_rate), None)
    timecode = timecodes.start(found, tracks, Fraction(rated) if rated else None)
    return Container(
        format=general.get("Format"),
        duration=decimal(general.get("Duration")) or _longest(tracks),
        bit_rate=positive(general.get("OverallBitRate")),
        start_timecode=timecode.text if timecode else None,
        timecode=timecode,
        chapters=_chapters(tracks),
    )


def _shown(main: VideoTrack | None) -> Shown | None:
    """Pixels as displayed: square, and upright."""
    if main is None or not main.width or not main.height:
        return None
    width, height = round(main.width * main.pixel_aspect), main.height
    return Shown(width=height, height=width) if main.rotation in {90, 270} else Shown(width=width, height=height)


def _video(track: Track) -> VideoTrack:
    exact = rate(track.get("FrameRate_Num"), track.get("FrameRate_Den"), track.get("FrameRate"))
    turned = decimal(track.get("Rotation"))
    pixel = decimal(track.get("PixelAspectRatio"), 4) or 1.0
    profile = "@".join(part for part in (track.get("Format_Profile"), _level(track)) if part)
    return VideoTrack(
        codec=track.get("Format"),
        profile=profile or None,
        width=positive(track.get("Width")),
        height=positive(track.get("Height")),
        pixel_aspect=pixel if 0.1 <= pixel <= 10 else 1.0,
        display_aspect=decimal(track.get("DisplayAspectRatio"), 4),
        rotation=round((turned or 0) / 90) * 90 % 360,
        frame_rate=written(exact) if exact else None,
        frame_rate_mode=MODES.get(track.get("FrameRate_Mode")),
        frames=positive(track.get("FrameCount")),
        bit_rate=positive(track.get("BitRate")),
        bit_depth=positive(track.get("BitDepth")),
        chroma=track.get("ChromaSubsampling"),
        scan=str(track["ScanType"]).lower() if track.get("ScanType") else None,
        scan_order=track.get("ScanOrder"),
        primaries=track.get("colour_primaries"),
        transfer=track.get("transfer_characteristics"),
        matrix=track.get("matrix_coefficients"),
        hdr=track.get("HDR_Format") or ({"PQ": "PQ", "HLG": "HLG"}.get(str(track.get("transfer_characteristics")))),
    )


def _level(track: Track) -> str | None:
    level = str(track.get("Format_Level") or "")
    return f"L{level}" if level[:1].isdigit() else level or None


def _audio(track: Track) -> AudioTrack:
    more = track.get("Format_AdditionalFeatures")
    return AudioTrack(
        codec=" ".join(part for part in (track.get("Format"), more) if part) or None,
        channels=positive(track.get("Channels")),
        layout=track.get("ChannelLayout"),
        sample_rate=positive(track.get("SamplingRate")),
        bit_depth=positive(track.get("BitDepth")),
        bit_rate=positive(track.get("BitRate")),
        language=track.get("Language"),
        title=said_by(track.get("Title")) or None,
    )


def _text(track: Track) -> SubtitleTrack:
    return SubtitleTrack(
        codec=track.get("Format"), language=track.get("Language"), title=said_by(track.get("Title")) or None
    )


def _longest(tracks: list[Track]) -> float | None:
    return max((decimal(track.get("Duration")) or 0 for track in tracks), default=0) or None


def _chapters(tracks: list[Track]) -> list[Chapter]:
    """Those of the longest menu: a film may carry the same chapters in two forms."""
    menus = [track.get("extra") or {} for track in tracks if track.get("@type") == "Menu"]
    listed_in = [
        [_chapter(found, title) for name, title in menu.items() if (found := CHAPTER.fullmatch(str(name)))]
        for menu in menus
    ]
    return max(listed_in, key=len, default=[])


def _chapter(found: re.Match[str], title: Any) -> Chapter:
    hours, minutes, seconds, milliseconds = map(int, found.groups())
    return Chapter(start=hours * 3600 + minutes * 60 + seconds + milliseconds / 1000, title=said_by(title) or None)


def _moments(general: Track, extra: Track, sidecar: dict[str, Any], zone: tzinfo) -> Iterator[Capture | None]:
    created = "com_apple_quicktime_creationdate"
    yield moments.moment(extra.get(created), f"MediaInfo {created}", zone)
    for name in DATES:
        yield moments.moment(general.get(name), f"MediaInfo {name}", zone)
    for name in ("exif:DateTimeOriginal", "xmp:CreateDate", "photoshop:DateCreated"):
        yield moments.moment(said_by(sidecar.get(name)), f"sidecar {name}", zone)


def _place(general: Track, extra: Track) -> Gps | None:
    for name in LOCATIONS:
        found = places.from_iso6709(extra.get(name) or general.get(name), "MediaInfo")
        if found:
            return found
    return None


def _camera(general: Track, extra: Track) -> Camera:
    make = extra.get("com_apple_quicktime_make") or extra.get("com_android_manufacturer")
    model = extra.get("com_apple_quicktime_model") or extra.get("com_android_model")
    if not model and general.get("Encoded_Hardware_Name"):
        make, model = general.get("Encoded_Hardware_CompanyName"), general.get("Encoded_Hardware_Name")
    software = general.get("Encoded_Application") or extra.get("com_apple_quicktime_software")
    return Camera(make=said_by(make) or None, model=said_by(model) or None, software=said_by(software) or None)


def _words(general: Track, extra: Track, sidecar: dict[str, Any]) -> Description:
    return Description(
        title=first_text((sidecar.get("dc:title"), general.get("Title"), general.get("Movie"))),
        caption=first_text(
            (sidecar.get("dc:description"), general.get("Description"), general.get("Comment"), extra.get("Comment"))
        ),
        keywords=listed(sidecar.get("dc:subject"), general.get("Keywords")),
        creator=listed(sidecar.get("dc:creator"), general.get("Performer"), general.get("Director")),
        credit=first_text((sidecar.get("photoshop:Credit"),)),
        rights=first_text((sidecar.get("dc:rights"), general.get("Copyright"))),
        rating=rating(sidecar.get("xmp:Rating"), general.get("Rating")),
    )
