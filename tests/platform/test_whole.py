"""`media-archive serve`, whole: from nothing to a page that answers, and back to nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
COMMAND = [sys.executable, "-m", "media_archive.cli.main"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("whole") / "home"
    return {**os.environ, "MEDIA_ARCHIVE_HOME": str(home), "MEDIA_ARCHIVE_PORT": str(port)}


@pytest.fixture(scope="module")
def serving(environment: dict[str, str]) -> Iterator["tuple[subprocess.Popen[str], str]"]:
    process = subprocess.Popen(
        [*COMMAND, "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    yield process, said
    process.kill()
    process.wait()


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def of_home(environment: dict[str, str]) -> list[psutil.Process]:
    """Everything that was started for this home."""
    found = []
    for process in psutil.process_iter():
        try:
            here = process.environ().get("MEDIA_ARCHIVE_HOME") == environment["MEDIA_ARCHIVE_HOME"]
            if here and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_it_says_ready_when_it_is(serving: "tuple[subprocess.Popen[str], str]", environment: dict[str, str]) -> None:
    process, said = serving
    assert process.poll() is None, said
    port = environment["MEDIA_ARCHIVE_PORT"]
    assert f"ready: http://127.0.0.1:{port}" in said
    assert status(f"http://127.0.0.1:{port}/readyz") == 200


def test_its_link_signs_in_and_only_once(serving: "tuple[subprocess.Popen[str], str]") -> None:
    link = re.search(r"http://\S+/enter/\S+", serving[1])
    assert link
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(link[0], timeout=60) as answer:
        assert answer.status == 200
        assert "/sign-in" not in answer.geturl()
    assert status(link[0]) == 410


def test_a_second_one_is_refused_in_one_line(
    serving: "tuple[subprocess.Popen[str], str]", environment: dict[str, str]
) -> None:
    done = subprocess.run([*COMMAND, "serve"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "already being served" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_after_a_kill_of_everything_it_starts_again_and_ctrl_c_ends_all(
    serving: "tuple[subprocess.Popen[str], str]", environment: dict[str, str]
) -> None:
    for process in of_home(environment):
        process.kill()
    again = subprocess.Popen(
        [*COMMAND, "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert again.stdout
    for line in again.stdout:
        if "Ctrl-C" in line:
            break
    assert again.poll() is None
    time.sleep(2)
    began = time.monotonic()
    again.send_signal(signal.SIGINT)
    again.wait(30)
    assert again.returncode == 0
    assert time.monotonic() - began < 10
    assert of_home(environment) == []


def test_the_home_keeps_nothing_readable_by_others(
    serving: "tuple[subprocess.Popen[str], str]", environment: dict[str, str]
) -> None:
    assert Path(environment["MEDIA_ARCHIVE_HOME"]).stat().st_mode & 0o077 == 0
