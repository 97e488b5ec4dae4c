"""A film's renditions: proxy, poster, scrub sheet and waveform out of one decode in one process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_archive.errors import Crashed, TooLarge, Unreadable, Unsupported
from media_archive.renditions import parameters
from media_archive.renditions.films import sprites
from media_archive.renditions.films.sprites import Sheet
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.recipes import Given, Recipe, always, book
from media_archive.renditions.sound import rendering as sounds
from media_archive.renditions.sound.peaks import Peaks
from media_archive.renditions.streams import Picture, Streams
from media_archive.tools import ffmpeg
from media_archive.tools.isolation import reader
from media_archive.tools.runner import run
from media_archive.words import Message

PROXY, INDEX = "proxy.mp4", "sprites.vtt"
CANDIDATE = "candidate-%02d.png"
#: lines from which a picture whose colours are not described is taken for high definition
HIGH_DEFINITION = 720
TONE_MAPPING = ("zscale", "tonemap")

SILENT = "The film has no sound that can be decoded."
ENDS_EARLY = "The film's data end early: {seconds} s of {claimed} s can be played."
ONLY_SOUND = "The film's picture cannot be decoded ({reason}); only its sound can be played."


@dataclass(frozen=True)
class _Plan:
    """What is to be made of a film and how large."""

    program: str
    made: dict[str, Recipe]
    picture: Picture
    sound: sounds.Heard | None
    duration: float
    width: int
    height: int
    rate: Fraction
    sheet: Sheet
    timecode: str | None

    def told(self, maker: str, shape: type[Given]) -> Given:
        return _told(self.made, maker, shape)


def _told(made: dict[str, Recipe], maker: str, shape: type[Given]) -> Given:
    """What the recipe of `maker` says, also where it is not to be made now: the others follow the proxy's size."""
    recipe = made.get(maker) or next(one for one in book("film").recipe if one.made_by == maker)
    return recipe.told(shape)


def render_film(order: Order) -> Rendered:
    """Everything that can be made of the film; its sound alone where its picture cannot be decoded."""
    streams = order.streams()
    try:
        return _render(order, streams, pictured(streams))
    except Crashed:
        raise  # what hangs once hangs again
    except Unreadable as exc:
        if not streams.sounds:
            raise
        rendered = sounds.make(replace(order, recipes=always("sound")), streams)
        rendered.problem = Message(ONLY_SOUND, {"reason": str(exc).rstrip(".")})
        return rendered


def pictured(streams: Streams) -> Picture:
    picture, most = streams.picture, book("film").common.max_frame_pixels
    if picture is None:
        raise Unsupported("The film has no picture.")
    if picture.problem:
        raise Unsupported("The film's picture cannot be decoded ({reason}).", reason=picture.problem)
    if picture.width * picture.height > most:
        raise TooLarge(
            "The film's frames have {width} × {height} pixels; more than {bound} are not rendered.",
            width=picture.width,
            height=picture.height,
            bound=most,
        )
    return picture


def _render(order: Order, streams: Streams, picture: Picture) -> Rendered:
    plan = _plan(order, streams, picture)
    heard = plan.sound if "peaks" in plan.made else None
    peaks = Peaks(plan.told("peaks", parameters.Peaks), heard.channels, sounds.SAMPLE_RATE) if heard else None
    clock = ffmpeg.Clock()

    def follow(line: str) -> bool:
        alive = clock.read(line)
        if alive and plan.duration:
            order.progress(min(1.0, clock.seconds / plan.duration))
        return alive

    run(
        ffmpeg.command(plan.program, list(_outputs(order.source, plan))),
        timeout=order.bounds(streams.duration),
        progress=follow,
        sink=peaks.take if peaks else None,
        cancel=order.cancel,
        cwd=order.scratch,
    )
    return _collected(order, plan, peaks, clock.seconds)


def _plan(order: Order, streams: Streams, picture: Picture) -> _Plan:
    made = {one.made_by: one for one in order.recipes}
    proxy, duration = _told(made, "proxy", parameters.Proxy), streams.duration or 0.0
    width, height = _fit(*picture.shown, proxy.long_edge, proxy.short_edge)
    rate = Fraction(picture.rate)
    while rate > proxy.most_frames_a_second:
        rate /= 2
    code = order.container.get("timecode") or {}
    return _Plan(
        ffmpeg.find(order.settings),
        made,
        picture,
        sounds.heard(streams),
        duration,
        width,
        height,
        rate,
        sprites.lay_out(_told(made, "sprites", parameters.Sprites), duration, width, height),
        code.get("text") if code.get("rate") and Fraction(code["rate"]) == rate else None,
    )


def _fit(width: int, height: int, long_edge: int, short_edge: int) -> tuple[int, int]:
    """Even numbers of pixels within the edges, never more than there are."""
    scale = min(1.0, long_edge / max(width, height), short_edge / min(width, height))
    return max(2, int(width * scale + 0.01) // 2 * 2), max(2, int(height * scale + 0.01) // 2 * 2)


def _outputs(source: Path, plan: _Plan) -> Iterator[Any]:
    opened = ffmpeg.source(source, max_pixels=book("film").common.max_frame_pixels)
    drawn = [name for name in ("proxy", "sprites", "poster") if name in plan.made]
    heard = [name for name in ("proxy", "peaks") if name in plan.made and plan.sound]
    frames = _shared(_frames(opened[str(plan.picture.index)], plan), "split", drawn) if drawn else {}
    tracks = _shared(plan.sound.stream(opened), "asplit", heard) if plan.sound and heard else {}
    if plan.sound and "peaks" in tracks:
        yield ffmpeg.sink([tracks["peaks"]], None, format="s16le", acodec="pcm_s16le", ac=plan.sound.channels)
    if "proxy" in frames:
        played = [one["proxy"] for one in (frames, tracks) if "proxy" in one]
        yield ffmpeg.sink(played, Path(PROXY), **_proxy_options(plan))
    if "sprites" in frames:
        yield ffmpeg.sink([_tiled(frames["sprites"], plan)], Path(sprites.SHEET), **_sheet_options(plan))
    if "poster" in frames:
        yield ffmpeg.sink([_candidates(frames["poster"], plan)], Path(CANDIDATE), **_candidate_options(plan))


def _shared(stream: Any, splitter: str, names: Sequence[str]) -> dict[str, Any]:
    """The one decoded `stream` for each of `names`."""
    split = stream.filter_multi_output(splitter, len(names))
    return {name: split[number] for number, name in enumerate(names)}


def _frames(stream: Any, plan: _Plan) -> Any:
    """Upright progressive frames at a constant rate, of the proxy's size, BT.709 in video range."""
    if plan.picture.interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    stream = stream.filter("fps", fps=str(plan.rate), start_time=0)
    if plan.picture.high_range and ffmpeg.has_filters(plan.program, *TONE_MAPPING):
        return _tone_mapped(stream, plan)
    stream = stream.filter(
        "scale",
        plan.width,
        plan.height,
        in_color_matrix=matrix_of(plan.picture),
        out_color_matrix="bt709",
        out_range="tv",
    )
    return stream.filter("format", "yuv420p").filter("setsar", 1)


def matrix_of(picture: Picture) -> str:
    """By which matrix the colours are decoded: as the file says, else as is usual for its size."""
    if picture.matrix_known:
        return "auto"
    return "bt709" if picture.height >= HIGH_DEFINITION else "bt601"


def _tone_mapped(stream: Any, plan: _Plan) -> Any:
    """High dynamic range shown on standard screens: linear light, Hable's curve, BT.709."""
    described = {"transferin": plan.picture.high_range, "primariesin": "bt2020", "matrixin": "bt2020nc"}
    return (
        stream.filter("scale", plan.width, plan.height)
        .filter("setsar", 1)
        .filter("zscale", transfer="linear", npl=100, **described)
        .filter("format", "gbrpf32le")
        .filter("zscale", primaries="bt709")
        .filter("tonemap", "hable", desat=0)
        .filter("zscale", transfer="bt709", matrix="bt709", range="limited")
        .filter("format", "yuv420p")
    )


def _proxy_options(plan: _Plan) -> dict[str, Any]:
    recipe = plan.told("proxy", parameters.Proxy)
    picture = {
        "c:v": "libx264",
        "preset": recipe.preset,
        "crf": recipe.quality,
        "maxrate": recipe.most_bit_rate,
        "bufsize": 2 * recipe.most_bit_rate,
        "pix_fmt": "yuv420p",
        "g": recipe.group,
        "r": str(plan.rate),
        "fps_mode": "cfr",
        "colorspace": "bt709",
        "color_primaries": "bt709",
        "color_trc": "bt709",
        "color_range": "tv",
    }
    sound = {"c:a": "aac", "b:a": recipe.audio_bit_rate, "ac": 2} if plan.sound else {}
    # places and names that the camera wrote are the catalogue's to show or withhold
    plain = {"movflags": "+faststart", "map_metadata": -1, "map_chapters": -1, "max_muxing_queue_size": 4096}
    return picture | sound | plain | ({"timecode": plan.timecode} if plan.timecode else {})


def _every(stream: Any, seconds: float) -> Any:
    """The first frame, and from then on one each `seconds`, without drift."""
    return stream.filter("select", f"eq(n,0)+gte(t,{seconds:.6f}*selected_n)")


def _tiled(stream: Any, plan: _Plan) -> Any:
    sheet = plan.sheet
    small = _every(stream, sheet.interval).filter(
        "scale", sheet.width, sheet.height, in_color_matrix="bt709", out_color_matrix="bt601", out_range="pc"
    )
    return small.filter("format", "yuvj420p").filter("tile", f"{sheet.columns}x{sheet.rows}")


def _sheet_options(plan: _Plan) -> dict[str, Any]:
    quality = plan.told("sprites", parameters.Sprites).quality
    return {"format": "image2", "update": 1, "c:v": "mjpeg", "q:v": quality, "frames:v": 1, "fps_mode": "passthrough"}


def _candidates(stream: Any, plan: _Plan) -> Any:
    interval = max(plan.duration / plan.told("poster", parameters.Poster).candidates, 1e-3)
    return _every(stream, interval).filter("scale", in_color_matrix="bt709", in_range="tv").filter("format", "rgb24")


def _candidate_options(plan: _Plan) -> dict[str, Any]:
    most = plan.told("poster", parameters.Poster).candidates
    # the pictures are read once and thrown away: compressing them well is wasted
    return {
        "format": "image2",
        "c:v": "png",
        "compression_level": 1,
        "frames:v": most,
        "fps_mode": "passthrough",
    }


def _collected(order: Order, plan: _Plan, peaks: Peaks | None, seconds: float) -> Rendered:
    """What lies in scratch after a run that got `seconds` far."""
    duration = order.length(order.scratch / PROXY) if "proxy" in plan.made else seconds
    if not duration:
        raise Unsupported("No frame of the film can be decoded.")
    posters, colour = _posters(order, plan)
    made = [*_played(order, plan, duration), *posters, *_scrub(order.scratch, plan, duration)]
    without = {}
    if peaks:
        made += sounds.waveform(order, peaks)
    elif "peaks" in plan.made:
        without[plan.made["peaks"].name] = Message(SILENT)
    problem = None
    if sounds.ends_early(duration, plan.duration):
        problem = Message(ENDS_EARLY, {"seconds": round(duration, 1), "claimed": round(plan.duration, 1)})
    width, height = plan.picture.shown
    return Rendered(made, {}, without, colour, width, height, duration, problem)


def _played(order: Order, plan: _Plan, duration: float) -> list[Output]:
    if "proxy" not in plan.made:
        return []
    rate, path = f"{plan.rate.numerator}/{plan.rate.denominator}", order.scratch / PROXY
    return [Output("proxy", plan.made["proxy"], path, "video/mp4", plan.width, plan.height, duration, rate)]


def _posters(order: Order, plan: _Plan) -> tuple[list[Output], str | None]:
    candidates = sorted(str(path) for path in order.scratch.glob("candidate-*.png"))
    if not candidates:
        return [], None
    recipe = plan.made["poster"]
    sizes = [{"recipe": name, **size.model_dump()} for name, size in recipe.told(parameters.Poster).sizes.items()]
    chosen = reader().call(
        "media_archive.renditions.films.posters:choose",
        *(candidates, str(order.scratch), sizes),
        timeout=order.settings.reader_seconds,
    )
    return [
        Output(one["recipe"], recipe, Path(one["path"]), "image/jpeg", one["width"], one["height"])
        for one in chosen["outputs"]
    ], chosen["colour"]


def _scrub(scratch: Path, plan: _Plan, duration: float) -> list[Output]:
    picture, index, sheet = scratch / sprites.SHEET, scratch / INDEX, plan.sheet
    if not picture.exists():
        return []
    sprites.write_index(sheet, duration, index)
    across, down, recipe = sheet.columns * sheet.width, sheet.rows * sheet.height, plan.made["sprites"]
    return [
        Output("sprites", recipe, picture, "image/jpeg", across, down),
        Output("sprites-index", recipe, index, "text/vtt", duration=duration),
    ]
