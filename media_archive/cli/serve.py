"""`media-archive serve`: the whole archive under one supervisor."""

import errno
import fcntl
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from media_archive import config
from media_archive.cli import services
from media_archive.cli.supervisor import Supervisor
from media_archive.config import Settings
from media_archive.errors import Conflict, Invalid, NoSpace, Unavailable
from media_archive.renditions import recipes

#: a watchdog may still be ending what a killed supervisor left
LOCK_SECONDS = 5.0
READY_SECONDS = 120.0


@click.command(epilog="Example: media-archive serve --port 8090, then open the address it prints. Stop it with Ctrl-C.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the web server (setting: port).")
@click.option("--bind", help="Address the web server listens on (setting: bind).")
@click.option("--demo", is_flag=True, help="Load the demonstration archive first, once, into an empty catalogue.")
def serve(port: int | None, bind: str | None, demo: bool) -> None:
    """Run the web server, the workers, the scheduler and the queue until Ctrl-C."""
    given = {name: value for name, value in (("port", port), ("bind", bind)) if value}
    settings = config.load(**given)
    recipes.books()  # a mistake in them is named now, not by each process in turn
    prepare_home(settings)
    with locked(settings.home / "run" / "serve.lock") as lock:
        check_port(settings)
        with Supervisor(settings.home / "log", _environment(settings), _say, lock) as supervisor:
            _run(supervisor, settings, demo)
            _say("stopping ...")


def _run(supervisor: Supervisor, settings: Settings, demo: bool) -> None:
    _say(f"starting the archive in {settings.home} ...")
    if settings.embedded_queue:
        supervisor.add(services.queue(settings))
    # the web server takes longest to load: it does so while the catalogue is looked after here
    supervisor.add(services.web(settings))
    link = _found(settings)
    if settings.embedded_queue:
        supervisor.wait_until_ready(["queue"], READY_SECONDS)
    supervisor.wait_until_ready(["web"], READY_SECONDS)
    # the workers start after the pages answer: what they are asked meanwhile waits for them in the database
    for service in () if supervisor.stopping else services.background(settings):
        supervisor.add(service)
    if supervisor.stopping:
        return
    _say(f"ready: {settings.url}")
    _say(f"sign in as administrator, once, within {settings.login_link_minutes} minutes: {link}")
    _say("stop with Ctrl-C")
    if demo:
        supervisor.add(services.demonstration())
    supervisor.keep()


def _environment(settings: Settings) -> dict[str, str]:
    """What the processes must know that they could not read themselves."""
    return {
        "MEDIA_ARCHIVE_HOME": str(settings.home),
        "MEDIA_ARCHIVE_PORT": str(settings.port),
        "MEDIA_ARCHIVE_BIND": settings.bind,
    }


def _say(line: str) -> None:
    click.echo(line)


def prepare_home(settings: Settings) -> None:
    """Makes the home's folders; NoSpace or Invalid with the reason if it cannot be used."""
    home = settings.home
    try:
        for folder in (home, home / "run", home / "log"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / "run" / f".probe-{os.getpid()}"
        probe.write_bytes(b"\0")
        probe.unlink()
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(home, 0) from exc
        raise Invalid(
            "The home {home} cannot be written: {reason}. Set MEDIA_ARCHIVE_HOME to a folder of yours.",
            home=str(home),
            reason=exc.strerror or str(exc),
        ) from exc
    free = shutil.disk_usage(home).free
    if free < settings.keep_free:
        raise _full(home, free, settings.keep_free)


def _full(home: Path, free: int, wanted: int = 0) -> NoSpace:
    return NoSpace(
        "The disk of the home {home} is full: {free} MiB are free, at least {wanted} MiB are wanted. "
        "Free some space, or set MEDIA_ARCHIVE_HOME to a folder on another disk.",
        home=str(home),
        free=free >> 20,
        wanted=max(1, wanted >> 20),
    )


def check_port(settings: Settings) -> None:
    """Unavailable with the reason if the web server could not listen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.bind, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as exc:
        if exc.errno == errno.EADDRINUSE:
            raise Unavailable(
                "Port {port} is taken by another program: end it, or choose another with MEDIA_ARCHIVE_PORT.",
                port=settings.port,
            ) from exc
        raise Unavailable(
            "The web server cannot listen on {bind}:{port}: {reason}. "
            "Choose others with MEDIA_ARCHIVE_BIND and MEDIA_ARCHIVE_PORT.",
            bind=settings.bind,
            port=settings.port,
            reason=exc.strerror or str(exc),
        ) from exc


@contextmanager
def locked(file: Path) -> Iterator[int]:
    """Holds the lock of a home; Conflict if another supervisor has it."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, file)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, file: Path) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace")
            if _lives(holder) or time.monotonic() > deadline:
                raise Conflict(
                    "The archive in {home} is already being served (process {pid}). Use that one, or stop it first.",
                    home=str(file.parent.parent),
                    pid=holder or "?",
                ) from exc
            time.sleep(0.1)


def _lives(pid: str) -> bool:
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


def _found(settings: Settings) -> str:
    """Founds the archive, or brings it up to this version; a page that signs the first administrator in."""
    from sqlalchemy import select

    from media_archive.access import service as access
    from media_archive.access.models import Part, User
    from media_archive.archive import Archive

    with closing(Archive.open(settings)) as archive:
        archive.init()
        with archive.transaction() as session:
            first = select(User).where(User.role == Part.ADMINISTRATOR, User.active).order_by(User.created_at)
            administrator = session.scalars(first).first()
            if administrator is None:
                return "no account of an administrator is active, see `media-archive users --help`"
            return f"{settings.url}/enter/{access.login_link(session, administrator, settings.login_link_minutes)}"
