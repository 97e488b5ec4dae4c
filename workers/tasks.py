"""Thin tasks: each calls one function of the core, gives nothing back, and is safe to run twice."""

import threading
from typing import Any

from celery.signals import worker_process_init, worker_shutting_down

from media_archive.errors import Invalid
from media_archive.logs import Log
from media_archive.renditions import recipes
from workers.app import TURN_SECONDS, app, archive
from workers.outlet import CeleryOutlet

stopping = threading.Event()
log = Log()


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    stopping.set()


@worker_process_init.connect
def _forked(**_: Any) -> None:
    """Connections do not survive a fork."""
    archive.cache_clear()


@app.task(name="work.drain")
def drain(queue: str) -> None:
    """Does what is wanted in `queue`, for a turn; nothing while the recipes hold a mistake: it waits until that is mended."""
    try:
        recipes.books()
    except Invalid as exc:
        log.error("work.waits", queue=queue, reason=str(exc))
        return
    if archive().runner(stopping).drain(queue, seconds=TURN_SECONDS):
        CeleryOutlet().wake(queue)


@app.task(name="upkeep.sweep")
def sweep() -> None:
    """Frees jobs of dead workers and wakes queues that have work due."""
    archive().runner(stopping).sweep()


@app.task(name="upkeep.index")
def index() -> None:
    """Brings the search up to date with the outbox."""
    archive().index(hold=True)


@app.task(name="upkeep.likeness")
def likeness() -> None:
    """Looks for what new pictures are like."""
    archive().liken()


@app.task(name="upkeep.suggest")
def suggest() -> None:
    """Asks for suggestions of links to be made anew, where something changed."""
    archive().suggest()


@app.task(name="upkeep.remake")
def remake() -> None:
    """Notices changed recipes."""
    archive().remake()


@app.task(name="upkeep.place")
def place() -> None:
    """Asks for the moves that are due."""
    archive().place()


@app.task(name="upkeep.audit")
def audit() -> None:
    """Asks for copies to be read back whose turn it is."""
    archive().audit()


@app.task(name="upkeep.tell")
def tell() -> None:
    """Writes what is known of new files beside them."""
    archive().tell()


@app.task(name="upkeep.bundle")
def bundle() -> None:
    """Asks for the catalogue to be written into the stores where that is due."""
    archive().bundle()


@app.task(name="upkeep.restore")
def restore() -> None:
    """Has those originals looked at that are being brought back, where that is due."""
    archive().restore()


@app.task(name="upkeep.arrive")
def arrive() -> None:
    """Sees to what arrives: uploads that are safe in the stores, and watch folders."""
    archive().arrive()


@app.task(name="upkeep.tidy")
def tidy() -> None:
    """Removes what processes that died left behind."""
    archive().tidy()


@app.task(name="upkeep.seal")
def seal() -> None:
    """Chains new events."""
    archive().seal()
