"""The catalogue in the words of a standard: one asset as the elements of DA/T 54 or DA/T 63."""

from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue import facts
from media_archive.errors import Invalid, NotFound
from media_archive.metadata.mapping import elements, rules
from media_archive.metadata.mapping.elements import Element
from media_archive.metadata.mapping.rules import Rules

#: element sets of standards; "plain" beside them is this archive's own
STANDARDS = ("da54", "da63")


def described_as(session: Session, asset_id: UUID, standard: str, home: Path) -> list[Element]:
    """The asset as the elements of `standard`, whose rules are those in `home` or the shipped ones.

    Invalid if the standard is not for that kind of media.
    """
    known = facts.of_assets(session, [asset_id])
    if not known:
        raise NotFound("There is no asset {name}. `media-archive search` finds them by words.", name=str(asset_id))
    chosen = rules.load(standard, home)
    refuse_wrong_kind(chosen, known[0]["asset"]["kind"])
    return elements.filled(chosen, known[0])


def refuse_wrong_kind(chosen: Rules, kind: str) -> None:
    """Invalid unless the element set is for media of that kind."""
    if kind in chosen.kinds:
        return
    if kind == "photo":
        raise Invalid("{standard} does not describe photographs. Use --as da54.", standard=chosen.standard)
    raise Invalid("{standard} does not describe films and recordings. Use --as da63.", standard=chosen.standard)
