"""Accession codes: their grammar, and numbers that have no gap and are never given twice."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.coding import codes as templates
from media_archive.catalogue.coding import service
from media_archive.catalogue.coding.grammar import Grammar, Spec
from media_archive.catalogue.coding.models import Counter
from media_archive.catalogue.models import Asset, Progress
from media_archive.errors import Conflict, Invalid, NotFound
from tests.catalogue.stock import assets_of, shoot_of

MANY = int(os.environ.get("MEDIA_ARCHIVE_CODES", "240"))
SHIPPED = templates.shipped()


def _values(grammar: Grammar) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            part.name: st.from_regex(part.pattern.split(">", 1)[1][:-1], fullmatch=True)
            for part in grammar.parts
            if part.name
        }
    )


@pytest.mark.parametrize("name", [one.name for one in SHIPPED.templates])
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_what_a_template_writes_it_reads_back(name: str, data: st.DataObject) -> None:
    grammar = SHIPPED.grammar(name)
    values = data.draw(_values(grammar))
    code = grammar.format(values)
    assert grammar.parse(code) == values
    assert grammar.normalised(code) == code
    wide = code.translate({sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)})
    assert grammar.parse(grammar.normalised(wide)) == values, "full-width forms are the same code"


@pytest.mark.slow
@given(st.text(max_size=40))
@settings(deadline=None)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with suppress(Invalid):
        code, name, values = service.read(text, SHIPPED)
        assert SHIPPED.grammar(name).format(dict(values)) == code


@pytest.mark.parametrize(
    "typed", ["J001-ZP.2024-D30-0012-0003", "J001-ZP•2024-D30-0012-0003", "Ｊ００１－ＺＰ．2024–D30—0012-0003 "]
)
def test_other_dots_and_dashes_are_read_as_the_right_ones(typed: str) -> None:
    assert service.read(typed, SHIPPED, "photo")[0] == "J001-ZP·2024-D30-0012-0003"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("J001-ZP·2024-D31-0012-0003", "sign 14 on stands D31-0012-0003"),
        ("J001-ZP·24-D30-0012-0003", "year"),
        ("j001-ZP·2024-D30-0012-0003", "fonds"),
        ("J001-ZP·2024-D30-0012-0003-9", "sign 27 on stands -9"),
    ],
)
def test_a_code_that_does_not_fit_is_refused_where_it_stops_to(typed: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        service.read(typed, SHIPPED, "photo")


@pytest.mark.parametrize(
    "pattern", ["{fonds}-ZP", "{unit}{volume}-{number:4}", "{fonds}-{fonds}-{number:4}", "{x}-{number:3}", "a{"]
)
def test_templates_that_could_not_be_read_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Grammar(pattern, SHIPPED.fields)


def test_a_field_says_one_thing() -> None:
    with pytest.raises(ValueError, match="one_of or signs"):
        Spec(zh="x", en="x")


def _with_fonds(archive: Archive, more: str = "") -> templates.Codes:
    (archive.settings.home / "codes.toml").write_text(f'[values]\nfonds = "J001"\n{more}', "utf-8")
    return templates.declared(archive.settings)


def _assign(archive: Archive, ids: Sequence[UUID], codes: templates.Codes) -> list[service.Given]:
    with archive.transaction() as session:
        return service.assign(session, [session.get_one(Asset, one) for one in ids], "wangmin", codes)


def _fail(archive: Archive, ids: Sequence[UUID], codes: templates.Codes) -> None:
    with archive.transaction() as session:
        service.assign(session, [session.get_one(Asset, one) for one in ids], "wangmin", codes)
        raise ZeroDivisionError


def test_codes_follow_shoots_and_the_time_of_capture(archive: Archive) -> None:
    codes = _with_fonds(archive)
    first = assets_of(archive, shoot_of(archive, "一"), 2, retention="D30")
    second = assets_of(archive, shoot_of(archive, "二"), 1, retention="Y")
    third = assets_of(archive, shoot_of(archive, "三"), 1, retention="D30")
    given = _assign(archive, [*third, *second, *reversed(first)], codes)
    assert [one.code for one in reversed(given)] == [
        "J001-ZP·2017-D30-0001-0001", "J001-ZP·2017-D30-0001-0002", "J001-ZP·2017-Y-0001-0001", "J001-ZP·2017-D30-0002-0001",
    ]  # fmt: skip
    assert all(one.had for one in _assign(archive, first, codes)), "nobody gets a second one"


def test_what_is_missing_is_named_and_the_others_go_on(archive: Archive) -> None:
    shoot = shoot_of(archive)
    [good] = assets_of(archive, shoot, 1, retention="D10")
    [undated] = assets_of(archive, shoot, 1, retention="D10", year=None)
    [unkept] = assets_of(archive, shoot, 1)
    told = {one.asset_id: one for one in _assign(archive, [undated, good, unkept], _with_fonds(archive))}
    assert told[good].code == "J001-ZP·2017-D10-0001-0001"
    assert "needs year" in str(told[undated].problem)
    assert "needs retention" in str(told[unkept].problem)
    [nobody] = _assign(archive, [unkept], SHIPPED)
    assert "codes.toml" in str(nobody.problem)


def test_numbers_that_are_used_up_are_refused_without_a_gap(archive: Archive) -> None:
    own = '[use]\nphoto = "short"\n[[template]]\nname = "short"\nzh = "短"\npattern = "{fonds}-{number:1}"'
    given = _assign(archive, assets_of(archive, shoot_of(archive), 11), _with_fonds(archive, own))
    assert [one.code for one in given[:9]] == [f"J001-{number}" for number in range(1, 10)]
    assert all("used up" in str(one.problem) for one in given[9:])


@pytest.mark.slow
def test_codes_drawn_at_once_have_no_gap_and_no_double(either_archive: Archive) -> None:
    """Some of those who draw fail afterwards: their numbers are drawn by others."""
    archive, codes = either_archive, _with_fonds(either_archive)
    ids = assets_of(archive, shoot_of(archive), MANY, retention="Y")
    part = max(5, MANY // 48)

    def work(start: int) -> None:
        chunk = ids[start : start + part]
        if start % 3 == 0:
            with pytest.raises(ZeroDivisionError):
                _fail(archive, chunk, codes)
        _assign(archive, chunk, codes)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(0, MANY, part)))
    with archive.reading() as session:
        numbers = sorted(session.get_one(Asset, one).accession_code or "" for one in ids)
        assert numbers == [f"J001-ZP·2017-Y-0001-{number:04}" for number in range(1, MANY + 1)]
        assert session.query(Counter.last).filter(Counter.scope == "J001-ZP·2017-Y-0001-").scalar() == MANY


def test_codes_that_came_from_elsewhere_are_kept_and_never_given_again(archive: Archive) -> None:
    codes = _with_fonds(archive)
    old, new, other = assets_of(archive, shoot_of(archive), 3, retention="Y")
    with archive.transaction() as session:
        asset = session.get_one(Asset, old)
        assert service.give(session, asset, "J001-ZP.2017-Y-0001-0003", "wangmin", codes)
        with pytest.raises(Conflict, match="another asset"):
            service.give(session, session.get_one(Asset, new), "J001-ZP·2017-Y-0001-0003", "wangmin", codes)
        assert service.give(session, asset, "J001-ZP·2017-Y-0001-0007", "wangmin", codes, note="重排")
        assert service.add_alias(session, asset, "照-1958-12", "wangmin", "旧馆目录")
        for called in ("J001-ZP·2017-Y-0001-0003", "照-1958-12", "J001-ZP·2017-Y-0001-0007"):
            assert catalogue.asset(session, called).id == old
        asset.state = Progress.APPROVED
    [one, two] = _assign(archive, [new, other], codes)
    assert {one.code, two.code} == {"J001-ZP·2017-Y-0001-0008", "J001-ZP·2017-Y-0001-0009"}
    with archive.transaction() as session:
        asset = session.get_one(Asset, old)
        with pytest.raises(Conflict, match="stands for good"):
            service.give(session, asset, "J001-ZP·2017-Y-0001-0100", "wangmin", codes)
        service.drop_alias(session, asset, "照-1958-12", "wangmin")
        with pytest.raises(NotFound):
            catalogue.asset(session, "照-1958-12")
