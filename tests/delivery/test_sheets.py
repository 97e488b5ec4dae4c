"""Contact sheets show every asset with its words, in Chinese too, and open in readers that are not ours."""

from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.models import Asset
from media_archive.delivery.sheets import layout, wishes
from media_archive.delivery.sheets.entries import Entry
from media_archive.delivery.sheets.layout import Grid, Heading
from media_archive.errors import Unavailable
from media_archive.tools import fonts
from tests.cli.outgoing import answer, filled, run
from tests.drawn import picture

COLOURS = {"红": (200, 30, 30), "绿": (30, 160, 60), "蓝": (30, 60, 200)}


def _needs_chinese(settings: object) -> None:
    try:
        fonts.find(settings, "德州市城建档案馆")  # type: ignore[arg-type]
    except Unavailable:
        pytest.skip("no font of this machine has Chinese signs")


@pytest.fixture
def shot(archive: Archive, tmp_path: Path) -> list[Asset]:
    """Three plain photographs of one colour each, rendered."""
    _needs_chinese(archive.settings)
    card = tmp_path / "card"
    card.mkdir()
    for name, colour in COLOURS.items():
        Image.new("RGB", (640, 480), colour).save(card / f"{name}色楼.jpg", quality=95)
    found = filled(archive, card)
    archive.runner().drain("photo")
    return found


@pytest.mark.slow
def test_a_pdf_shows_each_picture_and_its_words_can_be_searched(
    archive: Archive, shot: list[Asset], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    target = tmp_path / "表.pdf"
    told = answer(archive, monkeypatch, "contact-sheet", "--shoot", "解放路改造", "-o", target)
    assert (told["assets"], told["pages"], told["without_picture"]) == (3, 1, 0)
    with pypdfium2.PdfDocument(target) as pdf:
        text = pdf[0].get_textpage().get_text_range()
        seen = pdf[0].render(scale=1).to_pil().convert("RGB")
    assert "城建档案馆 · 解放路改造" in text
    for name, colour in COLOURS.items():
        assert f"{name}色楼" in text
        assert any(_near(pixel, colour) for _, pixel in seen.getcolors(1 << 20) or ())
    # a subset of the machine's font, not twenty megabytes of it
    assert target.stat().st_size < 200_000


def _near(pixel: object, colour: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 6 for one, other in zip(pixel, colour, strict=True))  # type: ignore[call-overload]


@pytest.mark.slow
def test_a_collection_keeps_its_order_and_pages_are_numbered(
    archive: Archive, shot: list[Asset], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with archive.transaction() as session:
        made = Collection(archive_id=shot[0].archive_id, name="城市记忆")
        session.add(made)
        session.flush()
        for position, asset in enumerate(reversed(shot)):
            session.add(CollectionItem(collection_id=made.id, asset_id=asset.id, position=position))
        names = [asset.id for asset in reversed(shot)]
    target = tmp_path / "out.pdf"
    told = answer(
        archive, monkeypatch, "contact-sheet", "--collection", "城市记忆", "--columns", 1, "--landscape", "-o", target
    )
    assert told["pages"] == 3
    with pypdfium2.PdfDocument(target) as pdf:
        texts = [page.get_textpage().get_text_range() for page in pdf]
        assert pdf[0].get_size() == pytest.approx((841.89, 595.28), abs=0.1)
    titles = dict(zip(names, texts, strict=True))
    with archive.reading() as session:
        for number, (asset_id, text) in enumerate(titles.items(), start=1):
            assert _title(session, asset_id) in text
            assert f"Page {number} of 3" in text


def _title(session: object, asset_id: UUID) -> str:
    from media_archive.catalogue.queries import title_of

    return title_of(session.scalars(select(Asset).where(Asset.id == asset_id)).one())  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_jpeg_has_a_file_for_each_page_and_replaces_nothing(
    archive: Archive, shot: list[Asset], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = ("contact-sheet", *(one.id for one in shot), "--columns", 1, "--landscape", "--dots", 72)
    told = answer(archive, monkeypatch, *words, "-o", tmp_path / "out.jpg")
    assert told["files"] == [str(tmp_path / f"out-{number}.jpg") for number in (1, 2, 3)]
    with Image.open(told["files"][0]) as page:
        assert page.size == (842, 595)
    again = run(archive, monkeypatch, *words, "-o", tmp_path / "out.jpg")
    assert again.exit_code == 1


@pytest.mark.slow
def test_what_has_no_picture_stands_there_as_a_plain_card(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _needs_chinese(archive.settings)
    filled(archive, picture(tmp_path / "card" / "未做.jpg"))  # nothing is rendered
    archive.index()
    target = tmp_path / "out.pdf"
    told = answer(archive, monkeypatch, "contact-sheet", "--where", "未做", "-o", target)
    assert told["without_picture"] == 1
    with pypdfium2.PdfDocument(target) as pdf:
        assert "No picture" in pdf[0].get_textpage().get_text_range()


def test_a_font_that_is_none_is_refused_by_its_name(archive: Archive, tmp_path: Path) -> None:
    wrong = archive.settings.model_copy(update={"font": str(tmp_path / "none.ttf")})
    with pytest.raises(Unavailable, match=r"none\.ttf"):
        fonts.find(wrong, "档案")


@pytest.mark.parametrize("paper", list(wishes.PAPERS))
@pytest.mark.parametrize("columns", [1, 4, 12])
@pytest.mark.parametrize("landscape", [False, True])
def test_nothing_lies_outside_the_page_or_on_its_neighbour(paper: str, columns: int, landscape: bool) -> None:
    wish = wishes.checked(paper=paper, columns=columns, landscape=landscape, captions=wishes.CAPTIONS)
    grid = Grid.of(wish)
    film = (SimpleNamespace(), 1920, 1080)
    entries = [Entry(UUID(int=at), "film", ("很长的题名" * 30,) * 7, 61.0, (film,)) for at in range(grid.count)]  # type: ignore[arg-type]
    page = layout.lay_out(grid, entries, Heading("城建档案馆" * 20, "2026-11-22"), 1, 1, _measure)
    for text in page.texts:
        assert text.x >= layout.MARGIN - 0.01
        assert text.x + _measure(text.text, text.size) <= page.width - layout.MARGIN + 0.01
        assert text.y <= page.height - layout.MARGIN / 2
    boxes = [(one.x, one.y, one.x + one.width, one.y + one.height) for one in page.pictures]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert one[2] <= other[0] + 1e-6 or one[3] <= other[1] + 1e-6 or other[2] <= one[0] + 1e-6


def _measure(text: str, size: float) -> float:
    return sum(1.0 if sign > "\u2e80" else 0.55 for sign in text) * size * layout.POINT
