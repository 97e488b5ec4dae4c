"""What the settings of S3 stores do to a request, as a real server sees it."""

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest

from media_archive.config import Settings
from media_archive.errors import Unavailable
from media_archive.storage.profiles.places import S3Spec
from media_archive.storage.stores.s3 import S3Store, marks
from media_archive.storage.stores.store import Interrupted

pytestmark = pytest.mark.slow

Opened = Callable[..., S3Store]
MARK = b'name = "main"'


class Server:
    """Answers every request but that for the mark with 500 and remembers what was asked; passes for a proxy as well."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                if self.path.endswith(marks.KEY):
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(MARK)))
                    self.end_headers()
                    self.wfile.write(MARK)
                    return
                server.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
                self.send_response(500)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_HEAD = do_PUT = do_POST = answer  # noqa: N815 - the names of the base class

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    def open_store(settings: dict[str, object] | None = None, **spec: object) -> S3Store:
        given = Settings.model_validate(
            {"home": tmp_path, "s3_access_key": "a", "s3_secret_key": "b", "s3_attempts": 1, **(settings or {})}
        )
        made = S3Spec.model_validate({"kind": "s3", "bucket": "deeds", **spec})
        return S3Store("main", made.bucket, made.service(given), tmp_path / "scratch")

    return open_store


def test_a_request_is_sent_as_often_as_is_said(server: Server, opened: Opened) -> None:
    for attempts, settings in ((2, {"s3_attempts": 4}), (None, {"s3_attempts": 1})):
        server.asked.clear()
        with pytest.raises(Interrupted):
            opened(settings, endpoint=server.address, addressing="path", attempts=attempts).stat("deed")
        assert len(server.asked) == (attempts or 1)


def test_the_bucket_stands_in_the_path_or_in_the_name_of_the_host(server: Server, opened: Opened) -> None:
    wanted = {"path": "http://storage.invalid/deeds/deed", "virtual": "http://deeds.storage.invalid/deed"}
    for addressing, address in wanted.items():
        server.asked.clear()
        with pytest.raises(Interrupted):
            opened(endpoint="http://storage.invalid", addressing=addressing, proxy=server.address).stat("deed")
        assert server.asked[0][1] == address


def test_requests_go_through_the_proxy_that_is_named(server: Server, opened: Opened) -> None:
    for settings, spec in (({"s3_proxy": server.address}, {}), ({}, {"proxy": server.address})):
        server.asked.clear()
        with pytest.raises(Interrupted):
            opened(settings, endpoint="http://storage.invalid", addressing="path", **spec).stat("deed")
        assert server.asked[0][1] == "http://storage.invalid/deeds/deed"


@pytest.mark.parametrize(
    ("settings", "spec", "expected"),
    [
        ({}, {}, (None, None)),
        ({"s3_encryption": "AES256", "s3_kms_key": "k"}, {}, ("AES256", None)),
        ({"s3_encryption": "AES256"}, {"encryption": "aws:kms", "kms_key": "one"}, ("aws:kms", "one")),
        ({"s3_encryption": "aws:kms", "s3_kms_key": "two"}, {}, ("aws:kms", "two")),
    ],
)
def test_the_service_is_asked_to_encrypt_small_and_large_objects(
    server: Server, opened: Opened, settings: dict[str, object], spec: dict[str, object], expected: tuple[str, str]
) -> None:
    store = opened(settings, endpoint=server.address, addressing="path", **spec)
    for size in (10, 17 << 20):
        with pytest.raises(Interrupted):
            store.put("deed", io.BytesIO(bytes(size)))
    makers = [asked for asked in server.asked if asked[0] in ("PUT", "POST")]
    assert [maker[0] for maker in makers] == ["PUT", "POST"]
    for _, _, headers in makers:
        got = headers.get("x-amz-server-side-encryption"), headers.get("x-amz-server-side-encryption-aws-kms-key-id")
        assert got == expected


def test_objects_stay_encrypted_when_they_change_their_class(moto_endpoint: str, opened: Opened) -> None:
    store = opened(endpoint=moto_endpoint, addressing="path", encryption="AES256", bucket=f"b-{uuid4().hex[:8]}")
    store.found()
    key = store.keep(io.BytesIO(b"deed")).key
    store.reclass(key, "STANDARD_IA")
    target = store._target(key)
    assert target.client.head_object(**target.place)["ServerSideEncryption"] == "AES256"


def test_a_service_that_does_not_answer_is_given_up_in_the_time_that_is_said(opened: Opened) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(Unavailable, match="does not answer"):
            opened({"s3_read_seconds": 60}, endpoint=address, addressing="path", read_seconds=0.3).stat("deed")
        assert time.monotonic() - began < 5
