"""What every program started here is held by: it dies with its parent, leaves no core file and yields to others.

Run as a script (`python -I -S leash.py PARENT NICENESS MEMORY PROGRAM ARGUMENT...`) it puts itself on the leash and becomes
PROGRAM; so it imports the standard library only.
"""

import ctypes
import os
import resource
import signal
import sys

#: from <linux/prctl.h>
PR_SET_PDEATHSIG = 1
#: exit code of shells where a program cannot be started
NOT_STARTED = 127


def hold(parent: int, niceness: int) -> None:
    """Puts this process on the leash of the process numbered `parent`."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(NOT_STARTED)  # the parent died before the leash was on
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(niceness)


def bound(memory: int) -> None:
    """Limits the address space of this process to `memory` bytes, or to the limit that it inherited."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))


def bound_data(memory: int | None) -> None:
    """Limits what this process may write to in memory to `memory` bytes until it is called again; None lifts that.

    Files mapped for reading do not count, unlike in `bound`: they cost address space and no memory.
    """
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    wanted = hard if memory is None else memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))


if __name__ == "__main__":
    hold(int(sys.argv[1]), int(sys.argv[2]))
    bound(int(sys.argv[3]))
    try:
        os.execvp(sys.argv[4], sys.argv[4:])  # noqa: S606 - no shell is what is wanted
    except OSError as failure:
        sys.stderr.write(f"{sys.argv[4]}: {failure.strerror}\n")
        sys.exit(NOT_STARTED)
