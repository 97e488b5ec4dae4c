"""The main job at the command line, with nothing served: the command does the work itself."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.drawn import pictures
from tests.served import Served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def shoot(tmp_path_factory: pytest.TempPathFactory, shared_media: Path) -> tuple[Served, Path, dict[str, Any]]:
    """A home with one shoot of real files, good and bad, and what the ingest said of it."""
    folder = tmp_path_factory.mktemp("job")
    card = folder / "card"
    card.mkdir()
    wanted = ["photo/sunrise.jpg", "photo/CRW.CRW", "photo/IMG_2682.heic", "photo/sample.nef", "audio/test_bwf.wav"]
    for name in [
        *wanted,
        "video/with-gps.mp4",
        "broken/truncated.jpg",
        "broken/empty.heic",
        "broken/corrupt-header.jpg",
    ]:
        shutil.copy(shared_media / name, card)
    shutil.copy(shared_media / "sidecar" / "2000.xmp", card / "sunrise.xmp")
    served = Served(folder / "home", {"LC_ALL": "C.UTF-8"})
    assert served.command("init").returncode == 0
    done = served.command("ingest", card, "--shoot", "实拍", "--project", "P1", "--wait", "--json")
    return served, card, json.loads(done.stdout)


def _json(served: Served, *arguments: str) -> Any:
    return json.loads(served.command(*arguments, "--json").stdout)


def test_every_file_is_accounted_for(shoot: tuple[Served, Path, dict[str, Any]]) -> None:
    _, card, summary = shoot
    assert set(summary) == {
        "shoot", "found", "added", "duplicates", "refused", "skipped", "bytes", "problems", "assets",
    }  # fmt: skip
    assert summary["found"] == len(list(card.iterdir())) == summary["added"] + summary["refused"]
    assert {Path(one["path"]).name for one in summary["problems"]} >= {"empty.heic", "sample.nef", "truncated.jpg"}
    assert all(one["reason"] for one in summary["problems"])


def test_an_asset_tells_everything_in_the_agreed_shape(shoot: tuple[Served, Path, dict[str, Any]]) -> None:
    served, card, summary = shoot
    shown = [_json(served, "show", one) for one in summary["assets"]]
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in card.iterdir()}
    for one in shown:
        assert {
            "id",
            "kind",
            "title",
            "taken_at",
            "shoot",
            "files",
            "renditions",
            "metadata",
            "links",
            "events",
        } <= set(one)
        assert one["links"][0]["name"] == "P1"
        for file in one["files"]:
            assert {"id", "role", "name", "sha256", "size", "media_type", "copies"} <= set(file)
            assert file["copies"][0]["verified_at"]
            assert file["role"] == "rendition" or file["sha256"] in digests
    by_name = {one["files"][0]["name"]: one for one in shown}
    assert {one["recipe"] for one in by_name["sunrise.jpg"]["renditions"]} == {"thumb", "screen", "large"}
    assert {"proxy", "poster", "sprites", "thumb"} <= {one["recipe"] for one in by_name["with-gps.mp4"]["renditions"]}
    assert {"audio", "peaks"} <= {one["recipe"] for one in by_name["test_bwf.wav"]["renditions"]}
    assert [file["role"] for file in by_name["sunrise.jpg"]["files"]][:2] == ["original", "sidecar"]
    assert by_name["sunrise.jpg"]["metadata"]["camera"]["model"]


def test_what_came_in_is_found_by_words_and_by_what_it_shows(shoot: tuple[Served, Path, dict[str, Any]]) -> None:
    served, _, summary = shoot
    found = _json(served, "search", "实拍")
    assert set(found) == {"total", "items", "facets", "next", "expansions", "correction"}
    assert found["total"] == len(summary["assets"])
    assert _json(served, "search", "sunrise")["total"] == 1
    assert _json(served, "list", "--project", "P1", "--kind", "film")["total"] == 1
    refused = served.command("list", "--street", "没有这条街")
    assert (refused.returncode, refused.stdout) == (1, "")


def test_a_flipped_byte_is_named_by_its_digest(shoot: tuple[Served, Path, dict[str, Any]]) -> None:
    served, _, summary = shoot
    file = _json(served, "show", summary["assets"][0])["files"][0]
    stored = next(path for path in served.home.rglob(file["sha256"]) if path.is_file())
    good = stored.read_bytes()
    stored.chmod(0o644)
    stored.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    report = served.command("verify", "--json")
    assert report.returncode == 1
    assert [one["sha256"] for one in json.loads(report.stdout)["bad"]] == [file["sha256"]]
    stored.write_bytes(good)
    again = served.command("verify", "--json")
    assert (again.returncode, json.loads(again.stdout)["bad"]) == (0, [])


def test_wrong_use_is_2_and_a_refusal_one_line_and_1(
    shoot: tuple[Served, Path, dict[str, Any]], tmp_path: Path
) -> None:
    served, _, _ = shoot
    assert served.command("ingest").returncode == 2
    assert served.command("no-such-command").returncode == 2
    refused = served.command("ingest", tmp_path / "absent", "--shoot", "x")
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    elsewhere = Served(tmp_path / "nowhere").command("list")
    assert elsewhere.returncode == 1
    assert "media-archive init" in elsewhere.stderr


def test_chinese_readers_are_told_in_chinese(shoot: tuple[Served, Path, dict[str, Any]], tmp_path: Path) -> None:
    served, _, _ = shoot
    reader = Served(served.home, {"LC_ALL": "zh_CN.UTF-8"})
    refused = reader.command("ingest", tmp_path / "absent", "--shoot", "x")
    assert refused.returncode == 1
    assert "不存在" in refused.stderr


def test_a_second_command_on_the_same_folder_adds_nothing(
    shoot: tuple[Served, Path, dict[str, Any]], tmp_path: Path
) -> None:
    served, _, _ = shoot
    pictures(tmp_path / "card", 6)
    running = [served.begin("ingest", tmp_path / "card", "--shoot", "同时") for _ in range(2)]
    for one in running:
        one.wait()
    assert _json(served, "list", "--shoot", "同时")["total"] == 6


def test_a_rendition_that_rots_is_made_again(shoot: tuple[Served, Path, dict[str, Any]]) -> None:
    served, _, summary = shoot
    shown = next(one for one in (_json(served, "show", asset) for asset in summary["assets"]) if one["kind"] == "photo")
    rendition = next(file for file in shown["files"] if file["role"] == "rendition")
    next(path for path in served.home.rglob(rendition["sha256"]) if path.is_file()).unlink()
    assert served.command("verify").returncode == 1
    assert served.command("ingest", served.home.parent / "card", "--shoot", "实拍", "--wait").returncode in (0, 1)
    assert served.command("verify").returncode == 0


def test_a_store_that_does_not_exist_is_no_clean_check(shoot: tuple[Served, Path, dict[str, Any]]) -> None:
    refused = shoot[0].command("verify", "--store", "nope")
    assert refused.returncode == 1
    assert "nope" in refused.stderr
