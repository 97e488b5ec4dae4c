"""`media-archive storage`: from a changed profile to copies that lie otherwise."""

import json
from pathlib import Path

import pytest

from media_archive.archive import Archive
from media_archive.config import PROJECT, load
from tests.cli.outgoing import answer, run

RULES = """
minimum = 1
[name]
zh = "试"
en = "trial"
[description]
zh = "试"
en = "for a test"
[stores.main]
kind = "folder"
path = "{home}/store/main"
[stores.second]
kind = "folder"
path = "{home}/store/second"
[tiers.hot]
store = "main"
price = 200
[[rules]]
name = "masters"
roles = ["original", "sidecar"]
copies = ["hot", "second"]
[[rules]]
name = "shown"
roles = ["rendition"]
copies = ["hot"]
"""


@pytest.fixture
def trial(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The profile `trial`, in force; one original lies in its first store alone."""
    from tests.placement.small import TERABYTE  # noqa: F401 - the catalogue of the tests beside

    folder = tmp_path / "profiles"
    folder.mkdir()
    file = folder / "trial.toml"
    file.write_text(RULES.replace('"hot", "second"', '"hot"'), "utf-8")
    monkeypatch.setenv("MEDIA_ARCHIVE_PROFILES_FOLDER", str(folder))
    monkeypatch.setenv("MEDIA_ARCHIVE_STORAGE_PROFILE", "trial")
    picture = tmp_path / "a.txt"
    picture.write_bytes((PROJECT / "docs" / "pictures" / "grid.png").read_bytes())
    opened = Archive.open(load(home=archive.settings.home, keep_free=0))
    opened.init()
    from media_archive.ingest.service import receive
    from media_archive.ingest.wish import Wish

    receive(opened, [picture], Wish(shoot="s"))
    opened.close()
    return file


@pytest.mark.slow
def test_a_changed_rule_is_shown_planned_and_applied(
    archive: Archive, trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answer(archive, monkeypatch, "storage", "plan")
    assert first["steps"] == []
    assert answer(archive, monkeypatch, "storage", "apply", "--wait")["state"] == "done"
    trial.write_text(RULES, "utf-8")
    run(archive, monkeypatch, "init")
    told = run(archive, monkeypatch, "storage", "plan")
    assert "rules.masters.copies: ['hot'] -> ['hot', 'second']" in told.stdout
    assert "masters" in told.stdout
    plan = answer(archive, monkeypatch, "storage", "plan")
    assert [(one["action"], one["from_tier"], one["to_tier"], one["files"]) for one in plan["steps"]] == [
        ("copy", "hot", "second", 1)
    ]
    done = answer(archive, monkeypatch, "storage", "apply", plan["plan"], "--wait")
    assert (done["state"], done["applied"]["done"]["copy"]["steps"]) == ("done", 1)
    shown = answer(archive, monkeypatch, "storage", "show")
    after = {one["tier"]: one["after"] for one in plan["tiers"]}
    assert {one["tier"]: one["before"] for one in shown["tiers"]} == after
    assert shown["month"]["before"] == pytest.approx(plan["month"]["after"])


@pytest.mark.slow
def test_another_profile_is_tried_out_without_a_plan(
    archive: Archive, trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(RULES, "utf-8")
    tried = answer(archive, monkeypatch, "storage", "plan", "--profile", str(other))
    assert (tried["plan"], len(tried["steps"])) == (None, 1)
    refused = run(archive, monkeypatch, "storage", "apply")
    assert refused.exit_code == 1
    assert "storage plan" in str(refused.exception)
    points = answer(archive, monkeypatch, "storage", "simulate", "--years", "1", "--profile", str(other))["months"]
    assert len(points) == 13
    assert set(points[0]["tiers"]) == {"hot", "second"}
    assert "1" in run(archive, monkeypatch, "storage", "simulate", "--years", "1").stdout


def test_a_profile_is_checked_without_an_archive(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        RULES.replace('["hot", "second"]', '["hot", "attic"]').replace("price = 200", "price = -1"), "utf-8"
    )
    monkeypatch.setattr(archive.settings.__class__, "home", tmp_path / "nowhere", raising=False)
    done = run(archive, monkeypatch, "storage", "check-profile", str(file), "--json")
    [mistake] = json.loads(done.stdout)["mistakes"]
    assert (done.exit_code, mistake["line"], mistake["key"]) == (1, 17, "tiers.hot.price")
    file.write_text(RULES.replace('["hot", "second"]', '["hot", "attic"]'), "utf-8")
    told = run(archive, monkeypatch, "storage", "check-profile", str(file)).stdout
    assert f"{file}:21: mistake: rules[1] (masters).copies" in told
    assert '"attic"' in told
    file.write_text(RULES + '[[rules]]\nroles=["proxy"]\ncopies=["hot"]\nwhen={formats=["qqq"]}', "utf-8")
    found = run(archive, monkeypatch, "storage", "check-profile", str(file), "--catalogue")
    assert found.exit_code == 0
    assert '"qqq"' in found.stdout
