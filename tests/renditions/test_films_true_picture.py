"""The picture of a film is shown as it is: compared with what plain ffmpeg makes of the same film.

SSIM of luma and chroma together; 1 is the same. The proxy is coded, so that fine noise alone costs some hundredths.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from media_archive.config import Settings
from media_archive.renditions.films import colours
from media_archive.renditions.recipes import of
from media_archive.renditions.render import render
from media_archive.renditions.streams import Picture
from media_archive.tools import ffmpeg
from tests.renditions.conftest import output

Draw = Callable[..., Path]
Alike = Callable[..., float]
pytestmark = pytest.mark.slow

LAVFI = ("-f", "lavfi", "-i")
TEST = (*LAVFI, "testsrc2=size={size}:rate={rate}:duration=1")
#: as ffmpeg's own pages show it
TONEMAP = (
    "zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,"
    "tonemap=hable:desat=0:peak=10,zscale=transfer=bt709:matrix=bt709:range=limited"
)


@pytest.fixture
def alike(tmp_path: Path, settings: Settings) -> Alike:
    """SSIM of the proxy of a film with what ffmpeg makes of `reference` by `filters`."""

    def compare(film: Path, filters: str, size: tuple[int, int], reference: Path | None = None) -> float:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        rendered = render(film, film.suffix[1:], "film", {}, scratch, settings, recipes=[of("film", "proxy")])
        proxy = next(one for one in rendered.outputs if one.name == "proxy")
        assert (proxy.width, proxy.height) == size
        return ssim(settings, output(rendered, "proxy"), reference or film, filters)

    return compare


def ssim(settings: Settings, proxy: Path, reference: Path, filters: str) -> float:
    graph = f"[1:v]{filters},format=yuv420p,setsar=1[r];[0:v][r]ssim"
    command = [ffmpeg.find(settings), "-i", str(proxy), "-i", str(reference), "-lavfi", graph, "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, check=True, timeout=120, text=True).stderr
    found = re.search(r"SSIM .*All:([\d.]+)", said)
    assert found, said[-500:]
    return float(found[1])


def source(size: str, rate: str = "25") -> tuple[str, ...]:
    return tuple(part.format(size=size, rate=rate) for part in TEST)


def test_anamorphic_pal_is_shown_at_four_to_three(alike: Alike, drawn: Draw) -> None:
    film = drawn("a.mov", *source("720x576"), "-vf", "setsar=16/15", "-c:v", "ffv1", "-pix_fmt", "yuv422p")
    filters = "scale=768:576:in_color_matrix=bt601:out_color_matrix=bt709"
    assert alike(film, filters, (768, 576)) > 0.95


def test_anamorphic_ntsc_is_shown_at_sixteen_to_nine(alike: Alike, drawn: Draw) -> None:
    film = drawn("a.mkv", *source("720x480", "30000/1001"), "-vf", "setsar=32/27", "-c:v", "ffv1")
    assert alike(film, "scale=852:480:in_color_matrix=bt601:out_color_matrix=bt709", (852, 480)) > 0.95


@pytest.mark.parametrize(("first", "other"), [("tff", "bff"), ("bff", "tff")])
def test_fields_are_joined_in_their_order(
    alike: Alike, drawn: Draw, settings: Settings, tmp_path: Path, first: str, other: str
) -> None:
    # what moves fast shows at once when the later field is taken for the earlier
    moving = "testsrc2=size=1280x720:rate=50:duration=1,scroll=horizontal=0.02,scale=720:576"
    weave = "interleave_top" if first == "tff" else "interleave_bottom"
    coded = ("-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ildct+ilme")
    film = drawn(f"{first}.mov", *LAVFI, f"{moving},tinterlace={weave},setfield={first}", *coded, "-aspect", "5:4")
    progressive = drawn("p.mkv", *LAVFI, moving, "-c:v", "ffv1")
    filters = "select='not(mod(n,2))',setpts=N/25/TB,scale=720:576:in_color_matrix=bt601:out_color_matrix=bt709"
    right = alike(film, filters, (720, 576), progressive)
    wrong = ssim(
        settings, tmp_path / "scratch" / "proxy.mp4", film, f"setfield={other},bwdif=mode=send_frame,{COLOURS}"
    )
    assert right > 0.85
    assert right > wrong


COLOURS = "scale=in_color_matrix=bt601:out_color_matrix=bt709"


@pytest.mark.parametrize(
    ("turn", "filters"), [(90, "transpose=cclock"), (-90, "transpose=clock"), (180, "hflip,vflip")]
)
def test_phones_films_stand_upright(alike: Alike, drawn: Draw, turn: int, filters: str) -> None:
    import av

    flat = drawn("flat.mp4", *source("640x360"), "-c:v", "libx264", "-crf", "4", "-colorspace", "bt709")
    film = flat.with_name("turned.mp4")
    with av.open(str(flat)) as opened, av.open(str(film), "w") as target:
        stream = target.add_stream_from_template(opened.streams.video[0])
        stream.set_display_rotation(turn)
        for packet in opened.demux(opened.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    size = (640, 360) if turn == 180 else (360, 640)
    # the reference is turned by hand
    assert alike(film, filters, size, flat) > 0.95


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_high_dynamic_range_is_as_tone_mapped_by_ffmpeg(
    alike: Alike, drawn: Draw, settings: Settings, transfer: str
) -> None:
    if not ffmpeg.has_filters(ffmpeg.find(settings), "zscale", "tonemap"):
        pytest.skip("this ffmpeg has no zscale to compare with")
    described = ("-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", transfer, "-color_range", "tv")
    # a picture of standard range as high-range cameras would store it: colours that the screen can show
    into = (
        f"zscale=transferin=709:primariesin=709:matrixin=709:transfer={transfer}:primaries=2020:matrix=2020_ncl:npl=300"
    )
    softer = f"hue=s=0.6,scale=out_color_matrix=bt709,{into},format=yuv422p10le"
    film = drawn("a.mkv", *source("640x360"), "-vf", softer, "-c:v", "ffv1", *described)
    assert alike(film, TONEMAP, (640, 360)) > 0.93


def test_wide_gamut_of_standard_range_is_not_washed_out() -> None:
    # pure BT.709 red is a paler red in BT.2020's numbers; shown, it is pure again (ITU-R BT.2087)
    import numpy as np

    linear = np.array([[0.6274, 0.0691, 0.0164], [0.3293, 0.9195, 0.0880], [0.0433, 0.0114, 0.8956]])
    coded = np.where(linear < 0.018, linear * 4.5, 1.099 * linear**0.45 - 0.099)
    seen = colours.shown(coded, Picture(index=0, width=1, height=1, primaries="bt2020"))
    assert np.abs(seen - np.eye(3)).max() < 0.02


@pytest.mark.parametrize(
    ("pixels", "size", "shown"),
    [
        ("yuv422p10le", "641x361", (640, 360)),
        ("bgr0", "640x360", (640, 360)),
        ("yuvj420p", "640x360", (640, 360)),
        ("gbrp10le", "320x180", (320, 180)),
    ],
)
def test_every_way_to_store_pixels_shows_the_same_picture(
    alike: Alike, drawn: Draw, pixels: str, size: str, shown: tuple[int, int]
) -> None:
    film = drawn("a.mkv", *source(size), "-pix_fmt", pixels, "-c:v", "ffv1")
    matrix = "" if pixels in ("bgr0", "gbrp10le") else ":in_color_matrix=bt601"
    reference = f"scale={shown[0]}:{shown[1]}{matrix}:out_color_matrix=bt709:out_range=tv"
    assert alike(film, reference, shown) > 0.95


def test_what_is_transparent_is_laid_on_the_ground(alike: Alike, drawn: Draw, settings: Settings) -> None:
    clear = "testsrc2=size=320x180:rate=25:duration=1,format=rgba,colorchannelmixer=aa=0"
    film = drawn("a.mov", *LAVFI, clear, "-c:v", "qtrle", "-pix_fmt", "argb")
    ground = drawn(
        "g.mkv", *LAVFI, "color=0xEEEEEE:size=320x180:rate=25:duration=1", "-c:v", "ffv1", "-pix_fmt", "bgr0"
    )
    assert alike(film, "scale=out_color_matrix=bt709:out_range=tv", (320, 180), ground) > 0.99
