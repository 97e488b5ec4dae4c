"""`media-archive jobs`."""

from typing import Any
from uuid import UUID

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform, print_json, say, tell, told
from media_archive.words import Message


@click.group(invoke_without_command=True, epilog="Example: media-archive jobs --state dead")
@click.option("--state", type=click.Choice(["wanted", "running", "done", "dead"]), help="Only jobs in this state.")
@click.option("--shoot", metavar="NAME", help="Only jobs of this shoot.")
@click.option("--limit", default=100, type=click.IntRange(1, 10_000), show_default=True, help="Most rows.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def jobs(ctx: click.Context, state: str | None, shoot: str | None, limit: int, as_json: bool) -> None:
    """List jobs, newest first, with the reason where one failed; `jobs retry` wants dead ones again."""
    if ctx.invoked_subcommand:
        return
    from sqlalchemy import select

    from media_archive.catalogue import service as catalogue
    from media_archive.jobs import service
    from media_archive.jobs.models import Job

    with opened() as archive, archive.reading() as session:
        query = select(Job).order_by(Job.created_at.desc(), Job.id.desc()).limit(limit)
        if state:
            query = query.where(Job.state == state)
        if shoot:
            query = query.where(Job.shoot_id == catalogue.shoot_by_name(session, shoot).id)
        rows = [_row(job) for job in session.scalars(query)]
        counts = service.counts(session)
    if as_json:
        print_json({"counts": counts, "items": rows})
        return
    for row in rows:
        reason = told(Message.from_json(row["problem"])) if row["problem"] else ""
        far = f"{row['progress']:.0%}  " if row["progress"] is not None and not row["ended_at"] else ""
        tell(f"{row['id']}  {row['kind']:12}  {row['state']:8}  {row['attempts']}  {far}{reason}")
    say("  ".join(f"{name} {count}" for name, count in counts.items()))


def _row(job: Any) -> dict[str, Any]:
    return {
        "id": str(job.id),
        "kind": job.kind,
        "queue": job.queue,
        "state": str(job.state),
        "target": str(job.target) if job.target else None,
        "attempts": job.attempts,
        "progress": job.progress,
        "problem": job.problem,
        "created_at": job.created_at.isoformat(),
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
    }


@jobs.command(epilog="Example: media-archive jobs retry 0197a3c2-0000-7000-8000-000000000000")
@click.argument("ids", nargs=-1, type=click.UUID)
def retry(ids: tuple[UUID, ...]) -> None:
    """Want dead jobs again: those named, or all of them."""
    from media_archive.jobs import service

    with opened(waking=True) as archive, archive.transaction() as session:
        count = service.retry(session, ids or None)
    inform("{count} jobs are wanted again.", count=count)
