"""`media-archive link` and `media-archive unlink`."""

from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json
from media_archive.errors import Invalid

KINDS = ["project", "landmark", "street", "pipeline", "place", "event", "person", "organisation"]


@click.command(epilog="Example: media-archive link 01a202ee-5f64-77c3 解放路 --from 12.5 --to 1001/30")
@click.argument("asset")
@click.argument("subject")
@click.option("--kind", type=click.Choice(KINDS), help="Of which kind the subject is, where several have the name.")
@click.option(
    "--role",
    type=click.Choice(["shows", "taken_from", "about"]),
    default="shows",
    show_default=True,
    help="What the asset is to it.",
)
@click.option("--stage", help="The stage of a project that it shows.")
@click.option("--from", "starts", metavar="SECONDS", help="Where in a film that begins: 12.5, or exactly 1001/30.")
@click.option("--to", "ends", metavar="SECONDS", help="Where it ends.")
@click.option("--json", "as_json", is_flag=True, help="Print the link as JSON.")
def link(
    asset: str,
    subject: str,
    kind: str | None,
    role: str,
    stage: str | None,
    starts: str | None,
    ends: str | None,
    as_json: bool,
) -> None:
    """Say that ASSET, or a stretch of it, shows SUBJECT: its number, code or name."""
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.subjects import linking

    if (starts is None) != (ends is None):
        raise Invalid("A stretch has a beginning and an end. Give both --from and --to, or neither.")
    stretch = (starts, ends) if starts is not None and ends is not None else None
    with opened(waking=True) as archive, archive.transaction() as session:
        found = catalogue.asset(session, asset)
        meant = linking.one_called(session, subject, kind)
        made = linking.link(session, found.id, meant.id, who(), role=role, stage=stage, stretch=stretch)
        told = linking.told(made, meant)
    if as_json:
        print_json(told)
        return
    inform("Linked to {kind} {name} as {number}.", kind=told["kind"], name=told["name"], number=told["id"])


@click.command(epilog="Example: media-archive unlink 01a202ee-5f64-77c3-8000-0123456789ab")
@click.argument("number", type=click.UUID, metavar="LINK")
def unlink(number: UUID) -> None:
    """Take LINK back: its number as `link` and `show` tell it. No rule suggests it again."""
    from media_archive.catalogue.subjects import linking

    with opened(waking=True) as archive, archive.transaction() as session:
        linking.unlink(session, number, who())
    inform("The link is gone.")
