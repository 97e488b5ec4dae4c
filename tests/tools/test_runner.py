"""Programs are started without a shell and never outlive their bounds."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from media_archive.errors import Crashed, Unavailable, Unreadable
from media_archive.tools.runner import PROGRESS, Bounds, Cancelled, run

PROJECT = Path(__file__).resolve().parents[2]


def python(program: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", program]


def test_output_and_the_last_words_are_given_back() -> None:
    finished = run(python("import sys; print('工程'); print('remark', file=sys.stderr)"), timeout=10)
    assert finished.returncode == 0
    assert finished.stdout.decode() == "工程\n"
    assert finished.stderr_tail == "remark\n"


def test_arguments_are_no_shell_text(tmp_path: Path) -> None:
    finished = run(["printf", "%s", f"$(touch {tmp_path}/made); `id`"], timeout=10)
    assert finished.stdout.startswith(b"$(touch")
    assert not list(tmp_path.iterdir())


def test_failure_names_the_program_and_its_last_words() -> None:
    with pytest.raises(Unreadable, match=r"python.* failed: no such stream"):
        run(python("import sys; sys.exit('no such stream')"), timeout=10)


def test_failure_can_be_looked_at_instead() -> None:
    assert run(python("import sys; sys.exit(3)"), timeout=10, check=False).returncode == 3


def test_a_missing_program_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="No such file"):
        run(["/nowhere/ffmpeg"], timeout=10)


def test_death_by_a_signal_is_named() -> None:
    with pytest.raises(Crashed, match="SIGSEGV"):
        run(python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"), timeout=10)


@pytest.mark.slow
def test_too_long_a_run_is_stopped_with_everything_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = f"""
import subprocess, time
child = subprocess.Popen(["sleep", "60"])
open({str(note)!r}, "w").write(str(child.pid))
time.sleep(60)
"""
    begun = time.monotonic()
    with pytest.raises(Crashed, match="took longer than 1 s"):
        run(python(program), timeout=1)
    assert time.monotonic() - begun < 5
    wait_until_gone(int(note.read_text()))


@pytest.mark.slow
def test_a_program_that_gets_no_further_is_stopped() -> None:
    program = "import sys, time, os\nwhile True: os.write(int(sys.argv[1][5:]), b'still 5\\n'); time.sleep(0.1)"
    with pytest.raises(Crashed, match="no further for 1 s"):
        run([*python(program), PROGRESS], timeout=Bounds(30, silence=1), progress=lambda line: line != "still 5")


@pytest.mark.slow
def test_before_its_first_word_a_program_need_only_work() -> None:
    busy = "import time; end = time.time() + 1.2\nwhile time.time() < end: pass"
    run(python(busy), timeout=Bounds(30, silence=0.3), progress=bool)
    with pytest.raises(Crashed, match="got no further"):
        run(python("import time; time.sleep(20)"), timeout=Bounds(30, silence=0.3), progress=bool)


def test_lines_of_progress_arrive_as_they_are_written() -> None:
    program = "import sys, os\nfor n in range(3): os.write(int(sys.argv[1][5:]), b'out_time=%d\\n' % n)"
    lines: list[str] = []
    run([*python(program), PROGRESS], timeout=10, progress=lambda line: lines.append(line) is None)
    assert lines == ["out_time=0", "out_time=1", "out_time=2"]


@pytest.mark.slow
def test_a_sink_takes_output_of_any_length_in_bounded_memory() -> None:
    total = 0

    def count(data: bytes) -> None:
        nonlocal total
        total += len(data)

    finished = run(["head", "-c", str(200 << 20), "/dev/zero"], timeout=60, sink=count)
    assert total == 200 << 20
    assert finished.stdout == b""


def test_endless_output_without_a_sink_is_stopped() -> None:
    with pytest.raises(Crashed, match="printed more than"):
        run(["cat", "/dev/zero"], timeout=60)


@pytest.mark.slow
def test_endless_remarks_take_no_memory() -> None:
    finished = run(python("import sys\nfor n in range(300000): print('remark', n, file=sys.stderr)"), timeout=60)
    assert finished.stderr_tail.endswith("remark 299999\n")
    assert len(finished.stderr_tail) < 10_000


def test_memory_is_bounded() -> None:
    with pytest.raises(Unreadable, match="MemoryError"):
        run(python("bytearray(1 << 30)"), timeout=Bounds(10, memory=512 << 20))


@pytest.mark.slow
def test_a_cancelled_run_ends_at_once() -> None:
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        run(["sleep", "60"], timeout=100, cancel=cancel)
    assert time.monotonic() - begun < 3


def test_no_descriptor_is_left_open() -> None:
    # what an earlier test let go may be closed meanwhile: that is no fault of the runner
    before = set(Path("/proc/self/fd").iterdir())
    for _ in range(5):
        run(["true"], timeout=10)
    assert set(Path("/proc/self/fd").iterdir()) <= before


def test_the_program_dies_with_a_killed_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    inner = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    program = f"""
import sys
from media_archive.tools.runner import run
run([sys.executable, "-c", {inner!r}], timeout=100)
"""
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT)
    deadline = time.monotonic() + 20
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    wait_until_gone(int(note.read_text()))


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.02)
    raise AssertionError(f"{pid} lives on")
