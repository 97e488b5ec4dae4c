"""Words for the states of a description and for what is to be done."""

from webapp.translated import lazy_gettext

STATES = {
    "received": lazy_gettext("received"),
    "checked": lazy_gettext("checked"),
    "described": lazy_gettext("described"),
    "approved": lazy_gettext("approved"),
    "published": lazy_gettext("published"),
}
#: what a step to a state is called
STEPS = {
    "checked": lazy_gettext("Check"),
    "described": lazy_gettext("Describe"),
    "approved": lazy_gettext("Approve"),
    "published": lazy_gettext("Publish"),
    "received": lazy_gettext("Send back"),
}
WAITING = {
    "checked": lazy_gettext("To be checked"),
    "described": lazy_gettext("To be described"),
    "approved": lazy_gettext("To be approved"),
    "published": lazy_gettext("To be published"),
}
LOOKS = {
    "received": ("idle", "import"),
    "checked": ("warn", "check"),
    "described": ("warn", "pencil"),
    "approved": ("good", "shield-check"),
    "published": ("good", "external-link"),
}


def state(name: str) -> str:
    """The word for a state."""
    return str(STATES.get(str(name), name))


def step(name: str) -> str:
    """The word for going to a state."""
    return str(STEPS[str(name)])


def waiting(name: str) -> str:
    """What waits to come to a state."""
    return str(WAITING[str(name)])


def look(name: str) -> tuple[str, str]:
    """Its colour and its icon."""
    return LOOKS.get(str(name), ("idle", "file"))
