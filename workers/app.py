"""The Celery application, its queues and schedule, and the outlet that wakes workers.

Messages carry no work, only "look into queue X": the work is in Job rows. So an acknowledgement comes late, a lost
message is a delay, and one too many costs a look.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from celery import Celery
from kombu import Queue

from media_archive.archive import Archive
from media_archive.config import Settings, load
from media_archive.jobs.kinds import QUEUES
from workers.outlet import CeleryOutlet

#: a woken worker gives the process back after so long, so that other queues have their turn
TURN_SECONDS = 5.0


def make(settings: Settings) -> Celery:
    """A Celery application for `settings`."""
    celery = Celery("media_archive", broker=settings.broker, include=["workers.tasks"])
    celery.conf.update(
        task_default_queue="upkeep",
        task_queues=[Queue(name) for name in QUEUES],
        task_create_missing_queues=False,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_soft_shutdown_timeout=5,
        worker_max_memory_per_child=500_000,  # kilobytes
        broker_connection_retry_on_startup=True,
        broker_transport_options=_transport(settings),
        beat_schedule=schedule(settings),
        beat_max_loop_interval=1,
        timezone="UTC",
    )
    return celery


def _transport(settings: Settings) -> dict[str, Any]:
    """Options of the queue's transport; on Valkey and Redis an unacknowledged message comes back within seconds."""
    if not settings.broker.startswith("redis"):
        return {}
    return {
        "visibility_timeout": 6 * 3600,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
    }


def schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """What the scheduler asks for; a message that nobody took until the next one is dropped."""

    def every(seconds: float, task: str) -> dict[str, Any]:
        return {"task": task, "schedule": seconds, "options": {"queue": "upkeep", "expires": seconds}}

    return {
        "sweep": every(settings.sweep_seconds, "upkeep.sweep"),
        "index": every(1.0, "upkeep.index"),
        "likeness": every(5.0, "upkeep.likeness"),
        "suggest": every(5.0, "upkeep.suggest"),
        "arrive": every(15.0, "upkeep.arrive"),
        "seal": every(10.0, "upkeep.seal"),
        "place": every(60.0, "upkeep.place"),
        "remake": every(30.0, "upkeep.remake"),
        "audit": every(60.0, "upkeep.audit"),
        "tell": every(60.0, "upkeep.tell"),
        "bundle": every(600.0, "upkeep.bundle"),
        "restore": every(60.0, "upkeep.restore"),
        "tidy": every(3600.0, "upkeep.tidy"),
    }


@lru_cache(maxsize=1)
def archive() -> Archive:
    """The archive of this process."""
    settings = load()
    return Archive.open(settings, CeleryOutlet())


def commands(settings: Settings) -> dict[str, Sequence[str]]:
    """Process name -> arguments of `celery` for the workers of one machine.

    Short work, long work and upkeep are apart, so that a day of film never holds up a photograph, nor either of them
    the sweep. Upkeep waits more than it computes: threads do.
    """
    import os

    quick = settings.workers or os.cpu_count() or 1
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", settings.log_level]
    return {
        "worker": ["worker", "-Q", "fast,photo", "-c", str(quick), "-n", "quick@%h", *quiet],
        "worker-video": ["worker", "-Q", "video", "-c", str(settings.video_workers), "-n", "video@%h", *quiet],
        "worker-text": ["worker", "-Q", "text", "-c", "1", "-n", "text@%h", *quiet],
        "worker-upkeep": ["worker", "-Q", "upkeep", "-P", "threads", "-c", "4", "-n", "upkeep@%h", *quiet],
        "scheduler": ["beat", "-s", str(settings.home / "run" / "schedule"), "--pidfile", "", "--loglevel", "warning"],
    }


app = make(load())


def queue_trouble() -> str | None:
    """Why the queue does not answer; None if it does."""
    try:
        with app.connection_for_write(connect_timeout=3) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    except Exception as exc:  # each transport has errors of its own
        return f"{type(exc).__name__}: {exc}"
    return None
