"""The index beside the catalogue: what it follows, what it survives, who sees what, and that no page loses any."""

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import sleep
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind, Outbox
from media_archive.catalogue.shown import VIEWER, Sight, Viewer
from media_archive.catalogue.subjects.models import Subject, SubjectKind, SubjectName
from media_archive.db import new_id, now
from media_archive.errors import Conflict, Unavailable
from media_archive.search import service as search
from media_archive.search.fields import Order
from media_archive.search.index import feed, places, upkeep, writing
from media_archive.search.names.terms import LOOKED
from media_archive.search.names.vocabulary import vocabulary
from media_archive.search.pages import ranking
from media_archive.search.service import Filters
from media_archive.storage.models import File, Role

pytestmark = pytest.mark.slow

MOMENT = datetime(2017, 6, 12, tzinfo=UTC)


def _add(session: Session, *titles: str, **columns: object) -> list[UUID]:
    institution = session.scalars(select(Institution)).one()
    shoot = catalogue.open_shoot(session, institution, "一号拍摄")
    made = []
    for title in titles:
        values = {"id": new_id(), "shown_at": MOMENT, "year": 2017, "kind": Kind.PHOTO, "title": title} | columns
        asset = Asset(archive_id=institution.id, shoot_id=shoot.id, **values)
        session.add(asset)
        session.flush()
        catalogue.touch(session, asset.id)
        made.append(asset.id)
    return made


def _added(archive: Archive, *titles: str, **columns: object) -> list[UUID]:
    with archive.transaction() as session:
        made = _add(session, *titles, **columns)
    archive.index()
    return made


def _found(archive: Archive, query: str = "", **asked: object) -> list[UUID]:
    with archive.reading() as session:
        return search.find(session, query, **asked).ids  # type: ignore[arg-type]


def test_a_change_that_commits_late_is_not_passed_over(either_archive: Archive) -> None:
    """Its entry drew a lower number than one that an index has read already."""
    early, late = _added(either_archive, "早", "晚")
    with either_archive.transaction() as session:
        catalogue.touch(session, late)
    either_archive.index()
    with either_archive.transaction() as session:
        session.execute(update(Asset).where(Asset.id == early).values(title="改过"))
        session.add(Outbox(id=-5, asset_id=early))
    assert either_archive.index() == 1
    assert _found(either_archive, "改过") == [early]


def test_what_is_deleted_or_in_the_trash_is_found_no_more(either_archive: Archive) -> None:
    gone, trashed, stays = _added(either_archive, "鼓楼", "鼓楼", "鼓楼")
    with either_archive.transaction() as session:
        session.execute(delete(Asset).where(Asset.id == gone))
        session.execute(update(Asset).where(Asset.id == trashed).values(trashed_at=now()))
        for one in (gone, trashed):
            catalogue.touch(session, one)
    either_archive.index()
    with either_archive.reading() as session:
        found = search.find(session, "鼓楼")
    assert (found.ids, found.total) == ([stays], 1)


def test_an_index_that_is_lost_or_damaged_is_built_anew(archive: Archive) -> None:
    there = _added(archive, "鼓楼")
    folder = places.in_use(archive.settings.index)
    assert folder
    for part in (archive.settings.index / folder).glob("*.term"):
        part.write_bytes(b"")
    places._readers.clear()
    with pytest.raises(Unavailable), archive.reading() as session:
        search.find(session, "鼓楼")
    archive.index()
    assert _found(archive, "鼓楼") == there
    shutil.rmtree(archive.settings.index)
    assert archive.index() == 1
    assert _found(archive, "鼓楼") == there


def test_an_index_of_another_version_or_history_is_built_anew(archive: Archive) -> None:
    there = _added(archive, "鼓楼")
    root = archive.settings.index
    first = places.in_use(root)
    (root / "current").write_text(json.dumps({"folder": first, "version": 0}))
    archive.index()
    second = places.in_use(root)
    assert second not in (None, first)
    with archive.transaction() as session:
        session.execute(update(Outbox).values(at=now() + timedelta(seconds=5)))
    archive.index()
    assert places.in_use(root) not in (None, first, second), "the outbox it knew is not this one"
    assert [path.name for path in root.iterdir() if path.is_dir()] == [places.in_use(root)]
    assert _found(archive) == there


def test_an_index_that_stood_still_for_too_long_is_built_anew(archive: Archive) -> None:
    _added(archive, "鼓楼")
    first = places.in_use(archive.settings.index)
    with archive.transaction() as session:
        _add(session, "钟楼", "城墙")
        feed.number(session)
        session.execute(update(Outbox).values(at=now() - timedelta(days=9)))
        assert feed.trim(session, 7) == 2, "the last one stays: positions go on behind it"
    archive.index()
    assert places.in_use(archive.settings.index) != first
    assert len(_found(archive)) == 3


def test_what_changes_while_another_is_built_is_in_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = _added(archive, "鼓楼")

    def meanwhile(_done: int) -> None:
        monkeypatch.undo()
        with pytest.raises(Conflict):
            upkeep.rebuild(archive)
        with archive.transaction() as session:
            session.execute(update(Asset).where(Asset.id == one).values(title="钟楼"))
            catalogue.touch(session, one)
            feed.number(session)
        assert _found(archive, "鼓楼") == [one], "searches go on"

    monkeypatch.setattr(writing, "MOST", 1)
    upkeep.rebuild(archive, meanwhile)
    assert (_found(archive, "钟楼"), _found(archive, "鼓楼")) == ([one], [])
    assert upkeep.lag(archive)[0] == 0


def test_two_machines_follow_each_with_its_own_index(archive: Archive) -> None:
    other = Archive.open(archive.settings.model_copy(update={"index_folder": str(archive.settings.home / "replica")}))
    there = _added(archive, "鼓楼")
    assert upkeep.lag(other)[0] == 1
    other.index()
    assert _found(other, "鼓楼") == there
    with archive.transaction() as session:
        there += _add(session, "鼓楼")
    archive.index()
    assert len(_found(other)) == 1
    assert other.index() == 1
    assert sorted(_found(other)) == sorted(there)
    other.close()


def _walked(archive: Archive, **asked: object) -> list[UUID]:
    seen: list[UUID] = []
    cursor = None
    while True:
        with archive.reading() as session:
            page = search.find(session, cursor=cursor, limit=5, facets=False, **asked)  # type: ignore[arg-type]
        seen += page.ids
        cursor = page.next
        if cursor is None:
            return seen


@pytest.mark.parametrize("order", [Order.RELEVANCE, Order.CODE])
def test_pages_far_down_go_on_where_the_last_ended(
    archive: Archive, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "SHALLOW", 10)
    monkeypatch.setattr(ranking, "BLOCK", 16)
    made = _added(archive, *(f"解放路{'解放路' * (number % 3)}" for number in range(70)))
    walked = _walked(archive, query="解放路", order=order)
    assert len(walked) == 70
    assert sorted(walked) == sorted(made)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("order", [Order.DATE, Order.ADDED, Order.RATING, Order.CODE])
def test_every_order_gives_each_asset_once_however_many_share_a_moment(
    archive: Archive, order: Order, turned: bool
) -> None:
    made = _added(archive, *(f"图 {number}" for number in range(60)), created_at=MOMENT)
    made += _added(archive, "早", shown_at=MOMENT - timedelta(days=1), rating=5, accession_code="A-1")
    walked = _walked(archive, order=order, turned=turned)
    assert sorted(walked) == sorted(made)
    if order is Order.DATE:
        assert walked == sorted(made[:60], reverse=not turned) + made[60:] if not turned else made[60:] + made[:60]
    if order is Order.CODE:
        assert walked == sorted(made[:60], reverse=True) + made[60:] if turned else made[60:] + sorted(made[:60])
    if order in (Order.DATE, Order.CODE):
        with archive.reading() as session:
            asset = session.get_one(Asset, walked[30])
            assert search.neighbours(session, asset, order=order, turned=turned) == (walked[29], walked[31])


def test_pages_by_relevance_go_on_behind_the_last_asset_though_others_came(archive: Archive) -> None:
    made = _added(archive, *(["解放路"] * 30))
    with archive.reading() as session:
        first = search.find(session, "解放路", limit=10)
    _added(archive, *(["解放路"] * 5))
    with archive.reading() as session:
        second = search.find(session, "解放路", limit=10, cursor=first.next)
    assert not set(first.ids) & set(second.ids)
    assert set(second.ids) <= set(made)


def test_readers_neither_find_nor_count_what_is_withheld(archive: Archive) -> None:
    (seen,) = _added(archive, "鼓楼", classification="internal")
    _added(archive, "鼓楼", classification="secret")
    _added(archive, "鼓楼", openness="closed")
    _added(archive, "鼓楼", embargo="2999-01-01")
    with archive.reading() as session:
        institution = session.scalars(select(Institution.id)).one()
        assert search.find(session, "鼓楼").total == 4
        for asked in ("鼓楼", "", "-钟楼", "year:2017"):
            session.info[VIEWER] = Viewer(((institution, Sight.OPEN),))
            found = search.find(session, asked)
            assert (found.ids, found.total, found.facets["year"][0].count) == ([seen], 1, 1)
        session.info[VIEWER] = Viewer(((new_id(), Sight.EVERYTHING),))
        assert search.find(session, "鼓楼").total == 0


def _with_file(session: Session, name: str, **columns: object) -> UUID:
    (one,) = _add(session, name, **columns)
    asset = session.get_one(Asset, one)
    digest = new_id().hex * 2
    file = File(archive_id=asset.archive_id, asset_id=one, role=Role.ORIGINAL, name=name, size=2, sha256=digest)
    file.media_type, file.format = "image/jpeg", "jpeg"
    session.add(file)
    return one


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("DSC*", ["DSC_0012.JPG", "DSC_0112.JPG"]),
        ("d*", ["DSC_0012.JPG", "DSC_0112.JPG"]),
        ("*.nef", ["IMG_0012.NEF"]),
        ("*0012*", ["DSC_0012.JPG", "IMG_0012.NEF"]),
        ("DSC_0?12*", ["DSC_0012.JPG", "DSC_0112.JPG"]),
        ("file:*_01*", ["DSC_0112.JPG"]),
        ("code:J001-ZP*", ["解放路.jpg"]),
        ("J001-ZP·2024-D30-0001", ["解放路.jpg"]),
        ("jpeg* -DSC*", []),
    ],
)
def test_patterns_find_codes_and_file_names(archive: Archive, query: str, names: Sequence[str]) -> None:
    with archive.transaction() as session:
        made = {_with_file(session, name): name for name in ("DSC_0012.JPG", "DSC_0112.JPG", "IMG_0012.NEF")}
        made[_with_file(session, "解放路.jpg", accession_code="J001-ZP·2024-D30-0001")] = "解放路.jpg"
    archive.index()
    assert sorted(made[one] for one in _found(archive, query)) == sorted(names)


def test_filters_boxes_months_and_clusters_tell_the_same(archive: Archive) -> None:
    made = _added(archive, "街", latitude=37.45, longitude=116.31, taken_text="1987-05-03", year=1987, rating=4)
    made += _added(archive, "街", latitude=37.46, longitude=116.31, taken_text="1987", year=1987)
    _added(archive, "街", latitude=38.9, longitude=121.6)
    with archive.reading() as session:
        box = Filters(box=(37.44, 116.30, 37.455, 116.32))
        assert search.find(session, "", box).ids == made[:1]
        assert search.find(session, "", Filters(more=(("month", "1987-05"),))).ids == made[:1]
        months = search.find(session, "1987", facets=("month", "rating")).facets
        assert [(one.value, one.count) for one in months["month"]] == [("1987-01", 1), ("1987-05", 1)]
        assert [(one.value, one.count) for one in months["rating"]] == [("4", 1)]
        assert sorted(one.count for one in search.clusters(session, level=8)) == [1, 2]
        assert len(search.find(session, "taken:1987-05..1987-06").ids) == 1
        assert len(search.find(session, "rating:3..").ids) == 1


def test_near_ends_where_it_says(archive: Archive) -> None:
    """Along the edge of a circle, and of what lies around a line, assets are looked at one by one."""
    # a metre is 0.000009009 degrees of latitude there
    near = _added(archive, "近", latitude=37.45 + 499 * 0.000009009, longitude=116.31)
    far = _added(archive, "远", latitude=37.45 + 501.5 * 0.000009009, longitude=116.31)
    line = {"type": "LineString", "coordinates": [[116.30, 37.45], [116.32, 37.45]]}
    with archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
        session.add(Subject(archive_id=institution.id, kind=SubjectKind.STREET, name="东风路", geometry=line))
    assert _found(archive, "near:37.45,116.31,500m") == near == _found(archive, "near:东风路,500m")
    assert set(_found(archive, "near:37.45,116.31,510m")) == {*near, *far}
    assert _found(archive, "-near:东风路,500m") == far


OWN = """
[[vocabulary]]
name = "district"
term = [{ code = "dc", zh = "德城区", en = "Decheng", instead_of = ["市区"] }]

[[vocabulary]]
name = "classification"
term = [{ code = "works", zh = "工作秘密", en = "for the works" }]

[[field]]
name = "district"
type = "vocabulary"
zh = "区县"
en = "District"
vocabulary = "district"
"""


def test_terms_of_vocabularies_are_found_by_what_people_call_them(archive: Archive) -> None:
    (archive.settings.home / "fields.toml").write_text(OWN)
    by_code = _added(archive, "一", fields={"district": "dc"})
    _added(archive, "dc 二")
    secret = _added(archive, "三", classification="works")
    consent = _added(archive, "四", fields={"consent": "given", "licence": "public"})
    assert _found(archive, "德城区") == _found(archive, "decheng") == _found(archive, "市区") == by_code
    assert _found(archive, "密级:工作秘密") == secret
    assert _found(archive, "-classification:工作秘密 三") == []
    assert _found(archive, "已取得") == _found(archive, "公有领域") == _found(archive, "licence:公有领域") == consent
    with archive.reading() as session:
        [told] = search.find(session, "德城区").expansions
        assert (told.added, str(told.why)) == (("dc",), "codes of “District”")
    (archive.settings.home / "fields.toml").write_text("not toml")
    sleep(LOOKED)
    assert _found(archive, "已取得") == consent, "a mistake in the file does not stop the search"


def test_names_that_one_may_not_see_are_told_to_nobody_else(archive: Archive) -> None:
    """What a process keeps of names is kept for each choice of archives."""
    with archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
        street = Subject(archive_id=institution.id, kind=SubjectKind.STREET, name="秘密路")
        session.add(street)
        session.flush()
        session.add(SubjectName(subject_id=street.id, name="旧路", kind="former"))
        home = institution.id
    _added(archive, "秘密路")
    with archive.reading() as session:
        assert search.find(session, "旧路").total == 1
        first = vocabulary(session)
    with archive.reading() as session:
        assert vocabulary(session) is first, "kept from one session to the next"
        session.info[VIEWER] = Viewer(((new_id(), Sight.EVERYTHING),))
        assert search.find(session, "旧路").expansions == ()
        session.info[VIEWER] = Viewer(((home, Sight.EVERYTHING),))
        assert search.find(session, "旧路").total == 1
