"""`media-archive shoots`."""

import re
from typing import TYPE_CHECKING, Any

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell
from media_archive.errors import Invalid

if TYPE_CHECKING:
    from media_archive.archive import Archive
    from media_archive.catalogue.clocks import Selector
    from media_archive.catalogue.shifting import Changed, Clock

OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")


@click.group(invoke_without_command=True, epilog="Example: media-archive shoots --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def shoots(ctx: click.Context, as_json: bool) -> None:
    """List shoots, newest first: assets, unfinished and failed work; `shoots shift` corrects cameras' clocks."""
    if ctx.invoked_subcommand:
        return
    from media_archive.ingest.queries import shoots as query

    with opened() as archive, archive.reading() as session:
        rows = [one.to_json() for one in query(session)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        state = f"{row['unfinished']} jobs to do" if row["unfinished"] else "done"
        failed = f", {row['dead']} failed" if row["dead"] else ""
        tell(f"{row['created_at'][:10]}  {row['assets']:6} assets  {state}{failed}  {row['name']}")


@shoots.command(
    epilog='Example: media-archive shoots shift 解放路改造 --by "+1:23:45" --camera "NIKON CORPORATION NIKON D1"'
)
@click.argument("shoot")
@click.option("--by", metavar="[+-][Nd ]H:MM[:SS]", help='Add this to the clock: -0:05, +1:23:45, "-1d 2:00".')
@click.option("--offset", metavar="+HH:MM", help="The clock stood at this offset from UTC.")
@click.option("--camera", metavar="[MAKE ]MODEL", help="Only what this camera took.")
@click.option("--serial", metavar="NUMBER", help="Only what the camera with this number took.")
@click.option("--undo", is_flag=True, help="Take back the corrections of these cameras.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def shift(
    shoot: str,
    by: str | None,
    offset: str | None,
    camera: str | None,
    serial: str | None,
    undo: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Correct the clocks of SHOOT's cameras: by a length of time, or by the offset they stood at.

    Without --by, --offset or --undo it lists the cameras, and what to shift each by where its files hold the
    satellites' time. The files stay as they are; a correction is kept when they are probed again, and holds for files of
    the same cameras that come in later. What a person set by hand stays.
    """
    if sum(map(bool, (by, offset, undo))) > 1:
        raise click.UsageError("Give one of --by, --offset and --undo.")
    from media_archive.catalogue.clocks import Selector

    selector = Selector(camera=camera, serial=serial)
    with opened() as archive:
        if not (by or offset or undo):
            _list(archive, shoot, as_json)
            return
        changed = _change(archive, shoot, selector, by, offset, dry_run)
    if as_json:
        print_json({"shoot": shoot, **selector.model_dump(), "dry_run": dry_run, **vars(changed)})
        return
    for one in changed.examples:
        tell(f"{one['asset']}  {one['before']}  ->  {one['after']}")
    if dry_run:
        inform("{count} assets would change. Nothing was changed.", count=changed.assets)
    else:
        inform("{count} assets changed.", count=changed.assets)
    if changed.by_hand or changed.without_clock:
        inform(
            "Left as they are: {by_hand} set by hand, {without_clock} without a camera's time.",
            by_hand=changed.by_hand,
            without_clock=changed.without_clock,
        )


class _Tried(Exception):
    """Ends the transaction of a dry run without keeping anything."""


def _change(
    archive: "Archive", shoot: str, selector: "Selector", by: str | None, offset: str | None, dry_run: bool
) -> "Changed":
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue import shifting
    from media_archive.catalogue.clocks import Shift, length_of

    wanted = Shift(
        **selector.model_dump(), seconds=length_of(by) if by else 0, offset=_minutes(offset) if offset else None
    )
    try:
        with archive.transaction() as session:
            found = catalogue.shoot_by_name(session, shoot)
            if by or offset:
                changed = shifting.shift(session, found, wanted, who())
            else:
                changed = shifting.undo(session, found, selector, who())
            if dry_run:
                raise _Tried
    except _Tried:
        pass
    return changed


def _minutes(text: str) -> int:
    """The offset in minutes east of UTC; Invalid if it is none."""
    found = OFFSET.fullmatch(text.strip())
    minutes = int(found[2]) * 60 + int(found[3]) if found else 9999
    if found is None or minutes > 14 * 60 or int(found[3]) > 59:
        raise Invalid("{text} is no offset from UTC. Write it like +08:00.", text=text)
    return -minutes if found[1] == "-" else minutes


def _list(archive: "Archive", shoot: str, as_json: bool) -> None:
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue import shifting

    with archive.reading() as session:
        found = catalogue.shoot_by_name(session, shoot)
        cameras, shifts = shifting.cameras(session, found.id), found.clock_shifts
    if as_json:
        print_json({"shoot": shoot, "cameras": [one.to_json() for one in cameras], "corrections": shifts})
        return
    for one in cameras:
        tell(_line(one))
    for each in shifts:
        tell(f"corrected     {_told(each)}")


def _line(clock: "Clock") -> str:
    name = " ".join(filter(None, (clock.make, clock.model, clock.serial))) or "-"
    advice = "" if clock.offset is None else f"  --offset {_east(clock.offset)}"
    advice += f"  --by {_length(clock.seconds)}" if clock.seconds else ""
    return f"{clock.assets:6}  {clock.first or '-'} .. {clock.last or '-'}  {name}{advice}"


def _told(shift: dict[str, Any]) -> str:
    name = " ".join(filter(None, (shift["camera"], shift["serial"]))) or "-"
    offset = "" if shift["offset"] is None else f"UTC{_east(shift['offset'])}"
    return " ".join(filter(None, (name, _length(shift["seconds"]) if shift["seconds"] else "", offset)))


def _east(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _length(seconds: int) -> str:
    sign, rest = "-" if seconds < 0 else "+", abs(seconds)
    return f"{sign}{rest // 3600}:{rest // 60 % 60:02}:{rest % 60:02}"
