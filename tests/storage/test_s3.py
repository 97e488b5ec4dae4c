"""What the S3 store does when the network or the service misbehaves."""

import io
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from media_archive.errors import Conflict, Damaged, Invalid, Unavailable
from media_archive.storage.stores.s3 import S3Store
from media_archive.storage.stores.s3.client import Service

pytestmark = pytest.mark.slow

DATA = os.urandom(6 << 20)


class Proxy:
    """Stands between client and service. `cuts` breaks off that many of the next long answers after 1 MB."""

    def __init__(self, endpoint: str) -> None:
        host, port = endpoint.removeprefix("http://").split(":")
        self.upstream = (host, int(port))
        self.cuts = 0
        #: further connections are turned away
        self.gone = False
        #: bytes of a request that are replaced by others of the same length
        self.swap: tuple[bytes, bytes] | None = None
        self.lose_answers_to: bytes | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.gone:
                client.close()
                continue
            service = socket.create_connection(self.upstream)
            lost = threading.Event()
            threading.Thread(target=self._ask, args=(client, service, lost), daemon=True).start()
            threading.Thread(target=self._answer, args=(service, client, lost), daemon=True).start()

    def _ask(self, client: socket.socket, service: socket.socket, lost: threading.Event) -> None:
        try:
            while data := client.recv(65536):
                if self.swap:
                    data = data.replace(*self.swap)
                if self.lose_answers_to and data.startswith(self.lose_answers_to):
                    self.lose_answers_to = None
                    lost.set()
                service.sendall(data)
            service.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def _answer(self, service: socket.socket, client: socket.socket, lost: threading.Event) -> None:
        passed = 0
        with closing(service), closing(client):
            try:
                while data := service.recv(65536):
                    passed += len(data)
                    final = b"100 Continue" not in data
                    if lost.is_set() and final:
                        break
                    client.sendall(data)
                    if self.cuts and passed > 1_000_000:
                        self.cuts -= 1
                        break
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


@pytest.fixture
def proxy(moto_endpoint: str) -> Iterator[Proxy]:
    made = Proxy(moto_endpoint)
    yield made
    made.close()


@pytest.fixture
def store(proxy: Proxy, tmp_path: Path) -> S3Store:
    service = Service(proxy.endpoint, access_key="a", secret_key="b", addressing="path")
    made = S3Store("objects", f"b-{uuid4().hex[:8]}", service, tmp_path / "scratch")
    made.found()
    return made


def test_a_reader_goes_on_where_the_connection_broke(store: S3Store, proxy: Proxy) -> None:
    store.put("film", io.BytesIO(DATA))
    proxy.cuts = 2
    with store.open("film", 5, 5_000_000) as stream:
        assert stream.read() == DATA[5:5_000_000]
    assert proxy.cuts == 0


def test_a_service_that_is_gone_is_unavailable_not_the_end_of_the_file(store: S3Store, proxy: Proxy) -> None:
    store.put("film", io.BytesIO(DATA))
    stream = store.open("film")
    assert stream.read(10) == DATA[:10]
    proxy.cuts, proxy.gone = 1, True
    with pytest.raises(Unavailable, match="does not answer"):
        stream.read()


def test_an_own_upload_whose_answer_was_lost_is_not_a_conflict(store: S3Store, proxy: Proxy) -> None:
    proxy.lose_answers_to = b"PUT /"
    assert store.put("deed", io.BytesIO(b"mine")).size == 4
    assert proxy.lose_answers_to is None
    with pytest.raises(Conflict):
        store.put("deed", io.BytesIO(b"another's"))


def test_a_service_that_overwrites_is_refused_at_founding(proxy: Proxy, tmp_path: Path) -> None:
    proxy.swap = (b"If-None-Match", b"X-Not-A-Match")
    service = Service(proxy.endpoint, access_key="c", secret_key="d", addressing="path")
    with pytest.raises(Invalid, match="ignores If-None-Match"):
        S3Store("objects", f"b-{uuid4().hex[:8]}", service, tmp_path / "scratch").found()


def test_bytes_that_change_on_the_way_are_never_taken_for_stored(store: S3Store, proxy: Proxy) -> None:
    proxy.swap = (b"the original", b"the 0riginal")
    with pytest.raises(Damaged, match="other bytes"):
        store.keep(io.BytesIO(b"the original"))
    assert list(store.batches()) == []
