"""Recipes as data: what is refused, and what follows from a change of them."""

import re
from pathlib import Path

import pytest

from media_archive.errors import Invalid
from media_archive.renditions.recipes import FOLDER, Book, books
from media_archive.rules import load

KINDS = ["photo", "film", "sound"]


def changed(kind: str, tmp_path: Path, old: str, new: str) -> Path:
    text = (FOLDER / f"{kind}.toml").read_text("utf-8")
    assert re.search(old, text)
    file = tmp_path / f"{kind}.toml"
    file.write_text(re.sub(old, new, text, count=1), "utf-8")
    return file


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (r"version = \d+", "version = 0", "version"),
        (r"name = \"\w+\"", 'name = "nonsense"\nmaker = "nobody"', "no maker nobody"),
        (r"\Z", "\n[[[", "not valid TOML"),
        (r"inputs = \[\"original\"\]", 'inputs = ["nowhere"]', "no recipe gives the input nowhere"),
        (r"inputs = \[\"original\"\]", 'inputs = ["original"]\njob = "dance"', "no job dance"),
    ],
)
def test_a_mistake_in_a_recipe_is_refused_with_its_place(
    kind: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    file = changed(kind, tmp_path, old, new.replace("\n", "\n"))
    if "maker" in new:
        file.write_text(file.read_text("utf-8").replace('maker = "size"\n', "", 1), "utf-8")
    with pytest.raises(Invalid, match=said):
        load(file, Book)


def test_two_recipes_never_give_a_rendition_of_one_name(tmp_path: Path) -> None:
    file = changed("photo", tmp_path, r"outputs = \{ thumb", "outputs = { screen")
    with pytest.raises(Invalid, match="named twice: screen"):
        load(file, Book)


def test_every_kind_has_a_small_picture_for_lists() -> None:
    for book in books():
        assert any("thumb" in recipe.outputs and recipe.on == "always" for recipe in book.recipe)
