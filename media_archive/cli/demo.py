"""`media-archive demo`."""

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform


@click.command(epilog="Example: MEDIA_ARCHIVE_HOME=/tmp/look media-archive demo")
@click.option("--once", is_flag=True, help="Only into an empty catalogue, or to finish what was interrupted.")
def demo(once: bool) -> None:
    """Draw and load a small archive of an invented city: 41 pictures, 5 clips, 2 recordings, 12 subjects."""
    from media_archive.demo import loading

    with opened(waking=True) as archive:
        if once and not loading.is_wanted(archive):
            return
        inform("Drawing the demonstration archive ...")
        summaries = loading.load(archive)
    added, known = sum(one.added for one in summaries), sum(one.duplicates for one in summaries)
    inform("Demonstration archive loaded: {added} files added, {known} were there already.", added=added, known=known)
