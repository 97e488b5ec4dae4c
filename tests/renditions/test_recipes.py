"""Recipes as data: what is refused, and what follows from a change of them."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from media_archive.cli.main import cli
from media_archive.errors import Invalid
from media_archive.renditions import recipes
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


def test_a_mistake_is_named_by_its_recipe_and_key_before_anything_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "recipes"
    shutil.copytree(FOLDER, folder)
    (folder / "photo.toml").write_text(
        (FOLDER / "photo.toml").read_text("utf-8").replace("long_edge = 2048\nleast", "long_edge = 20\nleast"), "utf-8"
    )
    (folder / "film.toml").write_text(
        (FOLDER / "film.toml").read_text("utf-8").replace("columns", "colums", 1), "utf-8"
    )
    monkeypatch.setattr(recipes, "FOLDER", folder)
    monkeypatch.setenv("MEDIA_ARCHIVE_HOME", str(tmp_path / "home"))
    with pytest.raises(Invalid, match=r"photo\.toml.*recipe\.text\.long_edge"):
        CliRunner(catch_exceptions=False).invoke(cli, ["serve", "--port", "1"])
    with pytest.raises(Invalid, match=r"film\.toml.*recipe\.sprites.*colums"):
        recipes.book("film")
    assert not (tmp_path / "home").exists()


def test_two_recipes_never_give_a_rendition_of_one_name(tmp_path: Path) -> None:
    file = changed("photo", tmp_path, r"outputs = \{ thumb", "outputs = { screen")
    with pytest.raises(Invalid, match="named twice: screen"):
        load(file, Book)


def test_every_kind_has_a_small_picture_for_lists() -> None:
    for book in books():
        assert any("thumb" in recipe.outputs and recipe.on == "always" for recipe in book.recipe)
