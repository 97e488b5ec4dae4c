"""`media-archive storage`: what lies where, what that costs, and what is to be moved."""

import click

from media_archive.cli.lazy import LazyGroup

#: command -> (module, one line for the list)
COMMANDS = {
    "show": ("show", "Show the tiers: files, bytes and what they cost a month."),
    "plan": ("plan", "Say what must be copied, moved or released so that every file lies where its rule wants it."),
    "apply": ("apply", "Have a plan carried out."),
    "simulate": ("simulate", "Forecast size and cost from the growth so far."),
    "verify": ("verify", "Read every copy back and report what does not match."),
    "reconcile": ("reconcile", "Compare what really lies in the stores with the catalogue."),
    "replace": ("replace", "Put an empty disk or bucket in the place of a store that is lost for good."),
    "bundle": ("bundle", "Write the whole catalogue into every store, to be made again from."),
    "check-profile": ("check_profile", "Check a storage profile without touching anything."),
    "make-key": ("make_key", "Make a key for stores that are encrypted."),
}


@click.group(
    cls=LazyGroup,
    package=__name__,
    table=COMMANDS,
    renamed={},
    epilog="Example: media-archive storage plan --where 解放路",
)
def storage() -> None:
    """What lies in which tier, what that costs, and what must be moved to follow the storage profile."""
