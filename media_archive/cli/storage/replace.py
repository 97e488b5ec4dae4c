"""`media-archive storage replace`."""

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, told


@click.command(epilog="Example: media-archive storage replace near")
@click.argument("store")
@click.option("--yes", is_flag=True, help="Do not ask before forgetting.")
def replace(store: str, yes: bool) -> None:
    """Put an empty disk or bucket in the place of STORE, whose old one is lost for good.

    The catalogue forgets the copies that lay there; `media-archive storage plan` then brings back what rules want
    there. Refused while the store answers. If its disk is only not mounted, mount it instead.
    """
    from media_archive.upkeep import replacing
    from media_archive.words import Message

    with opened(waking=True) as archive:
        seen = replacing.look(archive, store)
        asked = Message(
            "Forget {forgotten} copies in the store {store}, which is lost for good? {lost} files have no other copy.",
            {"forgotten": seen.forgotten, "store": store, "lost": seen.lost},
        )
        if not yes and not click.confirm(told(asked), err=True):
            return
        found = replacing.replace(archive, store, who())
    inform(
        "{store} is an empty store now: {forgotten} copies forgotten; {lost} files have no other copy. Make a plan with"
        " `media-archive storage plan`.",
        store=store,
        forgotten=found.forgotten,
        lost=found.lost,
    )
