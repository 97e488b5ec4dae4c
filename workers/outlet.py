"""How workers are woken. Celery is imported with the first message, so that web servers and commands start at once."""

from time import monotonic

from media_archive.logs import Log

log = Log()

#: messages that may wait in one queue: as many as there may be workers to wake
MOST_WAITING = 8
SILENT_SECONDS = 10.0


class CeleryOutlet:
    """Wakes workers by a message, unless enough of them wait already: those are read after what was committed now.

    A queue that does not answer is left alone for a while: the work is committed, and the sweep wakes again.
    """

    def __init__(self) -> None:
        self._silent_until = 0.0

    def wake(self, queue: str) -> None:
        """See `jobs.service.Outlet`."""
        if monotonic() < self._silent_until:
            return
        from workers.app import app

        try:
            with app.connection_or_acquire() as connection:
                connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
                waiting = connection.default_channel.queue_declare(queue, durable=True, auto_delete=False).message_count
                if waiting < MOST_WAITING:
                    app.send_task("work.drain", [queue], queue=queue, connection=connection, retry=False)
        except Exception as exc:  # each transport has errors of its own, and none may reach the caller
            self._silent_until = monotonic() + SILENT_SECONDS
            log.warning("queue.silent", queue=queue, reason=str(exc))
