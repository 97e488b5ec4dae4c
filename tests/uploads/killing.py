"""A web server that dies."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from media_archive.archive import Archive
from media_archive.config import PROJECT


class Killed:
    """A web server that is killed and started again at the same address."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MEDIA_ARCHIVE_")}
        environment |= {"MEDIA_ARCHIVE_HOME": str(self.archive.settings.home), "MEDIA_ARCHIVE_KEEP_FREE": "0"}
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        log = (self.archive.settings.home / "log" / "web.log").open("ab")
        self.server = subprocess.Popen(
            [*command, "--blocking-threads", "8", "webapp.wsgi:app"],
            cwd=PROJECT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail("the server did not start")

    def kill(self) -> None:
        """As a power cut would: the whole group of processes, at once."""
        if self.server:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
