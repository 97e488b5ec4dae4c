"""Bytes of an upload on the disk: added at the end, safe before they are acknowledged, checked where that is asked."""

import hashlib
import io
import threading
import zlib
from pathlib import Path

import pytest

from media_archive.errors import Busy, Conflict, Invalid, Mismatched, TooLarge
from media_archive.uploads import arriving, naming
from media_archive.uploads.arriving import Checksum

WHOLE = bytes(range(256)) * 1000


def add(file: Path, at: int, data: bytes, size: int | None = len(WHOLE), checksum: Checksum | None = None) -> int:
    return arriving.append(file, at, size, io.BytesIO(data).read, checksum)


def test_pieces_make_the_whole_and_only_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "parts" / "one"
    assert arriving.length(file) == 0
    assert add(file, 0, WHOLE[:1000]) == 1000
    with pytest.raises(Conflict):
        add(file, 999, b"x")
    with pytest.raises(Conflict):
        add(file, 1001, b"x")
    assert add(file, 1000, WHOLE[1000:]) == len(WHOLE)
    assert file.read_bytes() == WHOLE


def test_what_came_before_a_break_stays(tmp_path: Path) -> None:
    file = tmp_path / "one"
    pieces = iter([WHOLE[:5000], OSError("gone")])

    def read(_size: int) -> bytes:
        piece = next(pieces)
        if isinstance(piece, OSError):
            raise RuntimeError("the connection broke off")
        return piece

    with pytest.raises(RuntimeError):
        arriving.append(file, 0, len(WHOLE), read)
    assert arriving.length(file) == 5000


def test_more_than_was_told_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        add(tmp_path / "one", 0, b"123456", size=5)


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("sha1", hashlib.sha1(WHOLE).digest()),
        ("sha256", hashlib.sha256(WHOLE).digest()),
        ("crc32", zlib.crc32(WHOLE).to_bytes(4, "big")),
    ],
)
def test_bytes_with_a_checksum_count_only_if_it_fits(tmp_path: Path, algorithm: str, digest: bytes) -> None:
    file = tmp_path / "one"
    with pytest.raises(Mismatched):
        add(file, 0, WHOLE[:-1] + b"!", checksum=Checksum(algorithm, digest))
    assert arriving.length(file) == 0
    assert add(file, 0, WHOLE, checksum=Checksum(algorithm, digest)) == len(WHOLE)


def test_what_was_not_checked_before_a_kill_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "one"
    add(file, 0, WHOLE[:1000])
    # as a process leaves it that dies while bytes with a checksum come in
    (tmp_path / "one.from").write_text("1000")
    file.write_bytes(WHOLE[:1000] + b"not checked")
    assert arriving.length(file) == 1000
    assert file.read_bytes() == WHOLE[:1000]


def test_an_unknown_checksum_is_refused() -> None:
    with pytest.raises(Invalid):
        Checksum("md5", b"")


def test_one_request_at_a_time_adds_to_an_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "PATIENCE", 0.1)
    file, entered, leave = tmp_path / "one", threading.Event(), threading.Event()

    def slowly(_size: int) -> bytes:
        entered.set()
        leave.wait(5)
        return b""

    other = threading.Thread(target=arriving.append, args=(file, 0, None, slowly))
    other.start()
    assert entered.wait(5)
    with pytest.raises(Busy):
        add(file, 0, b"x")
    leave.set()
    other.join()
    assert add(file, 0, b"x") == 1


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("DCIM/100CANON/IMG_0001.JPG", "DCIM/100CANON/IMG_0001.JPG"),
        ("/照片/解放路 🏙.jpg", "照片/解放路 🏙.jpg"),
        ("a/./b//c.jpg", "a/b/c.jpg"),
        ("e\u0301.jpg", "e\u0301.jpg"),
    ],
)
def test_names_survive(told: str, kept: str) -> None:
    assert naming.path_of(told.encode()) == kept


def test_a_name_that_is_not_utf8_is_read_as_old_chinese_disks_have_it() -> None:
    assert naming.path_of("解放路.jpg".encode("gb18030")) == "解放路.jpg"


@pytest.mark.parametrize("told", ["../x.jpg", "a/../../x", "", "/", "a\0b", "x" * 256, "/".join("a" * 40)])
def test_no_name_leads_out_of_the_folder(told: str) -> None:
    with pytest.raises(Invalid):
        naming.path_of(told.encode())
