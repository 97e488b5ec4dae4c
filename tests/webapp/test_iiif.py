"""Pictures by the IIIF Image API 3.0 through the real application: what the official validator asks for, and more."""

import io
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Kind, Progress
from media_archive.config import load
from media_archive.iiif import identifiers
from tests.iiif.test_frames import film, tone
from tests.webapp import squares
from tests.webapp.conftest import Stock
from tests.webapp.squares import EACH, colour, near
from webapp.app import create_app

pytestmark = pytest.mark.slow

LINKED = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'


@pytest.fixture(scope="module")
def archive(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """One for all tests here: readers take most of a second to start."""
    home = tmp_path_factory.mktemp("iiif") / "home"
    shutil.copytree(stock.folder / "empty", home)
    made = Archive.open(load(home=home, keep_free=0))
    yield made
    made.close()


@pytest.fixture(scope="module")
def app(archive: Archive) -> Iterator[Flask]:
    made = create_app(archive)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    yield made
    made.extensions["iiif"].close()


@pytest.fixture(scope="module")
def address(archive: Archive, app: Flask) -> str:
    """The signed address of the squares."""
    return signed(app, squares.asset(archive, squares.drawn()))


def signed(app: Flask, asset: UUID) -> str:
    return f"/iiif/3/{identifiers.signed(asset, str(app.secret_key))}"


def shown(answer: TestResponse) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.data))


def square(picture: Image.Image, column: int, row: int, each: float = EACH) -> tuple[int, ...]:
    """The colour in the middle of a square."""
    at = picture.convert("RGB").getpixel((int((column + 0.5) * each), int((row + 0.5) * each)))
    assert isinstance(at, tuple)
    return at


def test_the_whole_picture_has_every_square_where_it_belongs(stranger: FlaskClient, address: str) -> None:
    picture = shown(stranger.get(f"{address}/full/max/0/default.jpg"))
    assert picture.size == (1000, 1000)
    for column in range(10):
        for row in range(10):
            assert near(square(picture, column, row), colour(column, row)), (column, row)


def test_a_picture_of_few_pixels_comes_back_without_loss(stranger: FlaskClient, address: str) -> None:
    picture = shown(stranger.get(f"{address}/full/max/0/default.png"))
    original = Image.open(io.BytesIO(squares.drawn()))
    assert picture.tobytes() == original.tobytes()


@pytest.mark.parametrize(
    ("region", "size", "corner", "across", "down"),
    [
        ("300,200,400,400", (400, 400), (3, 2), 4, 4),
        ("pct:30,20,40,40", (400, 400), (3, 2), 4, 4),
        ("900,900,500,500", (100, 100), (9, 9), 1, 1),
        ("0,500,1000,100", (1000, 100), (0, 5), 10, 1),
        ("square", (1000, 1000), (0, 0), 10, 10),
    ],
)
def test_regions(stranger: FlaskClient, address: str, region: str, size: tuple[int, int], corner: tuple[int, int], across: int, down: int) -> None:  # fmt: skip
    picture = shown(stranger.get(f"{address}/{region}/max/0/default.png"))
    assert picture.size == size
    for column in range(across):
        for row in range(down):
            assert square(picture, column, row) == colour(corner[0] + column, corner[1] + row)


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ("500,", (500, 500)), (",333", (333, 333)), ("pct:45", (450, 450)), ("600,300", (600, 300)), ("!700,400", (400, 400)),
        ("^1500,", (1500, 1500)), ("^pct:110", (1100, 1100)), ("^!1200,3000", (1200, 1200)), ("^1100,900", (1100, 900)), ("50,50", (50, 50)),
    ],
)  # fmt: skip
def test_sizes(stranger: FlaskClient, address: str, size: str, pixels: tuple[int, int]) -> None:
    picture = shown(stranger.get(f"{address}/full/{size}/0/default.jpg"))
    assert picture.size == pixels
    for column, row in ((0, 0), (9, 0), (4, 5), (9, 9)):
        at = picture.getpixel((int((column + 0.5) * pixels[0] / 10), int((row + 0.5) * pixels[1] / 10)))
        assert near(at, colour(column, row), 10)


@pytest.mark.parametrize(
    ("rotation", "corner"),
    [
        ("0", (0, 0)),
        ("90", (0, 9)),
        ("180", (9, 9)),
        ("270", (9, 0)),
        ("!0", (9, 0)),
        ("!90", (9, 9)),
        ("!180", (0, 9)),
    ],
)
def test_turns_and_mirrors(stranger: FlaskClient, address: str, rotation: str, corner: tuple[int, int]) -> None:
    """`corner`: which square of the original is at the upper left."""
    picture = shown(stranger.get(f"{address}/full/500,/{rotation}/default.png"))
    assert near(square(picture, 0, 0, 50), colour(*corner), 10)


def test_other_turns_leave_the_corners_out(stranger: FlaskClient, address: str) -> None:
    picture = shown(stranger.get(f"{address}/0,0,400,200/max/30/default.png"))
    assert picture.mode == "RGBA"
    assert picture.size == (pytest.approx(446, abs=2), pytest.approx(373, abs=2))
    assert picture.getpixel((0, 0))[3] == 0
    assert picture.getpixel((picture.width // 2, picture.height // 2))[3] == 255
    plain = shown(stranger.get(f"{address}/0,0,400,200/max/30/default.jpg"))
    assert near(plain.getpixel((0, 0)), (255, 255, 255))


@pytest.mark.parametrize(
    ("form", "kind"), [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("gif", "GIF"), ("tif", "TIFF")]
)
def test_formats_and_qualities(stranger: FlaskClient, address: str, form: str, kind: str) -> None:
    answer = stranger.get(f"{address}/0,0,300,300/max/0/color.{form}")
    picture = shown(answer)
    assert picture.format == kind
    assert answer.mimetype == picture.get_format_mimetype()
    assert near(square(picture, 2, 1), colour(2, 1), 12)
    grey = shown(stranger.get(f"{address}/0,0,300,300/max/0/gray.{form}")).convert("RGB")
    red, green, blue = square(grey, 2, 1)
    assert abs(red - green) < 3
    assert abs(green - blue) < 3
    bitonal = shown(stranger.get(f"{address}/0,0,300,300/max/0/bitonal.{form}")).convert("L")
    extreme = sum(count for value, count in enumerate(bitonal.histogram()) if value < 16 or value > 239)
    assert extreme > 0.97 * 300 * 300


@pytest.mark.parametrize(
    "request_text",
    [
        "full/full/0/default.jpg", "full/1100,/0/default.jpg", "full/,1100/0/default.jpg", "full/pct:200/0/default.jpg", "full/!2000,3000/0/default.jpg",
        "1000,0,10,10/max/0/default.jpg", "0,0,0,10/max/0/default.jpg", "frob/max/0/default.jpg", "full/frob/0/default.jpg", "full/max/frob/default.jpg",
        "full/max/0/frob.jpg", "full/max/0/default.frob", "full/max/400/default.jpg", "full/^20000,/0/default.jpg", "full/max/0/default",
    ],
)  # fmt: skip
def test_bad_requests_are_told_so_in_words(stranger: FlaskClient, address: str, request_text: str) -> None:
    answer = stranger.get(f"{address}/{request_text}", headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert len(answer.text) > 20
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "a/b/full/max/0/default.jpg",
        "0192f0c8-0000-7000-8000-000000000000/info.json",
        "frob/info.json",
        "[frob]/info.json",
        "x/y",
    ],
)
def test_what_there_is_not_is_not_found(stranger: FlaskClient, path: str) -> None:
    answer = stranger.get(f"/iiif/3/{path}")
    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_information_says_what_the_specification_requires(stranger: FlaskClient, address: str) -> None:
    answer = stranger.get(f"{address}/info.json")
    said = json.loads(answer.data)
    assert answer.headers["Content-Type"] == LINKED
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert said["id"] == f"http://localhost{address}"
    assert (said["type"], said["protocol"], said["profile"]) == ("ImageService3", "http://iiif.io/api/image", "level2")
    assert (said["width"], said["height"]) == (1000, 1000)
    for one in said["sizes"]:
        assert shown(stranger.get(f"{address}/full/{one['width']},{one['height']}/0/default.jpg")).width == one["width"]
    assert {"color", "gray", "bitonal"} == set(said["extraQualities"])
    assert "maxArea" in said


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, LINKED), ("application/ld+json", LINKED), (f"{LINKED}, application/json;q=0.5", LINKED), ("application/json", "application/json"),
        ("*/*", LINKED), ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
    ],
)  # fmt: skip
def test_the_information_comes_in_the_type_that_is_asked_for(
    stranger: FlaskClient, address: str, accept: str | None, wanted: str
) -> None:
    answer = stranger.get(f"{address}/info.json", headers={"Accept": accept} if accept else {})
    assert answer.headers["Content-Type"] == wanted
    assert "Accept" in answer.headers["Vary"]


def test_the_address_itself_leads_to_the_information(stranger: FlaskClient, address: str) -> None:
    answer = stranger.get(address)
    assert (answer.status_code, answer.location) == (303, f"http://localhost{address}/info.json")
    escaped = stranger.get(f"{address.replace('-', '%2D')}/full/100,/0/default.jpg")
    assert shown(escaped).width == 100


def test_tiles_lie_side_by_side_as_viewers_ask_for_them(stranger: FlaskClient, address: str) -> None:
    """Scale factor 2: the tiles put together are the picture at half its size."""
    whole = Image.new("RGB", (500, 500))
    for x in range(0, 1000, 512):
        for y in range(0, 1000, 512):
            w, h = min(512, 1000 - x), min(512, 1000 - y)
            tile = shown(stranger.get(f"{address}/{x},{y},{w},{h}/{-(-w // 2)},{-(-h // 2)}/0/default.png"))
            whole.paste(tile, (x // 2, y // 2))
    for column in range(10):
        for row in range(10):
            assert near(square(whole, column, row, 50), colour(column, row), 3)


def test_answers_name_their_canonical_address_and_may_be_kept(stranger: FlaskClient, address: str) -> None:
    answer = stranger.get(f"{address}/pct:0,0,50,50/!250,400/360/color.jpg")
    canonical = f"http://localhost{address}/0,0,500,500/250,250/0/default.jpg"
    assert f'<{canonical}>;rel="canonical"' in answer.headers["Link"]
    assert '<http://iiif.io/api/image/3/level2.json>;rel="profile"' in answer.headers["Link"]
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    same = stranger.get(canonical.removeprefix("http://localhost"), headers={"If-None-Match": answer.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    head = stranger.head(f"{address}/full/max/0/default.jpg")
    assert (head.status_code, head.data, head.mimetype) == (200, b"", "image/jpeg")


def test_head_tells_how_long_the_picture_is(stranger: FlaskClient, address: str) -> None:
    path = f"{address}/full/300,/0/default.jpg"
    head, whole = stranger.head(path), stranger.get(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.data))
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_browsers_ask_before_they_ask(stranger: FlaskClient, address: str) -> None:
    answer = stranger.options(
        f"{address}/info.json",
        headers={
            "Origin": "https://viewer.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "x-viewer",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "x-viewer"


def test_who_may_see_what(archive: Archive, app: Flask, stranger: FlaskClient, browser: FlaskClient) -> None:
    hidden = squares.asset(archive, squares.drawn())
    answer = stranger.get(f"/iiif/3/{hidden}/info.json")
    assert answer.status_code == 401
    assert "published" in answer.text or "公开" in answer.text
    assert stranger.get(f"/iiif/3/{hidden}.{'0' * 32}/info.json").status_code == 401
    assert stranger.get(f"{signed(app, hidden)}/info.json").status_code == 200
    private = browser.get(f"/iiif/3/{hidden}/full/100,/0/default.jpg")
    assert private.headers["Cache-Control"].startswith("private")
    with archive.transaction() as session:
        session.get_one(Asset, hidden).state = Progress.PUBLISHED
    assert stranger.get(f"/iiif/3/{hidden}/full/100,/0/default.jpg").headers["Cache-Control"].startswith("public")


def test_the_signature_of_one_opens_no_other(archive: Archive, app: Flask, stranger: FlaskClient) -> None:
    one, other = squares.asset(archive, squares.drawn()), squares.asset(archive, squares.drawn("JPEG"), "b.jpg")
    key = identifiers.signature(one, str(app.secret_key))
    assert stranger.get(f"/iiif/3/{other}.{key}/info.json").status_code == 401


def test_a_turned_photograph_is_upright_with_its_upright_size(
    archive: Archive, app: Flask, stranger: FlaskClient
) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held on its side
    data = squares.drawn("JPEG", quality=95, exif=turned)
    wide = Image.open(io.BytesIO(data)).crop((0, 0, 1000, 600))
    out = io.BytesIO()
    wide.save(out, "JPEG", quality=95, exif=turned)
    address = signed(app, squares.asset(archive, out.getvalue(), "turned.jpg"))
    said = json.loads(stranger.get(f"{address}/info.json").data)
    assert (said["width"], said["height"]) == (600, 1000)
    picture = shown(stranger.get(f"{address}/0,0,100,100/max/0/default.png"))
    assert near(square(picture, 0, 0), colour(0, 5), 8)


def test_a_picture_without_colour_says_so(archive: Archive, app: Flask, stranger: FlaskClient) -> None:
    address = signed(app, squares.asset(archive, squares.drawn(mode="L")))
    assert json.loads(stranger.get(f"{address}/info.json").data)["extraQualities"] == ["gray", "bitonal"]
    assert shown(stranger.get(f"{address}/full/max/0/color.jpg")).size == (1000, 1000)


def test_a_broken_file_has_no_picture_and_the_server_goes_on(
    archive: Archive, app: Flask, stranger: FlaskClient, address: str
) -> None:
    broken = signed(app, squares.asset(archive, b"\x89PNG\r\n\x1a\n broken"))
    assert stranger.get(f"{broken}/info.json").status_code == 404
    assert stranger.get(f"{address}/info.json").status_code == 200


def test_a_moment_of_a_film_is_a_picture(archive: Archive, app: Flask, stranger: FlaskClient, tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", 60, Fraction(25))
    asset = squares.asset(archive, source.read_bytes(), "film.mp4", Kind.FILM)
    address = signed(app, asset)
    for suffix, number in (("", 0), ("_t0.5", 12), ("_t1.24", 31), ("_f7", 7), ("_f59", 59)):
        picture = shown(stranger.get(f"{address}{suffix}/full/max/0/default.png"))
        assert near(picture.getpixel((40, 30)), (tone(number),) * 3), suffix
        assert stranger.get(f"{address}{suffix}/info.json").get_json()["width"] == 96
    assert stranger.get(f"{address}_t9/info.json").status_code == 404
    assert stranger.get(f"{address}_f60/info.json").status_code == 404
    still = signed(app, squares.asset(archive, squares.drawn()))
    assert stranger.get(f"{still}_t1/info.json").status_code == 404


def cached(archive: Archive) -> list[Path]:
    return list((archive.settings.home / "cache" / "iiif").glob("??/*"))


def test_ten_tiles_at_once_prepare_the_picture_once(archive: Archive, app: Flask) -> None:
    answers: list[int] = []
    before = set(cached(archive))
    address = signed(app, squares.asset(archive, squares.drawn()))

    def ask(number: int) -> None:
        path = f"{address}/{number * 50},0,100,100/max/0/default.jpg"
        answers.append(app.test_client().get(path).status_code)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 10
    assert len(set(cached(archive)) - before) == 1
    assert list(archive.settings.scratch.glob("iiif-*")) == []


def test_more_than_the_server_takes_on_are_asked_to_come_again(app: Flask, stranger: FlaskClient, address: str) -> None:
    images = app.extensions["iiif"]
    places = [images.place() for _ in range(images.settings.iiif_waiting)]
    for place in places:
        place.__enter__()
    busy = stranger.get(f"{address}/full/100,/0/default.jpg")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    for place in places:
        place.__exit__(None, None, None)
    assert stranger.get(f"{address}/full/100,/0/default.jpg").status_code == 200


def test_the_page_tells_those_who_may_download_the_address(
    archive: Archive, app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    asset = squares.asset(archive, squares.drawn())
    assert f"http://localhost{signed(app, asset)}" in signed_in("editor").get(f"/assets/{asset}").text
    assert identifiers.signature(asset, str(app.secret_key)) not in signed_in("reader").get(f"/assets/{asset}").text
