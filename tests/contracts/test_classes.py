"""Storage classes, restores and addresses: what each store promises of them."""

import io
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from media_archive.errors import Invalid, NotFound, Unavailable
from media_archive.storage.stores.encrypted import EncryptedStore, Keys
from media_archive.storage.stores.s3 import S3Store, Service, classes
from media_archive.storage.stores.s3.client import client_of
from media_archive.storage.stores.store import Store, Thaw
from tests.contracts import ceph
from tests.contracts.conftest import Backend
from tests.contracts.test_stores import MIB, content


@pytest.mark.slow
def test_an_object_that_changes_its_class_stays_the_same(backend: Backend) -> None:
    data = os.urandom(7 * MIB)
    key = backend.store.keep(io.BytesIO(data)).key
    first, said = backend.store.stat(key).storage_class, backend.said(key)
    if backend.colder:
        backend.store.reclass(key, backend.colder)
        assert backend.store.stat(key).storage_class == backend.colder
        assert backend.store.digest(key) == key
        assert content(backend.store, key, 5, MIB) == data[5:MIB]
        assert backend.said(key) == said
        assert not backend.store.keep(io.BytesIO(data)).fresh
    backend.store.reclass(key, first)
    backend.store.reclass(key, first)
    assert backend.again().stat(key).storage_class == first
    assert backend.store.digest(key) == key


def test_an_object_too_large_for_one_copy_keeps_its_mark(backend: Backend) -> None:
    if not isinstance(backend.store, S3Store) or backend.colder is None:
        pytest.skip("folders have no classes")
    data = os.urandom(11 * MIB)
    key = backend.store.keep(io.BytesIO(data)).key
    said = backend.said(key)
    assert said["writer"]
    classes.reclass(backend.store._target(key), backend.colder, copied_at_once=5 * MIB)
    assert backend.store.stat(key).storage_class == backend.colder
    assert backend.store.digest(key) == key
    assert backend.said(key) == said


def test_a_class_that_the_store_does_not_have_is_refused_and_the_object_stays(backend: Backend) -> None:
    key = backend.store.keep(io.BytesIO(b"deed")).key
    with pytest.raises(Invalid, match="storage class"):
        backend.store.reclass(key, "NO_SUCH_CLASS")
    assert content(backend.store, key) == b"deed"
    assert backend.store.stat(key).storage_class == "STANDARD"


@pytest.mark.slow
@pytest.mark.parametrize("size", [4, 7 * MIB])
def test_a_store_in_a_class_that_the_service_does_not_have_says_so_and_stores_nothing(
    plain_endpoint: str, tmp_path: Path, size: int
) -> None:
    service = Service(plain_endpoint, access_key=ceph.ACCESS, secret_key=ceph.SECRET, addressing="path")
    bucket = f"test-{uuid4().hex[:12]}"
    plain = S3Store("main", bucket, service, tmp_path / "scratch", single=6 * MIB)
    with pytest.raises(Invalid, match="has no storage class COLD"):
        S3Store("main", bucket, service, tmp_path / "scratch", storage_class="COLD").found()
    plain.found()
    cold = S3Store("main", bucket, service, tmp_path / "scratch", storage_class="COLD", single=6 * MIB)
    with pytest.raises(Invalid, match=r"has no storage class COLD. Mend the storage profile"):
        cold.keep(io.BytesIO(bytes(size)))
    assert list(plain.batches()) == []
    assert client_of(service).list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []


def test_what_is_online_needs_no_restoring(backend: Backend) -> None:
    key = backend.store.keep(io.BytesIO(b"deed")).key
    assert backend.store.restore(key, 3) is Thaw.ONLINE
    assert backend.store.stat(key).thaw is Thaw.ONLINE
    for ask in (lambda: backend.store.restore("nobody", 3), lambda: backend.store.reclass("nobody", "STANDARD")):
        with pytest.raises(NotFound):
            ask()


def test_an_address_gives_the_object_to_anybody_under_its_name_and_no_other(backend: Backend) -> None:
    key = backend.store.keep(io.BytesIO(b"the deed")).key
    address = backend.store.url(key, 60, name="德州 一号.txt", media_type="text/plain")
    if backend.kind == "folder":
        assert address is None
        return
    assert address
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == b"the deed"
        assert answer.headers["Content-Type"] == "text/plain"
        told = answer.headers["Content-Disposition"]
    assert urllib.parse.unquote(told) == "attachment; filename*=UTF-8''德州 一号.txt"
    ranged = urllib.request.Request(address, headers={"Range": "bytes=4-7"})
    with urllib.request.urlopen(ranged) as answer:
        assert (answer.status, answer.read()) == (206, b"deed")
    if backend.kind == "ceph":  # moto looks at no signature
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address.replace(key, key[::-1]))


@pytest.mark.slow
def test_a_signed_address_opens_one_object_for_reading_for_its_time_and_nothing_else(
    ceph_endpoint: str, tmp_path: Path
) -> None:
    service = Service(ceph_endpoint, access_key=ceph.ACCESS, secret_key=ceph.SECRET, addressing="path")
    store = S3Store("main", f"test-{uuid4().hex[:12]}", service, tmp_path / "scratch")
    store.found()
    key, other = (store.keep(io.BytesIO(data)).key for data in (b"the deed", b"another"))

    def answer(address: str, method: str = "GET") -> int:
        asked = urllib.request.Request(address, method=method, data=b"x" if method == "PUT" else None)
        try:
            with urllib.request.urlopen(asked, timeout=20) as got:
                return int(got.status)
        except urllib.error.HTTPError as exc:
            return exc.code

    short, address = (store.url(key, seconds, name="a.txt", media_type="text/plain") or "" for seconds in (1, 60))
    begun = time.monotonic()
    assert answer(address) == 200
    signature = address.rpartition("Signature=")[2]
    tampered = {
        "another object": address.replace(key, other),
        "the bucket": address.replace(f"/{key}", ""),
        "another signature": address.replace(signature, signature[::-1]),
        "a longer time": address.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        "another name": address.replace("a.txt", "b.txt"),
        "another type": address.replace("text%2Fplain", "text%2Fhtml"),
        "no signature": address.partition("?")[0],
    }
    assert all(changed != address for changed in tampered.values())
    assert {what: answer(changed) for what, changed in tampered.items()} == dict.fromkeys(tampered, 403)
    assert [answer(address, method) for method in ("PUT", "DELETE", "POST")] == [403] * 3
    time.sleep(max(0.0, 2.5 - (time.monotonic() - begun)))
    assert answer(short) == 403
    assert content(store, key) == b"the deed"


@pytest.mark.slow
def test_what_lies_offline_is_asked_for_waited_for_read_and_expires(moto_endpoint: str, tmp_path: Path) -> None:
    service = Service(moto_endpoint, access_key=ceph.ACCESS, secret_key=ceph.SECRET, addressing="path")
    store = S3Store("cold", f"test-{uuid4().hex[:12]}", service, tmp_path / "scratch")
    store.found()
    key = store.keep(io.BytesIO(b"deed")).key
    store.reclass(key, "GLACIER")
    assert store.stat(key).thaw is Thaw.OFFLINE
    with pytest.raises(Unavailable, match="cold storage"):
        store.open(key)
    assert store.restore(key, 3) in (Thaw.UNDER_WAY, Thaw.READY)
    assert store.restore(key, 3) in (Thaw.UNDER_WAY, Thaw.READY)
    found = store.stat(key)
    assert found.thaw is Thaw.READY  # moto is done at once
    assert found.readable_until is not None
    assert timedelta(days=1) < found.readable_until - datetime.now(UTC) < timedelta(days=5)
    assert content(store, key) == b"deed"
    assert client_of(service).head_object(Bucket=store._bucket, Key=key)["StorageClass"] == "GLACIER"


@pytest.mark.slow
@pytest.mark.parametrize("sealed", [True, False])
def test_bytes_that_lie_offline_already_are_refused_with_what_to_do(
    moto_endpoint: str, tmp_path: Path, sealed: bool
) -> None:
    service = Service(moto_endpoint, access_key=ceph.ACCESS, secret_key=ceph.SECRET, addressing="path")
    store: Store = S3Store("cold", f"test-{uuid4().hex[:12]}", service, tmp_path / "scratch", single=1000)
    if sealed:
        keys = Keys(tmp_path / "keys", tmp_path / "home")
        keys.make("offsite")
        store = EncryptedStore(store, keys, "offsite", tmp_path / "scratch")
    store.found()
    for data in (b"deed", bytes(5000)):
        key = store.keep(io.BytesIO(data)).key
        store.reclass(key, "GLACIER")
        with pytest.raises(Invalid, match="brought back"):
            store.keep(io.BytesIO(data))
        store.restore(key, 3)
        assert store.keep(io.BytesIO(data)).storage_class == "GLACIER"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (None, Thaw.OFFLINE),
        ('ongoing-request="true"', Thaw.UNDER_WAY),
        ('ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"', Thaw.READY),
    ],
)
def test_the_answer_of_a_service_tells_how_far_a_restore_is(told: str | None, expected: Thaw) -> None:
    thaw, until = classes.thawed(told, offline=True)
    assert thaw is expected
    assert until == (datetime(2012, 12, 21, tzinfo=UTC) if expected is Thaw.READY else None)
    assert classes.thawed(told, offline=False) == (Thaw.ONLINE, None)
