"""Tables that are written otherwise than they should be: encodings, signs that no catalogue keeps, crossing outlines."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.subjects.exchange import work
from media_archive.catalogue.subjects.exchange.importing import MOST_TOLD, TOLD, bring_in
from media_archive.catalogue.subjects.exchange.mapping import guessed
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.db import new_id
from media_archive.events import service as events
from media_archive.geo.files.reading import table
from media_archive.geo.files.table import Table
from tests.catalogue.test_exchange import _counts, _take

TABLE = '编码,名称,说明\r\nS-1,解放路,"=HYPERLINK(""x"")"\r\nS-2,建设路,-3\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_comes_in_in_whatever_chinese_spreadsheets_write(
    archive: Archive, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "道路.csv"
    file.write_bytes(TABLE.encode(encoding))
    assert _counts(_take(archive, file, SubjectKind.STREET)) == (2, 0, 0, 0)
    with archive.reading() as session:
        said = {one.name: one.description for one in session.scalars(select(Subject))}
    assert said == {"解放路": '=HYPERLINK("x")', "建设路": "-3"}


def test_signs_that_no_catalogue_keeps_are_left_out(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("编码,名称\nS\0-1,解\0放路\n".encode())
    assert _counts(_take(archive, file, SubjectKind.STREET)) == (1, 0, 0, 0)
    place: dict[str, Any] = {"type": "Point", "coordinates": [116.3, 37.4]}
    properties = {"code": "S-2", "name": "建设路\ud800", "坏\udfff": 1, "description": "x" * 30_000}
    feature = {"type": "Feature", "properties": properties, "geometry": place}
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    report = _take(archive, tmp_path / "a.geojson", SubjectKind.STREET)
    assert report.refused == 1, "the description is too long, and that is said"
    properties["description"] = "短"
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert _counts(_take(archive, tmp_path / "a.geojson", SubjectKind.STREET)) == (1, 0, 0, 0)
    with archive.transaction() as session:
        assert {one.name for one in session.scalars(select(Subject))} == {"解放路", "建设路"}
        assert events.seal(session) > 0


@pytest.mark.slow
def test_every_refused_row_of_a_long_table_is_told_and_comes_back(archive: Archive, tmp_path: Path) -> None:
    rows = 2 * TOLD + 7
    file = tmp_path / "长表.csv"
    file.write_text("编码,名称,长度\n" + "".join(f"S-{one},路{one},多\n" for one in range(rows)), "utf-8")
    found = Table.from_json(table(str(file)))
    number = new_id()
    mapping = guessed(found.columns, SubjectKind.STREET)
    bring_in(archive, archive.settings.archive_code, found, mapping, "wang", file.name, number=number)
    report = work.refused(archive, number)
    assert report
    assert (report.refused, len(report.refusals)) == (rows, rows)
    again = list(csv.reader(io.StringIO(report.refused_rows(str).decode("utf-8-sig"))))
    assert len(again) == rows + 1
    assert again[-1][0] == f"S-{rows - 1}"
    assert rows < MOST_TOLD


def test_a_crossing_outline_and_exchanged_degrees_are_seen(archive: Archive, tmp_path: Path) -> None:
    bow = [[[116.0, 37.0], [116.1, 37.1], [116.1, 37.0], [116.0, 37.1], [116.0, 37.0]]]
    shapes = {
        "蝴蝶": {"type": "Polygon", "coordinates": bow},
        "颠倒": {"type": "Point", "coordinates": [37.4, 116.3]},
        "未闭": {"type": "Polygon", "coordinates": [bow[0][:4]]},
        "非数": {"type": "Point", "coordinates": [float("nan"), 1]},
        "米制": {"type": "Point", "coordinates": [410987.07, 4096978.48]},
    }
    features = [{"type": "Feature", "properties": {"name": name}, "geometry": one} for name, one in shapes.items()]
    file = tmp_path / "形.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    report = _take(archive, file, SubjectKind.LANDMARK)
    refused = {cells[0] for _, _, cells in report.refusals}
    assert {"颠倒", "未闭", "非数", "米制"} <= refused
    assert report.new == len(shapes) - len(refused)


def test_a_shapefile_of_gbk_without_prj_and_cpg_is_read(archive: Archive, tmp_path: Path) -> None:
    import numpy as np
    import shapely
    from pyogrio.raw import write

    spot = shapely.to_wkb(np.array([shapely.Point(116.3, 37.45)], dtype=object))
    cells = [np.array(["L-1"], dtype=object), np.array(["望河桥"], dtype=object)]
    file = tmp_path / "桥.shp"
    with pytest.warns(UserWarning, match="crs"):
        write(file, spot, cells, ["code", "name"], geometry_type="Point", driver="ESRI Shapefile", encoding="GB18030")
    for ending in (".prj", ".cpg"):
        file.with_suffix(ending).unlink(missing_ok=True)
    assert _counts(_take(archive, file, SubjectKind.LANDMARK)) == (1, 0, 0, 0)
    with archive.reading() as session:
        bridge = session.scalars(select(Subject)).one()
    assert bridge.name == "望河桥"
    assert bridge.geometry == {"type": "Point", "coordinates": [116.3, 37.45]}
