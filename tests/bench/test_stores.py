"""How fast bytes come into stores, against the bare loop and against `aws s3 cp`.

Both sides of each comparison run in turns, the better of each is taken. MEDIA_ARCHIVE_BENCH_MEGABYTES (1024),
MEDIA_ARCHIVE_BENCH_OBJECTS (10000) and MEDIA_ARCHIVE_BENCH_ROUNDS (2) set other sizes. `aws` is awscli from PyPI, put
into a virtual environment of its own; where that cannot be had, its comparisons are skipped.
"""

import hashlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from media_archive.storage.stores.folder import FolderStore
from media_archive.storage.stores.s3 import S3Store, Service
from media_archive.storage.stores.s3.client import client_of
from tests.contracts import ceph

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
MEGABYTES = int(os.environ.get("MEDIA_ARCHIVE_BENCH_MEGABYTES", "1024"))
OBJECTS = int(os.environ.get("MEDIA_ARCHIVE_BENCH_OBJECTS", "10000"))
ROUNDS = int(os.environ.get("MEDIA_ARCHIVE_BENCH_ROUNDS", "2"))
OBJECT_SIZE = 20_000
THREADS = 4
LEAST_OF_BARE, LEAST_OF_AWS, LEAST_OF_AWS_MANY = 0.9, 0.9, 1.5
MOST_MEMORY = 200 << 20
MIB = 1 << 20


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("source") / "film"
    with path.open("wb") as file:
        for _ in range(MEGABYTES):
            file.write(os.urandom(MIB))
    yield path
    path.unlink()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    if missing := ceph.missing():
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: ceph-base ceph-mon ceph-osd radosgw)")
    cluster = ceph.Ceph(tmp_path_factory.mktemp("ceph"), room=MEGABYTES * MIB * 6 + (2 << 30))
    try:
        cluster.start()
        yield Service(cluster.endpoint, access_key=ceph.ACCESS, secret_key=ceph.SECRET, addressing="path")
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def aws(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """The command of that name; from MEDIA_ARCHIVE_BENCH_AWS, or installed for the occasion."""
    program = os.environ.get("MEDIA_ARCHIVE_BENCH_AWS") or _installed(tmp_path_factory.mktemp("aws"))
    keys = {"AWS_ACCESS_KEY_ID": ceph.ACCESS, "AWS_SECRET_ACCESS_KEY": ceph.SECRET, "AWS_DEFAULT_REGION": "us-east-1"}

    def run(*arguments: str) -> None:
        command = [program, "--endpoint-url", service.endpoint, "s3", *arguments, "--quiet"]
        subprocess.run(command, check=True, env={**os.environ, **keys})

    return run


def _installed(folder: Path) -> str:
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
        pip = [str(folder / "bin" / "pip"), "install", "-q", "awscli"]
        subprocess.run(pip, check=True, capture_output=True, timeout=300)
    except (subprocess.SubprocessError, OSError) as exc:
        pytest.skip(f"awscli cannot be installed from PyPI: {exc}")
    return str(folder / "bin" / "aws")


def bucket_of(service: Service) -> str:
    """A new one, marked as that of the store `main`."""
    bucket = f"bench-{uuid4().hex[:8]}"
    S3Store("main", bucket, service, Path()).found()
    return bucket


def seconds(do: Callable[[], object]) -> float:
    began = time.monotonic()
    do()
    return time.monotonic() - began


def in_turns(*sides: Callable[[], float]) -> list[float]:
    """The least seconds of each."""
    taken = [[side() for side in sides] for _ in range(ROUNDS)]
    return [min(column) for column in zip(*taken, strict=True)]


def bare_copy(source: Path, target: Path) -> None:
    """Copies, hashing; syncs; reads back from the disk, hashing."""
    copied, back = hashlib.sha256(), hashlib.sha256()
    buffer = memoryview(bytearray(MIB))
    with source.open("rb", buffering=0) as reading, target.open("wb", buffering=0) as writing:
        while count := reading.readinto(buffer):
            copied.update(buffer[:count])
            writing.write(buffer[:count])
        os.fsync(writing.fileno())
    with target.open("rb", buffering=0) as reading:
        os.posix_fadvise(reading.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while count := reading.readinto(buffer):
            back.update(buffer[:count])
    assert copied.digest() == back.digest()


def test_a_local_deposit_is_as_fast_as_the_bare_loop(film: Path, tmp_path: Path) -> None:
    store = FolderStore("main", tmp_path / "store")
    store.found()

    def ours() -> float:
        with film.open("rb", buffering=0) as source:
            began = time.monotonic()
            key = store.keep(source).key
            taken = time.monotonic() - began
        store.delete(key)
        return taken

    def bare() -> float:
        taken = seconds(lambda: bare_copy(film, tmp_path / "copy"))
        (tmp_path / "copy").unlink()
        return taken

    got, wanted = in_turns(ours, bare)
    print(
        f"\n{MEGABYTES} MiB: keep {MEGABYTES / got:.0f} MiB/s, bare loop {MEGABYTES / wanted:.0f} MiB/s, ratio {wanted / got:.2f}"
    )
    assert wanted / got >= LEAST_OF_BARE


UPLOADER = """
import resource, sys, time
from pathlib import Path
from media_archive.storage.stores.s3 import S3Store, Service
endpoint, access, secret, bucket, scratch, film, how = sys.argv[1:]
store = S3Store("main", bucket, Service(endpoint, access_key=access, secret_key=secret, addressing="path"), Path(scratch))
began = time.monotonic()
with open(film, "rb") as source:
    store.put("film", source) if how == "put" else store.keep(source)
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_large_upload_is_as_fast_as_that_of_aws_in_little_memory(
    film: Path, service: Service, aws: Callable[..., None], tmp_path: Path
) -> None:
    """A process of ours that hashes and sends the file, write-once, against `aws s3 cp`; both with their start."""
    memory: list[int] = []

    def ours(how: str) -> float:
        bucket = bucket_of(service)
        arguments = [service.endpoint, ceph.ACCESS, ceph.SECRET, bucket, str(tmp_path), str(film), how]
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-c", UPLOADER, *arguments], check=True, capture_output=True, text=True)
        taken = time.monotonic() - began
        memory.append(int(done.stdout.split()[1]) << 10)
        _empty(service, bucket)
        return taken

    def theirs() -> float:
        bucket = bucket_of(service)
        taken = seconds(lambda: aws("cp", str(film), f"s3://{bucket}/film"))
        _empty(service, bucket)
        return taken

    sent, kept, wanted = in_turns(lambda: ours("put"), lambda: ours("keep"), theirs)
    print(
        f"\n{MEGABYTES} MiB to Ceph: put (SHA-256, upload) {sent:.2f} s, keep (and read back) {kept:.2f} s, aws s3 cp"
        f" {wanted:.2f} s; put {wanted / sent:.2f} and keep {wanted / kept:.2f} times as fast as aws; most memory"
        f" {max(memory) >> 20} MiB"
    )
    assert max(memory) < MOST_MEMORY
    assert wanted / sent >= LEAST_OF_AWS


def test_many_small_objects_are_sent_faster_than_aws_sends_them(
    service: Service, aws: Callable[..., None], tmp_path: Path
) -> None:
    """One process of ours with a few threads against `aws s3 cp --recursive` and its ten."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(OBJECTS):
        (folder / f"{number:05}").write_bytes(os.urandom(OBJECT_SIZE))

    def ours(kept: bool) -> float:
        bucket = bucket_of(service)
        store = S3Store("main", bucket, service, tmp_path / "scratch")

        def one(path: Path) -> None:
            with path.open("rb") as source:
                store.keep(source) if kept else store.put(path.name, source)

        with ThreadPoolExecutor(THREADS) as pool:
            taken = seconds(lambda: list(pool.map(one, sorted(folder.iterdir()))))
        assert sum(len(batch) for batch in store.batches()) == OBJECTS
        return taken

    def theirs() -> float:
        bucket = bucket_of(service)
        return seconds(lambda: aws("cp", "--recursive", str(folder), f"s3://{bucket}/"))

    sent, kept, wanted = in_turns(lambda: ours(False), lambda: ours(True), theirs)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"\n{OBJECTS} objects of {OBJECT_SIZE} bytes to Ceph, a second: put {OBJECTS / sent:.0f}, keep (read back)"
        f" {OBJECTS / kept:.0f}, aws s3 cp --recursive {OBJECTS / wanted:.0f}; put {wanted / sent:.2f} and keep"
        f" {wanted / kept:.2f} times as fast as aws; memory {most} MiB"
    )
    assert wanted / sent >= LEAST_OF_AWS_MANY


def _empty(service: Service, bucket: str) -> None:
    client = client_of(service)
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for found in page.get("Contents", []):
            client.delete_object(Bucket=bucket, Key=found["Key"])
