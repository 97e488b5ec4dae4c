"""Tables and XMP files of a shoot, and an asset in the words of the standards."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from media_archive.archive import Archive
from media_archive.catalogue import facts
from media_archive.catalogue.models import Asset, Kind
from media_archive.db import transaction
from media_archive.delivery.tables import harmless
from media_archive.errors import Conflict, Invalid
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.metadata.reading import xmp
from tests.cli.outgoing import answer, assets, filled, run
from tests.drawn import picture, pictures

pytestmark = pytest.mark.slow


@pytest.fixture
def shoot(archive: Archive, tmp_path: Path) -> Archive:
    """Three photographs, two of one name, in a shoot with everything that a shoot can say."""
    pictures(tmp_path / "card" / "a", 2)
    picture(tmp_path / "card" / "b" / "IMG_0000.jpg", 77)
    filled(
        archive,
        tmp_path / "card",
        projects=("P1",),
        streets=("解放路",),
        photographer="王敏",
        caption='=HYPERLINK("http://x")，"引号"\n第二行',
    )
    return archive


def _rows(table: bytes) -> list[dict[str, str]]:
    assert table.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(table[3:].decode("utf-8"), newline="")))


def test_a_table_opens_in_excel_with_chinese_headings(
    shoot: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "表.csv"
    done = answer(shoot, monkeypatch, "export", "解放路改造", "--csv", file)
    assert (done["rows"], done["left_out"]) == (3, 0)
    table = file.read_bytes()
    rows = _rows(table)
    assert table.count(b"\r\n") == 4
    assert {row["题名"] for row in rows} == {"IMG_0000", "IMG_0001"}
    assert {row["街道"] for row in rows} == {"解放路"}
    assert {row["摄影者"] for row in rows} == {"王敏"}
    assert all(row["文字说明"].startswith("'=HYPERLINK") and row["文字说明"].endswith("第二行") for row in rows)


def test_the_standards_columns_stand_in_the_standards_words(
    shoot: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with shoot.transaction() as session:
        session.get_one(Asset, assets(shoot)[0].id).kind = Kind.SOUND
    file = tmp_path / "a.csv"
    done = answer(shoot, monkeypatch, "export", "解放路改造", "--csv", file, "--as", "da54")
    assert (done["rows"], done["left_out"]) == (2, 1)
    assert done["missing"]["档号"] == 2
    assert {"文件标识符", "题名", "摄影时间", "数字摘要值", "当前位置"} <= set(_rows(file.read_bytes())[0])


def test_an_existing_file_is_only_replaced_when_told_and_never_left_half(
    shoot: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("mine")
    refused = run(shoot, monkeypatch, "export", "解放路改造", "--csv", file)
    assert isinstance(refused.exception, Conflict)
    assert file.read_text() == "mine"
    assert run(shoot, monkeypatch, "export", "解放路改造", "--csv", file, "--force").exit_code == 0
    assert len(_rows(file.read_bytes())) == 3
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_the_table_can_go_to_standard_output(shoot: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(shoot, monkeypatch, "export", "解放路改造", "--csv", "-")
    assert len(_rows(done.stdout_bytes)) == 3
    assert "3 assets" in done.stderr


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.5", "+3", "解放路", "", "1=1"])
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_the_number_of_queries_does_not_grow_with_the_shoot(shoot: Archive, tmp_path: Path) -> None:
    asked: list[str] = []
    event.listen(shoot.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    shoot_id, counts = assets(shoot)[0].shoot_id, []
    for expected in (3, 23):
        asked.clear()
        with shoot.reading() as session:
            assert len(list(facts.of_shoot(session, shoot_id))) == expected
        counts.append(len(asked))
        pictures(tmp_path / "more", 20, 100)
        receive(shoot, [tmp_path / "more"], Wish(shoot="解放路改造"))
    assert counts[0] == counts[1]


def test_every_asset_gets_an_xmp_file_of_its_own(
    shoot: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "xmp"
    assert answer(shoot, monkeypatch, "export", "解放路改造", "--xmp", folder)["files"] == 3
    assert {one.name for one in folder.iterdir()} == {"IMG_0000.jpg.xmp", "IMG_0000.jpg (2).xmp", "IMG_0001.xmp"}
    found = xmp.read((folder / "IMG_0001.xmp").read_bytes())
    assert found["dc:creator"] == ["王敏"]
    assert found["lr:hierarchicalSubject"] == ["项目|P1", "街道|解放路"]
    assert found["Iptc4xmpExt:LocationShown"][0]["Iptc4xmpExt:LocationName"]["zh"] == "解放路"
    assert "dc:title" not in found  # nobody gave one: the file's name is none
    refused = run(shoot, monkeypatch, "export", "解放路改造", "--xmp", folder)
    assert isinstance(refused.exception, Conflict)


def test_single_assets_are_exported_too(shoot: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chosen = [asset.id for asset in assets(shoot)[:2]]
    words = [word for one in chosen for word in ("--asset", one)]
    assert answer(shoot, monkeypatch, "export", *words, "--xmp", tmp_path / "x")["files"] == 2
    assert run(shoot, monkeypatch, "export", "解放路改造", *words, "--xmp", tmp_path / "x").exit_code == 2
    assert run(shoot, monkeypatch, "export", "解放路改造").exit_code == 2


def test_an_asset_is_shown_in_the_elements_of_its_standard(shoot: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    asset_id = assets(shoot)[0].id
    told: dict[str, Any] = answer(shoot, monkeypatch, "show", asset_id, "--as", "da54")
    by_key = {one["key"]: one for one in told["elements"]}
    assert by_key["photographer"]["values"] == ["王敏"]
    assert by_key["format_name"]["values"]
    assert {one["name"] for one in told["warnings"]} >= {"档号", "保管期限"}
    table = run(shoot, monkeypatch, "show", asset_id, "--as", "da54").stdout
    assert "【拍摄位置】" in table
    assert "未与标准原文核对" in table
    wrong = run(shoot, monkeypatch, "show", asset_id, "--as", "da63")
    assert isinstance(wrong.exception, Invalid)


def test_an_export_stands_in_the_history(shoot: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from media_archive.events import service as events

    answer(shoot, monkeypatch, "export", "解放路改造", "--csv", tmp_path / "a.csv")
    with transaction(shoot.engine) as session:
        history = events.of(session, "shoot", assets(shoot)[0].shoot_id)
    assert [one.detail["rows"] for one in history if one.what == "dissemination"] == [3]
