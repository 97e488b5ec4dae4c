"""`media-archive subjects merge` and `unmerge`."""

from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform


@click.command(
    epilog="Example: media-archive subjects merge 01a202ee-5f64-77c3-8d4f-4f1f6f9d8f11 01a202ee-5f64-7aa0-9a77-0c2f51ab64d2"
)
@click.argument("loser", type=click.UUID)
@click.argument("winner", type=click.UUID)
def merge(loser: UUID, winner: UUID) -> None:
    """Make WINNER take LOSER over: its links, names, relations and parts. LOSER's address then leads to WINNER."""
    from media_archive.catalogue.subjects import merging

    with opened(waking=True) as archive, archive.transaction() as session:
        name = merging.merge(session, loser, winner, who()).name
    inform("{name} took it over. `media-archive subjects unmerge {number}` undoes that.", name=name, number=str(loser))


@click.command(epilog="Example: media-archive subjects unmerge 01a202ee-5f64-77c3-8d4f-4f1f6f9d8f11")
@click.argument("subject", type=click.UUID)
def unmerge(subject: UUID) -> None:
    """Give back to SUBJECT what the merge took from it; what was changed since stays as it was changed."""
    from media_archive.catalogue.subjects import merging

    with opened(waking=True) as archive, archive.transaction() as session:
        name = merging.unmerge(session, subject, who()).name
    inform("{name} is a subject of its own again.", name=name)
