"""Does the queue answer?"""

import os
import socket

from media_archive.errors import Unavailable

SECONDS = 2
SOCKET = "redis+socket://"


def ask(broker: str) -> None:
    """Raises Unavailable if nothing answers at `broker`."""
    if broker.startswith(SOCKET):
        _ask_socket(broker.removeprefix(SOCKET))
        return
    import kombu
    from kombu.exceptions import OperationalError
    from redis import RedisError

    options = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
    try:
        with kombu.Connection(broker, connect_timeout=SECONDS, transport_options=options) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=SECONDS)
            if connection.transport.driver_type == "redis":
                connection.default_channel.client.ping()  # type: ignore[attr-defined]
    except (OperationalError, OSError, RedisError) as exc:
        raise _silent(str(exc) or "timeout") from exc


def _ask_socket(path: str) -> None:
    """The embedded queue, which every second start waits for: asked without loading a library."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(SECONDS)
            connection.connect(os.fspath(path))
            connection.sendall(b"PING\r\n")
            answer = connection.recv(64)
    except OSError as exc:
        raise _silent(exc.strerror or "timeout") from exc
    if not answer.startswith(b"+PONG"):
        raise _silent(answer.decode("ascii", "replace"))


def _silent(reason: str) -> Unavailable:
    return Unavailable("The queue does not answer ({reason}). Work is kept and sent once it does.", reason=reason)
