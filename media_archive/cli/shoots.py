"""`media-archive shoots`."""

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import print_json, tell


@click.command(epilog="Example: media-archive shoots --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def shoots(as_json: bool) -> None:
    """List shoots, newest first: assets, unfinished and failed work."""
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
