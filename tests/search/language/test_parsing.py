"""From what people type to what it means: nothing but Invalid is raised, and that points at the character."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from media_archive.errors import Invalid
from media_archive.search.language.parsing import MOST_CHARACTERS, MOST_DEPTH, MOST_TERMS, parse
from media_archive.search.language.printing import write
from media_archive.search.language.tree import (
    All,
    And,
    Field,
    Given,
    Near,
    Node,
    Not,
    Or,
    Period,
    Phrase,
    Range,
    Wildcard,
    Word,
)

YEAR_1987 = Period("1987", date(1987, 1, 1), date(1987, 12, 31))

MEANINGS: list[tuple[str, Node]] = [
    ("", All()),
    ("  ，。 ", All()),
    ("解放路 改造", And((Word("解放路"), Word("改造")))),
    ("解放路，改造。", And((Word("解放路"), Word("改造")))),
    ("“解放路 北段”", Phrase("解放路 北段")),
    ("「解放路」", Phrase("解放路")),
    ("＂解放路＂", Phrase("解放路")),
    ("题名:解放路", Field("title", Word("解放路"))),
    ("题名：“解放路 北段”", Field("title", Phrase("解放路 北段"))),
    ("摄影者: 王强", Field("photographer", Word("王强"))),
    ("类型:照片", Field("kind", Word("photo"))),
    ("KIND:Photo", Field("kind", Word("photo"))),
    ("year:1980..1989", Field("year", Range(1980, 1989))),
    ("年：１９８０至１９８９", Field("year", Range(1980, 1989))),
    ("年:八十年代", Field("year", Range(1980, 1989))),
    ("rating:3..", Field("rating", Range(3, None))),
    ("rating:>=3", Field("rating", Range(3, None))),
    ("size:>10MB", Field("size", Range(10_000_001, None))),
    ("时长:1:30..5分钟", Field("duration", Range(90, 300))),
    ("taken:1987-05", Field("taken", Range(date(1987, 5, 1), date(1987, 5, 31)))),
    ("title:*", Field("title", Given())),
    ("1987", YEAR_1987),
    ("１９８７", Period("１９８７", date(1987, 1, 1), date(1987, 12, 31))),
    ("1980s", Period("1980s", date(1980, 1, 1), date(1989, 12, 31))),
    ("八十年代", Period("八十年代", date(1980, 1, 1), date(1989, 12, 31))),
    ("1987-05", Period("1987-05", date(1987, 5, 1), date(1987, 5, 31))),
    ("1987年解放路", And((Period("1987年", date(1987, 1, 1), date(1987, 12, 31)), Word("解放路")))),
    ("80年代的解放路", And((Period("80年代", date(1980, 1, 1), date(1989, 12, 31)), Word("解放路")))),
    ("2017年度报告", Word("2017年度报告")),
    ("a OR b", Or((Word("a"), Word("b")))),
    ("桥 或 路", Or((Word("桥"), Word("路")))),
    ("桥|路", Or((Word("桥"), Word("路")))),
    ("或许", Word("或许")),
    ("a b OR c", Or((And((Word("a"), Word("b"))), Word("c")))),
    ("a (b OR c)", And((Word("a"), Or((Word("b"), Word("c")))))),
    ("（桥 或 路） －施工", And((Or((Word("桥"), Word("路"))), Not(Word("施工"))))),
    ("a AND b", And((Word("a"), Word("b")))),
    ("DZ-2017-001", Word("DZ-2017-001")),
    ("街道:（解放路 或 建设路）", Or((Field("street", Word("解放路")), Field("street", Word("建设路"))))),
    ("DSC_*.jpg", Wildcard("DSC_*.jpg")),
    ("DSC_00??", Wildcard("DSC_00??")),
    ("code:DZ＊", Field("code", Wildcard("DZ*"))),
    ("德州大剧院在哪?", Word("德州大剧院在哪")),
    ("IMG_1(2).jpg", Word("IMG_1(2).jpg")),
    ("解放路（北段）", Word("解放路（北段）")),
    ('near:"德州 大剧院",500m', Near("德州 大剧院", None, 500)),
    ("附近：大剧院，2公里", Near("大剧院", None, 2000)),
    ("near:37.4, 116.3, 1km", Near(None, (37.4, 116.3), 1000)),
    ("near:解放路", Near("解放路", None, 500)),
]


@pytest.mark.parametrize(("typed", "meant"), MEANINGS)
def test_queries_mean_what_people_expect(typed: str, meant: Node) -> None:
    assert parse(typed) == meant


KIND = [
    ('解放路" 改造', And((Word("解放路"), Word("改造")))),
    ("(解放路", Word("解放路")),
    ("解放路) 改造", And((Word("解放路"), Word("改造")))),
    ("Portland OR", And((Word("Portland"), Word("OR")))),
    ("| 桥 |", Word("桥")),
    ("解放路 - 改造", And((Word("解放路"), Word("改造")))),
    ("http://dz.gov.cn", Word("http://dz.gov.cn")),
    ("比例1:500", Word("比例1:500")),
]


@pytest.mark.parametrize(("typed", "meant"), KIND)
def test_what_cannot_be_meant_is_left_out(typed: str, meant: Node) -> None:
    assert parse(typed) == meant


@pytest.mark.parametrize(
    ("typed", "at", "told"),
    [
        ("改造 题名:", 5, "title:解放路"),
        ("title: OR b", 5, "Behind title: nothing"),
        ("year:abc", 5, "year:1980..1989"),
        ("year:1990..1980", 5, "smaller end first"),
        ("a titel:x", 2, "Write title"),
        ("kind:x", 5, "photo, film, sound"),
        ("title:解*", 6, "part of the words"),
        ("near:", 4, "near:解放路,500m"),
        ("near:137.4,116.3,1km", 5, "latitude first"),
        ("near:解放路,900km", 9, "200 km"),
        ("a" * (MOST_CHARACTERS + 1), MOST_CHARACTERS, "2000"),
        ("a " * (MOST_TERMS + 1), 2 * MOST_TERMS, "100"),
        ("(" * (MOST_DEPTH + 1) + "a", MOST_DEPTH, "20"),
    ],
)
def test_refusals_point_at_the_character_and_say_what_to_write(typed: str, at: int, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(typed)
    assert refused.value.message.facts["at"] == at
    assert told in str(refused.value)


def test_spans_lead_back_to_what_was_typed() -> None:
    typed = "桥 题名：解放路 -(DSC*)"
    node = parse(typed)
    assert isinstance(node, And)
    assert [typed[slice(*part.span)] for part in node.parts] == ["桥", "题名：解放路", "-(DSC*)"]


BITS = st.sampled_from(' 　"“”「」『』()（）|｜-－:：,，、*?＊.~<>=#\n\0aB1９路解或無𠮷é😀\u0301\u200b')
SAID = (
    "OR AND NOT 或 -a title: 题名： year: 年： near: 附近： kind: size: taken: duration: has: 1987 1980s 80年代 1987年5月 "
    ".. 37.4,116.3 500m 解放路 photo 照片 DSC_*.jpg (a b) near:“x ”,1km a:b format:“"
)
WORDS = st.sampled_from(SAID.split())
TYPED = st.lists(st.one_of(BITS, WORDS, st.text(max_size=4)), max_size=14).map("".join)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(TYPED)
@example("1987年(a")
@example("a(1987年)b")
@example("format:『a＂b」』")
@example("near:0.000000000000001,0.1,0.000001m")
@example("title:(OR) -OR (AND)")
def test_any_text_is_read_or_refused_and_what_was_read_can_be_written_again(typed: str) -> None:
    try:
        node = parse(typed)
    except Invalid as refused:
        at = refused.message.facts["at"]
        assert isinstance(at, int)
        assert 0 <= at <= len(typed)
        return
    assert parse(write(node)) == node
