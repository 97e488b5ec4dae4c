"""Edit proxies: what an editing program takes for the film until it is finished, and relinks to the original.

Programs match a proxy with its original by name, frame rate, number of frames, start timecode and sound tracks; so
each is the original's. The picture stays as it was taken: fields, pixel aspect, colours and dynamic range are the
original's, only size and codec are not. A film of variable rate has no frames to match: it is given the constant rate
nearest to it, as editing programs themselves do, frames repeated or left out where they must be.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_archive.errors import Unsupported
from media_archive.metadata.formats import FORMATS
from media_archive.metadata.normal.timecodes import counted_at
from media_archive.metadata.record import plain
from media_archive.metadata.service import probe
from media_archive.renditions.films import frames
from media_archive.renditions.films.plan import pictured
from media_archive.renditions.films.proxy import MOST_WAITING
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.parameters import EditProxy
from media_archive.renditions.sound.heard import OUT_OF_STEP
from media_archive.renditions.streams import Picture, Sound, Streams
from media_archive.tools import ffmpeg
from media_archive.tools.runner import run

#: names of the renditions: of the film or its first file, and of further ones with their number
FIRST, FURTHER = "edit-proxy", "edit-proxy-part-"
EDIT, MEDIA_TYPE = "edit.mov", "video/quicktime"
#: bits of a sample that 16 do not hold
DEEP = 16
CODECS: dict[str, dict[str, Any]] = {
    "prores-proxy": {"c:v": "prores_ks", "profile:v": 0, "vendor": "apl0", "pix_fmt": "yuv422p10le"},
    "dnxhr-lb": {"c:v": "dnxhd", "profile:v": "dnxhr_lb", "pix_fmt": "yuv422p"},
}
#: ffmpeg writes no DNxHR that says it is interlaced: an editing program would take both fields for one picture
WITH_FIELDS = "prores-proxy"


@dataclass(frozen=True)
class _Plan:
    """What an edit proxy is like. Seconds; `shift` is when the first picture is shown after the first sound."""

    told: EditProxy
    picture: Picture
    sounds: list[Sound]
    rate: Fraction
    width: int
    height: int
    #: "tff", "bff", or "" where the film is progressive
    fields: str
    shift: float
    timecode: str | None
    reel: str | None


def render_edit(order: Order) -> Rendered:
    """The edit proxy of the film; one of each file of a recording that spans several, for each is a clip by itself."""
    if not order.sources:
        return Rendered([_edited(order, FIRST)])
    made = []
    for number, (source, name) in enumerate(zip(order.sources, order.names, strict=True), 1):
        folder = order.scratch / str(number)
        folder.mkdir()
        one = replace(order, source=source, name=name, scratch=folder)
        if number > 1:
            one = replace(one, record=plain(probe(source, FORMATS[order.format_name], name=name).record))
        made.append(_edited(one, FIRST if number == 1 else f"{FURTHER}{number}"))
    return Rendered(made)


def _edited(order: Order, output: str) -> Output:
    recipe, streams = order.wanted("edit-proxy"), order.streams()
    assert recipe
    plan = _plan(order, streams, recipe.told(EditProxy))
    clock = ffmpeg.Clock()

    def follow(line: str) -> bool:
        alive = clock.read(line)
        if alive and streams.duration:
            order.progress(min(1.0, clock.seconds / streams.duration))
        return alive

    run(
        ffmpeg.command(ffmpeg.find(order.settings), [_output(order, plan)]),
        timeout=order.bounds(streams.duration),
        progress=follow,
        cancel=order.cancel,
        cwd=order.scratch,
    )
    path = order.scratch / EDIT
    duration = order.length(path)
    if not duration:
        raise Unsupported("No frame of the film can be decoded.")
    rate = f"{plan.rate.numerator}/{plan.rate.denominator}"
    name = f"{Path(order.name).stem}.mov" if order.name else EDIT
    return Output(output, recipe, path, MEDIA_TYPE, *_shown(plan), duration, rate, file_name=name)


def _plan(order: Order, streams: Streams, told: EditProxy) -> _Plan:
    picture = pictured(streams)
    track = (order.record.get("video") or [{}])[0]
    fields = picture.fields or (("bff" if track.get("scan_order") == "BFF" else "tff") if picture.interlaced else "")
    width, height = _size(picture, told, fields)
    rate = Fraction(picture.rate)
    container = order.container
    code = counted_at(container.get("timecode") or {}, rate)
    return _Plan(
        told,
        picture,
        streams.sounds,
        rate,
        width,
        height,
        fields,
        picture.begins,
        code.text if code else None,
        container.get("reel"),
    )


def _size(picture: Picture, told: EditProxy, fields: str) -> tuple[int, int]:
    """Half where that is a whole number of pixels, of lines in both fields, and not too small; upright."""
    width, height = (picture.height, picture.width) if picture.sideways else (picture.width, picture.height)
    whole = width % 4 == 0 and height % (8 if fields else 4) == 0
    if told.size == "half" and whole and min(width, height) // 2 >= told.least_edge:
        return width // 2, height // 2
    return width // 2 * 2, height


def _shown(plan: _Plan) -> tuple[int, int]:
    """As displayed, with square pixels."""
    aspect = 1 / plan.picture.pixel_aspect if plan.picture.sideways else plan.picture.pixel_aspect
    return max(1, round(plan.width * aspect)), plan.height


def _output(order: Order, plan: _Plan) -> Any:
    opened = frames.source(order.source, plan.picture)
    tracks = [_sound(opened[str(sound.index)], plan) for sound in plan.sounds]
    return ffmpeg.sink([_frames(opened[str(plan.picture.index)], plan), *tracks], Path(EDIT), **_options(order, plan))


def _frames(stream: Any, plan: _Plan) -> Any:
    """Every frame of the film, the first at time zero."""
    stream = frames.to_the_last(stream.filter("setpts", "PTS-STARTPTS"), plan.picture.frames)
    stream = stream.filter("fps", fps=str(plan.rate))
    if plan.picture.frames:
        stream = stream.filter("trim", end_frame=plan.picture.frames)
    stream = stream.filter(
        "scale",
        plan.width,
        plan.height,
        interl=int(bool(plan.fields)),
        in_color_matrix=frames.matrix_of(plan.picture),
        out_range="tv",
    )
    return stream.filter("setfield", plan.fields or "prog")


def _sound(stream: Any, plan: _Plan) -> Any:
    """The track in step with the picture, without holes."""
    stream = stream.filter("asetpts", f"PTS-{plan.shift:.9f}/TB")
    return stream.filter("aresample", **{"async": 1, "min_hard_comp": OUT_OF_STEP, "first_pts": 0})


def _options(order: Order, plan: _Plan) -> dict[str, Any]:
    options: dict[str, Any] = {
        **CODECS[WITH_FIELDS if plan.fields else plan.told.codec],
        "r": str(plan.rate),
        "fps_mode": "cfr",
        "map_metadata": -1,
        "map_chapters": -1,
        "max_muxing_queue_size": MOST_WAITING,
        "write_tmcd": int(plan.timecode is not None),
    }
    if plan.fields:
        options |= {"flags:v": "+ildct"}
    if plan.timecode:
        options["timecode"] = plan.timecode
    if plan.timecode and plan.reel:
        options["metadata:s:v:0"] = f"reel_name={plan.reel}"
    tracks = order.record.get("audio") or []
    for number, sound in enumerate(plan.sounds):
        deep = ((tracks[number] if number < len(tracks) else {}).get("bit_depth") or 0) > DEEP
        options[f"c:a:{number}"] = "pcm_s24le" if deep else "pcm_s16le"
        if sound.language:
            options[f"metadata:s:a:{number}"] = f"language={sound.language}"
    return options
