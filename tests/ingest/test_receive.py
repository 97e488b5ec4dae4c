"""From a folder to catalogued assets, on both databases."""

import hashlib
import os
import shutil
import unicodedata
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects.models import Link, Subject
from media_archive.config import load
from media_archive.errors import Invalid, NoSpace, NotFound
from media_archive.ingest.carry import carry
from media_archive.ingest.find import Candidate
from media_archive.ingest.grouping import Group, Member
from media_archive.ingest.service import receive
from media_archive.ingest.wish import NobodyWatches, Summary, Wish
from media_archive.jobs import service as jobs
from media_archive.metadata.formats import FORMATS
from media_archive.storage import fixity
from media_archive.storage.models import Copy, File, Role
from tests.drawn import picture, pictures


def _ingest(archive: Archive, *paths: Path, shoot: str = "拍摄一", **given: object) -> Summary:
    return receive(archive, list(paths), Wish(shoot=shoot, **given))  # type: ignore[arg-type]


def _digests(archive: Archive) -> list[str]:
    with archive.reading() as session:
        return sorted(session.scalars(select(File.sha256).where(File.role == Role.ORIGINAL)))


def _counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.found, summary.added, summary.duplicates, summary.refused


@pytest.mark.slow
def test_every_file_is_stored_with_the_digest_of_its_bytes(either_archive: Archive, tmp_path: Path) -> None:
    files = pictures(tmp_path / "card" / "DCIM" / "100", 5)
    summary = _ingest(either_archive, tmp_path / "card")
    assert _counts(summary) == (5, 5, 0, 0)
    assert _digests(either_archive) == sorted(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    with either_archive.reading() as session:
        copies = session.scalars(select(Copy)).all()
        assert all(copy.verified_at for copy in copies)
        assert {either_archive.stores.read_back(copy.store, copy.key) for copy in copies} == set(
            _digests(either_archive)
        )
        assert set(session.scalars(select(File.folder))) == {"DCIM/100"}
        assert jobs.counts(session)["wanted"] == 5


@pytest.mark.slow
def test_the_same_folder_again_is_told_as_duplicates_and_adds_nothing(either_archive: Archive, tmp_path: Path) -> None:
    pictures(tmp_path / "card", 4)
    _ingest(either_archive, tmp_path / "card")
    assert _counts(_ingest(either_archive, tmp_path / "card")) == (4, 0, 4, 0)
    assert _counts(_ingest(either_archive, tmp_path / "card", shoot="另一批")) == (4, 0, 4, 0)
    assert len(_digests(either_archive)) == 4


def test_the_same_bytes_twice_in_one_folder_are_one_asset(either_archive: Archive, tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg", "sub/c.jpg"):
        picture(tmp_path / "card" / name, 7)
    assert _counts(_ingest(either_archive, tmp_path / "card")) == (3, 1, 2, 0)


@pytest.mark.slow
def test_what_is_no_media_is_refused_by_name_and_the_rest_goes_on(archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "card"
    pictures(card, 2)
    (card / "notes.jpg").write_text("not a picture at all")
    (card / "paper.jpg").write_bytes(b"%PDF-1.7\n")
    (card / "odd.jpg").write_bytes(bytes(range(1, 200)))
    (card / "empty.jpg").touch()
    summary = _ingest(archive, card)
    assert _counts(summary) == (6, 2, 0, 4)
    assert {Path(one.path).name: str(one.reason) for one in summary.problems} == {
        "notes.jpg": "This is a text, not a photograph, film or recording.",
        "paper.jpg": "This is a PDF document, not a photograph, film or recording.",
        "odd.jpg": "This is no photograph, film, sound or sidecar that the archive knows.",
        "empty.jpg": "The file is empty.",
    }


def test_litter_hidden_files_links_and_devices_are_counted_and_left(archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "card"
    pictures(card, 1)
    outside = picture(tmp_path / "outside.jpg", 99)
    for name in ("Thumbs.db", ".DS_Store", "._IMG_0000.jpg", "desktop.ini"):
        (card / name).write_bytes(b"x")
    (card / "link.jpg").symlink_to(outside)
    (card / "loop").symlink_to(card)
    os.mkfifo(card / "pipe.jpg")
    (card / ".hidden").mkdir()
    picture(card / ".hidden" / "b.jpg", 5)
    summary = _ingest(archive, card)
    assert _counts(summary) == (1, 1, 0, 0)
    assert summary.skipped == 8


@pytest.mark.parametrize(
    "name",
    [
        "中" * 83 + "ab.jpg",  # 255 bytes
        unicodedata.normalize("NFD", "Müller é.jpg"),
        unicodedata.normalize("NFC", "Müller é.jpg"),
        "婚礼 📷 🎉.jpg",
        " leading and trailing .jpg",
        "quote'\"$(rm -rf).jpg",
        "new\nline.jpg",
    ],
)
def test_names_survive_unharmed(archive: Archive, tmp_path: Path, name: str) -> None:
    picture(tmp_path / "p.jpg").rename((tmp_path / "card").mkdir() or tmp_path / "card" / name)
    assert _ingest(archive, tmp_path / "card").added == 1
    with archive.reading() as session:
        assert session.scalars(select(File.name)).one() == name


def test_a_name_from_an_old_chinese_disk_is_read_and_its_bytes_are_kept(archive: Archive, tmp_path: Path) -> None:
    raw = "解放路.jpg".encode("gb18030")
    (tmp_path / "card").mkdir()
    picture(tmp_path / "p.jpg").rename(os.fsdecode(os.fsencode(tmp_path / "card") + b"/" + raw))
    assert _ingest(archive, tmp_path / "card").added == 1
    with archive.reading() as session:
        file = session.scalars(select(File)).one()
    assert (file.name, file.raw_name) == ("解放路.jpg", raw)


@pytest.mark.slow
def test_subjects_are_linked_and_unknown_ones_entered(either_archive: Archive, tmp_path: Path) -> None:
    pictures(tmp_path / "card", 2)
    _ingest(either_archive, tmp_path / "card", projects=("P1",), streets=("解放路",), landmarks=("鼓楼",))
    with either_archive.reading() as session:
        assert set(session.scalars(select(Subject.name))) == {"P1", "解放路", "鼓楼"}
        assert session.scalar(select(func.count()).select_from(Link)) == 6


@pytest.mark.slow
def test_a_run_that_stopped_goes_on_where_it_was(either_archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "card"
    pictures(card, 40)

    class Full(NobodyWatches):
        left = 15

        def settles(self, files: int) -> None:
            self.left -= files
            if self.left < 0:
                raise NoSpace("The disk is full.")

    with pytest.raises(NoSpace):
        receive(either_archive, [card], Wish("拍摄一"), watch=Full())
    before = len(_digests(either_archive))
    assert 0 < before < 40
    summary = _ingest(either_archive, card)
    assert _counts(summary) == (40, 40, 0, 0), "a resumed run sums up the whole of it"
    assert len(_digests(either_archive)) == 40
    with either_archive.reading() as session:
        assert session.scalar(select(func.count()).select_from(Asset)) == 40


def test_a_file_that_changes_while_it_is_read_is_refused(archive: Archive, tmp_path: Path) -> None:
    file = picture(tmp_path / "growing.jpg")
    before = Candidate(file, "", file.stat().st_size, file.stat().st_mtime_ns)
    with file.open("ab") as more:
        more.write(b"more")
    member = Member(before, FORMATS["jpeg"], Role.ORIGINAL, "f")
    carried = carry(archive, uuid4(), Group([member]), frozenset(), lambda _size: None)
    assert [str(reason) for _, reason in carried.refused] == [
        "It changed while it was being read. Ingest it again when the copying to it has ended."
    ]


@pytest.mark.slow
def test_a_raw_that_comes_after_its_jpeg_joins_the_same_asset(
    archive: Archive, tmp_path: Path, shared_media: Path
) -> None:
    card = tmp_path / "card"
    card.mkdir()
    picture(card / "shot.jpg", 3)
    _ingest(archive, card)
    (card / "shot.crw").write_bytes((shared_media / "photo" / "CRW.CRW").read_bytes())
    assert _counts(_ingest(archive, card)) == (2, 1, 1, 0)
    with archive.reading() as session:
        assert session.scalar(select(func.count()).select_from(Asset)) == 1
        assert session.scalar(select(func.count()).select_from(File)) == 2


def test_a_folder_that_is_not_there_is_refused_with_what_to_do(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        _ingest(archive, tmp_path / "absent")


@pytest.mark.slow
@pytest.mark.parametrize("lost", [True, False])
def test_a_source_brought_in_again_mends_the_only_copy_where_that_is_known_bad(
    archive: Archive, tmp_path: Path, lost: bool
) -> None:
    pictures(tmp_path / "card", 2)
    _ingest(archive, tmp_path / "card")
    with archive.reading() as session:
        copy = session.scalars(select(Copy).order_by(Copy.key)).first()
    assert copy
    place = archive.stores.path(copy.store, copy.key)
    assert place
    place.chmod(0o600)
    place.unlink() if lost else place.write_bytes(b"rot")
    assert [one.sha256 for one in fixity.verify(archive.engine, archive.stores).bad] == [copy.key]
    assert _counts(_ingest(archive, tmp_path / "card")) == (2, 0, 2, 0)
    assert archive.stores.read_back(copy.store, copy.key) == copy.key
    with archive.reading() as session:
        mended = session.get_one(Copy, copy.id)
        assert mended.problem is None
        assert mended.verified_at
    assert not fixity.verify(archive.engine, archive.stores).bad


def test_the_archives_own_home_is_no_source(archive: Archive) -> None:
    with pytest.raises(Invalid):
        _ingest(archive, archive.settings.home)


@pytest.mark.slow
def test_a_home_reached_by_a_link_is_passed_over_too(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    (disk / "real").mkdir(parents=True)
    (tmp_path / "home").symlink_to(disk / "real")
    archive = Archive.open(load(home=tmp_path / "home", keep_free=0))
    archive.init()
    picture(disk / "one.jpg")
    assert _counts(_ingest(archive, disk)) == (1, 1, 0, 0)
    archive.close()


def test_a_home_inside_the_folder_is_passed_over(archive: Archive, tmp_path: Path) -> None:
    pictures(tmp_path / "card", 1)
    summary = _ingest(archive, tmp_path)
    assert _counts(summary) == (1, 1, 0, 0)


@pytest.mark.slow
def test_a_store_outside_the_home_is_no_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "disk"
    (disk / "store").mkdir(parents=True)
    monkeypatch.setenv("MEDIA_ARCHIVE_SECOND_DISK", str(disk / "store"))
    archive = Archive.open(load(home=tmp_path / "home", keep_free=0, storage_profile="two-disks"))
    archive.init()
    picture(disk / "one.jpg")
    picture(disk / "store" / "not-the-stores-own.jpg", seed=1)
    assert _counts(_ingest(archive, disk)) == (1, 1, 0, 0)
    with pytest.raises(Invalid):
        _ingest(archive, disk / "store")
    archive.close()


@pytest.mark.slow
def test_a_disk_that_is_not_mounted_is_never_founded_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "second"
    disk.mkdir()
    monkeypatch.setenv("MEDIA_ARCHIVE_SECOND_DISK", str(disk))
    archive = Archive.open(load(home=tmp_path / "home", keep_free=0, storage_profile="two-disks"))
    archive.init()
    pictures(tmp_path / "card", 2)
    _ingest(archive, tmp_path / "card")
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        assert session.scalar(select(func.count()).select_from(Copy)) == 4
    shutil.rmtree(disk)  # as after a restart without the disk: an empty mount point
    disk.mkdir()
    archive.init()
    assert list(disk.rglob("*")) == []
    assert any("second" in name and trouble for name, trouble in archive.check().items())
    archive.close()
