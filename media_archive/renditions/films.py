"""A film's renditions: proxy, poster, scrub sheet and waveform out of one decode in one process."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_archive.errors import Crashed, TooLarge, Unreadable, Unsupported
from media_archive.renditions import recipes, sounds, sprites
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.peaks import Peaks
from media_archive.renditions.recipes import FilmRecipes
from media_archive.renditions.sprites import Sheet
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

ENDS_EARLY = "The film's data end early: {seconds} s of {claimed} s can be played."
ONLY_SOUND = "The film's picture cannot be decoded ({reason}); only its sound can be played."


@dataclass(frozen=True)
class _Plan:
    """What is to be made of a film and how large."""

    program: str
    recipe: FilmRecipes
    picture: Picture
    sound: sounds.Heard | None
    duration: float
    width: int
    height: int
    rate: Fraction
    sheet: Sheet
    timecode: str | None


def render_film(order: Order) -> Rendered:
    """Everything that can be made of the film; its sound alone where its picture cannot be decoded."""
    streams = order.streams()
    try:
        return _render(order, streams, _pictured(streams))
    except Crashed:
        raise  # what hangs once hangs again
    except Unreadable as exc:
        if not streams.sounds:
            raise
        rendered = sounds.make(order, streams)
        rendered.problem = Message(ONLY_SOUND, {"reason": str(exc).rstrip(".")})
        return rendered


def _pictured(streams: Streams) -> Picture:
    picture, most = streams.picture, recipes.film().max_frame_pixels
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
    peaks = Peaks(plan.recipe.peaks, plan.sound.channels, sounds.SAMPLE_RATE) if plan.sound else None
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
    return _collected(order, plan, peaks)


def _plan(order: Order, streams: Streams, picture: Picture) -> _Plan:
    recipe, duration = recipes.film(), streams.duration or 0.0
    width, height = _fit(*picture.shown, recipe.proxy.long_edge, recipe.proxy.short_edge)
    rate = Fraction(picture.rate)
    while rate > recipe.proxy.most_frames_a_second:
        rate /= 2
    code = order.container.get("timecode") or {}
    return _Plan(
        ffmpeg.find(order.settings),
        recipe,
        picture,
        sounds.heard(streams),
        duration,
        width,
        height,
        rate,
        sprites.lay_out(recipe.sprites, duration, width, height),
        code.get("text") if code.get("rate") and Fraction(code["rate"]) == rate else None,
    )


def _fit(width: int, height: int, long_edge: int, short_edge: int) -> tuple[int, int]:
    """Even numbers of pixels within the edges, never more than there are."""
    scale = min(1.0, long_edge / max(width, height), short_edge / min(width, height))
    return max(2, int(width * scale + 0.01) // 2 * 2), max(2, int(height * scale + 0.01) // 2 * 2)


def _outputs(source: Path, plan: _Plan) -> Iterator[Any]:
    opened = ffmpeg.source(source, max_pixels=plan.recipe.max_frame_pixels)
    frames = _frames(opened[str(plan.picture.index)], plan).filter_multi_output("split", 3)
    played = [frames[0]]
    if plan.sound:
        both = plan.sound.stream(opened).filter_multi_output("asplit", 2)
        played.append(both[0])
        yield ffmpeg.sink([both[1]], None, format="s16le", acodec="pcm_s16le", ac=plan.sound.channels)
    yield ffmpeg.sink(played, Path(PROXY), **_proxy_options(plan))
    yield ffmpeg.sink([_tiled(frames[1], plan)], Path(sprites.SHEET), **_sheet_options(plan))
    yield ffmpeg.sink([_candidates(frames[2], plan)], Path(CANDIDATE), **_candidate_options(plan))


def _frames(stream: Any, plan: _Plan) -> Any:
    """Upright progressive frames at a constant rate, of the proxy's size, BT.709 in video range."""
    if plan.picture.interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    stream = stream.filter("fps", fps=str(plan.rate), start_time=0)
    if plan.picture.high_range and ffmpeg.has_filters(plan.program, *TONE_MAPPING):
        return _tone_mapped(stream, plan)
    known = "auto" if plan.picture.matrix_known else "bt709" if plan.picture.height >= HIGH_DEFINITION else "bt601"
    stream = stream.filter(
        "scale", plan.width, plan.height, in_color_matrix=known, out_color_matrix="bt709", out_range="tv"
    )
    return stream.filter("format", "yuv420p").filter("setsar", 1)


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
    recipe = plan.recipe.proxy
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
    quality = plan.recipe.sprites.quality
    return {"format": "image2", "update": 1, "c:v": "mjpeg", "q:v": quality, "frames:v": 1, "fps_mode": "passthrough"}


def _candidates(stream: Any, plan: _Plan) -> Any:
    interval = max(plan.duration / plan.recipe.poster.candidates, 1e-3)
    return _every(stream, interval).filter("scale", in_color_matrix="bt709", in_range="tv").filter("format", "rgb24")


def _candidate_options(plan: _Plan) -> dict[str, Any]:
    most = plan.recipe.poster.candidates
    # the pictures are read once and thrown away: compressing them well is wasted
    return {
        "format": "image2",
        "c:v": "png",
        "compression_level": 1,
        "frames:v": most,
        "fps_mode": "passthrough",
    }


def _collected(order: Order, plan: _Plan, peaks: Peaks | None) -> Rendered:
    proxy = order.scratch / PROXY
    duration = order.length(proxy)
    if not duration:
        raise Unsupported("No frame of the film can be decoded.")
    recipe = plan.recipe
    rate = f"{plan.rate.numerator}/{plan.rate.denominator}"
    made = [Output("proxy", recipe.proxy.version, proxy, "video/mp4", plan.width, plan.height, duration, rate)]
    posters, colour = _posters(order, plan)
    made += posters + _scrub(order.scratch, plan, duration)
    if peaks:
        made += sounds.waveform(order, peaks, recipe.peaks)
    problem = None
    if sounds.ends_early(duration, plan.duration):
        problem = Message(ENDS_EARLY, {"seconds": round(duration, 1), "claimed": round(plan.duration, 1)})
    return Rendered(made, colour, *plan.picture.shown, duration=duration, problem=problem)


def _posters(order: Order, plan: _Plan) -> tuple[list[Output], str | None]:
    candidates = sorted(str(path) for path in order.scratch.glob("candidate-*.png"))
    if not candidates:
        return [], None
    sizes = plan.recipe.poster.sizes
    chosen = reader().call(
        "media_archive.renditions.posters:choose",
        *(candidates, str(order.scratch), [size.model_dump() for size in sizes]),
        timeout=order.settings.reader_seconds,
    )
    versions = {size.recipe: size.version for size in sizes}
    return [
        Output(one["recipe"], versions[one["recipe"]], Path(one["path"]), "image/jpeg", one["width"], one["height"])
        for one in chosen["outputs"]
    ], chosen["colour"]


def _scrub(scratch: Path, plan: _Plan, duration: float) -> list[Output]:
    picture, index, sheet, recipe = scratch / sprites.SHEET, scratch / INDEX, plan.sheet, plan.recipe.sprites
    if not picture.exists():
        return []
    sprites.write_index(sheet, duration, index)
    across, down = sheet.columns * sheet.width, sheet.rows * sheet.height
    return [
        Output("sprites", recipe.version, picture, "image/jpeg", across, down),
        Output("sprites-index", recipe.index_version, index, "text/vtt", duration=duration),
    ]
