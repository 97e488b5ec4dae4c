"""Bad networks and bad services: whatever they do, nothing is stored wrong and nothing half."""

import hashlib
import io
import random
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from media_archive.errors import ArchiveError
from media_archive.storage.stores.s3 import S3Store, Service
from media_archive.storage.stores.store import Store
from media_archive.storage.stores.wrappers import Budget, RetryingStore
from tests.contracts import ceph
from tests.contracts.faults import Fault, FaultyProxy

pytestmark = pytest.mark.slow

MIB = 1 << 20
SIZES = (0, 300_000, 3 * MIB, 17 * MIB)


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> str:
    """Ceph's, which looks at signatures and writes once; where that is not installed, moto's."""
    found: str = request.getfixturevalue("moto_endpoint" if ceph.missing() else "ceph_endpoint")
    return found


@pytest.fixture
def proxy(endpoint: str) -> Iterator[FaultyProxy]:
    made = FaultyProxy(endpoint, seed=1)
    yield made
    made.close()


def opened(endpoint: str, bucket: str, scratch: Path) -> S3Store:
    service = Service(
        endpoint, access_key=ceph.ACCESS, secret_key=ceph.SECRET, addressing="path", read_seconds=20, attempts=1
    )
    return S3Store("main", bucket, service, scratch, single=6 * MIB)


def patient(store: Store) -> Store:
    """Tries again at once, and often."""
    return RetryingStore(store, tries=20, budget=Budget(most=1000), wait=lambda _: None)


@pytest.mark.parametrize("fault", Fault)
def test_what_was_kept_is_whole_and_what_failed_left_nothing_wrong(
    fault: Fault, proxy: FaultyProxy, endpoint: str, tmp_path: Path
) -> None:
    bucket = f"test-{uuid4().hex[:12]}"
    clean = opened(endpoint, bucket, tmp_path / "scratch")
    clean.found()
    store = patient(opened(proxy.endpoint, bucket, tmp_path / "scratch"))
    proxy.fault = fault
    kept = {key for size in SIZES for key in _keep(store, random.Random(f"{fault}{size}").randbytes(size))}
    proxy.fault = None
    assert proxy.suffered
    if fault in (Fault.RESET, Fault.STORM, Fault.LOST, Fault.TRICKLE, Fault.CUT):
        assert len(kept) == len(SIZES), "a passing fault is got over by trying again"
    there = {key for batch in clean.batches() for key in batch}
    assert kept <= there
    for key in there:
        assert clean.digest(key) == key
    for size in SIZES:  # once all is well again, what failed before succeeds
        data = random.Random(f"{fault}{size}").randbytes(size)
        assert store.keep(io.BytesIO(data)).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.STORM, Fault.CUT])
def test_what_is_read_is_what_was_stored_or_an_error(
    fault: Fault, proxy: FaultyProxy, endpoint: str, tmp_path: Path
) -> None:
    bucket = f"test-{uuid4().hex[:12]}"
    clean = opened(endpoint, bucket, tmp_path / "scratch")
    clean.found()
    data = random.Random(3).randbytes(11 * MIB)
    key = clean.keep(io.BytesIO(data)).key
    store = patient(opened(proxy.endpoint, bucket, tmp_path / "scratch"))
    proxy.fault = fault
    assert store.digest(key) == key
    for start, end in ((0, None), (5, 9 * MIB), (10 * MIB, None)):
        with store.open(key, start, end) as stream:
            assert stream.read() == data[start:end]


def _keep(store: Store, data: bytes) -> set[str]:
    try:
        return {store.keep(io.BytesIO(data)).key}
    except ArchiveError:
        return set()
