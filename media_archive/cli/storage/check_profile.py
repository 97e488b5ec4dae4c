"""`media-archive storage check-profile`."""

import sys
from typing import TYPE_CHECKING, Any

import click

from media_archive.cli.speech import inform, print_json, tell, told

if TYPE_CHECKING:
    from media_archive.storage.profiles.loading import Checked, Remark


@click.command(epilog="Example: media-archive storage check-profile city-archive")
@click.argument("profile", required=False)
@click.option("--catalogue", is_flag=True, help="Also look for what the rules name in the catalogue of the home.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def check_profile(profile: str | None, catalogue: bool, as_json: bool) -> None:
    """Name every mistake in PROFILE (a name, or a file) and what is doubtful in it; by default in the one in force.

    Nothing is connected to or changed, and there need not be an archive yet. Exit code 1: there are mistakes.
    """
    from media_archive.config import load
    from media_archive.storage.profiles import loading

    settings = load()
    checked = loading.check(loading.find(profile or settings.storage_profile, settings), settings)
    warnings = [*checked.unset, *checked.warnings, *(_strangers(checked) if catalogue else ())]
    if as_json:
        print_json({"mistakes": [_row(one) for one in checked.mistakes], "warnings": [_row(one) for one in warnings]})
    else:
        _tell(checked.mistakes, warnings)
    if checked.mistakes:
        sys.exit(1)


def _tell(mistakes: "list[Remark]", warnings: "list[Remark]") -> None:
    from media_archive.words import Message

    for kind, remarks in ((Message("mistake"), mistakes), (Message("warning"), warnings)):
        for one in remarks:
            tell(f"{one.file}:{one.line or 1}: {told(kind)}: {one.key}: {told(one.message)}")
    inform("{mistakes} mistakes, {warnings} warnings.", mistakes=len(mistakes), warnings=len(warnings))


def _row(one: "Remark") -> dict[str, Any]:
    return {"file": str(one.file), "line": one.line, "key": one.key, "message": told(one.message)}


def _strangers(checked: "Checked") -> "list[Remark]":
    """What the rules name and the catalogue does not have."""
    from media_archive.cli.opening import opened
    from media_archive.placement.planning.knowing import strangers
    from media_archive.storage.profiles.loading import remarks

    if checked.profile is None:
        return []
    with opened() as archive, archive.reading() as session:
        return remarks(checked.file, strangers(session, checked.profile))
