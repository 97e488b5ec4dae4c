"""Finding by words and filters, page by page, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import SubjectKind, SubjectName
from media_archive.db import new_id
from media_archive.errors import Invalid
from media_archive.search import service as search
from media_archive.search.language.folding import fold
from media_archive.search.service import Filters


def _add(session: Session, titles: Sequence[str], kind: Kind = Kind.PHOTO) -> None:
    institution = session.scalars(select(Institution)).one()
    shoot = catalogue.open_shoot(session, institution, "一号拍摄")
    for number, title in enumerate(titles):
        moment = datetime(2017, 6, 12, tzinfo=UTC) + timedelta(days=400 * number)
        asset = Asset(
            id=new_id(),
            archive_id=institution.id,
            shoot_id=shoot.id,
            kind=kind,
            title=title,
            shown_at=moment,
            year=moment.year,
        )
        session.add(asset)
        session.flush()
        catalogue.touch(session, asset.id)


def _assets(archive: Archive, *titles: str, kind: Kind = Kind.PHOTO) -> list[str]:
    with archive.transaction() as session:
        _add(session, titles, kind)
    archive.index()
    return list(titles)


@pytest.mark.slow
def test_two_that_bring_it_up_to_date_at_once_do_not_meet(either_archive: Archive) -> None:
    with either_archive.transaction() as session:
        _add(session, [f"照片 {number}" for number in range(400)])
    with ThreadPoolExecutor(4) as pool:
        assert sum(one.result() for one in [pool.submit(either_archive.index) for _ in range(4)]) == 400
    with either_archive.reading() as session:
        assert search.find(session, "照片").total == 400


def _titles(archive: Archive, query: str, **filters: object) -> list[str]:
    with archive.reading() as session:
        found = search.find(session, query, Filters(**filters))  # type: ignore[arg-type]
        return [session.get_one(Asset, one).title or "" for one in found.ids]


@pytest.mark.slow
@pytest.mark.parametrize("query", ["解放路", "放路", "改造工程", "解放路 工程", '"解放路改造"', "（一期）", "(一期)"])
def test_a_word_anywhere_in_a_title_is_found(either_archive: Archive, query: str) -> None:
    _assets(either_archive, "解放路改造工程（一期）", "鼓楼")
    assert _titles(either_archive, query) == ["解放路改造工程（一期）"]


@pytest.mark.slow
@pytest.mark.parametrize("query", ["ｄｓｃ", "DSC", "dsc_"])
def test_case_and_width_make_no_difference(either_archive: Archive, query: str) -> None:
    _assets(either_archive, "ＤＳＣ_0001")
    assert _titles(either_archive, query) == ["ＤＳＣ_0001"]


@pytest.mark.slow
@pytest.mark.parametrize("query", ["_x", "'; DROP TABLE asset;--", "\\b"])
def test_signs_of_the_query_language_below_are_only_signs(either_archive: Archive, query: str) -> None:
    _assets(either_archive, "鼓楼")
    assert _titles(either_archive, query) == []


@pytest.mark.slow
def test_a_former_name_of_a_street_finds_what_shows_it(either_archive: Archive) -> None:
    _assets(either_archive, "甲", "乙")
    with either_archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
        street = city.add_subject(
            session, institution, SubjectKind.STREET, "解放路", names=[SubjectName(name="中山街", kind="former")]
        )
        asset = session.scalars(select(Asset).where(Asset.title == "甲")).one()
        city.link(session, asset.id, [street], "test")
        catalogue.touch(session, asset.id)
    either_archive.index()
    assert _titles(either_archive, "中山街") == ["甲"]
    assert _titles(either_archive, "", subjects=(street.id,)) == ["甲"]


@pytest.mark.slow
def test_pages_follow_one_another_without_gap_or_repeat(either_archive: Archive) -> None:
    titles = _assets(either_archive, *(f"图 {number}" for number in range(25)))
    seen, cursor = [], None
    while True:
        with either_archive.reading() as session:
            found = search.find(session, "图", cursor=cursor, limit=7)
            seen += [session.get_one(Asset, one).title for one in found.ids]
        assert found.total == 25
        cursor = found.next
        if cursor is None:
            break
    assert seen == titles[::-1]


@pytest.mark.slow
def test_facets_count_what_each_choice_would_give(either_archive: Archive) -> None:
    _assets(either_archive, "图 一", "图 二", kind=Kind.PHOTO)
    _assets(either_archive, "图 三", kind=Kind.FILM)
    with either_archive.reading() as session:
        found = search.find(session, "图", Filters(kind="film"))
    assert found.total == 1
    assert {one.value: one.count for one in found.facets["kind"]} == {"photo": 2, "film": 1}
    assert {one.value: one.count for one in found.facets["year"]} == {"2017": 1}


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WzEsMl0", "é"])
def test_a_page_marker_that_is_not_ours_is_refused(archive: Archive, cursor: str) -> None:
    with archive.reading() as session, pytest.raises(Invalid):
        search.find(session, cursor=cursor)


def test_folding_is_the_same_for_both_normal_forms() -> None:
    assert fold("Mu\u0308ller") == fold("M\u00fcller")
