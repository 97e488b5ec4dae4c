"""How bytes reach people: from an S3 service itself, from the next copy where one breaks off, and through nginx."""

import hashlib
import io
import re
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from werkzeug.serving import make_server

from media_archive.access import service as access
from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.config import PROJECT, Settings
from media_archive.db import now
from media_archive.storage.models import Copy, File, Role
from tests.contracts import ceph
from tests.contracts.conftest import ceph_endpoint  # noqa: F401 - a fixture
from tests.webapp.sample import Sample
from webapp.app import create_app

pytestmark = pytest.mark.slow

DIRECT = """
name = { zh = "直取", en = "Direct" }
description = { zh = "直取", en = "Direct" }
[stores.main]
kind = "folder"
path = "{home}/store/main"
[stores.objects]
kind = "s3"
bucket = "%s"
addressing = "path"
direct = true
%s
[[rules]]
roles = ["original", "sidecar", "rendition"]
copies = ["main"]
"""


def original(session: Session, asset_id: UUID) -> File:
    query = select(File).where(File.asset_id == asset_id, File.role == Role.ORIGINAL)
    return session.scalars(query.options(selectinload(File.copies))).one()


def address(file: File) -> str:
    return f"/media/{file.id}/{file.sha256[:16]}.jpg"


def profiled(settings: Settings, folder: Path, endpoint: str, more: str = "") -> Settings:
    folder.mkdir()
    (folder / "direct.toml").write_text(DIRECT % (f"direct-{uuid4().hex[:10]}", more), "utf-8")
    keys = {"s3_endpoint": endpoint, "s3_access_key": ceph.ACCESS, "s3_secret_key": ceph.SECRET}
    return settings.model_copy(update={"storage_profile": "direct", "profiles_folder": folder, **keys})


def entered(archive: Archive, app: Flask, role: str = "editor") -> FlaskClient:
    browser = app.test_client()
    with archive.transaction() as session:
        key = access.login_link(session, access.user_called(session, role), 5)
    browser.get(f"/enter/{key}")
    return browser


def moved(archive: Archive, asset_id: UUID) -> File:
    """The original of an asset, of which the only copy lies in the S3 service now."""
    with archive.transaction() as session:
        file = original(session, asset_id)
        archive.stores.replicate(file, "objects")
        for copy in file.copies:
            session.delete(copy)
        session.add(Copy(file_id=file.id, store="objects", key=file.sha256))
    return file


@pytest.mark.slow
def test_an_original_is_fetched_from_the_service_itself_by_an_address_that_expires(
    archive: Archive,
    sample: Sample,
    ceph_endpoint: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    direct = Archive.open(profiled(archive.settings, tmp_path / "profiles", ceph_endpoint))
    direct.stores.found(["main"])
    file = moved(direct, sample.photos[0])
    app = create_app(direct)
    browser = entered(direct, app)
    answer = browser.get(f"{address(file)}?download")
    assert (answer.status_code, answer.headers["Cache-Control"], answer.data) == (302, "no-store", b"")
    there = answer.headers["Location"]
    assert there.startswith(ceph_endpoint)
    with urllib.request.urlopen(there, timeout=20) as got:
        assert hashlib.sha256(got.read()).hexdigest() == file.sha256
        assert got.headers["Content-Type"] == "image/jpeg"
        assert "filename" in got.headers["Content-Disposition"]
    part = urllib.request.Request(there, headers={"Range": "bytes=5-14"})
    with urllib.request.urlopen(part, timeout=20) as got:
        assert (got.status, len(got.read())) == (206, 10)
    with pytest.raises(urllib.error.HTTPError):  # without its signature it opens nothing
        urllib.request.urlopen(there.partition("?")[0], timeout=20)
    assert re.search(rf"media-src [^;]*{re.escape(ceph_endpoint)}", answer.headers["Content-Security-Policy"])
    assert browser.head(address(file)).status_code == 200
    assert entered(direct, app, "reader").get(address(file)).status_code == 403
    with direct.reading() as session:
        thumbs = session.scalars(select(File).where(File.asset_id == file.asset_id, File.role == Role.RENDITION))
        assert browser.get(address(thumbs.first())).status_code == 200  # type: ignore[arg-type]
    direct.close()


def test_what_is_encrypted_or_near_is_never_fetched_elsewhere(archive: Archive, sample: Sample, tmp_path: Path) -> None:
    with archive.reading() as session:
        file = original(session, sample.photos[0])
    direct = Archive.open(profiled(archive.settings, tmp_path / "profiles", "http://127.0.0.1:9"))
    assert entered(direct, create_app(direct)).get(address(file)).status_code == 200
    with archive.transaction() as session:
        copy = session.get_one(Copy, file.copies[0].id)
        copy.store, copy.key_id = "objects", "house"
    assert entered(direct, create_app(direct)).get(address(file)).status_code == 503
    direct.close()


class Breaking(io.BytesIO):
    """A copy that ends with an error after some bytes."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= 3000:
            raise OSError("connection reset")
        return super().read(min(size or -1, 1000))


@pytest.mark.parametrize("broken", ["resets", "ends"])
def test_a_download_goes_on_from_the_next_copy(
    archive: Archive, sample: Sample, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    with archive.transaction() as session:
        file = original(session, sample.photos[0])
        path = archive.stores.path("main", file.copies[0].key)
        assert path
        second = archive.stores.store("main").put("second", io.BytesIO(path.read_bytes()))
        session.add(Copy(file_id=file.id, store="main", key=second.key))
    store, opened = archive.stores.store("main"), archive.stores.store("main").open

    def breaking(key: str, start: int = 0, end: int | None = None) -> object:
        if key == "second":
            return opened(key, start, end)
        whole = opened(key, start, end).read()
        return Breaking(whole) if broken == "resets" else io.BytesIO(whole[:2000])

    monkeypatch.setattr(store, "open", breaking)
    got = browser.get(address(file)).data
    assert hashlib.sha256(got).hexdigest() == file.sha256
    part = browser.get(address(file), headers={"Range": "bytes=1000-"})
    assert (part.status_code, part.data) == (206, got[1000:])


def test_a_download_that_no_copy_can_finish_ends_early_rather_than_never(
    archive: Archive, sample: Sample, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive.reading() as session:
        file = original(session, sample.photos[0])
    whole = archive.stores.open("main", file.copies[0].key).read()
    monkeypatch.setattr(
        archive.stores.store("main"), "open", lambda _key, start=0, _end=None: io.BytesIO(whole[start:100])
    )
    answer = browser.get(address(file))
    assert (answer.data, int(answer.headers["Content-Length"])) == (whole[:100], file.size)


def test_of_several_ranges_the_whole_is_sent(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    with archive.reading() as session:
        file = original(session, sample.photos[0])
    answer = browser.get(address(file), headers={"Range": "bytes=0-9,20-29"})
    assert (answer.status_code, len(answer.data)) == (200, file.size)


@dataclass
class Fronted:
    """An archive behind nginx, as it is deployed."""

    url: str
    cookie: str


@pytest.fixture
def fronted(archive: Archive, sample: Sample, tmp_path: Path) -> Iterator[Fronted]:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    behind = Archive.open(archive.settings.model_copy(update={"accel_prefix": "/protected"}))
    server = make_server("127.0.0.1", 0, create_app(behind), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = _free_port()
    stores = f"{archive.settings.home}/store/"
    text = (PROJECT / "deploy" / "nginx.conf").read_text("utf-8")
    for old, new in (
        ("listen 80 default_server", f"listen 127.0.0.1:{port}"),
        ("server web:8080", f"server 127.0.0.1:{server.server_port}"),
        ("/var/lib/media-archive/store/", stores),
        ("/tmp/nginx.pid", str(tmp_path / "nginx.pid")),
        ("/dev/stdout", str(tmp_path / "access.log")),
        ("/dev/stderr", str(tmp_path / "error.log")),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "nginx.conf").write_text(f"daemon off;\nuser root;\n{text}", "utf-8")
    with archive.transaction() as session:
        key = access.sign_in(session, access.user_called(session, "editor"), 1)
    front = subprocess.Popen(["nginx", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)], stderr=subprocess.PIPE)
    try:
        _answers(f"http://127.0.0.1:{port}/healthz", front)
        yield Fronted(f"http://127.0.0.1:{port}", f"archive_session={key}")
    finally:
        front.terminate()
        front.wait(10)
        server.shutdown()
        behind.close()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        assert process.poll() is None, (process.stderr.read() if process.stderr else b"").decode()
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("nginx does not answer")


@pytest.mark.slow
def test_nginx_sends_the_bytes_itself_whole_and_in_ranges(fronted: Fronted, archive: Archive, sample: Sample) -> None:
    with archive.reading() as session:
        file = original(session, sample.photos[0])

    def get(method: str = "GET", at: str = address(file), **headers: str) -> tuple[int, bytes, dict[str, str]]:
        given = {"Cookie": fronted.cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        asked = urllib.request.Request(f"{fronted.url}{at}?download", headers=given, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as exc:
            return exc.code, exc.read(), dict(exc.headers)

    status, whole, headers = get()
    assert (status, hashlib.sha256(whole).hexdigest()) == (200, file.sha256)
    assert "X-Accel-Redirect" not in headers
    assert "filename*=UTF-8" in headers["Content-Disposition"]
    assert headers["Content-Type"] == "image/jpeg"
    status, part, headers = get(Range="bytes=10-19")
    assert (status, part) == (206, whole[10:20])
    assert headers["Content-Range"] == f"bytes 10-19/{file.size}"
    assert get(Range=f"bytes={file.size}-")[0] == 416
    assert get(Range="bytes=0-9", If_Range=headers["ETag"])[0] == 206
    assert get(Range="bytes=0-9", If_Range='"other"')[0] == 200
    status, nothing, headers = get("HEAD")
    assert (status, nothing, headers["Content-Length"]) == (200, b"", str(file.size))
    assert get(Cookie="")[0] == 401
    inside = f"/protected{archive.settings.home}/store/main/"
    held = f"{inside}objects/{file.sha256[:2]}/{file.sha256}"
    strange = [inside, held, f"/x/..{held}", address(file).replace(file.sha256[:16], "0" * 16)]
    assert [get(at=one)[0] for one in strange] == [404] * 4
    with archive.transaction() as session:
        query = select(File).where(File.asset_id == file.asset_id, File.role == Role.RENDITION)
        thumb = session.scalars(query).first()
        key = access.sign_in(session, access.user_called(session, "reader"), 1)
    assert thumb
    reader = f"archive_session={key}"
    assert get(at=address(thumb), Cookie=reader)[0] == 200
    with archive.transaction() as session:
        session.get_one(Asset, file.asset_id).openness = "closed"
    assert [get(at=address(thumb), Cookie=one)[0] for one in (reader, fronted.cookie)] == [404, 200]
    with archive.transaction() as session:
        session.get_one(Asset, file.asset_id).trashed_at = now()
    assert get(at=address(thumb))[0] == 404
