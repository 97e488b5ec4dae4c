"""Lines of text in the catalogue: found by their words, mended by people, never overruled by a machine."""

import json
from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import lines
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.lines import Read
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind
from media_archive.db import new_id
from media_archive.errors import Invalid, NotFound
from media_archive.events import service as events
from media_archive.search import service as search
from media_archive.search.passages import passages
from tests.cli.outgoing import answer, run

pytestmark = pytest.mark.slow

SIGN = [[0.1, 0.1], [0.4, 0.1], [0.4, 0.2], [0.1, 0.2]]
MOVED = [[0.11, 0.1], [0.41, 0.1], [0.41, 0.21], [0.11, 0.21]]
PLAQUE = [[0.6, 0.6], [0.8, 0.6], [0.8, 0.7], [0.6, 0.7]]


@pytest.fixture
def street(either_archive: Archive) -> tuple[Archive, UUID]:
    """An archive with a photograph of a street."""
    with either_archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
        shoot = catalogue.open_shoot(session, institution, "一号拍摄")
        asset = Asset(id=new_id(), archive_id=institution.id, shoot_id=shoot.id, kind=Kind.PHOTO, title="甲")
        session.add(asset)
        session.flush()
        asset_id = asset.id
    return either_archive, asset_id


def read(archive: Archive, asset_id: UUID, *found: Read) -> None:
    with archive.transaction() as session:
        lines.replace(session, asset_id, "text", found)
    archive.index()


def texts(archive: Archive, asset_id: UUID, hidden: bool = False) -> list[str]:
    with archive.reading() as session:
        return [line.text for line in lines.of(session, asset_id, hidden=hidden)]


def line_id(archive: Archive, asset_id: UUID, text: str) -> UUID:
    with archive.reading() as session:
        return next(line.id for line in lines.of(session, asset_id, hidden=True) if line.text == text)


def hits(archive: Archive, query: str) -> int:
    with archive.reading() as session:
        return search.find(session, query).total


@pytest.mark.parametrize("query", ["解放北路", "放北", "jiefang", "ＪＩＥＦＡＮＧ", "12号", "１２号"])
def test_an_asset_is_found_by_what_is_written_in_its_picture(street: tuple[Archive, UUID], query: str) -> None:
    archive, asset_id = street
    read(archive, asset_id, Read("解放北路１２号", 0.98, "Hani", SIGN), Read("JIEFANG BEI LU", 0.9, "Latn", PLAQUE))
    assert hits(archive, query) == 1
    with archive.reading() as session:
        [found] = passages(session, [asset_id], query)[asset_id]
    assert found.source == "text"


def test_a_word_of_the_title_is_no_passage(street: tuple[Archive, UUID]) -> None:
    archive, asset_id = street
    read(archive, asset_id, Read("解放北路", 0.98, "Hani", SIGN))
    with archive.reading() as session:
        assert passages(session, [asset_id], "甲") == {}


def test_a_new_reading_takes_the_place_of_the_old_one(street: tuple[Archive, UUID]) -> None:
    archive, asset_id = street
    read(archive, asset_id, Read("解放比路", 0.7, "Hani", SIGN))
    read(archive, asset_id, Read("解放北路", 0.9, "Hani", MOVED), Read("鼓楼", 0.9, "Hani", PLAQUE))
    assert texts(archive, asset_id) == ["解放北路", "鼓楼"]
    assert (hits(archive, "解放比路"), hits(archive, "鼓楼")) == (0, 1)


def test_what_a_person_wrote_outlives_a_new_reading(street: tuple[Archive, UUID]) -> None:
    archive, asset_id = street
    read(archive, asset_id, Read("解放比路", 0.7, "Hani", SIGN), Read("鼓楼", 0.9, "Hani", PLAQUE))
    with archive.transaction() as session:
        lines.correct(session, asset_id, line_id(archive, asset_id, "解放比路"), " 解放北路 ", "王敏")
    read(archive, asset_id, Read("鼓楼", 0.9, "Hani", PLAQUE), Read("解放此路", 0.8, "Hani", MOVED))
    assert texts(archive, asset_id) == ["鼓楼", "解放北路"]
    assert (hits(archive, "解放北路"), hits(archive, "解放此路")) == (1, 0)
    read(archive, asset_id)
    assert texts(archive, asset_id) == ["解放北路"]


def test_a_hidden_line_is_not_found_and_stays_hidden(street: tuple[Archive, UUID]) -> None:
    archive, asset_id = street
    read(archive, asset_id, Read("田田田", 0.9, "Hani", SIGN))
    with archive.transaction() as session:
        lines.hide(session, asset_id, line_id(archive, asset_id, "田田田"), "王敏")
    archive.index()
    assert hits(archive, "田田田") == 0
    read(archive, asset_id, Read("田由田", 0.9, "Hani", MOVED))
    assert (texts(archive, asset_id), texts(archive, asset_id, hidden=True)) == ([], ["田田田"])
    assert hits(archive, "田由田") == 0


def test_who_mended_a_line_stands_in_the_history(street: tuple[Archive, UUID]) -> None:
    archive, asset_id = street
    read(archive, asset_id, Read("解放比路", 0.7, "Hani", SIGN))
    with archive.transaction() as session:
        lines.correct(session, asset_id, line_id(archive, asset_id, "解放比路"), "解放北路", "王敏")
    with archive.reading() as session:
        [event] = [one for one in events.of(session, "asset", asset_id) if one.what == "modification"]
    assert event.who == "王敏"
    assert event.detail["before"] == {"text": "解放比路"}
    assert event.detail["after"] == {"text": "解放北路"}


def test_lines_that_cannot_be_are_refused(street: tuple[Archive, UUID]) -> None:
    archive, asset_id = street
    read(archive, asset_id, Read("鼓楼", 0.9, "Hani", SIGN))
    one = line_id(archive, asset_id, "鼓楼")
    with archive.transaction() as session:
        with pytest.raises(Invalid):
            lines.correct(session, asset_id, one, "  ", "王敏")
        with pytest.raises(Invalid):
            lines.correct(session, asset_id, one, "长" * 2001, "王敏")
        with pytest.raises(NotFound):
            lines.correct(session, new_id(), one, "鼓楼", "王敏")


def test_the_command_lists_mends_and_hides(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    with archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
        shoot = catalogue.open_shoot(session, institution, "一号拍摄")
        asset = Asset(id=new_id(), archive_id=institution.id, shoot_id=shoot.id, kind=Kind.PHOTO, title="甲")
        session.add(asset)
        session.flush()
        asset_id = asset.id
    read(archive, asset_id, Read("解放比路", 0.7, "Hani", SIGN), Read("田田", 0.9, "Hani", PLAQUE))
    assert run(archive, monkeypatch, "texts", asset_id, "--correct", 1, "解放北路", "--hide", 2).exit_code == 0
    told = answer(archive, monkeypatch, "texts", asset_id)
    assert [(line["text"], line["hidden"]) for line in told] == [("解放北路", False), ("田田", True)]
    assert told[0]["machine_text"] == "解放比路"
    archive.index()
    [item] = answer(archive, monkeypatch, "search", "北路")["items"]
    assert item["texts"] == [{"from": "text", "text": "解放北路", "starts": None}]
    shown = run(archive, monkeypatch, "show", asset_id)
    assert "解放北路" in shown.stdout
    assert "田田" not in shown.stdout
    assert json.loads(run(archive, monkeypatch, "show", asset_id, "--json").stdout)["texts"] == told
    refused = run(archive, monkeypatch, "texts", asset_id, "--hide", 7)
    assert isinstance(refused.exception, NotFound)
