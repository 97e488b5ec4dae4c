"""Bytes over HTTP: whole, in ranges, again, and away."""

import hashlib
import re
import tracemalloc
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.storage.models import Copy, File, Role
from media_archive.words import Message
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample
from webapp.app import create_app
from webapp.media import ranges
from webapp.media.ranges import Span
from webapp.media.views import disposition

pytestmark = pytest.mark.slow


@pytest.fixture
def file(archive: Archive, sample: Sample) -> File:
    """An original."""
    with archive.reading() as session:
        wanted = select(File).where(File.asset_id == sample.photos[0], File.role == Role.ORIGINAL)
        return session.scalars(wanted).one()


def address(file: File) -> str:
    return f"/media/{file.id}/{file.sha256[:16]}.jpg"


def test_the_whole_file_comes_with_its_digest_as_tag(browser: FlaskClient, file: File) -> None:
    answer = browser.get(address(file))
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest() == file.sha256
    assert answer.headers["ETag"] == f'"{file.sha256}"'
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert int(answer.headers["Content-Length"]) == file.size
    assert "Set-Cookie" not in answer.headers


def test_a_known_file_is_not_sent_again(browser: FlaskClient, file: File) -> None:
    for tag in (f'"{file.sha256}"', f'W/"{file.sha256}"', f'"x", "{file.sha256}"', "*"):
        answer = browser.get(address(file), headers={"If-None-Match": tag})
        assert (answer.status_code, answer.data) == (304, b"")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(first=st.integers(0, 20_000), length=st.integers(1, 20_000))
def test_a_range_is_exactly_that_part(browser: FlaskClient, file: File, first: int, length: int) -> None:
    whole = browser.get(address(file)).data
    answer = browser.get(address(file), headers={"Range": f"bytes={first}-{first + length - 1}"})
    if first >= file.size:
        assert answer.status_code == 416
        assert answer.headers["Content-Range"] == f"bytes */{file.size}"
    else:
        assert answer.status_code == 206
        assert answer.data == whole[first : first + length]
        last = min(first + length, file.size) - 1
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{file.size}"


@given(st.text(max_size=40), st.integers(0, 10**12))
def test_any_header_gives_a_span_within_the_file_or_none(text: str, size: int) -> None:
    for header in (text, f"bytes={text}", f"bytes={text}-{text}"):
        try:
            span = ranges.parse(header, size)
        except ranges.Unsatisfiable:
            continue
        assert span is None or 0 <= span.start < span.end <= size


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (None, None), ("bytes=0-", Span(0, 100)), ("bytes=-10", Span(90, 100)), ("bytes=-1000", Span(0, 100)), ("bytes=5-5", Span(5, 6)),
        ("bytes=90-1000", Span(90, 100)), ("bytes=5-2", None), ("items=0-5", None), ("bytes=0-1,5-6", None), ("bytes=-", None),
        ("bytes=٣-٥", None), ("bytes=" + "9" * 5000 + "-", None), ("Bytes = 1 - 2", Span(1, 3)),
    ],
)  # fmt: skip
def test_ranges_are_read_as_the_standard_says(header: str | None, span: Span | None) -> None:
    assert ranges.parse(header, 100) == span


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0", "bytes=500-600"])
def test_ranges_beyond_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(ranges.Unsatisfiable):
        ranges.parse(header, 100)


def test_if_range_with_another_tag_gets_the_whole(browser: FlaskClient, file: File) -> None:
    part = {"Range": "bytes=0-9"}
    assert browser.get(address(file), headers=part | {"If-Range": f'"{file.sha256}"'}).status_code == 206
    assert browser.get(address(file), headers=part | {"If-Range": '"other"'}).status_code == 200
    assert browser.get(address(file), headers=part | {"If-Range": "Wed, 21 Oct 2015 07:28:00 GMT"}).status_code == 200


def test_head_tells_the_size_and_sends_nothing(browser: FlaskClient, file: File) -> None:
    answer = browser.head(address(file), headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.headers["Content-Length"], answer.data) == (206, "10", b"")


def test_an_address_with_another_digest_is_not_found(browser: FlaskClient, file: File) -> None:
    assert browser.get(f"/media/{file.id}/{'0' * 16}.jpg").status_code == 404
    assert browser.get(f"/media/{file.id}/{file.sha256[:4]}.jpg").status_code == 404


def test_download_has_the_name_it_came_with(browser: FlaskClient, file: File) -> None:
    header = browser.get(address(file) + "?download").headers["Content-Disposition"]
    name = re.search(r"filename\*=UTF-8''(\S+)", header)
    assert name
    assert unquote(name[1]) == file.name == "DSC_4000 解放路.JPG"


@given(st.text(max_size=80))
def test_no_name_breaks_the_header(name: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert not re.search(r"[\r\n\0]", header)
    assert header.count('"') == 2


def test_originals_are_kept_from_readers_but_pictures_are_not(
    signed_in: SignedIn, file: File, archive: Archive
) -> None:
    reader = signed_in("reader")
    assert reader.get(address(file)).status_code == 403
    with archive.reading() as session:
        thumb = session.scalars(
            select(File).where(File.asset_id == file.asset_id, File.role == Role.RENDITION).limit(1)
        ).one()
    assert reader.get(address(thumb)).status_code == 200


def test_a_strange_type_is_saved_and_never_shown(browser: FlaskClient, file: File, archive: Archive) -> None:
    with archive.transaction() as session:
        session.get_one(File, file.id).media_type = "text/html"
    answer = browser.get(address(file))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_whose_copies_are_away_asks_to_come_again(browser: FlaskClient, file: File, archive: Archive) -> None:
    with archive.transaction() as session:
        for copy in session.scalars(select(Copy).where(Copy.file_id == file.id)):
            copy.key = "ab/" + "0" * 64
    answer = browser.get(address(file))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_bytes_known_to_be_damaged_are_not_handed_out_as_the_file(
    browser: FlaskClient, file: File, archive: Archive
) -> None:
    with archive.transaction() as session:
        for copy in session.scalars(select(Copy).where(Copy.file_id == file.id)):
            copy.problem = Message("other bytes").to_json()
    for answer in (browser.get(address(file)), browser.head(address(file))):
        assert answer.status_code == 500
        assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_head_tells_that_the_bytes_are_away(browser: FlaskClient, file: File, archive: Archive) -> None:
    with archive.transaction() as session:
        for copy in session.scalars(select(Copy).where(Copy.file_id == file.id)):
            copy.key = "ab/" + "0" * 64
    assert browser.head(address(file)).status_code == 503


def test_the_front_server_is_handed_the_path(archive: Archive, file: File, app: Flask, signed_in: SignedIn) -> None:
    fronted = Archive.open(archive.settings.model_copy(update={"accel_prefix": "/stored"}))
    other = create_app(fronted)
    browser = other.test_client()
    with archive.transaction() as session:
        from media_archive.access import service as access

        key = access.login_link(session, access.user_called(session, "editor"), 5)
    browser.get(f"/enter/{key}")
    answer = browser.get(address(file))
    assert answer.headers["X-Accel-Redirect"].startswith("/stored/")
    assert answer.data == b""
    fronted.close()


def test_a_large_file_streams_in_little_memory(browser: FlaskClient, file: File, archive: Archive) -> None:
    size = 512 << 20
    with archive.transaction() as session:
        there = session.get_one(File, file.id)
        copy = session.scalars(select(Copy).where(Copy.file_id == file.id)).one()
        path = archive.stores.path(copy.store, copy.key)
        assert path
        path.chmod(0o644)
        with path.open("r+b") as bytes_:
            bytes_.truncate(size)  # sparse: costs no disk
        there.size = size
    tracemalloc.start()
    answer = browser.get(address(file), headers={"Range": f"bytes={size - (40 << 20)}-"}, buffered=False)
    got = sum(len(piece) for piece in answer.iter_encoded())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert got == 40 << 20
    assert peak < 8 << 20
