"""Pages show what is there, and help where nothing is."""

import html
import re

import pytest
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.metadata.formats import FORMATS
from media_archive.metadata.record import plain
from media_archive.metadata.service import Found, normalise
from media_archive.storage.models import File
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def test_grid_links_every_asset_newest_first(browser: FlaskClient, sample: Sample) -> None:
    page = browser.get("/").get_data(as_text=True)
    found = re.findall(r'class="cell[^"]*" href="/assets/([0-9a-f-]{36})"', page)
    assert set(found) == {str(one) for one in (*sample.photos, sample.broken)}
    assert found[-1] == str(sample.broken)  # of 2011, the oldest


def test_filters_are_in_the_address_and_are_kept_on_the_way(browser: FlaskClient, sample: Sample) -> None:
    page = browser.get(f"/?project={sample.project}&kind=photo").get_data(as_text=True)
    cells = re.findall(r'class="cell[^"]*" href="(/assets/[^"]+)"', page)
    assert len(cells) == 2
    assert all(f"project={sample.project}" in one for one in cells)
    asset = browser.get(cells[0].replace("&amp;", "&")).get_data(as_text=True)
    assert 'rel="next"' in asset
    assert 'rel="prev"' not in asset


def test_words_find_by_file_name_and_subject(browser: FlaskClient, sample: Sample) -> None:
    assert 'class="cell"' in browser.get("/?q=DSC_4001").get_data(as_text=True)
    assert "南门大街" not in browser.get("/").get_data(as_text=True)
    assert browser.get("/?q=南门大街").get_data(as_text=True).count('class="cell"') == 6
    assert "没有" in browser.get("/?q=不存在的东西").get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    ["/", "/shoots", "/subjects", "/subjects?kind=street", "/ingest", "/jobs", "/likeness", "/storage", "/about"],
)
def test_every_page_helps_in_an_empty_archive(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 200
    assert '<html lang="zh-Hans"' in answer.get_data(as_text=True)


def test_asset_page_tells_camera_files_copies_links_and_history(browser: FlaskClient, sample: Sample) -> None:
    page = browser.get(f"/assets/{sample.photos[1]}").get_data(as_text=True)
    for words in (
        "NIKON D850",
        "1/250 s",
        "f/8",
        "37.452300° N",
        "解放路",
        "已回读",
        "入库",
        "EXIF LensModel",
        "image",
        "ma-viewer",
    ):
        assert words in page
    assert re.search(r'<code class="digest"[^>]*>[0-9a-f]{64}<', page)


def test_asset_page_tells_where_the_file_contradicts_itself_and_what_cannot_be_right(
    browser: FlaskClient, sample: Sample, archive: Archive
) -> None:
    tags = {"EXIF DateTimeOriginal": "1970:01:01 08:00:00", "Image DateTime": "2017:06:12 09:30:00"}
    tags |= {"Image Copyright": "德州档案馆", "EXIF Flash": "16", "EXIF ExposureProgram": "3"}
    xmp = {"dc:rights": {"x-default": "某报社"}, "Iptc4xmpExt:PersonInImage": ["张三"]}
    found = [Found("exif", "1", dict(tags)), Found("xmp", "1", dict(xmp))]
    with archive.transaction() as session:
        session.get_one(Asset, sample.photos[0]).record = plain(normalise(FORMATS["jpeg"], found))
    page = html.unescape(browser.get(f"/assets/{sample.photos[0]}").get_data(as_text=True))
    for words in (
        "文件中说法不一",
        "德州档案馆 (exif Copyright) ≠ 某报社 (xmp dc:rights)",
        "不可能正确的日期和数值",
        "1970:01:01 08:00:00 (exif DateTimeOriginal) · 从未设置过的时钟从这个日期开始。",
        "张三",
        "关 · 未闪光",
        "光圈优先",
    ):
        assert words in page


def test_what_cannot_be_shown_says_why(browser: FlaskClient, sample: Sample) -> None:
    page = browser.get(f"/assets/{sample.broken}").get_data(as_text=True)
    assert "无法显示" in page
    assert "ma-viewer" not in page


def test_subject_page_has_names_outline_and_everything_that_shows_it(browser: FlaskClient, sample: Sample) -> None:
    page = browser.get(f"/subjects/{sample.street}").get_data(as_text=True)
    assert "南门大街" in page
    assert re.search(r'<path class="line" d="M[\d.,L]+"', page)
    assert page.count('class="cell"') == 6


def test_shoot_page_counts_and_names_what_was_refused(browser: FlaskClient, sample: Sample) -> None:
    page = browser.get(f"/shoots/{sample.shoot}").get_data(as_text=True)
    assert "说明.exe" in page
    facts = browser.get(f"/shoots/{sample.shoot}/progress").get_json()
    assert (facts["found"], facts["added"], facts["duplicates"], facts["refused"]) == (8, 6, 1, 1)
    assert facts["ended"] is True


def test_progress_streams_to_those_who_ask_for_it(browser: FlaskClient, sample: Sample) -> None:
    answer = browser.get(f"/shoots/{sample.shoot}/progress", headers={"Accept": "text/event-stream"})
    assert answer.mimetype == "text/event-stream"
    assert re.search(r'^data: \{"found": 8', answer.get_data(as_text=True), re.MULTILINE)


def test_skeleton_and_window_describe_the_same_list(browser: FlaskClient, sample: Sample) -> None:
    skeleton = browser.get("/assets/skeleton?kind=photo").get_json()
    assert len(skeleton["ids"]) == len(skeleton["ratios"]) == len(skeleton["kinds"]) == len(skeleton["colours"]) == 7
    assert skeleton["next"] is None
    window = browser.get("/assets/window?ids=" + ",".join(skeleton["ids"][:3])).get_json()
    assert [card["id"] for card in window] == skeleton["ids"][:3]
    assert window[0]["thumb"].startswith("/media/")


def test_names_and_titles_are_never_read_as_markup(browser: FlaskClient, sample: Sample, archive: Archive) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    with archive.transaction() as session:
        asset = session.get_one(Asset, sample.photos[0])
        asset.title = asset.caption = evil
        asset.keywords = [evil]
        for file in session.query(File).filter(File.asset_id == asset.id):
            file.name = evil
    for address in ("/", f"/assets/{sample.photos[0]}", f"/shoots/{sample.shoot}", f"/?q={evil}"):
        page = browser.get(address).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/assets/nonsense", "/assets/00000000-0000-7000-8000-000000000000", "/shoots/12345678123456781234567812345678",
        "/subjects/------------------------------------", "/?project=nonsense", "/?kind=film2", "/?year=abc", "/?year=٢٠٢٠",
        "/jobs?before=x", "/jobs?state=odd", "/subjects?kind=planet", "/assets/window?ids=x", "/shoots?before=1", "/nowhere",
    ],
)  # fmt: skip
def test_ids_that_are_none_are_not_found(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404
    assert "回到首页" in answer.get_data(as_text=True)


def test_a_false_cursor_is_refused_with_words(browser: FlaskClient) -> None:
    assert browser.get("/?cursor=%00%ff").status_code == 422


def test_refusals_are_problems_for_programs(browser: FlaskClient) -> None:
    answer = browser.get("/assets/00000000-0000-7000-8000-000000000000", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["status"] == 404


def test_pages_speak_english_to_those_who_read_it(browser: FlaskClient, signed_in: SignedIn) -> None:
    page = browser.get("/storage", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<html lang="en"' in page
    assert "Storage profile" in page


def test_more_than_a_page_is_reached_without_scripts(
    browser: FlaskClient, archive: Archive, monkeypatch: pytest.MonkeyPatch, sample: Sample
) -> None:
    monkeypatch.setattr("webapp.assets.views.PAGE", 3)
    seen: list[str] = []
    address: str | None = "/"
    while address:
        page = browser.get(address).get_data(as_text=True)
        seen += re.findall(r'class="cell[^"]*" href="/assets/([0-9a-f-]{36})"', page)
        more = re.search(r'<nav class="paging".*?href="([^"]+)"', page)
        address = "/" + more[1].replace("&amp;", "&") if more else None
    assert len(seen) == len(set(seen)) == 7
