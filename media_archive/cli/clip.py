"""`media-archive clip`."""

from pathlib import Path
from typing import Literal

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, say, told


@click.command(epilog="Example: media-archive clip 01a202ee-5f64 --in 10:00:02:10 --out 10:00:05:00 -o 解放路.mov")
@click.argument("asset")
@click.option("--in", "begins", metavar="POINT", help="First frame of the clip; by default the film's first.")
@click.option("--out", "ends", metavar="POINT", help="First frame behind the clip, as in an EDL; by default the end.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write: .mov, .mp4, .mxf, .mts, .ts, .mkv.",
)
@click.option(
    "--exact/--key-frames",
    default=True,
    show_default=True,
    help="Exactly these frames, encoded anew only where they cannot be copied; or never anew, from key frame to key frame.",
)
@click.option(
    "--from",
    "source",
    type=click.Choice(["original", "proxy"]),
    default="original",
    show_default=True,
    help="Cut the original, or its small proxy.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@click.option("--json", "as_json", is_flag=True, help="Print how it was made, its frames and its length as JSON.")
def clip(
    asset: str,
    begins: str | None,
    ends: str | None,
    output: Path,
    exact: bool,
    source: Literal["original", "proxy"],
    force: bool,
    as_json: bool,
) -> None:
    """Cut a part out of the film ASSET into a file of its own; the original is never changed.

    A POINT is a timecode of the film (10:00:02:12, drop-frame 10:00:02;12), seconds from its first frame (12.345,
    0:00:12.345, 1001/30000) or the number of a frame, the first being 0 (frame:300). The clip holds every track of
    sound, and its timecode begins where the film's stood at the in point.
    """
    from media_archive.catalogue import service as catalogue
    from media_archive.delivery import places
    from media_archive.delivery.clips import making
    from media_archive.delivery.clips.wanted import Wanted
    from media_archive.events import service as events

    with opened() as archive:
        places.refuse_own(output, archive.own_folders)
        with archive.reading() as session:
            asset_id = catalogue.asset(session, asset).id
        wanted = Wanted(asset_id, begins, ends, source, widened=not exact)
        made = making.make(archive, wanted, output, force=force)
        with archive.transaction() as session:
            events.record(session, who(), "dissemination", "asset", asset_id, form="clip", **made.to_json())
    if as_json:
        print_json(made.to_json())
        return
    said: dict[str, str | int] = {
        "frames": made.frames,
        "begins": made.begins,
        "ends": made.ends,
        "path": str(made.path),
    }
    if made.method == "copied":
        inform("{frames} frames, {begins} to {ends}, copied as they are stored to {path}.", **said)
    else:
        inform(
            "{frames} frames, {begins} to {ends}, encoded anew ({encoder}) to {path}.",
            encoder=made.encoder or "",
            **said,
        )
        if made.reason:
            say(told(made.reason))
