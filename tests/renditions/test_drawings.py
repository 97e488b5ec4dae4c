"""SVG drawings: drawn as large as is wanted, and nothing outside the file is ever read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from media_archive.renditions.outputs import Rendered
from tests.drawn import picture
from tests.renditions.conftest import output

Make = Callable[[Path], Rendered]
START = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' "


def middle(path: Path) -> tuple[int, ...]:
    image = Image.open(path).convert("RGB")
    return image.getpixel((image.width // 2, image.height // 2))  # type: ignore[return-value]


@pytest.mark.slow
def test_a_drawing_is_drawn_at_the_size_that_is_wanted(made: Make, tmp_path: Path) -> None:
    drawing = START + "viewBox='0 0 30 20'><rect width='30' height='20' fill='#c02010'/></svg>"
    (tmp_path / "a.svg").write_text(drawing)
    rendered = made(tmp_path / "a.svg")
    assert (rendered.width, rendered.height, rendered.problem) == (30, 20, None)
    assert [(one.width, one.height) for one in rendered.outputs] == [(2048, 1365), (1024, 683), (320, 213)]
    assert all(abs(a - b) < 4 for a, b in zip(middle(output(rendered, "large")), (192, 32, 16), strict=True))


@pytest.mark.slow
def test_where_nothing_is_drawn_there_is_neutral_ground(made: Make, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(START + "width='30' height='20'><path d='M0 0h3v3z' fill='#fff'/></svg>")
    assert middle(output(made(tmp_path / "a.svg"), "large")) == (238, 238, 238)


@pytest.mark.parametrize(
    "reference",
    [
        "<image href='file://{0}' width='30' height='20'/>",
        "<image href='{0}' width='30' height='20'/>",
        "<image xlink:href='red.png' width='30' height='20'/>",
        "<use href='file://{1}#r'/>",
        "<style>@import url('file://{2}');</style><rect class='r' width='30' height='20' fill='#eee'/>",
        "<rect width='30' height='20' fill='url(file://{1}#g)'/>",
        "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file://{1}'/>",
    ],
)
def test_nothing_outside_a_drawing_is_shown(made: Make, tmp_path: Path, reference: str) -> None:
    picture(tmp_path / "red.png", 0, (30, 20))
    Image.new("RGB", (30, 20), (255, 0, 0)).save(tmp_path / "red.png")
    red = "<linearGradient id='g'><stop stop-color='red'/></linearGradient><rect id='r' width='30' height='20' fill='red'/>"
    (tmp_path / "b.svg").write_text(START + f"width='30' height='20'>{red}</svg>")
    (tmp_path / "a.css").write_text(".r { fill: red !important }")
    inside = reference.format(tmp_path / "red.png", tmp_path / "b.svg", tmp_path / "a.css")
    (tmp_path / "a.svg").write_text(START + f"width='30' height='20'>{inside}</svg>")
    red_part, green_part, blue_part = middle(output(made(tmp_path / "a.svg"), "large"))
    assert abs(red_part - green_part) < 4 or red_part < 4
    assert abs(green_part - blue_part) < 4


def test_an_entity_of_another_file_and_one_that_swells_are_refused(made: Make, tmp_path: Path) -> None:
    outside = f"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file://{tmp_path}/a.txt'>]>"
    swelling = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'lol'}'>" for n in range(10))
    for declared, used in ((outside, "&x;"), (f"<!DOCTYPE svg [{swelling}]>", "&l9;")):
        (tmp_path / "a.svg").write_text(
            f"<?xml version='1.0'?>{declared}{START}width='3' height='2'><text>{used}</text></svg>"
        )
        rendered = made(tmp_path / "a.svg")
        assert rendered.outputs == []
        assert "cannot" in str(rendered.problem) or "No reader" in str(rendered.problem)


def test_a_drawing_without_a_size_says_so(made: Make, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(START + "/>")
    assert "No reader here can decode" in str(made(tmp_path / "a.svg").problem)


def test_drawings_stay_shut_to_other_readers(made: Make, tmp_path: Path) -> None:
    """A drawing that calls itself a picture must not be opened by what happens to know it."""
    from media_archive.renditions.stills.pictures import Wanted
    from media_archive.renditions.stills.readers.drawings import by_librsvg
    from media_archive.renditions.stills.readers.native import by_vips

    (tmp_path / "a.svg").write_text(START + "viewBox='0 0 30 20'><rect width='30' height='20'/></svg>")
    wanted = Wanted(100, 10**9, (238, 238, 238))
    by_librsvg(str(tmp_path / "a.svg"), wanted)
    with pytest.raises(Exception, match=r"not a known file format|blocked|unable"):
        by_vips(str(tmp_path / "a.svg"), wanted)
