"""Texts taken apart by the batch are what they are one by one: a query meets both."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from media_archive.search.index import streaming
from media_archive.search.index.tokens import END, SPACE, START, stream
from media_archive.search.language.folding import fold

WRITTEN = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("解放路臺台後后 \u3000ＡａÅ\u030ae\u0301ﬁ㎞ｶﾞ한\u1100\u1161𠮷abZ09，。「\n¨½①★😀々·_"),
    ),
    max_size=30,
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(WRITTEN, max_size=12))
@example(["", " ", "x\uffffy", "￿"])
@example(["a" * 600, "中" * 400 + "b" * 251])
def test_a_batch_gives_what_each_text_gives(texts: list[str]) -> None:
    said = [text.replace("\uffff", " ") for text in texts]
    folded = streaming.folded(texts)
    assert folded == [fold(text) for text in said]
    assert [one.split() for one in streaming.streams(folded)] == [stream(text).split() for text in folded]
    for text, found in zip(folded, streaming.characters(folded), strict=True):
        marked = START + text.replace(" ", SPACE) + END
        assert found.split(" ")[:-1] == [marked[at : at + 3] for at in range(len(marked) - 2)]
