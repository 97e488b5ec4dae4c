"""`media-archive storage make-key`."""

from pathlib import Path

import click

from media_archive.cli.speech import inform, tell


@click.command(epilog="Example: media-archive storage make-key offsite")
@click.argument("name")
def make_key(name: str) -> None:
    """Make the key NAME in the folder that the setting keys_folder names, for stores whose profile says key = "NAME".

    Keep copies of the file in places apart: what it encrypted cannot be read without it, by nobody.
    """
    from media_archive.config import load
    from media_archive.storage.stores.encrypted import Keys

    settings = load()
    keys = Keys(Path(settings.keys_folder) if settings.keys_folder else None, settings.home)
    tell(str(keys.make(name)))
    inform("Keep copies of this file in places apart: what it encrypted cannot be read without it, by nobody.")
