"""A small archive of which every table that people fill has rows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from media_archive import models
from media_archive.access import service as access
from media_archive.archive import Archive
from media_archive.bundles import contents
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from tests.contracts.conftest import moto_endpoint  # noqa: F401 - a fixture for this folder
from tests.drawn import pictures

#: table -> primary key as text -> row
Rows = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture
def peopled(tmp_path: Path) -> Callable[[Archive], Archive]:
    """Fills an archive as people do."""

    def fill(archive: Archive) -> Archive:
        pictures(tmp_path / "card" / "DCIM", 3)
        receive(archive, [tmp_path / "card"], Wish(shoot="解放路改造", streets=("解放路",), projects=("XM-1",)))
        with archive.transaction() as session:
            institution = catalogue.archive_by_code(session, "A001")
            below = city.add_subject(session, institution, SubjectKind.LANDMARK, "钟楼")
            above = city.add_subject(session, institution, SubjectKind.LANDMARK, "老城")
            below.parent_id = above.id  # made later than what lies below it
            assets = session.scalars(select(Asset).order_by(Asset.id)).all()
            assets[0].title, assets[0].keywords, assets[0].record = "通车典礼", ["桥", "1987"], {"lens": {"f": 2.8}}
            assets[1].hold = {"reason": "诉讼", "who": "admin", "since": "2026-01-01"}
            collection = Collection(archive_id=institution.id, name="城市记忆", note="六个展览")
            session.add(collection)
            session.flush()
            session.add(CollectionItem(collection_id=collection.id, asset_id=assets[2].id, position=1))
            person = access.add_user(session, institution, "wang", "王敏", access.Part.EDITOR)
            access.set_password(session, person, "correct horse battery", "admin")
        archive.seal()
        return archive

    return fill


def everything(bind: Engine) -> Rows:
    """Every row of every table that a bundle holds, but for what bundles leave out."""
    found: Rows = {}
    with bind.connect() as connection:
        for name in contents.tables():
            table = models.metadata.tables[name]
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            key = [column.name for column in table.primary_key]
            found[name] = {"/".join(str(row[part]) for part in key): row for row in rows}
    return found
