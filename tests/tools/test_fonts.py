"""A font that shows a text is found without reading every font of the machine."""

import pytest

from media_archive.config import Settings
from media_archive.errors import Unavailable
from media_archive.tools import fonts


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[fonts.Font]:
    """The fonts that were read."""
    try:
        fonts.find(settings, "档案")
    except Unavailable:
        pytest.skip("no font of this machine has Chinese signs")
    seen: list[fonts.Font] = []
    look = fonts._signs.__wrapped__

    def noted(font: fonts.Font) -> frozenset[str]:
        seen.append(font)
        return look(font)

    monkeypatch.setattr(fonts, "_signs", noted)
    return seen


@pytest.mark.slow
def test_a_sign_that_no_font_has_does_not_send_it_through_all_of_them(
    settings: Settings, read: list[fonts.Font]
) -> None:
    usual = fonts.find(settings, "德州市城建档案馆")
    read.clear()
    assert fonts.find(settings, "德州市城建档案馆 📷\ue123") == usual
    assert len(set(read)) <= fonts.FEW
