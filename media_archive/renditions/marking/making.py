"""Marked renditions out of unmarked ones: a picture by the reader process, a film by one transcode of its proxy."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_archive.catalogue.models import Rendition
from media_archive.renditions.marking.marks import DRAWING
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output
from media_archive.renditions.parameters import MarkedProxy, Size
from media_archive.renditions.recipes import Recipe
from media_archive.tools import ffmpeg
from media_archive.tools.isolation import reader
from media_archive.tools.runner import run

LAYER = "mark.png"


@dataclass(frozen=True)
class Unmarked:
    """The rendition that is marked, and where its bytes lie."""

    rendition: Rendition
    path: Path


def make(order: Order, recipe: Recipe, source: Unmarked, mark: Mapping[str, Any]) -> Output:
    """The one output of `recipe`."""
    making = {"marked": _picture, "marked-proxy": _film}[recipe.made_by]
    return making(order, recipe, source, mark)


def _picture(order: Order, recipe: Recipe, source: Unmarked, mark: Mapping[str, Any]) -> Output:
    [name] = recipe.outputs
    target = order.scratch / f"{name}.jpg"
    made = reader().call(
        f"{DRAWING}:mark_picture",
        *(str(source.path), str(target), recipe.told(Size).model_dump(), mark),
        timeout=order.settings.reader_seconds,
    )
    return Output(name, recipe, target, "image/jpeg", made["width"], made["height"])


def _film(order: Order, recipe: Recipe, source: Unmarked, mark: Mapping[str, Any]) -> Output:
    [name] = recipe.outputs
    film, target = source.rendition, order.scratch / f"{name}.mp4"
    assert film.width
    assert film.height
    reader().call(f"{DRAWING}:save_layer", film.width, film.height, mark, str(order.scratch / LAYER))
    clock = ffmpeg.Clock()

    def follow(line: str) -> bool:
        alive = clock.read(line)
        if alive and film.duration:
            order.progress(min(1.0, clock.seconds / film.duration))
        return alive

    run(
        ffmpeg.command(ffmpeg.find(order.settings), [_marked(order, recipe, source, target)]),
        timeout=order.bounds(film.duration),
        progress=follow,
        cancel=order.cancel,
        cwd=order.scratch,
    )
    duration = order.length(target) or film.duration
    return Output(name, recipe, target, "video/mp4", film.width, film.height, duration, film.frame_rate)


def _marked(order: Order, recipe: Recipe, source: Unmarked, target: Path) -> Any:
    opened = ffmpeg.source(source.path)
    over = ffmpeg.drawn(order.scratch / LAYER).filter("scale", out_color_matrix="bt709").filter("format", "yuva420p")
    picture = ffmpeg.overlay(opened["v:0"], over)
    # a film without sound has none to copy
    return ffmpeg.sink([picture, opened["a?"]], target, **_options(order, recipe, source.rendition))


def _options(order: Order, recipe: Recipe, film: Rendition) -> dict[str, Any]:
    told, rate = recipe.told(MarkedProxy), film.frame_rate or "25"
    code = order.container.get("timecode") or {}
    keeps_time = code.get("rate") and Fraction(code["rate"]) == Fraction(rate)
    described = dict.fromkeys(("colorspace", "color_primaries", "color_trc"), "bt709") | {"color_range": "tv"}
    coded = {
        "c:v": "libx264",
        "preset": told.preset,
        "crf": told.quality,
        "maxrate": told.most_bit_rate,
        "bufsize": 2 * told.most_bit_rate,
        "pix_fmt": "yuv420p",
        "g": told.group,
        "r": rate,
        "fps_mode": "cfr",
    }
    plain = {"c:a": "copy", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1}
    return coded | described | plain | ({"timecode": code["text"]} if keeps_time else {})
