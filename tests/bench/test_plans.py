"""A plan over a million files and five rules: seconds and memory, on SQLite and on PostgreSQL.

The catalogue is made by the database itself, which takes longer than all else; MEDIA_ARCHIVE_BENCH_FILES sets another
number of files than a million.
"""

import os
import resource
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from media_archive import db
from media_archive.config import Settings
from media_archive.context import Context
from media_archive.placement import planner
from media_archive.placement.models import Step
from tests.bench.catalogues import large_catalogue
from tests.placement.small import Small

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
FILES = int(os.environ.get("MEDIA_ARCHIVE_BENCH_FILES", "1000000"))
MOST_SECONDS = {"sqlite": 20.0, "postgresql": 10.0}
MOST_MEMORY = 500 << 20
RULES = """
[[rules]]
name = "permanent"
when = { roles = ["original", "sidecar"], retention = ["permanent"] }
copies = ["hot", "warm", "cold"]
verified = 2
[[rules]]
name = "best"
when = { roles = ["original", "sidecar"], rating_at_least = 4 }
copies = ["hot", "warm"]
verified = 2
[[rules]]
name = "idle"
when = { roles = ["original", "sidecar"], idle_for = 365 }
copies = ["warm", "cold"]
verified = 2
[[rules]]
name = "rest"
roles = ["original", "sidecar"]
copies = ["hot", "warm"]
verified = 2
[[rules]]
name = "shown"
roles = ["rendition"]
copies = ["hot"]
audit_days = 180
"""
#: every original on the NAS and in the city, a third of them far away as well; renditions on the NAS
COPIES = {
    ("nas", "STANDARD"): "1 = 1",
    ("city", "STANDARD"): "i % 5 = 0",
    ("far", "DEEP_ARCHIVE"): "i % 5 = 0 AND i % 3 = 0",
}


def test_a_plan_over_a_large_catalogue(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    Small.write(tmp_path, RULES)
    settings = Settings(
        home=tmp_path / "home",
        profiles_folder=tmp_path / "profiles",
        storage_profile="trial",
        database_url=database_url,
    )
    context = Context.open(settings)
    try:
        large_catalogue(context.engine, FILES, COPIES)
        begun, worked = time.monotonic(), time.process_time()
        plan = planner.make(context, "bench")
        seconds, cpu = time.monotonic() - begun, time.process_time() - worked
        with db.reading(context.engine) as session:
            steps = session.scalar(select(func.count()).select_from(Step).where(Step.plan_id == plan)) or 0
    finally:
        context.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    dialect = context.engine.dialect.name
    print(f"\n{dialect}: {FILES:,} files, {steps:,} steps: {seconds:.1f} s ({cpu:.1f} s CPU), {memory >> 20} MiB")
    assert steps > FILES / 20
    assert memory < MOST_MEMORY
    assert seconds < MOST_SECONDS[dialect]
