"""`media-archive restore`: from the price to the request and its end."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from media_archive.archive import Archive
from media_archive.config import Settings, load
from tests.cli.outgoing import answer, run
from tests.restoring import cold
from tests.webapp.sample import Sample


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = cold.profiled(load(home=tmp_path / "home", keep_free=0), tmp_path / "profiles")
    for name in ("storage_profile", "profiles_folder"):
        monkeypatch.setenv(f"MEDIA_ARCHIVE_{name.upper()}", str(getattr(made, name)))
    return made


@pytest.fixture
def frozen(archive: Archive, sample: Sample) -> UUID:
    cold.chill(archive, sample.photos[0])
    return sample.photos[0]


@pytest.mark.slow
def test_from_the_price_to_the_request_and_its_end(
    archive: Archive, frozen: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = answer(archive, monkeypatch, "restore", "ask", str(frozen))
    assert (told["request"], told["files"], told["hours"], told["currency"]) == (None, 1, 12, "CNY")
    assert told["price"] > 0
    assert answer(archive, monkeypatch, "restore", "list")["items"] == []
    refused = run(archive, monkeypatch, "restore", "ask", str(frozen), "--yes")
    assert refused.exit_code == 1
    given = ("--purpose", "城市记忆影片", "--days", "9", "--yes")
    asked = answer(archive, monkeypatch, "restore", "ask", str(frozen), *given)
    (listed,) = answer(archive, monkeypatch, "restore", "list", "--open")["items"]
    assert (listed["id"], listed["state"], listed["days"]) == (asked["request"], "waiting", 9)
    assert run(archive, monkeypatch, "restore", "end", asked["request"]).exit_code == 0
    assert answer(archive, monkeypatch, "restore", "list", "--open")["items"] == []


@pytest.mark.slow
def test_show_says_how_the_original_stands(
    archive: Archive, frozen: UUID, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer(archive, monkeypatch, "show", str(frozen))["original"]["standing"] == "offline"
    assert "offline  cold  12 h" in run(archive, monkeypatch, "show", str(frozen)).stdout
    online = json.loads(run(archive, monkeypatch, "show", str(sample.photos[1]), "--json").stdout)
    assert (online["original"]["standing"], online["original"]["price"]) == ("online", 0)
