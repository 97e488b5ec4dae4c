"""`media-archive describe`."""

from typing import Any

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, language, print_json, tell
from media_archive.errors import Invalid


@click.command(epilog="Example: media-archive describe J001-ZP·2017-Y-0003 --set title=解放路口 --add keywords=夜景")
@click.argument("asset", required=False)
@click.option(
    "--set", "given", multiple=True, metavar="FIELD=VALUE", help="Set a field; of a list, words with ; between."
)
@click.option("--add", multiple=True, metavar="FIELD=WORD", help="Add words to a list.")
@click.option("--remove", multiple=True, metavar="FIELD=WORD", help="Remove words from a list.")
@click.option("--clear", multiple=True, metavar="FIELD", help="Give a field back to what shoot and files say.")
@click.option(
    "--undo", metavar="NUMBER", type=click.UUID, help="Take back the change with this number (see --history)."
)
@click.option("--seen", type=int, help="Refuse if the version is no longer this one.")
@click.option("--history", "with_history", is_flag=True, help="Show who changed what.")
@click.option("--fields", "list_fields", is_flag=True, help="List the fields that there are, without ASSET.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def describe(
    asset: str | None,
    given: tuple[str, ...],
    add: tuple[str, ...],
    remove: tuple[str, ...],
    clear: tuple[str, ...],
    undo: Any,
    seen: int | None,
    with_history: bool,
    list_fields: bool,
    as_json: bool,
) -> None:
    """Show and change what is said of ASSET: each field with its value and where that comes from.

    Fields are those of every archive and those that fields.toml in the home declares.
    """
    from media_archive.catalogue import describing
    from media_archive.catalogue import service as catalogue

    with opened(waking=True) as archive:
        scheme, zone = describing.declared(archive.settings), archive.settings.time_zone
        if list_fields:
            _fields(scheme, as_json)
            return
        if asset is None:
            raise click.UsageError("Name an asset, or ask for --fields.")
        changes = _changes(scheme, given, add, remove, clear)
        if changes or undo:
            with archive.transaction() as session:
                found = catalogue.asset(session, asset)
                if undo:
                    describing.undo(session, undo, who(), zone=zone, seen=seen, scheme=scheme)
                else:
                    describing.edit(session, found, changes, who(), zone, seen=seen, scheme=scheme)
        with archive.reading() as session:
            found = catalogue.asset(session, asset)
            said = describing.effective(found, found.shoot, scheme, found.archive.code)
            told = {name: {"value": one.value, "origin": one.origin} for name, one in said.items()}
            history = [vars(one) for one in describing.history(session, found, scheme)] if with_history else None
            version = found.version
    if as_json:
        print_json(
            {"asset": str(found.id), "version": version, "fields": told}
            | ({"history": history} if with_history else {})
        )
        return
    for name, one in told.items():
        tell(f"{name:16} {one['origin']:6} {_shown(one['value'])}")
    for change in history or ():
        tell(f"{change['event_id']}  {change['at']:%Y-%m-%d %H:%M}  {change['who']}  {change['field']}: "
             f"{_shown(change['before'])} -> {_shown(change['after'])}")  # fmt: skip
    if changes or undo:
        inform("Saved; the version is {version} now.", version=version)


def _shown(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else "–" if value is None else str(value)


def _fields(scheme: Any, as_json: bool) -> None:
    if as_json:
        print_json([one.model_dump(mode="json") for one in scheme.fields.values()])
        return
    for one in scheme.fields.values():
        label = one.zh if language() == "zh" else one.en
        tell(f"{one.name:16} {one.type:10} {label}  [{one.sure}] {one.source}")


def _changes(
    scheme: Any, given: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...], clear: tuple[str, ...]
) -> dict[str, Any]:
    changes: dict[str, Any] = dict.fromkeys(clear)
    for text in given:
        name, value = split(text)
        changes[name] = value_of(scheme, name, value)
    for how, texts in (("add", add), ("remove", remove)):
        for text in texts:
            name, value = split(text)
            scheme.field(name)
            change = changes.setdefault(name, {})
            if not isinstance(change, dict):
                raise Invalid("{field} is both set and added to. Give one of them.", field=name)
            change.setdefault(how, []).extend(_words(value))
    return changes


def split(text: str) -> tuple[str, str]:
    """FIELD=VALUE in its parts."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise Invalid("{text} is not FIELD=VALUE.", text=text[:80])
    return name.strip(), value


def value_of(scheme: Any, name: str, text: str) -> Any:
    """A value as it was typed, in the shape that the field's type wants."""
    kind = scheme.field(name).type
    if kind == "list":
        return _words(text)
    return text.replace(",", " ").split() if kind == "position" else text


def _words(text: str) -> list[str]:
    return [one.strip() for one in text.replace("；", ";").split(";") if one.strip()]
