"""Deposits, further copies, and bytes at hand."""

import io
import os
from pathlib import Path
from uuid import uuid4

import pytest

from media_archive.config import Settings
from media_archive.errors import ArchiveError, Damaged, Invalid, NotFound, Unavailable
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.profiles import Profile
from media_archive.storage.service import Stores
from media_archive.storage.stores.s3 import S3Store, marks
from media_archive.storage.stores.s3.client import Service, client_of
from tests.storage.conftest import digest_of, rot

DATA = os.urandom(1_500_000)


def registered(*places: tuple[str, str], data: bytes = DATA) -> File:
    return File(
        name="桥.jpg",
        size=len(data),
        sha256=digest_of(data),
        copies=[Copy(store=store, key=key) for store, key in places],
    )


@pytest.fixture
def with_s3(settings: Settings, moto_endpoint: str, tmp_path: Path) -> Stores:
    """The shipped profile of an S3 store and a local one, on a service that was just started."""
    made = Stores.of(
        settings.model_copy(
            update={
                "storage_profile": "s3-standard",
                "s3_endpoint": moto_endpoint,
                "s3_access_key": "key",
                "s3_secret_key": "secret",
            }
        )
    )
    made.found()
    return made


def test_a_deposit_in_a_fresh_home_is_stored_and_read_back(stores: Stores) -> None:
    moved: list[int] = []
    deposited = stores.deposit(io.BytesIO(DATA), Role.ORIGINAL, progress=moved.append)
    assert (deposited.sha256, deposited.size, deposited.store) == (digest_of(DATA), len(DATA), "main")
    assert sum(moved) == len(DATA)
    assert len(moved) == 2
    assert stores.read_back("main", deposited.key) == deposited.sha256
    path = stores.path("main", deposited.key)
    assert path is not None
    assert path.read_bytes() == DATA
    with stores.open("main", deposited.key, 10, 20) as stream:
        assert stream.read() == DATA[10:20]


def test_depositing_the_same_again_says_so(stores: Stores) -> None:
    assert stores.deposit(io.BytesIO(DATA), Role.ORIGINAL).fresh
    assert not stores.deposit(io.BytesIO(DATA), Role.ORIGINAL).fresh


def test_a_digest_can_be_had_without_storing(stores: Stores) -> None:
    assert stores.digest(io.BytesIO(DATA)) == digest_of(DATA)


def test_a_source_that_is_shorter_than_told_is_refused(stores: Stores) -> None:
    with pytest.raises(Invalid, match="broke off"):
        stores.deposit(io.BytesIO(DATA), Role.ORIGINAL, size=len(DATA) + 1)


def test_an_unknown_store_is_named(stores: Stores) -> None:
    with pytest.raises(NotFound, match="attic"):
        stores.open("attic", "key")


def test_each_store_tells_its_own_trouble(two_disks: Stores, tmp_path: Path) -> None:
    assert two_disks.check(writing=True) == {"main": None, "second": None}
    (tmp_path / "second").rename(tmp_path / "pulled")
    trouble = two_disks.check()
    assert trouble["main"] is None
    assert "not mounted" in str(trouble["second"])


def test_a_further_copy_is_read_back(two_disks: Stores) -> None:
    first = two_disks.deposit(io.BytesIO(DATA), Role.ORIGINAL)
    second = two_disks.replicate(registered(("main", first.key)), "second")
    assert (second.store, second.sha256, second.fresh) == ("second", first.sha256, True)
    assert two_disks.read_back("second", second.key) == digest_of(DATA)


def test_a_rotten_copy_is_never_spread_and_is_mended_from_a_good_one(two_disks: Stores, tmp_path: Path) -> None:
    key = two_disks.deposit(io.BytesIO(DATA), Role.ORIGINAL).key
    file = registered(("main", key), ("second", key))
    rot(two_disks, "main", key, b"rotten")
    with pytest.raises(Damaged):
        two_disks.replicate(registered(("main", key)), "second")
    assert two_disks.path("second", key) is None
    two_disks.store("second").keep(io.BytesIO(DATA))
    assert two_disks.replicate(file, "main").fresh
    assert two_disks.read_back("main", key) == digest_of(DATA)
    assert [path.read_bytes() for path in (tmp_path / "home/store/main/damaged").rglob(key)] == [b"rotten"]


def test_without_another_copy_there_is_nothing_to_copy_from(stores: Stores) -> None:
    with pytest.raises(Unavailable, match="another copy"):
        stores.replicate(registered(("main", digest_of(DATA))), "main")


def test_a_local_file_is_at_hand_as_it_lies(stores: Stores) -> None:
    key = stores.deposit(io.BytesIO(DATA), Role.ORIGINAL).key
    with stores.at_hand(registered(("main", key))) as path:
        assert path == stores.path("main", key)
    assert path.exists()


@pytest.mark.slow
def test_a_file_afar_is_fetched_checked_and_put_away(with_s3: Stores) -> None:
    deposited = with_s3.deposit(io.BytesIO(DATA), Role.ORIGINAL)
    assert deposited.store == "objects"
    assert with_s3.path("objects", deposited.key) is None
    with with_s3.at_hand(registered(("objects", deposited.key))) as path:
        assert path.read_bytes() == DATA
    assert not path.exists()


@pytest.mark.slow
def test_the_near_copy_is_taken_and_a_lost_one_is_passed_over(with_s3: Stores) -> None:
    far = with_s3.deposit(io.BytesIO(DATA), Role.ORIGINAL).key
    near = with_s3.deposit(io.BytesIO(DATA), Role.RENDITION)
    file = registered(("objects", far), ("local", near.key))
    assert near.store == "local"
    with with_s3.at_hand(file) as path:
        assert path == with_s3.path("local", near.key)
    with_s3.store("local").delete(near.key)
    with with_s3.at_hand(file) as path:
        assert path.read_bytes() == DATA


@pytest.mark.slow
def test_a_rotten_copy_afar_is_not_handed_out(with_s3: Stores) -> None:
    key = with_s3.deposit(io.BytesIO(DATA), Role.ORIGINAL).key
    other = registered(("objects", key), data=b"what it should be")
    with pytest.raises(Damaged, match="no longer matches"), with_s3.at_hand(other):
        pass
    assert list(with_s3.settings.scratch.iterdir()) == []


def test_an_error_of_the_one_who_asked_comes_through(stores: Stores) -> None:
    key = stores.deposit(io.BytesIO(DATA), Role.ORIGINAL).key
    with pytest.raises(ArchiveError, match="mine"), stores.at_hand(registered(("main", key))):
        raise ArchiveError("mine")


@pytest.mark.slow
def test_renditions_travel_from_the_local_disk_to_s3(with_s3: Stores) -> None:
    key = with_s3.deposit(io.BytesIO(DATA), Role.RENDITION).key
    assert with_s3.replicate(registered(("local", key)), "objects").storage_class == "STANDARD"
    assert with_s3.read_back("objects", key) == digest_of(DATA)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "told"),
    [
        (Service("http://127.0.0.1:9", access_key="a", secret_key="b"), "does not answer"),
        (Service("nonsense", access_key="a", secret_key="b"), "nonsense"),
        (Service("https://127.0.0.1:9", access_key="a", secret_key="b", ca_bundle="/no/such.pem"), "such.pem|s3_ca"),
    ],
)
def test_an_s3_service_that_cannot_be_reached_is_explained(tmp_path: Path, service: Service, told: str) -> None:
    with pytest.raises(ArchiveError, match=told):
        S3Store("objects", "bucket", service, tmp_path).check()


@pytest.mark.slow
def test_a_missing_bucket_says_how_to_make_it(moto_endpoint: str, tmp_path: Path) -> None:
    store = S3Store("objects", "never-made", Service(moto_endpoint, access_key="a", secret_key="b"), tmp_path)
    with pytest.raises(Unavailable, match="media-archive init"):
        store.check()
    with pytest.raises(Unavailable, match="media-archive init"):
        store.keep(io.BytesIO(b"bytes"))


@pytest.mark.slow
def test_a_bucket_of_another_store_or_of_none_is_refused_and_nothing_in_it_is_missing(
    moto_endpoint: str, tmp_path: Path
) -> None:
    """A wrong prefix must not look like the loss of all copies, nor one bucket under two names like two copies."""
    service = Service(moto_endpoint, access_key="a", secret_key="b")
    bucket = f"b-{uuid4().hex[:8]}"
    mine = S3Store("mine", bucket, service, tmp_path, prefix="a/")
    mine.found()
    key = mine.keep(io.BytesIO(b"bytes")).key
    for other in (S3Store("mine", bucket, service, tmp_path), S3Store("yours", bucket, service, tmp_path, prefix="a/")):
        for use in (other.stat, other.digest, other.open, other.delete):
            with pytest.raises(Unavailable, match="storage profile"):
                use(key)
        with pytest.raises(Unavailable, match="storage profile"):
            other.keep(io.BytesIO(b"bytes"))
        with pytest.raises(Unavailable, match="storage profile"):
            other.check()
    with pytest.raises(Unavailable, match="holds the store mine"):
        S3Store("yours", bucket, service, tmp_path, prefix="a/").found()
    client_of(service).delete_object(Bucket=bucket, Key=f"a/{marks.KEY}")
    with pytest.raises(Unavailable, match="does not hold the store"):
        mine.stat("0" * 64)  # it was looked at before
    assert mine.stat(key).size == 5


def test_a_disk_mounted_inside_the_home_may_be_absent_one_day(stores: Stores, tmp_path: Path) -> None:
    at = stores.deposit(io.BytesIO(b"bytes"), Role.ORIGINAL)
    root = stores.folders()[0]
    root.rename(tmp_path / "unmounted")
    root.mkdir()
    again = Stores.of(stores.settings)
    with pytest.raises(Unavailable, match="mount it"):
        again.store(at.store).stat(at.key)
    with pytest.raises(Unavailable, match="mount it"):
        again.deposit(io.BytesIO(b"more"), Role.ORIGINAL)
    assert not list(root.iterdir())


def test_a_profile_is_at_hand_for_those_who_place_copies(two_disks: Stores) -> None:
    assert isinstance(two_disks.profile, Profile)
    assert two_disks.names == ["main", "second"]
