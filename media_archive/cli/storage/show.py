"""`media-archive storage show`."""

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform, print_json, size
from media_archive.cli.storage.plan import tell_tiers


@click.command(epilog="Example: media-archive storage show --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show(as_json: bool) -> None:
    """Show what lies in which tier, what a month of it costs, and which files have too few verified copies."""
    from media_archive.placement import planner

    with opened() as archive:
        figures = planner.preview(archive).to_json()
    if as_json:
        print_json(figures)
        return
    tell_tiers(figures)
    for rule in figures["rules"]:
        if rule["short"]["files"]:
            inform(
                "{files} files ({bytes}) of the rule {rule} have fewer verified copies than it asks for.",
                files=rule["short"]["files"],
                bytes=size(rule["short"]["bytes"]),
                rule=rule["rule"],
            )
