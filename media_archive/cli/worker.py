"""`media-archive worker`."""

import os
import sys

import click

from media_archive.cli.opening import opened

KINDS = ["worker", "worker-video", "worker-text", "worker-upkeep", "scheduler"]


@click.command(epilog="Example: media-archive worker worker-video")
@click.argument("name", default="worker", type=click.Choice(KINDS))
def worker(name: str) -> None:
    """Run one worker in the foreground: NAME is worker (probes, photographs), worker-video (film and sound),
    worker-text (text in pictures, speech), worker-upkeep (ingest of server folders, sweeps, search) or scheduler (one in the whole installation).
    """
    from workers.app import commands

    with opened() as archive:
        arguments = commands(archive.settings)[name]
    command = [sys.executable, "-m", "celery", "-A", "workers.app:app", *arguments]
    os.execv(sys.executable, command)  # noqa: S606 - becomes the worker
