"""How `show --as` tells an asset in the words of a standard."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from media_archive.cli.speech import inform, print_json, tell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.metadata.mapping.elements import Element
    from media_archive.metadata.mapping.rules import Rules

#: how sure it is that the standard has the element, beside its name
SIGNS = {"seen": " ", "remembered": "?", "own": "+"}
LEGEND = "? 凭记忆，待与标准原文核对；+ 本馆自定；* 本馆要求必填（非标准约束性）"


def show_as(session: "Session", asset_id: UUID, standard: str, home: Path, as_json: bool) -> None:
    """Prints the asset as the elements of `standard`; what is required and empty is warned of on stderr."""
    from media_archive.catalogue.mapping import described_as
    from media_archive.metadata.mapping import rules

    elements = described_as(session, asset_id, standard, home)
    chosen = rules.load(standard, home)
    if as_json:
        print_json(_document(asset_id, chosen, elements))
    else:
        _table(chosen, elements)
    if missing := [one.name for one in elements if one.missing]:
        inform("Required but empty: {elements}", elements="；".join(missing))


def _document(asset_id: UUID, chosen: "Rules", elements: Sequence["Element"]) -> dict[str, Any]:
    return {
        "asset": str(asset_id),
        "standard": chosen.standard,
        "title": chosen.title,
        "status": chosen.status,
        "elements": [one.to_json() for one in elements],
        "warnings": [{"element": one.key, "name": one.name, "reason": "empty"} for one in elements if one.missing],
    }


def _table(chosen: "Rules", elements: Sequence["Element"]) -> None:
    tell(f"{chosen.standard} {chosen.title}")
    tell(chosen.status)
    widest = max(_width(one.name) for one in elements)
    group = None
    for one in elements:
        if one.group != group:
            group = one.group
            tell()
            tell(f"【{group}】")
        sign = SIGNS[one.mark] + ("*" if one.required else " ")
        place = one.number or one.clause or ""
        tell(
            f"{place:10} {sign} {one.name}{' ' * (widest - _width(one.name))}  {' '.join(one.joined.split())}".rstrip()
        )
    tell()
    tell(LEGEND)


def _width(text: str) -> int:
    """Columns of a terminal that the text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
