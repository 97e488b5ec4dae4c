"""What administrators see to: deliveries of others, forgotten ones, watch folders; and tokens limited to some actions."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from media_archive.access.models import Token
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.db import now
from media_archive.events import service as events
from media_archive.uploads import deliveries, tidying
from media_archive.uploads.deliveries import Template
from media_archive.uploads.models import Delivery, Upload
from media_archive.watched import work as watching
from media_archive.watched.models import WatchFolder
from tests.webapp.conftest import SignedIn

pytestmark = pytest.mark.slow


def _delivery(archive: Archive, days: int, *, foreign: bool = False, whole: bool = True) -> UUID:
    """A delivery of the photographer's whose file came so many days ago, or is still coming."""
    with archive.transaction() as session:
        home = catalogue.archive_by_code(session, archive.settings.archive_code)
        if foreign:
            home = Institution(code="B002", name="县档案馆")
            session.add(home)
            session.flush()
        made = deliveries.begin(session, home, Template(shoot=f"解放路 {days}"), "photographer")
        made.created_at = now() - timedelta(days=days)
        upload = Upload(owner="photographer", delivery_id=made.id, path="a.jpg", path_key=f"{days:064}", size=10)
        upload.created_at, upload.finished_at = made.created_at, made.created_at if whole else None
        session.add(upload)
        return made.id


def test_an_administrator_takes_deliveries_over_and_ends_them_in_their_archive_only(
    archive: Archive, signed_in: SignedIn
) -> None:
    mine, second, foreign = _delivery(archive, 1), _delivery(archive, 2), _delivery(archive, 3, foreign=True)
    browser = signed_in("administrator")
    page = browser.get("/deliveries").get_data(as_text=True)
    assert ("解放路 1" in page, "解放路 2" in page, "解放路 3" in page) == (True, True, False)
    assert browser.post(f"/deliveries/{mine}/take-over").status_code == 303
    assert browser.get(f"/uploads/deliveries/{mine}").status_code == 200
    assert signed_in("photographer").get(f"/uploads/deliveries/{mine}").status_code == 404
    assert browser.post(f"/deliveries/{second}/end").status_code == 303
    assert browser.post(f"/deliveries/{foreign}/end").status_code == 404
    assert browser.post(f"/deliveries/{foreign}/take-over").status_code == 404
    with archive.reading() as session:
        assert set(session.scalars(select(Delivery.id))) == {mine, foreign}
        assert [one.who for one in events.of(session, "delivery", second)] == ["photographer", "administrator"]


def test_what_nobody_hands_over_is_warned_of_and_removed_and_what_is_still_coming_stays(
    archive: Archive, signed_in: SignedIn
) -> None:
    old, ending, young, coming = (_delivery(archive, days) for days in (31, 25, 5, 1))
    with archive.transaction() as session:
        late = session.get_one(Delivery, coming)
        late.created_at = now() - timedelta(days=40)
    page = signed_in("photographer").get("/uploads").get_data(as_text=True)
    warned = page.partition('<form class="form"')[0]
    assert ("解放路 25" in warned, "解放路 5" in warned) == (True, False)
    assert "25" in signed_in("administrator").get("/deliveries").get_data(as_text=True)
    tidying.tidy(archive)
    with archive.reading() as session:
        assert set(session.scalars(select(Delivery.id))) == {ending, young, coming}
        assert events.of(session, "delivery", old)[-1].who == "system"


def test_watch_folders_are_added_rested_and_removed_by_the_page(
    app: Flask, archive: Archive, signed_in: SignedIn, tmp_path: Path
) -> None:
    there = tmp_path / "nas" / "相机"
    there.mkdir(parents=True)
    settings = archive.settings.model_copy(update={"watch_roots": str(tmp_path / "nas"), "watch_seconds": 1})
    object.__setattr__(archive, "settings", settings)
    browser = signed_in("administrator")
    asked = {"path": str(there), "shoot": "{folder}", "quiet": "5"}
    assert browser.post("/watch", data=asked | {"path": "/etc"}).status_code in (403, 422)
    assert browser.post("/watch", data=asked).status_code == 303
    with archive.reading() as session:
        folder = session.scalars(select(WatchFolder)).one().id
    assert "相机" in browser.get("/watch").get_data(as_text=True)
    assert browser.post(f"/watch/{folder}", data={"do": "pause"}).status_code == 303
    watching.ask(archive)
    with archive.reading() as session:
        assert session.get_one(WatchFolder, folder).paused_at is not None
        assert "watch" not in session.scalars(select(watching.Job.kind)).all()
    assert browser.post(f"/watch/{folder}", data={"do": "resume"}).status_code == 303
    watching.ask(archive)
    with archive.reading() as session:
        assert "watch" in session.scalars(select(watching.Job.kind)).all()
    assert browser.post(f"/watch/{folder}", data={"do": "remove"}).status_code == 303
    assert (
        str(there) not in browser.get("/watch").get_data(as_text=True).partition("<table")[2].partition("</table>")[0]
    )


def test_a_token_is_limited_in_the_browser_to_some_of_what_its_person_may(
    archive: Archive, signed_in: SignedIn
) -> None:
    browser = signed_in("archivist")
    asked = {"name": "x", "days": "5", "scope": "write", "action": ["look", "number"]}
    made = browser.post("/tokens", data=asked)
    assert made.status_code == 201
    with archive.reading() as session:
        assert session.scalars(select(Token)).one().actions == ["look", "number"]
    page = browser.get("/tokens").get_data(as_text=True)
    assert 'value="classify"' in page
    assert 'value="manage users"' not in page
    assert browser.post("/tokens", data=asked | {"action": ["fly"]}).status_code == 422
