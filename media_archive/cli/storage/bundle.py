"""`media-archive storage bundle`."""

import sys

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, size, tell, told


@click.command(epilog="Example: media-archive storage bundle --store second")
@click.option(
    "--store", "stores", multiple=True, metavar="NAME", help="Only into this store; may be given several times."
)
@click.option("--list", "listing", is_flag=True, help="Write nothing: list the bundles that lie in the stores.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def bundle(stores: tuple[str, ...], listing: bool, as_json: bool) -> None:
    """Write the whole catalogue, its settings and the storage profile into every store, and read it back.

    `media-archive rebuild` makes the archive again from it. The scheduler does this daily where something has changed
    (setting bundle_hours); the newest bundles_kept stay.

    Exit code 1 if a store did not take it.
    """
    from media_archive.bundles import telling, writing

    with opened() as archive:
        for name in stores:
            archive.stores.store(name)
        if listing:
            _list(archive.stores, stores or archive.stores.names, as_json)
            return
        archive.seal()
        telling.tell(archive)
        done = writing.write(archive, stores or None, who())
        archive.seal()
    if as_json:
        print_json([one.to_json() for one in done])
    for one in done:
        if one.problem:
            inform("{store}: no bundle. {reason}", store=one.store, reason=told(one.problem))
        else:
            inform("{store}: {key} ({size})", store=one.store, key=one.key, size=size(one.size))
    if any(one.problem for one in done):
        sys.exit(1)


def _list(stores: object, names: "list[str] | tuple[str, ...]", as_json: bool) -> None:
    from media_archive.bundles import opening
    from media_archive.storage import own
    from media_archive.storage.service import Stores

    assert isinstance(stores, Stores)
    found = {name: opening.keys(stores.store(name), own.BUNDLE) for name in names}
    if as_json:
        print_json(found)
        return
    for name, keys in found.items():
        for key in keys:
            tell(f"{name:20}  {key}")
