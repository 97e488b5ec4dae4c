"""A reader's death, hang or greed is an error of one file, never the end of the process that asked."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from media_archive.errors import Crashed, Invalid, TooLarge, Unreadable
from media_archive.tools import isolation
from media_archive.tools.isolation import Limits, Reader

#: a function of the archive that gives back what it is given
ECHO = "media_archive.tools.child:reason"
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def test_a_call_is_answered_by_another_process(reader: Reader) -> None:
    assert reader.call(ECHO, "工程 照片") == "工程 照片"
    assert reader.pid not in (None, os.getpid())


def test_file_names_that_are_no_utf8_survive_the_pipe(reader: Reader) -> None:
    name = os.fsdecode(b"/tmp/\xff\xfe \xf0\x9f\x93\xb7.jpg")
    assert reader.call(ECHO, name) == name


@pytest.mark.slow
def test_messages_larger_than_the_pipe_survive(reader: Reader) -> None:
    assert reader.call(ECHO, "工" * 3_000_000) == "工" * 300


def test_a_refusal_in_the_child_arrives_with_its_class_and_facts(reader: Reader) -> None:
    with pytest.raises(Invalid) as caught:
        reader.call("os:getpid")
    assert caught.value.message.template == "{name} may not be called in a reader."
    assert caught.value.message.facts == {"name": "os:getpid"}


def test_any_other_exception_says_that_the_file_cannot_be_read(reader: Reader) -> None:
    with pytest.raises(Unreadable, match=r"Expecting value"):
        reader.call("media_archive.tools.frames:unpack", "no JSON")


@pytest.mark.slow
def test_death_is_an_error_that_names_the_signal_and_the_next_call_works(reader: Reader) -> None:
    reader.call(ECHO, "start")
    pid = reader.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # it cannot answer before it dies
    threading.Timer(0.2, os.kill, (pid, signal.SIGSEGV)).start()
    threading.Timer(0.3, os.kill, (pid, signal.SIGCONT)).start()
    with pytest.raises(Crashed, match="SIGSEGV"):
        reader.call(ECHO, "again", timeout=20)
    assert reader.call(ECHO, "next") == "next"


def test_an_exit_in_the_child_is_an_error_and_the_next_call_works(reader: Reader) -> None:
    with pytest.raises(Crashed, match="code 127"):
        reader.call("media_archive.tools.leash:hold", -1, 0)
    assert reader.call(ECHO, "next") == "next"


@pytest.mark.slow
def test_a_hang_is_stopped_in_time_and_the_next_call_works(reader: Reader) -> None:
    reader.call(ECHO, "start")
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGSTOP)
    begun = time.monotonic()
    with pytest.raises(Crashed, match=r"longer than 0.5 s"):
        reader.call(ECHO, "again", timeout=0.5)
    assert time.monotonic() - begun < 2
    assert reader.call(ECHO, "next") == "next"


@pytest.mark.slow
def test_a_child_that_died_between_calls_is_replaced_silently(reader: Reader) -> None:
    reader.call(ECHO, "start")
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert reader.call(ECHO, "next") == "next"


@pytest.mark.slow
def test_memory_beyond_the_bound_is_refused_and_not_taken() -> None:
    small = Reader(Limits(memory=64 << 20))
    with pytest.raises(TooLarge, match="more memory"):
        # split into ten million words it takes ten times its 20 MB
        small.call(ECHO, "x " * 10_000_000)
    small.close()


def test_a_child_is_replaced_after_its_calls() -> None:
    short = Reader(Limits(calls=2))
    short.call(ECHO, "a")
    first = short.pid
    short.call(ECHO, "b")
    assert short.pid is None
    short.call(ECHO, "c")
    assert short.pid != first
    short.close()


@pytest.mark.slow
def test_the_child_dies_with_a_killed_parent() -> None:
    program = f"""
import time
from media_archive.tools.isolation import reader
reader().call("{ECHO}", "x")
print(reader().pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _wait_until_gone(child)


def test_the_child_outlives_the_thread_that_first_called(reader: Reader) -> None:
    thread = threading.Thread(target=reader.call, args=(ECHO, "x"))
    thread.start()
    thread.join()
    pid = reader.pid
    time.sleep(0.1)
    assert reader.call(ECHO, "y") == "y"
    assert reader.pid == pid


def test_threads_take_turns(reader: Reader) -> None:
    answers: list[str] = []
    threads = [threading.Thread(target=lambda n=n: answers.append(reader.call(ECHO, str(n)))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=int) == [str(n) for n in range(20)]


@pytest.mark.slow
def test_a_forked_process_has_a_reader_of_its_own() -> None:
    isolation.reader().call(ECHO, "x")
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_send_pid, args=(there,))
    process.start()
    assert here.recv() not in (None, isolation.reader().pid)
    process.join()
    assert isolation.reader().call(ECHO, "y") == "y"


def test_the_child_knows_no_secrets(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_ARCHIVE_S3_SECRET_KEY", "hush")
    reader.call(ECHO, "x")
    assert reader.pid is not None
    assert "hush" not in psutil.Process(reader.pid).environ().values()


@pytest.mark.slow
def test_a_call_costs_less_than_half_a_millisecond(reader: Reader) -> None:
    reader.call(ECHO, "x")
    child = psutil.Process(reader.pid)
    before = _cpu(child) + time.process_time()
    for _ in range(1000):
        reader.call(ECHO, "x")
    assert _cpu(child) + time.process_time() - before < 0.5


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _send_pid(pipe: "multiprocessing.connection.Connection") -> None:
    isolation.reader().call(ECHO, "x")
    pipe.send(isolation.reader().pid)


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.02)
    raise AssertionError(f"{pid} lives on")
