"""What was met is marked in the text as it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_archive.search.language.parsing import parse
from media_archive.search.language.snippets import looked_for, snippet


def _marked(query: str, text: str, width: int = 60) -> str:
    pieces = snippet(text, looked_for(parse(query)), width)
    return "".join(f"[{piece.text}]" if piece.met else piece.text for piece in pieces)


def test_words_are_marked_where_they_stand() -> None:
    assert _marked("解放路 改造", "解放路北段改造工程") == "[解放路]北段[改造]工程"


def test_other_forms_are_marked_as_they_are_written() -> None:
    assert _marked("后台 dz-12", "劇院的後臺（ＤＺ－１２）") == "劇院的[後臺]（[ＤＺ－１２]）"
    assert _marked("café", "Cafe\u0301 Royal") == "[Cafe\u0301] Royal"


def test_what_a_minus_excludes_is_not_marked() -> None:
    assert _marked("桥 -路", "桥与路") == "[桥]与路"


def test_of_a_long_text_the_part_with_most_is_shown() -> None:
    text = "解放路。" + "道" * 200 + "桥梁与解放路改造" + "远" * 200
    shown = _marked("解放路 改造 桥梁", text, 30)
    assert shown.count("[") == 3
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_nothing_met_shows_nothing() -> None:
    assert _marked("桥", "解放路") == ""
    assert _marked("road", "abroad") == ""


@pytest.mark.slow
@settings(max_examples=100)
@given(st.text(max_size=30), st.text(max_size=5))
def test_pieces_are_the_text(text: str, word: str) -> None:
    pieces = snippet(text, [word], 100)
    assert not pieces or "".join(piece.text for piece in pieces) == text
