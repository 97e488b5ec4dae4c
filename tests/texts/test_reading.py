"""Text in pictures: what stands on signs is read, where it stands, and nothing where there is none."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from media_archive.catalogue.lines import Read
from media_archive.config import PROJECT, Settings, load
from media_archive.renditions.parameters import Text
from media_archive.renditions.recipes import book
from media_archive.texts import reading
from tests.conftest import SHARED_MEDIA
from tests.texts import drawing

pytest.importorskip("rapidocr", reason="the package rapidocr is not installed")
pytestmark = pytest.mark.slow

Look = Callable[[Image.Image], list[Read]]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load(home=tmp_path_factory.mktemp("texts"))


def told() -> Text:
    return next(one for one in book("photo").recipe if one.name == "text").told(Text)


@pytest.fixture
def look(settings: Settings, tmp_path: Path) -> Look:
    def read(picture: Image.Image) -> list[Read]:
        path = tmp_path / "large.jpg"
        picture.save(path, quality=88)
        [found] = reading.read(settings, [path], told())
        return found

    return read


def box(line: Read) -> tuple[float, float, float, float]:
    assert line.polygon
    across, down = [x for x, _ in line.polygon], [y for _, y in line.polygon]
    return min(across), min(down), max(across), max(down)


def test_a_street_sign_is_read_in_both_languages_where_it_hangs(look: Look) -> None:
    picture = drawing.canvas()
    drawing.hang(picture, drawing.plate("解放北路", 100, "white", "#1e50a0"), (100, 100))
    drawing.hang(picture, drawing.plate("JIEFANG BEI LU", 44, "white", "#1e50a0"), (900, 700))
    found = {line.text: line for line in look(picture)}
    assert set(found) == {"解放北路", "JIEFANG BEI LU"}
    assert found["解放北路"].script == "Hani"
    assert found["JIEFANG BEI LU"].script == "Latn"
    # the plate is 500 × 200 pixels or so, its ink begins 50 in
    left, top, right, bottom = box(found["解放北路"])
    assert (left, top) == pytest.approx((150 / 1600, 150 / 1000), abs=0.03)
    assert (right, bottom) == pytest.approx((550 / 1600, 245 / 1000), abs=0.03)


@pytest.mark.parametrize("turned", [12, -20, 90, 180, 270])
def test_turned_signs_are_read(look: Look, turned: float) -> None:
    picture = drawing.canvas()
    drawing.hang(picture, drawing.plate("德州市城建档案馆", 64, "white", "#205030"), (250, 80), turned)
    assert [line.text for line in look(picture)] == ["德州市城建档案馆"]


def test_a_banner_written_downwards_is_one_line(look: Look) -> None:
    picture = drawing.canvas()
    drawing.hang(picture, drawing.banner("热烈庆祝大桥通车", 88, "#ffe070", "#b02020"), (700, 60))
    assert [line.text for line in look(picture)] == ["热烈庆祝大桥通车"]


def test_a_worn_plaque_of_low_contrast_is_read(look: Look) -> None:
    picture = drawing.canvas()
    drawing.hang(picture, drawing.plate("历史建筑保护标志", 70, "#a58554", "#8c6a3c"), (200, 300))
    assert [line.text for line in look(picture)] == ["历史建筑保护标志"]


def test_traditional_forms_stay_as_they_are_written(look: Look) -> None:
    picture = drawing.canvas()
    drawing.hang(picture, drawing.plate("國家重點文物保護單位", 60, "black", "#dddddd"), (200, 300))
    assert [line.text for line in look(picture)] == ["國家重點文物保護單位"]


def test_where_nothing_is_written_nothing_is_read(look: Look) -> None:
    assert look(drawing.canvas()) == []


def test_the_signs_of_a_real_street_are_read(settings: Settings) -> None:
    path = SHARED_MEDIA / "photo" / "japanese-shop.jpg"
    if not path.exists():
        pytest.skip("the street with Japanese signs is not among the shared media beside the project")
    with Image.open(path) as opened:
        opened.thumbnail((2048, 2048))
        small = settings.home / "street.jpg"
        small.parent.mkdir(exist_ok=True)
        opened.save(small, quality=85)
    [found] = reading.read(settings, [small], told())
    texts = "\n".join(line.text for line in found)
    assert "KIRIN" in texts
    assert "一番搾り" in texts
    assert any(line.script == "Jpan" for line in found)


def test_reading_asks_nothing_of_the_network(tmp_path: Path) -> None:
    picture = drawing.canvas(800, 400)
    drawing.hang(picture, drawing.plate("鼓楼", 90, "white", "black"), (200, 80))
    picture.save(tmp_path / "a.png")
    script = f"""
import socket
def refuse(*_): raise SystemExit("asked the network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from media_archive.texts.recognising import read
print([line["text"] for line in read([{str(tmp_path / "a.png")!r}], 1024)[0]])
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=PROJECT,
        env=dict(os.environ) | {"OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.stdout.strip() == "['鼓楼']", done.stderr[-500:]
