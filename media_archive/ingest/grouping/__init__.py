"""Which files of a shoot are one asset, by the rules of `catalogue/grouping/rules.toml`."""

from collections.abc import Sequence
from pathlib import Path

from media_archive.catalogue.grouping.rules import Card
from media_archive.ingest.grouping.cards import Bundle, bundles, in_card
from media_archive.ingest.grouping.folders import in_folder
from media_archive.ingest.grouping.members import Draft, Group, Member, Recognised

__all__ = ["Bundle", "Group", "Member", "Recognised", "bundles", "group"]


def group(
    files: Sequence[Recognised], root: Path | None = None, card: Card | None = None
) -> tuple[list[Group], list[Recognised]]:
    """The groups of one folder, or of the card structure at `root`, by name; and the sidecars that belong to none."""
    drafts: list[Draft] = []
    if card is not None and root is not None:
        drafts, files = in_card(files, root, card)
    by_folder: dict[Path, list[Recognised]] = {}
    for file in files:
        by_folder.setdefault(file.candidate.path.parent, []).append(file)
    alone: list[Recognised] = []
    for there in by_folder.values():
        made, left = in_folder(there)
        drafts += made
        alone += left
    return [draft.group() for draft in drafts], alone
