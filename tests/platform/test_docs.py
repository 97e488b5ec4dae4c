"""The pages tell what the program does: settings, commands, links, variables."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest

from media_archive.cli.main import COMMANDS, cli
from media_archive.config import PREFIX, PROJECT, Settings
from media_archive.metadata.formats import FORMATS
from media_archive.renditions import recipes
from media_archive.renditions.parameters import Size

DOCS = PROJECT / "docs"
PAGES = sorted([PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
#: defaults that depend on where the program lies, and how the page says them
PLACES = {"home": "`archive-home`", "profiles_folder": "`storage_profiles` in the program's folder"}
LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")


def _text(page: Path) -> str:
    return page.read_text("utf-8")


def _told(value: Any) -> str:
    if value == "":
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_stands_in_the_docs_with_its_default_and_meaning(name: str) -> None:
    field = Settings.model_fields[name]
    default = PLACES.get(name) or _told(field.default)
    row = f"| `{name}` | `{PREFIX}{name.upper()}` | {default} | {field.description} |"
    assert row in _text(DOCS / "settings.md").splitlines()


def test_the_docs_list_no_setting_that_is_gone() -> None:
    rows = re.findall(rf"^\| `(\w+)` \| `{PREFIX}\w+` \|", _text(DOCS / "settings.md"), re.MULTILINE)
    assert sorted(rows) == sorted(Settings.model_fields)


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command, name
        yield name, command
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                under = command.get_command(context, below)
                assert under, below
                yield f"{name} {below}", under


@pytest.mark.parametrize(("name", "command"), [pytest.param(*one, id=one[0]) for one in _commands()])
def test_every_command_stands_in_the_docs_with_its_example_and_options(name: str, command: click.Command) -> None:
    shown = command.get_help(click.Context(command, info_name=name))
    assert "Example: " in shown
    part = _part(_text(DOCS / "commands.md"), name)
    assert command.epilog
    assert command.epilog.removeprefix("Example: ") in part
    options = [option for one in command.params if isinstance(one, click.Option) for option in one.opts]
    assert [option for option in options if option not in {"-h", "--help"} and option not in part] == []


def _part(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one."""
    found = re.search(rf"^##+ {re.escape(heading)}\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md has no heading {heading}"
    return found[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_in_the_docs_lead_somewhere(page: Path) -> None:
    dead = []
    for link in LINK.findall(_without_code(_text(page))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            dead.append(link)
    assert dead == []


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _anchors(page: Path) -> set[str]:
    """What headings are called in addresses: lower case, without signs, spaces as hyphens."""
    outside_code = re.sub(r"```.*?```", "", _text(page), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", outside_code, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.slow
def test_every_variable_in_the_docs_is_read_by_something() -> None:
    named = {name for page in PAGES for name in re.findall(rf"{PREFIX}[A-Z0-9_]+", _text(page))}
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {"MEDIA_ARCHIVE_SECOND_DISK"}
    readers = [*PROJECT.glob("storage_profiles/*.toml"), *PROJECT.glob("tests/*/test_*.py"), PROJECT / ".env.example"]
    elsewhere = "\n".join(_text(file) for file in readers if file.name != Path(__file__).name)
    assert {name for name in named - known if not re.search(rf"\b{name}\b", elsewhere)} == set()


def test_every_variable_of_a_shipped_profile_stands_in_the_docs() -> None:
    page = _text(DOCS / "settings.md")
    for profile in PROJECT.glob("storage_profiles/*.toml"):
        for name in re.findall(r"\$\{([A-Z0-9_]+)", _text(profile)):
            assert f"| `{name}` | `{profile.stem}` |" in page


def test_the_sizes_in_the_docs_are_those_of_the_recipes() -> None:
    page = _text(DOCS / "formats.md")
    for recipe in recipes.book("photo").recipe:
        if recipe.made_by == "size":
            assert f"`{recipe.name}` {recipe.told(Size).long_edge}" in page


def test_the_docs_name_every_raw_format_and_sidecar() -> None:
    page = _text(DOCS / "formats.md").lower()
    names = [one.name for one in FORMATS.values() if one.raw or one.kind == "sidecar"]
    assert [name for name in names if name not in page and name != "camera-xml"] == []


def test_every_example_of_a_make_target_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", _text(PROJECT / "Makefile"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:`|^ *)make ([a-z0-9-]+)", _text(page), re.MULTILINE)}
    assert named <= targets


def test_every_test_that_the_docs_name_as_proof_exists() -> None:
    pages = "\n".join(_text(page) for page in PAGES)
    files = set(re.findall(r"tests/[\w/]+\.py", pages))
    assert {file for file in files if not (PROJECT / file).exists()} == set()
    written = "\n".join(_text(PROJECT / file) for file in files)
    named = set(re.findall(r"`(test_\w+)`", pages))
    assert {name for name in named if f"def {name}(" not in written} == set()
