"""`media-archive storage reconcile`."""

import sys
from typing import TYPE_CHECKING

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, size, tell, told

if TYPE_CHECKING:
    from media_archive.upkeep.reconciling import Reconciled


@click.command(epilog="Example: media-archive storage reconcile --store main --json")
@click.option("--store", "stores", multiple=True, metavar="NAME", help="Only this store; may be given several times.")
@click.option(
    "--sizes/--no-sizes", default=True, show_default=True, help="Also ask the store for the size of every object."
)
@click.option("--adopt", is_flag=True, help="Take what no copy knows into the catalogue.")
@click.option("--remove", is_flag=True, help="Remove what no copy and no file knows and is older than an hour.")
@click.option("--yes", is_flag=True, help="Do not ask before removing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def reconcile(stores: tuple[str, ...], sizes: bool, adopt: bool, remove: bool, yes: bool, as_json: bool) -> None:
    """Compare what really lies in the stores with the catalogue: missing, unknown, foreign and wrongly sized objects.

    Nothing is changed without --adopt or --remove; foreign objects are never touched. What is to be removed is looked at
    again when its turn comes.

    Exit code 1 if a copy has no object, or one of another size.
    """
    from media_archive.errors import Invalid
    from media_archive.upkeep import reconciling

    if adopt and remove:
        raise Invalid("Give --adopt or --remove, not both.")
    with opened(waking=True) as archive:
        found = [reconciling.reconcile(archive, name, sizes=sizes) for name in stores or archive.stores.names]
        for one in found:
            if adopt:
                reconciling.adopt(archive, one, who())
            if remove and _agreed(one, yes):
                reconciling.remove(archive, one, who())
    if as_json:
        print_json([one.to_json() for one in found])
    else:
        for one in found:
            _say(one)
    if not all(one.good for one in found):
        sys.exit(1)


def _agreed(one: "Reconciled", yes: bool) -> bool:
    from media_archive.upkeep.reconciling import Sort
    from media_archive.words import Message

    count = one.counts[Sort.ORPHAN]
    if not count or yes:
        return bool(count)
    asked = Message("Remove {count} objects of the store {store} for good?", {"count": count, "store": one.store})
    return click.confirm(told(asked), err=True)


def _say(one: "Reconciled") -> None:
    for each in one.differences:
        tell(f"{each.sort.value:10}  {one.store}:{each.key}  {'' if each.size is None else size(each.size)}")
    inform(
        "{store}: {objects} objects, {copies} copies; {missing} missing, {orphan} unknown, {foreign} foreign, {wrong} of"
        " another size; {adopted} adopted, {removed} removed.",
        store=one.store,
        objects=one.objects,
        copies=one.copies,
        missing=one.counts["missing"],
        orphan=one.counts["orphan"],
        foreign=one.counts["foreign"],
        wrong=one.counts["wrong size"],
        adopted=one.adopted,
        removed=one.removed,
    )
