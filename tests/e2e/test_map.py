"""The map in a real browser: clusters, their pictures, picking, drawing, a map service; nothing leaves the host unasked."""

import http.server
import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from media_archive.catalogue.models import Asset
from tests.e2e.conftest import LOOKS, Served, faults, serving, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
#: whether the middle of the map, left of it, has the colour of the tiles
GREEN = """(() => {
  const canvas = document.querySelector('archive-map canvas');
  const [red, green, blue] = canvas.getContext('2d').getImageData(canvas.width / 4, canvas.height / 3, 1, 1).data;
  return red < 60 && green > 150 && blue < 100;
})()"""
READY = "document.querySelector('archive-map.is-ready canvas') !== null"


def _open(open_page, served: Served, path: str, **options):
    page = open_page(**options)
    page.goto(f"{served.url}{path}")
    page.locator("archive-map").scroll_into_view_if_needed()
    until(page, READY)
    page.wait_for_timeout(800)
    return page


def _middle(page) -> tuple[float, float]:
    box = page.locator(".map-canvas").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_circle_shows_its_pictures_and_leads_to_the_list(open_page, served: Served) -> None:
    page = _open(open_page, served, "/map")
    page.mouse.click(*_middle(page))
    page.locator(".map-panel a.button").wait_for()
    shoot(page, "map-panel")
    assert page.locator(".map-cells a").count() > 1
    page.locator(".map-panel a.button").click()
    page.wait_for_url("**/?box=*")
    assert page.locator("a.chip.chosen").count() == 1
    assert page.locator("a.cell").count() > 1


def test_a_click_gives_a_position_and_a_drawing_an_outline(open_page, served: Served) -> None:
    page = _open(open_page, served, f"/shoots/{served.sample.shoot}/time-and-place")
    page.select_option("#datum", "GCJ-02")
    page.mouse.click(*_middle(page))
    until(page, "/^37\\.\\d{7}, 116\\.\\d{7}$/.test(document.getElementById('position').value)")
    assert page.input_value("#datum") == "WGS-84", "the map speaks WGS-84"
    page.goto(f"{served.url}/subjects/{served.sample.street}/edit")
    page.locator("archive-map").scroll_into_view_if_needed()
    until(page, READY)
    page.wait_for_timeout(800)
    page.locator("[data-shape=LineString]").click()
    x, y = _middle(page)
    page.mouse.click(x - 60, y + 40)
    page.wait_for_timeout(300)
    page.mouse.dblclick(x + 60, y + 60)
    until(page, "document.getElementById('geometry').value.split('LINESTRING').length === 3")
    shoot(page, "map-drawing")


@pytest.fixture
def tiles() -> Iterator[tuple[str, list[str]]]:
    """A map service of grey tiles, and what it was asked for."""
    asked: list[str] = []
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), "#c0d0c0").save(picture, "PNG")

    class Tiles(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(picture.getvalue())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


def test_a_map_service_in_degrees_lies_under_the_outlines(
    chromium, served: Served, tiles: tuple[str, list[str]]
) -> None:
    address, asked = tiles
    wmts = f"{address}/wmts?TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}"
    with serving(served.archive, map_tiles=wmts, map_projection="EPSG:4490", map_credit="天地图") as url:
        page = chromium.new_context(locale="zh-CN").new_page()
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.goto(served.link().replace(served.url, url))
        page.goto(f"{url}/map")
        until(page, READY)
        until(page, "document.querySelector('.ol-attribution')?.textContent.includes('天地图')")
        page.wait_for_timeout(800)
        shoot(page, "map-tiles")
        page.context.close()
    assert asked
    nearest = [(int(z), int(y), int(x)) for z, y, x in map(re.compile(r"\d+").findall, asked)]
    side = 360 / 2 ** nearest[-1][0]
    here = (nearest[-1][0], int((90 - 37.45) / side), int((180 + 116.3) / side))
    assert here in nearest, "the tile in which the pictures were taken was asked for"
    assert not [text for text in told if "Content" in text and "Policy" in text]


def test_the_ground_comes_from_one_file_where_there_is_no_network(chromium, served: Served, tmp_path: Path) -> None:
    pmtiles = pytest.importorskip("pmtiles.writer")
    from pmtiles.tile import Compression, TileType, zxy_to_tileid

    picture = io.BytesIO()
    Image.new("RGB", (256, 256), "#20c040").save(picture, "PNG")
    file = tmp_path / "ground.pmtiles"
    with pmtiles.write(str(file)) as writer:
        for x in range(4):
            for y in range(4):
                writer.write_tile(zxy_to_tileid(2, x, y), picture.getvalue())
        head = {"tile_type": TileType.PNG, "tile_compression": Compression.NONE, "min_zoom": 2, "max_zoom": 2}
        span = {"min_lon_e7": -1800000000, "min_lat_e7": -850000000, "max_lon_e7": 1800000000, "max_lat_e7": 850000000}
        writer.finalize(head | span | {"center_zoom": 2, "center_lon_e7": 0, "center_lat_e7": 0}, {})
    with serving(served.archive, map_file=str(file), map_credit="测绘院") as url:
        page = chromium.new_context(locale="zh-CN").new_page()
        page.goto(served.link().replace(served.url, url))
        page.goto(f"{url}/map")
        until(page, READY)
        until(page, GREEN)
        shoot(page, "map-file")
        page.context.close()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_map_and_time_and_place_are_accessible_and_fit(open_page, served: Served, size: str, theme: str) -> None:
    with served.archive.reading() as session:
        assert session.get_one(Asset, served.sample.photos[0]).latitude is not None
    page = _open(open_page, served, "/map", size=size, theme=theme)
    shoot(page, f"map-{size}-{theme}")
    found = faults(page, "map", size)
    page.goto(f"{served.url}/shoots/{served.sample.shoot}/time-and-place")
    page.wait_for_timeout(300)
    shoot(page, f"time-and-place-{size}-{theme}")
    assert found + faults(page, "time and place", size) == []
