"""`media-archive suggestions`, `link` and `unlink`: what the rules suspect, decided from the command line."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from media_archive.archive import Archive
from media_archive.cli.main import cli
from media_archive.errors import ArchiveError
from tests.suggesting.conftest import entering


def _run(*words: str) -> Any:
    result = CliRunner().invoke(cli, [*words, "--json"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.slow
def test_suspicions_are_made_listed_accepted_taken_back_and_linked_by_hand(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_ARCHIVE_HOME", str(archive.settings.home))
    monkeypatch.setenv("MEDIA_ARCHIVE_KEEP_FREE", "0")
    asset, film = entering(archive)(caption="解放路改造"), entering(archive)(kind="film", duration=60.0)
    assert CliRunner().invoke(cli, ["subjects", "add", "street", "解放路"]).exit_code == 0
    assert _run("suggestions", "run")["waiting"] == 1
    (one,) = _run("suggestions", "list", "--kind", "street", "--subject", "解放路")["items"]
    assert (one["asset"], one["name"], one["why"][0]["facts"]["name"]) == (str(asset), "解放路", "解放路")
    assert _run("suggestions", "refuse", "--above", "0.99", "--dry-run")["count"] == 0
    decided = _run("suggestions", "accept", "--subject", "解放路")
    assert decided["count"] == 1
    assert _run("show", str(asset))["links"][0]["confirmed_by"]
    assert CliRunner().invoke(cli, ["suggestions", "undo", decided["moment"]]).exit_code == 0
    assert _run("suggestions", "list")["waiting"] == 1
    link = _run("link", str(film), "解放路", "--from", "1001/30", "--to", "40")
    assert (link["starts"], link["ends"]) == ("1001/30", "40/1")
    assert CliRunner().invoke(cli, ["unlink", link["id"]]).exit_code == 0
    assert _run("show", str(film))["links"] == []


@pytest.mark.parametrize(
    "words",
    [("accept",), ("list", "--where", "x"), ("undo", "gestern"), ("list", "--subject", "没有"), ("undo", "2020")],
)
def test_what_makes_no_sense_is_refused_with_words(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("MEDIA_ARCHIVE_HOME", str(archive.settings.home))
    result = CliRunner().invoke(cli, ["suggestions", *words])
    assert isinstance(result.exception, ArchiveError)
