"""The child process of `tools.isolation`: answers calls one after another until its pipe is closed."""

import errno
import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, BinaryIO

from media_archive.errors import ArchiveError, Invalid, NoSpace, TooLarge, Unreadable
from media_archive.tools import frames, leash

#: only functions of the archive itself may be called
ALLOWED = "media_archive."
LONGEST_REASON = 300


def main() -> None:
    parent, niceness, memory = (int(argument) for argument in sys.argv[1:4])
    leash.hold(parent, niceness)
    # the parent decides: it closes the pipe or kills
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leash.bound(_pages()[0] * resource.getpagesize() + memory)
    calls, answers = _private_pipes()
    _send(answers, json.dumps({"ready": os.getpid()}))
    while (call := frames.read(calls)) is not None:
        _send(answers, _answer(call))
    os._exit(0)  # destructors of native libraries have nothing to add


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Takes standard input and output for the calls; what libraries print goes to standard error instead."""
    calls, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return os.fdopen(calls, "rb"), os.fdopen(answers, "wb")


def _send(answers: BinaryIO, message: str) -> None:
    answers.write(frames.framed(message))
    answers.flush()


def _answer(call: dict[str, Any]) -> str:
    """`{"result": ...}` or `{"error": class, "template": str, "facts": {...}}` as JSON, with the bytes resident now."""
    try:
        with _bounded(call.get("memory")):
            # an answer that is no JSON is a fault of this call, not of the pipe
            said = f'"result": {json.dumps(_function(call["function"])(*call["args"]))}'
    except BaseException as exc:
        said = json.dumps(_refusal(_translated(exc)))[1:-1]
    return f'{{{said}, "resident": {_pages()[1] * resource.getpagesize()}}}'


@contextmanager
def _bounded(memory: int | None) -> Iterator[None]:
    """Lets the block take up `memory` bytes beyond what this process holds now."""
    if memory is None:
        yield
        return
    leash.bound_data(_pages()[2] * resource.getpagesize() + memory)
    try:
        yield
    finally:
        leash.bound_data(None)


def _translated(exc: BaseException) -> ArchiveError:
    """Whatever a library raises on a hostile file, as the archive says it."""
    if isinstance(exc, ArchiveError):
        return exc
    if isinstance(exc, MemoryError):
        return TooLarge("The file needs more memory than a reader may use.")
    if isinstance(exc, RecursionError):
        return Unreadable("The file is nested deeper than any real one.")
    if os.strerror(errno.ENOSPC) in str(exc):
        return NoSpace("The disk of the scratch folder is full. Make room and try again.")
    return Unreadable("The file cannot be read: {reason}", reason=reason(exc))


def _refusal(error: ArchiveError) -> dict[str, Any]:
    return {"error": type(error).__name__, **error.message.to_json()}


def reason(exc: BaseException) -> str:
    """What `exc` says, on one line and of bounded length; its class where it says nothing."""
    said = " ".join(str(exc).split())
    return (said or type(exc).__name__)[:LONGEST_REASON]


@lru_cache
def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    if not module.startswith(ALLOWED):
        raise Invalid("{name} may not be called in a reader.", name=name)
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _pages() -> tuple[int, int, int]:
    """Pages of address space, pages resident, and pages of data and stack (proc(5), statm)."""
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - on the path of every call
        size, resident, _shared, _code, _, data = statm.read().split()[:6]
    return int(size), int(resident), int(data)


if __name__ == "__main__":
    main()
