"""A small supervisor for the tests to start, kill and interrupt: `keeper.py HOME NAME=SHELL-COMMAND...`."""

import sys

import click

from media_archive import config
from media_archive.cli import serve, services
from media_archive.cli.supervisor import Service, Supervisor
from media_archive.errors import ArchiveError


def main(home: str, *wanted: str) -> None:
    settings = config.load(home=home)
    serve.prepare_home(settings)
    with (
        serve.locked(settings.home / "run" / "serve.lock") as lock,
        Supervisor(settings.home / "log", {}, click.echo, lock) as supervisor,
    ):
        supervisor.add(services.queue(settings))
        supervisor.wait_until_ready(["queue"], 10)
        for name, _, command in (one.partition("=") for one in wanted):
            supervisor.add(Service(name, ["sh", "-c", command]))
        click.echo("ready")
        supervisor.keep()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ArchiveError as refusal:
        sys.exit(str(refusal))
