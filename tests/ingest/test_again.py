"""Reading the catalogue's files again: older records are renewed, what people set stays, fresh work goes first."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from media_archive.archive import Archive
from media_archive.catalogue import describing
from media_archive.catalogue.models import Asset
from media_archive.errors import Invalid
from media_archive.events import service as events
from media_archive.ingest import again
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs.models import Job
from media_archive.metadata import service as metadata
from media_archive.metadata.models import Findings

pytestmark = pytest.mark.slow


@pytest.fixture
def shoot(either_archive: Archive, tmp_path: Path, shared_media: Path) -> Archive:
    """An archive with four photographs, probed; their renditions are left wanted."""
    card = tmp_path / "card"
    card.mkdir()
    for name in ("sunrise.jpg", "picasa.jpg", "gps-datetime.jpg", "Landscape_6.jpg"):
        shutil.copy(shared_media / "photo" / name, card)
    receive(either_archive, [card], Wish(shoot="实拍"))
    assert not either_archive.runner().drain("fast")
    with either_archive.transaction() as session:
        session.execute(delete(Job).where(Job.kind != "probe"))
    return either_archive


def _by_file(archive: Archive, name: str) -> Asset:
    with archive.reading() as session:
        return next(one for one in session.scalars(select(Asset)).all() if any(file.name == name for file in one.files))


def _forget(archive: Archive, *, turned: bool = False) -> None:
    """As if an older version had read everything, and found nothing but which way up it stands; or not even that."""
    with archive.transaction() as session:
        session.execute(delete(Findings))
        for asset in session.scalars(select(Asset)):
            still = {} if turned else {"orientation": asset.record["still"]["orientation"]}
            asset.probed_version, asset.record = metadata.VERSION - 1, {"still": still}
            if not asset.set_by_hand:
                asset.taken_text = asset.taken_at = asset.latitude = asset.longitude = None


def test_what_an_older_version_read_is_read_anew_in_batches(shoot: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "BATCH", 3)
    _forget(shoot)
    with shoot.transaction() as session:
        asked = again.ask(session, who="test")
        assert (asked.assets, asked.under_way) == (4, False)
        assert again.ask(session).under_way, "asking twice does not read twice"
    assert not shoot.runner().drain("upkeep")
    with shoot.reading() as session:
        assets = session.scalars(select(Asset)).all()
        assert {one.probed_version for one in assets} == {metadata.VERSION}
        assert all(one.record["still"]["width"] for one in assets)
        assert session.scalar(select(func.count(Findings.file_id.distinct()))) == 4
        assert again.ask(session).assets == 0
        kinds = session.scalars(select(Job.kind)).all()
        ends = [job.progress for job in session.scalars(select(Job).where(Job.kind == again.KIND))]
    assert "render-photo" not in kinds, "pictures that stand as they stood are not made again"
    assert len(ends) == 3
    assert _by_file(shoot, "sunrise.jpg").taken_text


def test_what_this_version_read_is_left_unless_all_is_asked_for(shoot: Archive) -> None:
    with shoot.transaction() as session:
        assert again.ask(session).job is None
        assert again.ask(session, everything=True).assets == 4


def test_what_people_set_stays(shoot: Archive) -> None:
    asset_id = _by_file(shoot, "sunrise.jpg").id
    before = _by_file(shoot, "sunrise.jpg")
    said = {
        "title": "解放路日出",
        "caption": "改造前",
        "photographer": "王敏",
        "keywords": ["解放路", "日出"],
        "taken": "1987-05",
        "place": [37.45, 116.3],
    }
    with shoot.transaction() as session:
        assert describing.edit(session, session.get_one(Asset, asset_id), said, "wangmin")
        assert not describing.edit(session, session.get_one(Asset, asset_id), said, "wangmin")
    _forget(shoot)
    with shoot.transaction() as session:
        again.ask(session)
    shoot.runner().drain("upkeep")
    with shoot.reading() as session:
        asset = session.get_one(Asset, asset_id)
        assert (asset.title, asset.caption, asset.photographer) == ("解放路日出", "改造前", "王敏")
        assert (asset.keywords, asset.taken_text, asset.year) == (["解放路", "日出"], "1987-05", 1987)
        assert (asset.latitude, asset.longitude) == (37.45, 116.3)
        assert asset.record["capture"]["at"] == before.taken_text, "the record still says what the file says"
        [told] = [one for one in events.of(session, "asset", asset_id) if one.what == "modification"]
    assert told.who == "wangmin"
    assert told.detail["before"]["taken"] == before.taken_text
    assert told.detail["after"]["keywords"] == ["解放路", "日出"]


def test_a_field_given_back_says_what_the_file_says(shoot: Archive) -> None:
    before = _by_file(shoot, "sunrise.jpg")
    with shoot.transaction() as session:
        asset = session.get_one(Asset, before.id)
        describing.edit(session, asset, {"taken": "1987", "title": "别的", "keywords": []}, "wangmin")
        describing.edit(session, asset, {"taken": None, "title": None, "keywords": None}, "wangmin")
    now = _by_file(shoot, "sunrise.jpg")
    assert now.set_by_hand == []
    assert (now.taken_text, now.taken_at, now.shown_at) == (before.taken_text, before.taken_at, before.shown_at)
    assert (now.title, now.keywords) == (None, before.keywords)


@pytest.mark.parametrize(
    "changes", [{"taken": "gestern"}, {"place": [91, 0]}, {"place": [1]}, {"title": "x" * 1025}, {"colour": "red"}]
)
def test_what_cannot_be_is_refused(shoot: Archive, changes: dict[str, object]) -> None:
    with shoot.transaction() as session, pytest.raises(Invalid):
        describing.edit(session, session.scalars(select(Asset)).first(), changes, "wangmin")


def test_a_picture_that_counts_as_turned_otherwise_is_rendered_again(shoot: Archive) -> None:
    asset_id = _by_file(shoot, "Landscape_6.jpg").id
    _forget(shoot, turned=True)
    with shoot.transaction() as session:
        again.ask(session)
    shoot.runner().drain("upkeep")
    with shoot.reading() as session:
        [job] = session.scalars(select(Job).where(Job.kind == "render-photo")).all()
    assert job.target == asset_id


def test_a_file_that_cannot_be_read_any_more_keeps_what_was_known(shoot: Archive) -> None:
    before = _by_file(shoot, "sunrise.jpg")
    with shoot.transaction() as session:
        for asset in session.scalars(select(Asset)):
            asset.probed_version = 1
        copy = next(file.copies[0] for file in session.get_one(Asset, before.id).files)
    stored = next(shoot.settings.home.rglob(copy.key))
    stored.chmod(0o600)
    stored.write_bytes(b"rotten")
    with shoot.transaction() as session:
        again.ask(session)
    shoot.runner().drain("upkeep")
    after = _by_file(shoot, "sunrise.jpg")
    assert after.record == before.record
    assert after.probed_version == 1, "it is tried again the next time"
    with shoot.reading() as session:
        assert session.scalar(select(func.count()).select_from(Asset).where(Asset.probed_version == 1)) == 1
