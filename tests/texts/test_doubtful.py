"""What is seldom text is taken for text only where the engine is sure of it."""

import pytest

from media_archive.renditions.parameters import Text
from media_archive.renditions.recipes import of
from media_archive.texts import reading


@pytest.mark.parametrize(
    ("text", "confidence", "kept"),
    [
        ("0001", 0.604, False),  # a row of lit windows
        ("AWWWM", 0.647, False),  # a railing
        ("AWW", 0.783, False),
        ("JIEFANG BEI LU", 0.93, True),
        ("鲁N 12345", 0.7, True),
        ("解放北路", 0.62, True),
        ("一", 0.7, False),
    ],
)
def test_rows_of_windows_and_railings_are_no_text(text: str, confidence: float, kept: bool) -> None:
    told = of("photo", "text").told(Text)
    found = [{"text": text, "confidence": confidence, "polygon": []}]
    assert bool(reading._sure(found, told)) is kept
