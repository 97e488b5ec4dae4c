"""The processes of an archive are kept running, and none outlives its supervisor."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from redis import Redis

from media_archive import config
from media_archive.cli import supervisor
from media_archive.cli.supervisor import LONGEST_PAUSE, MOST_DEATHS, Running, Service, Supervisor

pytestmark = pytest.mark.slow

KEEPER = Path(__file__).with_name("keeper.py")
Keep = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "家 with a space"


@pytest.fixture
def keep(home: Path) -> Iterator[Keep]:
    started: list[subprocess.Popen[str]] = []

    def start(*services: str, until: str = "ready") -> "subprocess.Popen[str]":
        command = [sys.executable, "-u", str(KEEPER), str(home), *services]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        assert process.stdout
        for line in process.stdout:
            if line.strip() == until:
                break
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def processes_of(home: Path) -> list[psutil.Process]:
    """Everything that names the home on its command line, the keeper itself left out."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(home) in words and "keeper.py" not in words:
            found.append(process)
    return found


def sleeper(home: Path, before: str = "") -> str:
    """A shell command that names the home, so that `processes_of` finds it."""
    return f"{before} exec tail -f /dev/null '{home}/log/queue.log'"


def tails(home: Path) -> list[psutil.Process]:
    return [process for process in processes_of(home) if process.name() == "tail"]


def queue_answers(home: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(os.fspath(config.load(home=home).valkey_socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(10).startswith(b"+PONG")
        except OSError:
            return False


@pytest.mark.slow
def test_an_interrupt_ends_everything_even_what_ignores_it(home: Path, keep: Keep) -> None:
    stubborn = f"trap '' TERM; while :; do sleep 0.2; done # {home}"
    process = keep(f"sleeper={sleeper(home)}", f"stubborn={stubborn}")
    wait_until(lambda: len(processes_of(home)) >= 3)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 0
    assert time.monotonic() - began < 10
    assert processes_of(home) == []


@pytest.mark.slow
def test_a_second_interrupt_does_not_wait(home: Path, keep: Keep) -> None:
    process = keep(f"stubborn=trap '' TERM; while :; do sleep 0.2; done # {home}")
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.wait(15)
    assert time.monotonic() - began < 3
    assert processes_of(home) == []


def test_a_killed_supervisor_leaves_nothing_running_not_even_what_made_its_own_session(home: Path, keep: Keep) -> None:
    detached = f"setsid {sleeper(home).replace('exec ', '')} & "
    process = keep(f"sleeper={sleeper(home, detached)}")
    wait_until(lambda: len(processes_of(home)) >= 3)
    process.kill()
    process.wait()
    wait_until(lambda: processes_of(home) == [])


@pytest.mark.slow
def test_after_a_kill_it_starts_again_at_once(home: Path, keep: Keep) -> None:
    first = keep(f"sleeper={sleeper(home)}")
    first.kill()
    first.wait()
    second = keep(f"sleeper={sleeper(home)}")
    assert second.poll() is None
    assert queue_answers(home)


def test_a_second_one_on_the_same_home_is_refused(home: Path, keep: Keep) -> None:
    first = keep()
    done = subprocess.run([sys.executable, str(KEEPER), str(home)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "already being served" in done.stderr
    assert str(first.pid) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert queue_answers(home)


def test_a_killed_queue_comes_back_with_what_it_held(home: Path, keep: Keep) -> None:
    keep()
    client = Redis(unix_socket_path=str(config.load(home=home).valkey_socket))
    client.rpush("photo", "message")
    victim = next(process for process in processes_of(home) if "valkey" in process.name())
    victim.kill()
    wait_until(lambda: victim.pid not in psutil.pids() or victim.status() == psutil.STATUS_ZOMBIE)
    wait_until(lambda: queue_answers(home))
    wait_until(lambda: client.lrange("photo", 0, -1) == [b"message"])


@pytest.mark.slow
def test_a_queue_file_damaged_in_the_middle_is_set_aside(home: Path, keep: Keep) -> None:
    first = keep()
    client = Redis(unix_socket_path=str(config.load(home=home).valkey_socket))
    for number in range(100):
        client.rpush("photo", f"message {number}")
    client.close()
    first.send_signal(signal.SIGTERM)
    first.wait(15)
    file = next((home / "queue").rglob("*.incr.aof"))
    file.write_bytes(file.read_bytes()[:200] + b"\0damaged\0" + file.read_bytes()[210:])
    keep()
    assert queue_answers(home)
    assert list(home.glob("queue.damaged-*"))


@pytest.mark.slow
def test_what_dies_is_started_again(home: Path, keep: Keep) -> None:
    keep(f"sleeper={sleeper(home)}")
    wait_until(lambda: tails(home))
    victim = tails(home)[0]
    victim.kill()
    wait_until(lambda: [one for one in tails(home) if one.pid != victim.pid])


@pytest.mark.slow
def test_what_always_dies_is_given_up_with_its_last_words(home: Path, keep: Keep) -> None:
    process = keep("broken=echo no such module; exit 3")
    output = process.communicate(timeout=30)[0]
    assert process.returncode == 1
    assert "broken ended 5 times in a row" in output
    assert "exit code 3" in output
    assert "no such module" in output
    assert processes_of(home) == []


def test_what_worked_before_is_started_again_for_as_long_as_it_takes(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = Supervisor(tmp_path, {}, said.append, lock=-1)
    one = Running(Service("worker", ["false"]), tmp_path / "worker.log")
    keeper.running["worker"] = one
    for seconds in (60.0, *[0.0] * 3 * MOST_DEATHS):
        one.process = subprocess.Popen(["false"], start_new_session=True)
        one.process.wait()
        one.started = time.monotonic() - seconds
        keeper._died(one, 1)
    assert one.start_again - time.monotonic() == pytest.approx(LONGEST_PAUSE, abs=1)
    assert len(said) == 3 * MOST_DEATHS + 1


def test_a_long_log_is_rotated_under_the_feet_of_its_writer(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(5):
            writer.write(b"line %d\n" % number)
            supervisor.rotate(log)
        writer.write(b"last\n")
    assert log.read_bytes() == b"last\n"
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert (tmp_path / "web.log.1").read_bytes() == b"line 4\n"


def test_a_home_too_deep_for_a_socket_still_has_a_queue(tmp_path: Path, keep: Keep, home: Path) -> None:
    deep = tmp_path / ("档" * 40)
    process = subprocess.Popen([sys.executable, "-u", str(KEEPER), str(deep)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline().strip() == "ready"
        assert queue_answers(deep)
    finally:
        process.terminate()
        process.wait(15)
