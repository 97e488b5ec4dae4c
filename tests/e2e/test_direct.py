"""A film that comes straight from an S3 service plays in a real browser, under the pages' own policy."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from media_archive.archive import Archive
from media_archive.catalogue.models import Rendition
from media_archive.config import load
from media_archive.storage.models import Copy, File
from tests.contracts.conftest import ceph_endpoint  # noqa: F401 - a fixture
from tests.e2e.conftest import SIZES, serving, until
from tests.webapp import sample as samples
from tests.webapp.test_delivery import profiled

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_a_film_plays_from_the_service_itself(chromium, ceph_endpoint: str, tmp_path: Path) -> None:  # noqa: F811
    settings = profiled(load(home=tmp_path / "home", keep_free=0), tmp_path / "profiles", ceph_endpoint)
    archive = Archive.open(settings)
    archive.init()
    samples.people(archive)
    film = samples.fill(archive, photos=1, film=True, edge=200).film
    with archive.transaction() as session:
        wanted = select(Rendition).where(Rendition.asset_id == film, Rendition.recipe == "proxy")
        with_copies = joinedload(Rendition.file).selectinload(File.copies)
        file = session.scalars(wanted.options(with_copies)).one().file
        archive.stores.replicate(file, "objects")
        for copy in file.copies:
            session.delete(copy)
        session.add(Copy(file_id=file.id, store="objects", key=file.sha256))
    named = ("storage_profile", "profiles_folder", "s3_endpoint", "s3_access_key", "s3_secret_key")
    said: list[str] = []
    fetched: list[str] = []
    with serving(archive, **{name: str(getattr(settings, name)) for name in named}) as url:
        page = chromium.new_context(viewport=SIZES["desktop"], locale="zh-CN").new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("response", lambda answer: fetched.append(f"{answer.status} {answer.url}"))
        with archive.transaction() as session:
            from media_archive.access import service as access

            key = access.login_link(session, access.user_called(session, "editor"), 10)
        page.goto(f"{url}/enter/{key}")
        page.goto(f"{url}/assets/{film}")
        until(page, "document.querySelector('video')?.readyState >= 2")
        assert page.evaluate("document.querySelector('video').error") is None
        page.context.close()
    assert any(one.startswith((f"206 {ceph_endpoint}", f"200 {ceph_endpoint}")) for one in fetched)
    assert [text for text in said if "Content" in text or "Refused" in text] == []
    archive.close()
