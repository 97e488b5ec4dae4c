"""The backends that the contract suite runs against."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import pytest

from media_archive.storage.stores.encrypted import EncryptedStore, Keys
from media_archive.storage.stores.folder import FolderStore
from media_archive.storage.stores.s3 import S3Store
from media_archive.storage.stores.s3.client import Service, client_of
from media_archive.storage.stores.store import Store
from media_archive.storage.stores.wrappers import LimitedStore, MeasuredStore, Pace, RetryingStore
from tests.contracts import ceph


@dataclass
class Backend:
    """A store under test, and what the suite must do to it behind its back."""

    kind: str
    store: Store
    again: Callable[[], Store]
    corrupt: Callable[[str, bytes], None]
    #: objects and drafts that lie where they should not
    litter: Callable[[], list[str]]
    aside: Callable[[], list[bytes]]
    #: a storage class that objects can be moved to and read in, if there is one
    colder: str | None = None
    #: what the service says of an object beside its bytes
    said: Callable[[str], dict[str, str]] = lambda _: {}
    #: whether bytes lie encrypted: what is corrupt is then known by itself
    encrypted: bool = False
    #: facts for a child process that opens the same store
    recipe: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def plain_endpoint() -> Iterator[str]:
    from tests.contracts.plain import PlainServer

    server = PlainServer()
    yield server.endpoint
    server.close()


@pytest.fixture(scope="session")
def ceph_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if missing := ceph.missing():
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: ceph-base ceph-mon ceph-osd radosgw)")
    cluster = ceph.Ceph(tmp_path_factory.mktemp("ceph"))
    try:
        cluster.start()
        yield cluster.endpoint
    finally:
        cluster.stop()


def wrapped(store: Store) -> Store:
    """A store as profiles open it, with everything around it."""
    return MeasuredStore(LimitedStore(RetryingStore(store), Pace(1e9)))


@pytest.fixture(
    params=[
        "folder",
        "encrypted",
        *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("wrapped", "moto", "plain", "ceph")),
    ]
)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    if request.param == "folder":
        return folder_backend(tmp_path)
    if request.param == "encrypted":
        return encrypted_backend(folder_backend(tmp_path), tmp_path)
    if request.param == "wrapped":
        return around_backend(folder_backend(tmp_path), wrapped)
    return s3_backend(request.param, request.getfixturevalue(f"{request.param}_endpoint"), tmp_path)


@pytest.fixture
def store(backend: Backend) -> Store:
    return backend.store


def folder_backend(tmp_path: Path) -> Backend:
    root = tmp_path / "store"
    store = FolderStore("main", root)
    store.found()

    def corrupt(key: str, data: bytes) -> None:
        place = store.path(key)
        assert place is not None
        place.chmod(0o644)
        place.write_bytes(data)
        with place.open("rb") as file:
            os.fsync(file.fileno())

    return Backend(
        "folder",
        store,
        lambda: FolderStore("main", root),
        corrupt,
        lambda: sorted(str(path) for path in (root / "incoming").iterdir()),
        lambda: [path.read_bytes() for path in sorted((root / "damaged").rglob("*")) if path.is_file()],
        recipe={"kind": "folder", "root": str(root)},
    )


def around_backend(backend: Backend, around: Callable[[Store], Store]) -> Backend:
    """The same backend, with a store around each of its stores."""
    again = backend.again
    return replace(backend, store=around(backend.store), again=lambda: around(again()))


def encrypted_backend(backend: Backend, tmp_path: Path) -> Backend:
    """The same backend, encrypted with a new key."""
    keys = Keys(tmp_path / "keys", tmp_path / "home")
    keys.make("offsite")

    def sealed(store: Store) -> Store:
        return EncryptedStore(store, keys, "offsite", tmp_path / "scratch")

    made = around_backend(backend, sealed)
    made.encrypted = True
    return made


COLDER = {"ceph": "COLD", "moto": "STANDARD_IA", "plain": None}


def s3_backend(kind: str, endpoint: str, tmp_path: Path) -> Backend:
    service = Service(endpoint=endpoint, access_key=ceph.ACCESS, secret_key=ceph.SECRET, addressing="path")
    bucket, scratch = f"test-{uuid4().hex[:12]}", tmp_path / "scratch"

    def opened() -> S3Store:
        return S3Store("main", bucket, service, scratch, prefix="held/", single=6 << 20, offline=())

    store = opened()
    store.found()
    client = client_of(service)

    def under(prefix: str) -> list[str]:
        listed = client.list_objects_v2(Bucket=bucket, Prefix=prefix)
        return [one["Key"] for one in listed.get("Contents", [])]

    def litter() -> list[str]:
        uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        left = sorted(str(path) for path in scratch.iterdir()) if scratch.exists() else []
        return left + [upload["Key"] for upload in uploads]

    return Backend(
        kind,
        store,
        opened,
        lambda key, data: client.put_object(Bucket=bucket, Key=f"held/{key}", Body=data) and None,
        litter,
        lambda: [client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in under("held/damaged/")],
        COLDER[kind],
        lambda key: client.head_object(Bucket=bucket, Key=f"held/{key}")["Metadata"],
        recipe={"kind": "s3", "endpoint": endpoint, "bucket": bucket, "scratch": str(scratch)},
    )
