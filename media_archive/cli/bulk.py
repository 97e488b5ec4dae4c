"""`media-archive bulk`."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.describe import split, value_of
from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell, told
from media_archive.errors import Invalid
from media_archive.words import Message

if TYPE_CHECKING:
    from media_archive.catalogue.bulk.models import BulkEdit


@click.group(epilog="Example: media-archive bulk list")
def bulk() -> None:
    """Change the descriptions of many assets at once: try it, have it done by a worker, take it back."""


@bulk.command(
    epilog='Example: media-archive bulk edit --where 解放路 --add keywords=道路 --replace "caption=旧字=新字" --dry-run'
)
@click.option(
    "--where", metavar="WORDS", required=True, help="All that a search for these words finds; '' means everything."
)
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="Set a field.")
@click.option("--add", multiple=True, metavar="FIELD=WORDS", help="Add words to a list, with ; between.")
@click.option("--remove", multiple=True, metavar="FIELD=WORDS", help="Remove words from a list.")
@click.option("--replace", multiple=True, metavar="FIELD=OLD=NEW", help="Put NEW in the place of OLD.")
@click.option("--clear", multiple=True, metavar="FIELD", help="Give a field back to what shoot and files say.")
@click.option("--dry-run", is_flag=True, help="Only tell how many it is about, with five samples.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def edit(
    where: str,
    given: tuple[str, ...],
    add: tuple[str, ...],
    remove: tuple[str, ...],
    replace: tuple[str, ...],
    clear: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask for the changes to be made to all that a search finds; fields that are not named stay as they are."""
    from media_archive.catalogue import describing
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.bulk import service
    from media_archive.search import service as search

    with opened(waking=True, searching=True) as archive:
        scheme, zone = describing.declared(archive.settings), archive.settings.time_zone
        changes = _changes(scheme, given, add, remove, replace, clear)
        if not dry_run:
            with archive.transaction() as session:
                institution = catalogue.archive_by_code(session, archive.settings.archive_code)
                asked = service.ask(session, institution, {"q": where}, changes, who(), scheme, zone)
            _say(asked, as_json)
            return
        with archive.reading() as session:
            total = search.find(session, where, limit=1, facets=False).total
            rows, _ = search.shapes(session, where, limit=service.TRIED)
            trial = service.attempt(session, [row.id for row in rows], changes, scheme, zone)
    if as_json:
        samples = [vars(one) for one in trial.samples]
        print_json(
            {
                "total": total,
                "tried": trial.tried,
                "changed": trial.changed,
                "refused": trial.refused,
                "samples": samples,
            }
        )
        return
    for one in trial.samples:
        for name, after in one.after.items():
            tell(f"{one.asset_id}  {one.title}  {name}: {one.before[name]} -> {after}")
    inform(
        "It is about {total} assets; of the first {tried}, {changed} would change and {refused} be refused.",
        total=total, tried=trial.tried, changed=trial.changed, refused=trial.refused,
    )  # fmt: skip


def _changes(
    scheme: Any,
    given: tuple[str, ...],
    add: tuple[str, ...],
    remove: tuple[str, ...],
    replace: tuple[str, ...],
    clear: tuple[str, ...],
) -> dict[str, Any]:
    found: dict[str, Any] = {name: {"how": "clear"} for name in clear}
    for how, texts in (("set", given), ("add", add), ("remove", remove)):
        for text in texts:
            name, value = split(text)
            found[name] = {"how": how, "value": value_of(scheme, name, value)}
    for text in replace:
        name, rest = split(text)
        old, sign, new = rest.partition("=")
        if not sign:
            raise Invalid("{text} is not FIELD=OLD=NEW.", text=text[:80])
        found[name] = {"how": "replace", "value": old, "with": new}
    return found


def _say(asked: "BulkEdit", as_json: bool) -> None:
    if as_json:
        print_json({"id": str(asked.id), "state": asked.state})
    else:
        tell(str(asked.id))
        inform("A worker does it; `media-archive bulk show {id}` tells how far it is.", id=str(asked.id))


@bulk.command("list", epilog="Example: media-archive bulk list --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool) -> None:
    """List the last bulk edits, the latest first."""
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.bulk import service

    with opened() as archive, archive.reading() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        rows = [_told(one) for one in service.page(session, institution.id)]
    if as_json:
        print_json(rows)
        return
    for one in rows:
        tell(
            f"{one['id']}  {one['state']:13} {one['changed']:8} changed {one['refused']:6} refused  {', '.join(one['changes'])}"
        )


def _told(one: "BulkEdit") -> dict[str, Any]:
    numbers = {name: getattr(one, name) for name in ("wanted", "changed", "unchanged", "refused")}
    return {
        "id": str(one.id),
        "state": one.state,
        "undoes": str(one.undoes) if one.undoes else None,
        "changes": one.changes,
        "chosen": one.chosen if "ids" not in one.chosen else {"ids": len(one.chosen["ids"])},
        "asked_by": one.asked_by,
        "created_at": one.created_at.isoformat(),
        **numbers,
    }


@bulk.command(epilog="Example: media-archive bulk show 01a202ee-5f64-77c3-8000-0123456789ab")
@click.argument("number", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show(number: UUID, as_json: bool) -> None:
    """Show how far a bulk edit is, and what was refused."""
    from media_archive.catalogue.bulk import service

    with opened() as archive, archive.reading() as session:
        found = _told(service.one(session, number))
        refused = [
            {"asset": str(row.asset_id), "problem": told(Message.from_json(row.problem or {"template": ""}))}
            for row in service.refusals(session, number)
        ]
    if as_json:
        print_json(found | {"refusals": refused})
        return
    tell(
        f"{found['state']}  {found['changed']} of {found['wanted']} changed, {found['unchanged']} as they were, {found['refused']} refused"
    )
    for one in refused:
        tell(f"{one['asset']}  {one['problem']}")


@bulk.command(epilog="Example: media-archive bulk undo 01a202ee-5f64-77c3-8000-0123456789ab")
@click.argument("number", type=click.UUID)
def undo(number: UUID) -> None:
    """Ask for a bulk edit to be taken back; what was changed again since stays, and is named."""
    from media_archive.catalogue.bulk import service

    with opened(waking=True) as archive, archive.transaction() as session:
        asked = service.ask_undo(session, number, who())
    _say(asked, False)
