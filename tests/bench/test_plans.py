"""A plan, and the sums of the overview, over a million files: seconds and memory, on SQLite and on PostgreSQL.

The catalogue is made by the database itself, which takes longer than all else; MEDIA_ARCHIVE_BENCH_FILES sets another
number of files than a million.
"""

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from media_archive.context import Context
from media_archive.placement import overview, planner
from media_archive.placement.models import Step
from tests.bench.catalogues import large_catalogue
from tests.placement.small import AT, RULES, trial

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
FILES = int(os.environ.get("MEDIA_ARCHIVE_BENCH_FILES", "1000000"))
MOST_SECONDS = {"sqlite": 20.0, "postgresql": 10.0}
MOST_TO_SUM = 5.0
MOST_MEMORY = 500 << 20
FIVE_RULES = f"""
[[rules]]
name = "permanent"
when = {{ roles = ["original", "sidecar"], retention = ["permanent"] }}
copies = ["hot", "warm", "cold"]
verified = 2
{RULES.replace("grace_days = 7", "audit_days = 180")}"""
#: every original on the NAS and in the city, a third of them far away as well; renditions on the NAS
COPIES = {AT["hot"]: "1 = 1", AT["warm"]: "i % 5 = 0", AT["cold"]: "i % 5 = 0 AND i % 3 = 0"}


@pytest.fixture
def context(database_url: str, tmp_path: Path) -> Iterator[Context]:
    made = trial(tmp_path, database_url, FIVE_RULES)
    large_catalogue(made.engine, FILES, COPIES)
    yield made
    made.close()


def test_a_plan_and_the_sums_of_a_large_catalogue(context: Context) -> None:
    dialect = context.engine.dialect.name
    begun, worked = time.monotonic(), time.process_time()
    plan = planner.make(context, "bench")
    seconds, cpu = time.monotonic() - begun, time.process_time() - worked
    with context.reading() as session:
        steps = session.scalar(select(func.count()).select_from(Step).where(Step.plan_id == plan)) or 0
    begun = time.monotonic()
    seen = overview.look(context)
    summed = time.monotonic() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    print(f"\n{dialect}: {FILES:,} files, {steps:,} steps: {seconds:.1f} s ({cpu:.1f} s CPU), {memory >> 20} MiB")
    print(f"{dialect}: sums of {seen.total.copies:,} copies: {summed:.1f} s")
    assert steps > FILES / 20
    assert sum(seen.copies.values()) == -(-FILES // 5)
    assert memory < MOST_MEMORY
    assert seconds < MOST_SECONDS[dialect]
    assert summed < MOST_TO_SUM
