"""`media-archive init`."""

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import say


@click.command(epilog="Example: MEDIA_ARCHIVE_HOME=/srv/archive media-archive init")
def init() -> None:
    """Make the archive's home, database, stores and first administrator, or bring an older home up to this version.

    Safe to repeat: what is there stays.
    """
    with opened(any_schema=True) as archive:
        made = archive.init()
        settings = archive.settings
    say(f"Home: {settings.home}")
    say(f"Archive: {settings.archive_code} {settings.archive_name}, storage profile {settings.storage_profile}")
    if made:
        say(f"Administrator {made} made. `media-archive users link {made}` prints a link that signs in once.")
