"""Names of subjects in queries: other names, sounds, synonyms, parts, places, spellings; and that all of it is told."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.archive import Archive
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.subjects.models import Relation, Subject, SubjectKind, SubjectName
from media_archive.config import load
from media_archive.errors import Invalid
from media_archive.search.index import cells
from media_archive.search.language.parsing import parse
from media_archive.search.language.tree import And, Either, Field, Not, Phrase, Within, Word
from media_archive.search.names import expanding, spelling, vocabulary
from media_archive.search.names.expanding import Expanded

LINE = {"type": "LineString", "coordinates": [[116.30, 37.44], [116.32, 37.46]]}


def _subject(session: Session, name: str, *former: str, kind: str = "street", **more: object) -> Subject:
    institution = session.scalars(select(Institution)).one()
    subject = Subject(archive_id=institution.id, kind=SubjectKind(kind), name=name, **more)
    session.add(subject)
    session.flush()
    session.add_all(SubjectName(subject_id=subject.id, name=one, kind="former", valid_to="1980") for one in former)
    return subject


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, founded: Path) -> Iterator[Archive]:
    home = tmp_path_factory.mktemp("names") / "home"
    shutil.copytree(founded, home)
    archive = Archive.open(load(home=home, keep_free=0))
    with archive.transaction() as session:
        _subject(session, "解放路", "中山路", "胜利街", geometry=LINE)
        _subject(session, "乐陵路")
        _subject(session, "东方红路")
        winner = _subject(session, "德州大剧院", kind="landmark")
        _subject(session, "市大剧院", kind="landmark", merged_into=winner.id)
        old, new = _subject(session, "马场街"), _subject(session, "三八路")
        session.add(Relation(subject_id=new.id, other_id=old.id, kind="renamed_from", said_by="系统"))
    yield archive
    archive.close()


def _expand(city: Archive, typed: str) -> Expanded:
    with city.reading() as session:
        return expanding.expand(session, parse(typed))


def _added(city: Archive, typed: str) -> list[tuple[str, tuple[str, ...], str]]:
    return [(one.typed, one.added, str(one.why)) for one in _expand(city, typed).expansions]


@pytest.mark.parametrize(
    ("typed", "added"),
    [
        ("解放路", ("中山路", "胜利街")),
        ("中山路", ("解放路", "胜利街")),
        ("解放路的夜景", None),
        ("市大剧院", ("德州大剧院",)),
        ("馬場街", ("三八路",)),
        ("街道:中山路", ("解放路", "胜利街")),
    ],
)
def test_other_names_of_a_subject_are_searched_and_told(
    city: Archive, typed: str, added: tuple[str, ...] | None
) -> None:
    told = _added(city, typed)
    if added is None:
        assert ("解放路的夜景", ("解放路 夜景",), "its parts, wherever they stand") in told
        assert ("解放路", ("中山路", "胜利街"), "other or former names") in told
    else:
        assert [one[1] for one in told] == [added]


def test_phrases_in_quotes_and_what_a_minus_excludes_stay_as_they_are(city: Archive) -> None:
    found = _expand(city, '"解放路" -中山路')
    assert found == Expanded(And((Phrase("解放路"), Not(Word("中山路")))), ())


@pytest.mark.parametrize("typed", ["jiefanglu", "jfl", "JFL", "jiefang", "jie fang lu"])
def test_pinyin_and_initials_lead_to_names(city: Archive, typed: str) -> None:
    found = _expand(city, typed)
    assert isinstance(found.node, Either)
    assert Phrase("解放路") in found.node.others
    assert [one.typed for one in found.expansions] == [typed]


@pytest.mark.parametrize("typed", ["lelinglu", "yuelinglu", "lll"])
def test_every_reading_of_a_character_counts(city: Archive, typed: str) -> None:
    assert [one[1] for one in _added(city, typed)] == [("乐陵路",)]


def test_pinyin_works_in_the_field_of_a_kind(city: Archive) -> None:
    found = _expand(city, "street:jfl")
    assert found.node == Either(Field("street", Word("jfl")), (Field("street", Phrase("解放路")),))


def test_a_new_name_is_known_in_a_moment(city: Archive) -> None:
    assert _added(city, "xhdj") == []
    with city.transaction() as session:
        _subject(session, "新湖大街")
    deadline = monotonic() + vocabulary.LONGEST
    while not (found := _added(city, "xhdj")) and monotonic() < deadline:
        sleep(0.01)
    assert [one[1] for one in found] == [("新湖大街",)]


def test_synonyms_are_searched_and_told(city: Archive) -> None:
    assert ("航拍", ("鸟瞰", "俯瞰", "空中拍摄"), "synonyms") in _added(city, "航拍")


def test_near_a_subject_covers_its_geometry_and_not_much_more(city: Archive) -> None:
    found = _expand(city, "near:中山路,500m")
    assert isinstance(found.node, Within)

    def inside(longitude: float, latitude: float) -> bool:
        assert isinstance(found.node, Within)
        return not set(found.node.cells + found.node.edge).isdisjoint(
            cells.terms(cells.cell(latitude, longitude)).split()
        )

    assert inside(116.31, 37.45)
    # 400 m north of the end, and a kilometre east of the middle
    assert inside(116.32, 37.4636)
    assert not inside(116.3213, 37.45)


@pytest.mark.parametrize("typed", ["桥 near:没有路,500m", "桥 near:三八路"])
def test_near_an_unknown_place_is_refused_at_its_character(city: Archive, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        _expand(city, typed)
    assert refused.value.message.facts["at"] == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("解方路", "解放路"),
        ("解故路 夜景", "解放路 夜景"),
        ("街道：姐放路", "街道：解放路"),
        ("解方路改造", "解放路改造"),
        ("jiefnaglu", "解放路"),
        ("得州大剧院", "德州大剧院"),
    ],
)
def test_names_that_were_misspelt_are_offered(city: Archive, typed: str, meant: str) -> None:
    with city.reading() as session:
        assert meant in spelling.corrections(session, typed, parse(typed))


def test_what_is_right_is_not_corrected(city: Archive) -> None:
    with city.reading() as session:
        assert spelling.corrections(session, "解放路 -解方路", parse("解放路 -解方路")) == []


def test_distance_counts_exchanged_letters_once() -> None:
    assert spelling.distance("jiefnag", "jiefang", 2) == 1
    assert spelling.distance("canon", "cannon", 2) == 1
    assert spelling.distance("canon", "kanon", 2) == 1
    assert spelling.distance("a", "abcdef", 2) == 3
