"""One form for what is indexed and what is asked, and the way back."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_archive.search.language.folding import fold, trace

WRITTEN = st.text(
    st.one_of(st.characters(), st.sampled_from("解放路臺台後后 \u3000ＡａÅ\u030ae\u0301ﬁ㎞ｶﾞ한\u1100\u1161𠮷")),
    max_size=40,
)


def test_forms_of_one_text_meet() -> None:
    assert fold("德州市解放路ＤＺ－１２") == fold("德州市解放路dz-12")
    assert fold("後臺裏邊門牌") == fold("后台里边门牌") == fold("後臺裡邊門牌")
    assert fold("運河經濟開發區") == "运河经济开发区"
    assert fold(unicodedata.normalize("NFD", "Café ガード")) == fold("CAFÉ ｶﾞｰﾄﾞ")
    assert fold("  新湖\u3000街道\n北段 ") == "新湖 街道 北段"


def test_characters_of_the_far_planes_stay() -> None:
    assert fold("𠮷家庄㐂𪜶") == "𠮷家庄㐂𪜶"


def test_what_simplified_text_writes_stays() -> None:
    assert fold("什么著名") == "什么著名"


@pytest.mark.slow
@settings(max_examples=150)
@given(WRITTEN)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.slow
@settings(max_examples=150)
@given(WRITTEN)
def test_every_folded_character_knows_where_it_comes_from(text: str) -> None:
    traced = trace(text)
    assert traced.text == fold(text)
    assert len(traced.origins) == len(traced.text)
    last = 0
    for (start, end), character in zip(traced.origins, traced.text, strict=True):
        assert last <= start < end <= len(text)
        assert character in fold(text[start:end]) or character == " "
        last = start
