"""What `outside` found out of a file as one JSON object, and as lines for people."""

from collections.abc import Callable, Iterator
from typing import Any

from media_archive.ingest.find import as_text
from media_archive.ingest.outside import Told
from media_archive.metadata.record import AudioTrack, Problem, Record, VideoTrack, plain
from media_archive.words import Message

Say = Callable[[Message], str]
#: tracks of a kind shown to people; the JSON has all
MOST_TRACKS = 16


def document(told: Told, say: Say, *, raw: bool = False) -> dict[str, Any]:
    """The whole of it; an absent fact is absent. `raw` adds what each tool found, word for word."""
    record = told.examined.probed.record
    made: dict[str, Any] = {"path": as_text(told.path), "size": told.size, "sha256": told.sha256, "kind": told.kind}
    made["format"] = _format(told)
    made |= plain(record.model_copy(update={"problems": []}))
    made["problems"] = _problems(told, say)
    made["findings"] = {
        one.tool: {"version": one.version} | ({"found": one.found} if raw else {})
        for one in told.examined.probed.findings
    }
    if told.examined.identified is None:
        del made["version"]
    return {name: value for name, value in made.items() if value is not None and value not in ([], {})}


def _format(told: Told) -> dict[str, Any]:
    identified = told.examined.identified
    if identified is None:
        return {}
    facts = vars(identified) | {"name": identified.format.name}
    names = ("name", "version", "title", "media_type", "puid", "extension_matches")
    return {name: facts[name] for name in names if facts[name] is not None}


def _problems(told: Told, say: Say) -> list[dict[str, Any]]:
    whole = [{"reason": say(told.problem)}] if told.problem else []
    return whole + [_problem(one, say) for one in told.examined.probed.record.problems]


def _problem(one: Problem, say: Say) -> dict[str, Any]:
    return plain(one) | {"reason": say(Message.from_json(one.reason))}


def lines(told: Told, say: Say) -> Iterator[str]:
    """What people want to know first."""
    yield as_text(told.path)
    for label, value in _facts(told, say):
        if value:
            yield "  " + say(Message("{label}: {value}", {"label": label, "value": value}))


def _facts(told: Told, say: Say) -> Iterator[tuple[Message, str | None]]:
    record = told.examined.probed.record
    if identified := told.examined.identified:
        yield Message("Format"), _joined(identified.title, identified.version, identified.puid)
        if identified.extension_matches is False:
            yield Message("Extension"), say(Message("does not fit the format"))
    yield Message("Bytes"), f"{told.size:,}" if told.size is not None else None
    yield Message("SHA-256"), told.sha256
    yield from _picture(record)
    yield from _words(record)
    yield from _tracks(record)
    for problem in _problems(told, say):
        about = _joined(problem.get("field"), problem.get("value"))
        told_of = Message("{label}: {value}", {"label": about, "value": problem["reason"]}) if about else None
        yield Message("Problem"), say(told_of) if told_of else problem["reason"]
    if record.conflicts:
        yield Message("Sources disagree about"), ", ".join(one.field for one in record.conflicts)


def _picture(record: Record) -> Iterator[tuple[Message, str | None]]:
    still, exposure = record.still, record.exposure
    if still and still.width:
        bits = f"{still.bit_depth} bit" if still.bit_depth else None
        yield Message("Picture"), _joined(f"{still.width} × {still.height}", bits, still.color_model, still.profile)
    if record.capture:
        yield Message("Taken"), f"{record.capture.at} ({record.capture.source})"
    yield Message("Camera"), _joined(record.camera.make, record.camera.model, record.camera.serial)
    yield Message("Lens"), _joined(record.lens.make, record.lens.model)
    yield (
        Message("Exposure"),
        _joined(
            f"{exposure.time} s" if exposure.time else None,
            f"f/{exposure.f_number:g}" if exposure.f_number else None,
            f"ISO {exposure.iso}" if exposure.iso else None,
            f"{exposure.focal_length:g} mm" if exposure.focal_length else None,
        ),
    )
    if record.gps:
        height = f"{record.gps.alt:g} m" if record.gps.alt is not None else None
        yield Message("Place"), _joined(f"{record.gps.lat:.6f}, {record.gps.lon:.6f}", height, record.gps.datum)


def _words(record: Record) -> Iterator[tuple[Message, str | None]]:
    words = record.description
    yield Message("Title"), words.title
    yield Message("Caption"), words.caption
    yield Message("Keywords"), "; ".join(words.keywords)
    yield Message("By"), "; ".join(words.creator)
    yield Message("Rights"), words.rights


def _tracks(record: Record) -> Iterator[tuple[Message, str | None]]:
    if record.container:
        length = f"{record.container.duration:g} s" if record.container.duration else None
        yield Message("Length"), _joined(length, record.container.start_timecode)
    for video in record.video[:MOST_TRACKS]:
        yield Message("Video"), _video(video)
    for audio in record.audio[:MOST_TRACKS]:
        yield Message("Sound"), _audio(audio)
    left = len(record.video[MOST_TRACKS:]) + len(record.audio[MOST_TRACKS:])
    yield Message("Further tracks"), str(left) if left else None


def _video(track: VideoTrack) -> str | None:
    size = f"{track.width} × {track.height}" if track.width else None
    rate = f"{track.frame_rate} fps" if track.frame_rate else None
    return _joined(track.codec, track.profile, size, rate, track.chroma, track.hdr)


def _audio(track: AudioTrack) -> str | None:
    rate = f"{track.sample_rate} Hz" if track.sample_rate else None
    channels = f"{track.channels} ch" if track.channels else None
    return _joined(track.codec, channels, rate, track.language)


def _joined(*parts: str | None) -> str | None:
    return "  ".join(part for part in parts if part) or None
