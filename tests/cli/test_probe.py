"""`media-archive probe` without an archive: one file, many, trees, bad ones, and being stopped."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.served import COMMAND, wait_until

pytestmark = pytest.mark.slow


def _run(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "probe", *map(str, arguments)],
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_file_is_one_object_with_the_agreed_keys(tmp_path: Path, shared_media: Path) -> None:
    path = shared_media / "photo" / "sunrise.jpg"
    done = _run(path, "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (told["path"], told["size"], told["kind"]) == (str(path), path.stat().st_size, "photo")
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert told["format"]["name"] == "jpeg"
    assert told["format"]["puid"].startswith("fmt/")
    assert told["format"]["extension_matches"] is True
    assert {"width", "height", "bit_depth"} <= set(told["still"])
    assert told["capture"]["source"]
    assert told["exposure"]["time"].count("/") == 1
    assert set(told["findings"]["exif"]) == {"version"}
    assert None not in told.values()
    assert list(tmp_path.iterdir()) == [], "a probe leaves nothing behind"


def test_a_file_that_grows_while_it_is_read_is_not_told_as_whole(tmp_path: Path) -> None:
    film = tmp_path / "grow.mp4"
    film.write_bytes(bytes(50_000_000))
    grown, done = threading.Event(), threading.Event()

    def grow() -> None:
        with film.open("ab", buffering=0) as target:
            while not done.is_set():
                target.write(bytes(1_000_000))
                grown.set()
                time.sleep(0.02)

    writer = threading.Thread(target=grow)
    writer.start()
    grown.wait(10)
    try:
        told = _run(film, "--json", cwd=tmp_path)
    finally:
        done.set()
        writer.join()
    assert told.returncode == 1
    assert "changed while it was read" in json.loads(told.stdout)["problems"][0]["reason"]


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, shared_media: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "probe", str(shared_media / "photo" / "sunrise.jpg"), "--json"],
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode
    assert "Traceback" not in done.stderr
    assert "disk is full" in done.stderr


def test_raw_adds_what_each_tool_found(tmp_path: Path, shared_media: Path) -> None:
    told = json.loads(_run(shared_media / "photo" / "sunrise.jpg", "--raw", cwd=tmp_path).stdout)
    assert told["findings"]["exif"]["found"]["Image Make"]


def test_a_home_that_is_not_there_and_settings_that_are_do_not_matter(tmp_path: Path, shared_media: Path) -> None:
    path = shared_media / "video" / "with-gps.mp4"
    done = _run(path, "--json", cwd=tmp_path, MEDIA_ARCHIVE_HOME=str(tmp_path / "none"))
    assert json.loads(done.stdout)["video"][0]["frame_rate"].count("/") == 1
    assert not (tmp_path / "none").exists()


def test_a_tree_is_one_line_a_file_in_order_of_names_and_bad_ones_stop_nothing(
    tmp_path: Path, shared_media: Path
) -> None:
    card = tmp_path / "card"
    (card / "b").mkdir(parents=True)
    for name in ("photo/Landscape_6.jpg", "broken/truncated.jpg", "broken/empty.heic"):
        shutil.copy(shared_media / name, card)
    shutil.copy(shared_media / "photo" / "picasa.jpg", card / "b" / "图 1.jpg")
    (card / "note.pdf").write_bytes(b"%PDF-1.4\n" + b"x" * 500)
    (card / ".hidden.jpg").write_bytes(b"\xff\xd8")
    (card / "out").symlink_to(shared_media)
    (card / "link.jpg").symlink_to(shared_media / "photo" / "picasa.jpg")
    done = _run("card", "--json", "--workers", "2", cwd=tmp_path)
    told = _objects(done)
    assert done.returncode == 1
    assert [one["path"] for one in told] == [
        "card/Landscape_6.jpg",
        "card/empty.heic",
        "card/note.pdf",
        "card/truncated.jpg",
        "card/b/图 1.jpg",
    ]
    good, empty, document, cut, below = told
    assert "problems" not in good
    assert "problems" not in below
    assert [set(one) for one in (empty, document)] == [{"path", "size", "sha256", "problems"}] * 2
    assert empty["problems"] == [{"reason": "The file is empty."}]
    assert "PDF" in document["problems"][0]["reason"]
    assert "ends after" in cut["problems"][0]["reason"]
    assert cut["still"]["width"], "what could be read of it is told"
    assert "5 files, 3 of them not read" in done.stderr


def test_what_is_not_there_is_told_and_the_rest_is_read(tmp_path: Path, shared_media: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    done = _run("none.jpg", "pipe.jpg", shared_media / "photo" / "picasa.jpg", "--json", cwd=tmp_path)
    missing, pipe, good = _objects(done)
    assert done.returncode == 1
    assert set(missing) == {"path", "problems"} == set(pipe)
    assert good["format"]["name"] == "jpeg"


def test_a_wrong_extension_is_told_and_not_believed(tmp_path: Path, shared_media: Path) -> None:
    shutil.copy(shared_media / "photo" / "picasa.jpg", tmp_path / "a.png")
    told = json.loads(_run("a.png", "--json", cwd=tmp_path).stdout)
    assert told["format"]["name"] == "jpeg"
    assert told["format"]["extension_matches"] is False


def test_a_sidecar_beside_the_file_is_read_with_it(tmp_path: Path, shared_media: Path) -> None:
    shutil.copy(shared_media / "photo" / "picasa.jpg", tmp_path / "a.jpg")
    (tmp_path / "a.xmp").write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>'
        '<rdf:li xml:lang="x-default">解放路改造</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>'
    )
    assert json.loads(_run("a.jpg", "--json", cwd=tmp_path).stdout)["description"]["title"] == "解放路改造"


def test_people_read_it_in_their_language(tmp_path: Path, shared_media: Path) -> None:
    path = shared_media / "photo" / "Landscape_6.jpg"
    assert "  Picture: " in _run(path, cwd=tmp_path).stdout
    assert "  画面：" in _run(path, cwd=tmp_path, LC_ALL="zh_CN.UTF-8").stdout


def test_nothing_named_is_wrong_use_and_an_empty_name_is_refused(tmp_path: Path) -> None:
    assert _run(cwd=tmp_path).returncode == 2
    assert "No folder or file was named" in _run("", cwd=tmp_path).stderr


@pytest.fixture
def many(tmp_path: Path, shared_media: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3000):
        (folder / f"{number:05}.jpg").write_bytes((shared_media / "photo" / "picasa.jpg").read_bytes())
    return folder


@contextmanager
def _started(folder: Path) -> Iterator[subprocess.Popen[str]]:
    # whoever runs the tests in the background has SIGINT ignored, and children inherit that
    with subprocess.Popen(
        ["env", "--default-signal=INT", *COMMAND, "probe", str(folder), "--json"],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def test_a_reader_that_has_enough_ends_it_without_a_word(many: Path) -> None:
    with _started(many) as running:
        assert running.stdout
        assert running.stderr
        assert json.loads(running.stdout.readline())["sha256"]
        running.stdout.close()
        running.wait(20)
        assert running.stderr.read() == ""


def test_ctrl_c_ends_it_with_a_sentence(many: Path) -> None:
    with _started(many) as running:
        assert running.stdout
        running.stdout.readline()
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
        assert said.startswith("Stopped after ")
        assert "Traceback" not in said
        assert running.returncode == 1


def _reads(process: int, file: Path) -> bool:
    """Whether `process` or one of its threads has `file` open."""
    found = False
    for one in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            found = found or one.readlink() == file
    return found


def test_ctrl_c_does_not_wait_for_the_digest_of_a_huge_file(tmp_path: Path) -> None:
    with (tmp_path / "huge.mov").open("wb") as huge:
        huge.truncate(200 << 30)
    with _started(tmp_path / "huge.mov") as running:
        wait_until(lambda: _reads(running.pid, tmp_path / "huge.mov"), 60)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=10)
        assert said.startswith("Stopped after ")
        assert running.returncode == 1


def test_a_name_as_long_as_a_file_system_allows_stops_nothing(tmp_path: Path, shared_media: Path) -> None:
    for name in ("图" * 83 + "aa.jpg", "x" * 251 + ".jpg", "z.jpg"):
        shutil.copy(shared_media / "photo" / "picasa.jpg", tmp_path / name)
    done = _run(".", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [one["still"]["width"] > 0 for one in _objects(done)] == [True] * 3
    impossible = _run("y" * 300, "z.jpg", "--json", cwd=tmp_path)
    assert [set(one) >= {"path", "problems"} for one in _objects(impossible)] == [True, False], impossible.stderr
