"""Words for deletions, holds and retention classes."""

from media_archive.catalogue.retention import Class
from media_archive.disposal.models import DisposalState
from webapp.languages import chosen
from webapp.translated import lazy_gettext

STATES = {
    DisposalState.PROPOSED: lazy_gettext("waits for a second person"),
    DisposalState.TRASHED: lazy_gettext("in the trash"),
    DisposalState.PURGING: lazy_gettext("being deleted"),
    DisposalState.WITHDRAWN: lazy_gettext("brought back"),
    DisposalState.DELETED: lazy_gettext("deleted for good"),
}
LOOKS = {
    DisposalState.PROPOSED: ("warn", "users"),
    DisposalState.TRASHED: ("warn", "trash-2"),
    DisposalState.PURGING: ("bad", "loader"),
    DisposalState.WITHDRAWN: ("good", "rotate-ccw"),
    DisposalState.DELETED: ("idle", "circle-x"),
}
TABS = {
    "trash": lazy_gettext("In the trash"),
    "waiting": lazy_gettext("Waiting for a second person"),
    "ended": lazy_gettext("Ended"),
}


def state(name: str) -> str:
    """How far a deletion is."""
    return str(STATES[DisposalState(name)])


def look(name: str) -> tuple[str, str]:
    """Its colour and its icon."""
    return LOOKS[DisposalState(name)]


def tab(name: str) -> str:
    """The name of a list."""
    return str(TABS[name])


def retention(kept: Class) -> str:
    """The name of a retention class."""
    return kept.zh if chosen() == "zh" else kept.en
