"""What the S3 store does when the network or the service misbehaves."""

import hashlib
import io
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from media_archive.errors import Conflict, Damaged, Invalid, Unavailable
from media_archive.storage.stores.s3 import S3Store, Service
from media_archive.storage.stores.s3.client import client_of
from media_archive.storage.stores.s3.notes import Begun, note_of
from media_archive.storage.stores.s3.parts import part_length
from tests.contracts.relay import Relay

pytestmark = pytest.mark.slow

DATA = os.urandom(6 << 20)


class Proxy(Relay):
    """Stands between client and service. `cuts` breaks off that many of the next long answers after 1 MB."""

    def __init__(self, endpoint: str) -> None:
        self.cuts = 0
        #: further connections are turned away
        self.gone = False
        #: bytes of a request that are replaced by others of the same length
        self.swap: tuple[bytes, bytes] | None = None
        self.lose_answers_to: bytes | None = None
        #: parts that came by; those past `parts_let_by` wait until `open_again` is set
        self.parts = 0
        self.parts_let_by = 1000
        self.open_again = threading.Event()
        super().__init__(endpoint)

    def serve(self, client: socket.socket) -> None:
        if self.gone:
            client.close()
            return
        service, lost = socket.create_connection(self.upstream), threading.Event()
        threading.Thread(target=self._ask, args=(client, service, lost), daemon=True).start()
        self._answer(service, client, lost)

    def _ask(self, client: socket.socket, service: socket.socket, lost: threading.Event) -> None:
        try:
            while data := client.recv(65536):
                if self.swap:
                    data = data.replace(*self.swap)
                if data.startswith(b"PUT ") and b"partNumber=" in data[:300]:
                    self.parts += 1
                    if self.parts > self.parts_let_by:
                        self.open_again.wait(60)
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


def send_film(endpoint: str, bucket: str, folder: Path) -> None:
    """What a process does that will be killed."""
    service = Service(endpoint, access_key="a", secret_key="b", addressing="path")
    with (folder / "film").open("rb") as source:
        S3Store("objects", bucket, service, folder / "scratch").keep(source)


def test_after_a_kill_only_the_parts_that_are_missing_are_sent(proxy: Proxy, tmp_path: Path) -> None:
    film = os.urandom(34 << 20)  # five parts
    (tmp_path / "film").write_bytes(film)
    bucket = f"b-{uuid4().hex[:8]}"
    service = Service(proxy.endpoint, access_key="a", secret_key="b", addressing="path")
    store = S3Store("objects", bucket, service, tmp_path / "scratch")
    store.found()
    proxy.parts_let_by = 2
    process = multiprocessing.get_context("spawn").Process(target=send_film, args=(proxy.endpoint, bucket, tmp_path))
    process.start()
    client = client_of(service)

    def sent() -> int:
        uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        return sum(
            len(client.list_parts(Bucket=bucket, Key=one["Key"], UploadId=one["UploadId"]).get("Parts", []))
            for one in uploads
        )

    end = time.monotonic() + 60
    while sent() < 2:
        assert time.monotonic() < end, "the parts never came"
        time.sleep(0.1)
    process.kill()
    process.join()
    proxy.parts, proxy.parts_let_by = 0, 1000
    proxy.open_again.set()
    assert list(store.batches()) == []
    with (tmp_path / "film").open("rb") as source:
        assert store.keep(source).fresh
    assert proxy.parts == 3
    assert store.digest(hashlib.sha256(film).hexdigest()) == hashlib.sha256(film).hexdigest()
    assert list((tmp_path / "scratch").iterdir()) == []
    assert client.list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []


def test_parts_of_other_bytes_are_not_taken_up(store: S3Store, proxy: Proxy, tmp_path: Path) -> None:
    first, second = os.urandom(20 << 20), os.urandom(20 << 20)
    (tmp_path / "film").write_bytes(first)
    target = store._target("film")
    upload_id = target.client.create_multipart_upload(**target.place, Metadata={"writer": "w"})["UploadId"]
    with note_of(tmp_path / "scratch", target) as note:
        note.write(Begun(upload_id, "w", len(first), part_length(len(first))))
    target.client.upload_part(**target.place, UploadId=upload_id, PartNumber=1, Body=first[: 8 << 20])
    store.put("film", io.BytesIO(second))
    assert store.digest("film") == hashlib.sha256(second).hexdigest()
    assert proxy.parts == 1 + 3


def test_a_source_that_changes_while_it_is_sent_is_refused(store: S3Store, tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(os.urandom(20 << 20))

    def changing(_: int) -> None:
        with path.open("r+b") as file:
            file.write(b"other")

    with path.open("rb") as source, pytest.raises(Invalid, match="changed"):
        store.keep(source, progress=changing)
    assert list(store.batches()) == []


def test_what_is_sent_and_read_back_keeps_the_pace(proxy: Proxy, tmp_path: Path) -> None:
    moved: list[int] = []
    service = Service(proxy.endpoint, access_key="a", secret_key="b", addressing="path")
    store = S3Store("objects", f"b-{uuid4().hex[:8]}", service, tmp_path / "scratch", pace=moved.append)
    store.found()
    for size in (1000, 20 << 20):
        moved.clear()
        store.keep(io.BytesIO(os.urandom(size)))
        assert sum(moved) == 2 * size


def test_a_service_without_storage_classes_says_so(store: S3Store, proxy: Proxy) -> None:
    key = store.keep(io.BytesIO(b"deed")).key
    proxy.swap = (b"x-amz-storage-class", b"x-not-storage-class")
    with pytest.raises(Invalid, match="has no storage class COLD"):
        store.reclass(key, "COLD")
    assert store.digest(key) == key


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
