"""A disk is lost for good and an empty one takes its place."""

import shutil
from collections.abc import Callable

import pytest
from sqlalchemy import delete, func, select

from media_archive.archive import Archive
from media_archive.errors import Conflict, Unavailable
from media_archive.placement import applying
from media_archive.placement.planner import make
from media_archive.storage.models import Copy, File
from media_archive.upkeep import replacing

Three = Callable[..., Archive]


def copies(archive: Archive) -> dict[str, int]:
    with archive.reading() as session:
        good = select(Copy.store, func.count()).where(Copy.verified_at.is_not(None))
        return {row[0]: row[1] for row in session.execute(good.group_by(Copy.store))}


@pytest.mark.slow
def test_a_plan_fills_the_new_disk_and_what_had_no_other_copy_is_named(three: Three) -> None:
    archive = three(3)
    with archive.transaction() as session:
        alone = session.scalars(select(File.id).order_by(File.id)).first()
        session.execute(delete(Copy).where(Copy.file_id == alone, Copy.store != "near"))
    with pytest.raises(Conflict, match="not lost"):
        replacing.replace(archive, "near", "wang")
    shutil.rmtree(archive.settings.home / "store" / "near")
    fresh = Archive.open(archive.settings)
    fresh.init()
    with pytest.raises(Unavailable):
        fresh.stores.store("near").check()
    assert replacing.replace(fresh, "near", "wang") == replacing.Replaced(forgotten=2, lost=1)
    assert copies(fresh) == {"main": 2, "far": 2}
    plan = make(fresh, "wang")
    applying.apply(fresh, plan, "wang")
    fresh.runner().drain("upkeep")
    assert copies(fresh) == {"main": 2, "near": 2, "far": 2}
    with fresh.reading() as session:
        left = session.scalars(select(Copy).where(Copy.file_id == alone)).one()
        assert left.problem is not None
    fresh.close()
