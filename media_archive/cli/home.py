"""`media-archive init`."""

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform


@click.command(epilog="Example: MEDIA_ARCHIVE_HOME=/srv/archive media-archive init")
def init() -> None:
    """Make the archive's home, database, stores and first administrator, or bring an older home up to this version.

    Safe to repeat: what is there stays.
    """
    with opened(any_schema=True) as archive:
        made = archive.init()
        settings = archive.settings
    inform("Home: {home}", home=str(settings.home))
    inform(
        "Archive: {code} {name}, storage profile {profile}",
        code=settings.archive_code,
        name=settings.archive_name,
        profile=settings.storage_profile,
    )
    if made:
        inform(
            "Administrator {login} made. `media-archive users link {login}` prints a link that signs in once.",
            login=made,
        )
