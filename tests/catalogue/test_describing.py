"""What is said of assets: origins, vocabularies, own fields, history, and many people at once."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from media_archive.archive import Archive
from media_archive.catalogue import describing
from media_archive.catalogue.describing import declared, edit, edit_shoot, history, undo, value_of
from media_archive.catalogue.models import Asset, Outbox, Shoot
from media_archive.errors import Conflict, Invalid
from tests.catalogue.stock import assets_of, shoot_of

#: as the house asks for, where there is time; fewer show the same
MANY = int(os.environ.get("MEDIA_ARCHIVE_EDITS", "40"))
OWN = """
[[field]]
name = "sheet"
type = "number"
zh = "图幅号"
en = "Map sheet"
whole = true
least = 1

[[field]]
name = "found_in"
type = "vocabulary"
zh = "来源"
en = "Found in"
vocabulary = "origins"
inherits = ["shoot"]

[[vocabulary]]
name = "origins"
term = [{ code = "press", zh = "报社", en = "newspaper", instead_of = ["德州日报"] }]
"""


def _said(archive: Archive, asset_id: UUID, field: str) -> tuple[Any, str]:
    scheme = declared(archive.settings)
    with archive.reading() as session:
        asset = session.get_one(Asset, asset_id)
        said = value_of(asset, asset.shoot, scheme.fields[field])
    return said.value, said.origin


def _edit(
    archive: Archive, asset_id: UUID, changes: dict[str, Any], who: str = "wangmin", seen: int | None = None
) -> bool:
    scheme = declared(archive.settings)
    with archive.transaction() as session:
        return edit(session, session.get_one(Asset, asset_id), changes, who, seen=seen, scheme=scheme)


def test_each_value_tells_where_it_comes_from(archive: Archive) -> None:
    shoot = shoot_of(archive, location="解放路北段")
    [asset] = assets_of(
        archive, shoot, 1, record={"description": {"caption": "", "creator": ["张三"], "title": "路口"}}
    )
    assert _said(archive, asset, "title") == ("路口", "file")
    assert _said(archive, asset, "caption") == ("老街与新路", "shoot")
    assert _said(archive, asset, "photographer") == ("李明", "shoot"), "a shoot is believed before its files"
    assert _said(archive, asset, "location") == ("解放路北段", "shoot")
    assert _said(archive, asset, "persons") == (None, "none")
    assert _edit(archive, asset, {"location": "南门", "caption": "南门拆除前"})
    assert _said(archive, asset, "location") == ("南门", "hand")
    assert _said(archive, asset, "caption") == ("南门拆除前", "hand")
    assert _edit(archive, asset, {"location": None, "caption": ""}), "given back to the shoot"
    assert _said(archive, asset, "location") == ("解放路北段", "shoot")
    assert _said(archive, asset, "caption") == ("老街与新路", "shoot")


def test_what_a_shoot_says_reaches_all_its_assets_and_their_search(archive: Archive) -> None:
    shoot = shoot_of(archive)
    assets = assets_of(archive, shoot, 3)
    with archive.transaction() as session:
        found = session.get_one(Shoot, shoot)
        assert edit_shoot(
            session, found, {"licence": "本馆所有", "photographer": "王芳"}, "wangmin", seen=found.version
        )
        assert {row.asset_id for row in session.query(Outbox)} >= set(assets)
        with pytest.raises(Conflict, match="wangmin"):
            edit_shoot(session, found, {"licence": None}, "other", seen=1)
        with pytest.raises(Invalid, match="Title"):
            edit_shoot(session, found, {"title": "x"}, "wangmin")
    assert _said(archive, assets[2], "licence") == ("own", "shoot")
    assert _said(archive, assets[2], "photographer") == ("王芳", "shoot")


def test_words_of_vocabularies_become_their_terms(archive: Archive) -> None:
    [asset] = assets_of(archive, shoot_of(archive), 1)
    _edit(archive, asset, {"keywords": ["动工", "雨天", "开工"], "classification": "机密"})
    assert _said(archive, asset, "keywords") == (["开工", "雨天"], "hand")
    assert _said(archive, asset, "classification") == ("secret", "hand")
    with pytest.raises(Invalid, match="open, internal"):
        _edit(archive, asset, {"classification": "很秘密"})


@pytest.mark.parametrize(
    ("field", "value"),
    [("rating", 6), ("rating", 2.5), ("embargo", "2030"), ("embargo", "soon"), ("persons", "王敏"), ("nothing", "x"),
     ("persons", {"put": ["x"]}), ("title", {"add": ["x"]}), ("retention", "D31"), ("note", ["a"])],
)  # fmt: skip
def test_what_cannot_be_is_refused(archive: Archive, field: str, value: object) -> None:
    [asset] = assets_of(archive, shoot_of(archive), 1)
    with pytest.raises(Invalid):
        _edit(archive, asset, {field: value})


def test_an_archive_declares_fields_of_its_own(archive: Archive) -> None:
    [asset] = assets_of(archive, shoot_of(archive), 1)
    file = archive.settings.home / "fields.toml"
    file.write_text(OWN, "utf-8")
    assert _edit(archive, asset, {"sheet": "12", "found_in": "德州日报"})
    assert (_said(archive, asset, "sheet"), _said(archive, asset, "found_in")) == ((12, "hand"), ("press", "hand"))
    with pytest.raises(Invalid):
        _edit(archive, asset, {"sheet": 0})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[field]]\nname = "title"\ntype = "text"\nzh = "题"\nen = "T"', "field.title"),
        ('[[field]]\nname = "sheet"\ntype = "numbr"\nzh = "图"\nen = "S"', "field.sheet.type"),
        ('[[field]]\nname = "sheet"\ntype = "vocabulary"\nzh = "图"\nen = "S"\nvocabulary = "gone"', "gone"),
        ("[[field]]\nname = ", "fields.toml"),
    ],
)
def test_mistakes_in_own_fields_are_explained(archive: Archive, text: str, told: str) -> None:
    (archive.settings.home / "fields.toml").write_text(text, "utf-8")
    with pytest.raises(Invalid) as refused:
        declared(archive.settings)
    assert told in str(refused.value)
    assert "fields.toml" in str(refused.value)


def test_the_history_of_each_field_can_be_undone(archive: Archive) -> None:
    [asset] = assets_of(archive, shoot_of(archive), 1)
    _edit(archive, asset, {"title": "一", "rating": 3})
    _edit(archive, asset, {"title": "二"}, "zhangsan")
    with archive.transaction() as session:
        found = session.get_one(Asset, asset)
        latest, *earlier = history(session, found)
        assert (latest.who, latest.field, latest.before, latest.after, latest.stands) == (
            "zhangsan",
            "title",
            "一",
            "二",
            True,
        )
        first = next(one for one in earlier if one.field == "title")
        assert not first.stands
        with pytest.raises(Conflict, match="Title"):
            undo(session, first.event_id, "wangmin", "title")
        assert undo(session, first.event_id, "wangmin", "rating"), "the other field of that change still stands"
        assert undo(session, latest.event_id, "wangmin")
        assert (found.title, found.rating) == ("一", None)
        assert undo(session, first.event_id, "wangmin", "title", even_if_changed=True)
        assert found.title is None
        assert found.set_by_hand == [], "given back, not set to nothing"


def test_who_saw_an_older_version_is_refused(archive: Archive) -> None:
    [asset] = assets_of(archive, shoot_of(archive), 1)
    assert _edit(archive, asset, {"title": "一"}, seen=1)
    with pytest.raises(Conflict, match="wangmin"):
        _edit(archive, asset, {"caption": "二"}, "zhangsan", seen=1)
    assert _edit(archive, asset, {"caption": "二"}, "zhangsan", seen=2)


def _at_once(work: Callable[[int], object], count: int, threads: int = 8) -> None:
    ready = threading.Barrier(threads)

    def begin() -> None:
        ready.wait()

    with ThreadPoolExecutor(threads, initializer=begin) as pool:
        list(pool.map(work, range(count)))


@pytest.mark.slow
def test_edits_at_once_lose_nothing(either_archive: Archive) -> None:
    """List fields keep every word that was added, and those who saw a version try again until it is theirs."""
    [asset] = assets_of(either_archive, shoot_of(either_archive), 1)

    def work(number: int) -> None:
        if number % 2:
            _edit(either_archive, asset, {"keywords": {"add": [f"词{number}"]}}, f"p{number}")
            return
        while True:
            with either_archive.reading() as session:
                found = session.get_one(Asset, asset)
                seen, counted = found.version, int(found.fields.get("note") or 0)
            try:
                _edit(either_archive, asset, {"note": str(counted + 1)}, f"p{number}", seen=seen)
            except Conflict:
                continue
            return

    _at_once(work, MANY)
    with either_archive.reading() as session:
        found = session.get_one(Asset, asset)
        assert set(found.keywords) == {f"词{number}" for number in range(1, MANY, 2)}
        assert int(found.fields["note"]) == MANY // 2
        assert found.version == MANY + 1
        assert len(history(session, found)) == MANY


def test_shipped_fields_name_their_source_or_are_the_houses_own() -> None:
    for field in describing.shipped().fields.values():
        assert field.source or field.sure == "house", field.name
