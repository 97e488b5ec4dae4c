"""`media-archive states`."""

import sys

import click

from media_archive.cli.choosing import chosen
from media_archive.cli.opening import opened, who
from media_archive.cli.person import allowed, as_option, person
from media_archive.cli.speech import inform, print_json, tell, told
from media_archive.errors import Refused


@click.group(invoke_without_command=True, epilog="Example: media-archive states --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def states(ctx: click.Context, as_json: bool) -> None:
    """Tell how many assets wait for which step, and since when the oldest does; `states move` moves them."""
    if ctx.invoked_subcommand:
        return
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue import states as core

    with opened() as archive, archive.reading() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        tasks = core.tasks(session, institution.id)
    if as_json:
        print_json(
            [
                {"state": one.move.origin.value, "next": one.move.to.value, "action": one.move.action,
                 "assets": one.count, "sent_back": one.sent_back, "oldest": one.oldest.isoformat()}
                for one in tasks
            ]
        )  # fmt: skip
        return
    for one in tasks:
        tell(f"{one.move.origin.value:10} -> {one.move.to.value:10} {one.count:8}  {one.oldest:%Y-%m-%d}")


@states.command(epilog="Example: media-archive states move 01a202ee --to checked")
@click.argument("assets", nargs=-1)
@click.option("--where", metavar="WORDS", help="All that a search for these words finds.")
@click.option("--to", required=True, metavar="STATE", help="received, checked, described, approved or published.")
@click.option("--reason", default="", help="Why they are sent back.")
@as_option
def move(assets: tuple[str, ...], where: str | None, to: str, reason: str, login: str | None) -> None:
    """Move ASSETS on, or back with a reason. Exit code 1 if one was refused.

    With --as, only what the role of that account allows.
    """
    if not assets and where is None:
        raise click.UsageError("Name assets, or give --where.")
    from media_archive.catalogue import describing
    from media_archive.catalogue import states as core
    from media_archive.catalogue.models import Asset

    done = refused = 0
    with opened(waking=True) as archive:
        me = person(archive, login, "look").login if login else who()
        may = allowed(archive, login) if login else None
        scheme = describing.declared(archive.settings)
        for one in [one for batch in chosen(archive, assets, where) for one in batch]:
            try:
                with archive.transaction() as session:
                    core.move(session, session.get_one(Asset, one), to, me, reason, may=may, scheme=scheme)
                done += 1
            except Refused as exc:
                refused += 1
                tell(f"{one}  {told(exc.message)}")
    inform("{count} are {state} now, {refused} refused.", count=done, state=to, refused=refused)
    if refused:
        sys.exit(1)
