"""Is it alive, is it ready, how is it doing: for supervisors, load balancers and Prometheus."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select

from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shown
from media_archive.errors import Unavailable
from media_archive.jobs.models import Job
from media_archive.search.index import upkeep
from media_archive.storage.models import Copy, File
from media_archive.storage.stores.wrappers import tallies
from webapp.door import archive, reading
from webapp.health import queue

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """This process answers."""
    return jsonify(alive=True)


@health.get("/readyz")
def ready() -> tuple[Response, HTTPStatus]:
    """Whether the database, the queue, the search index and every store answer; names the one that does not."""
    parts = archive().check() | {"queue": _queue()}
    if not parts["database"]:
        parts["search index"] = upkeep.trouble(archive())
    is_ready = not any(parts.values())
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(ready=is_ready, parts={part: reason or "ok" for part, reason in parts.items()}), status


def _queue() -> str | None:
    try:
        queue.ask(archive().settings.broker)
    except Unavailable as exc:
        return str(exc)
    return None


@health.get("/metrics")
def metrics() -> Response:
    """The state of the archive as Prometheus reads it; read from the database, so every web node says the same.

    What this very process asked of the stores stands beside it.
    """
    registry = CollectorRegistry()
    waiting, seconds = upkeep.lag(archive())
    words = "Changes that the search index of this machine does not have yet."
    Gauge("media_archive_index_waiting", words, registry=registry).set(waiting)
    words = "Seconds that the oldest change waits for the search index of this machine."
    Gauge("media_archive_index_lag_seconds", words, registry=registry).set(seconds)
    with reading() as session:
        for name, words, labels, query in QUERIES:
            gauge = Gauge(f"media_archive_{name}", words, labels, registry=registry)
            for *values, value in session.execute(query):
                gauge.labels(*map(str, values)).set(value or 0)
    _tell_stores(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _tell_stores(registry: CollectorRegistry) -> None:
    told = {
        name: Gauge(f"media_archive_store_{name}", words, ("store", "operation"), registry=registry)
        for name, words in TALLIES.items()
    }
    for place, tally in tallies().items():
        for name, gauge in told.items():
            gauge.labels(*place).set(getattr(tally, name))


#: field of a Tally -> what it counts
TALLIES = {
    "times": "Operations that this process asked of stores.",
    "errors": "Those of them that failed.",
    "seconds": "Seconds that they took.",
    "bytes": "Bytes that they moved.",
}
QUERIES: tuple[tuple[str, str, tuple[str, ...], Any], ...] = (
    (
        "assets",
        "Assets in the catalogue.",
        ("kind",),
        select(Asset.kind, func.count()).where(shown()).group_by(Asset.kind),
    ),
    ("files", "Files in the catalogue.", ("role",), select(File.role, func.count()).group_by(File.role)),
    ("file_bytes", "Bytes of files, each once.", ("role",), select(File.role, func.sum(File.size)).group_by(File.role)),
    ("copies", "Copies of files.", ("store",), select(Copy.store, func.count()).group_by(Copy.store)),
    (
        "bad_copies",
        "Copies whose last reading found something wrong.",
        ("store",),
        select(Copy.store, func.count()).where(Copy.problem.is_not(None)).group_by(Copy.store),
    ),
    ("jobs", "Jobs.", ("kind", "state"), select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)),
)
