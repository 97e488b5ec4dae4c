"""`media-archive likeness`: from the list to the decision, and the index made anew."""

import shutil

import pytest

from media_archive.archive import Archive
from tests.cli.outgoing import answer, run
from tests.likeness.conftest import HASH, entering, turned


@pytest.mark.slow
def test_from_the_list_to_the_decision(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    enter = entering(archive)
    small, large = enter(size=(800, 600)), enter(turned(HASH, 4), size=(6000, 4000), title="解放路")
    archive.liken()
    listed = answer(archive, monkeypatch, "likeness", "list")
    assert listed["waiting"] == 1
    (one,) = listed["items"]
    assert (one["sort"], one["top"]) == ("alike", str(large))
    assert [(row["asset"], row["distance"]) for row in one["members"]] == [(str(large), 0), (str(small), 4)]
    assert "解放路" in run(archive, monkeypatch, "likeness", "list").stdout
    decided = answer(archive, monkeypatch, "likeness", "decide", one["id"], "same", "--top", str(small)[:23])
    assert (decided["verdict"], decided["top"]) == ("same", str(small))
    assert answer(archive, monkeypatch, "likeness", "list")["items"] == []
    assert len(answer(archive, monkeypatch, "likeness", "list", "--decided")["items"]) == 1
    assert run(archive, monkeypatch, "likeness", "reopen", one["id"]).exit_code == 0
    assert answer(archive, monkeypatch, "likeness", "list")["waiting"] == 1


@pytest.mark.slow
def test_neighbours_at_any_distance(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    enter = entering(archive)
    asked, near, far = enter(), enter(turned(HASH, 5)), enter(turned(HASH, 14))
    archive.liken()
    found = answer(archive, monkeypatch, "likeness", "near", str(asked))
    assert [(row["asset"], row["distance"]) for row in found] == [(str(near), 5)]
    found = answer(archive, monkeypatch, "likeness", "near", str(asked), "--distance", "14")
    assert [row["asset"] for row in found] == [str(near), str(far)]


@pytest.mark.slow
def test_an_index_that_is_lost_is_made_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    enter = entering(archive)
    asked, near = enter(), enter()
    archive.liken()
    shutil.rmtree(archive.settings.home / "likeness")
    assert answer(archive, monkeypatch, "likeness", "rebuild") == {"pictures": 2}
    assert [row["asset"] for row in answer(archive, monkeypatch, "likeness", "near", str(asked))] == [str(near)]


def test_refusals_say_why(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(archive, monkeypatch, "likeness", "decide", "nonsense", "same")
    assert done.exit_code == 1
    assert "likeness list" in str(done.exception)
    assert run(archive, monkeypatch, "likeness", "decide", "x", "odd").exit_code == 2
