"""Does the queue answer?"""

import kombu
from kombu.exceptions import OperationalError
from redis import RedisError

from media_archive.errors import Unavailable

SECONDS = 2


def ask(broker: str) -> None:
    """Raises Unavailable if nothing answers at `broker`."""
    options = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
    try:
        with kombu.Connection(broker, connect_timeout=SECONDS, transport_options=options) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=SECONDS)
            if connection.transport.driver_type == "redis":
                connection.default_channel.client.ping()  # type: ignore[attr-defined]
    except (OperationalError, OSError, RedisError) as exc:
        raise Unavailable(
            "The queue does not answer ({reason}). Work is kept and sent once it does.", reason=str(exc) or "timeout"
        ) from exc
