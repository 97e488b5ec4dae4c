"""Tables of subjects come in, only what differs is written, and go out again the same."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from media_archive.archive import Archive
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Outbox
from media_archive.catalogue.subjects import merging
from media_archive.catalogue.subjects.exchange import exporting
from media_archive.catalogue.subjects.exchange.importing import Report, bring_in, preview
from media_archive.catalogue.subjects.exchange.mapping import Mapping, guessed
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.config import PROJECT
from media_archive.errors import Invalid, Unreadable
from media_archive.geo.datums import Datum
from media_archive.geo.distances import between
from media_archive.geo.files.reading import table
from media_archive.geo.files.table import Table
from tests.catalogue.test_subjects import entered, linked

SHARED_GEO = PROJECT.parent / "shared" / "geo"
STREETS = """编码,名称,上级,曾用名,道路等级,长度,经度,纬度
S-1,解放路,371402,中山街:1912:1949;南门大街,主干路,"3,200",116.30,37.45
S-2,建设路,371402,,支路,,,
S-3,东风路,德城区,,,,,
,无号巷,,,街巷,120,,
"""


def _read(file: Path) -> Table:
    return Table.from_json(table(str(file)))


def _take(archive: Archive, file: Path, kind: SubjectKind, *, dry: bool = False, datum: str = "") -> Report:
    found = _read(file)
    mapping = guessed(found.columns, kind, datum)
    if dry:
        return preview(archive, archive.settings.archive_code, found, mapping)
    return bring_in(archive, archive.settings.archive_code, found, mapping, "wang", file.name)


def _counts(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.same, report.refused


def _called(archive: Archive, name: str) -> Subject:
    with archive.reading() as session:
        found = session.scalars(select(Subject).where(Subject.name == name)).one()
        assert found.names
        return found


@pytest.fixture
def streets(tmp_path: Path, archive: Archive) -> Path:
    entered(archive, "德城区", SubjectKind.PLACE, code="371402")
    file = tmp_path / "道路.csv"
    file.write_text(STREETS, "utf-8-sig")
    return file


def test_a_table_comes_in_and_a_second_time_nothing_is_written(archive: Archive, streets: Path) -> None:
    assert _counts(_take(archive, streets, SubjectKind.STREET, dry=True)) == (4, 0, 0, 0)
    with archive.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subject)) == 1
    assert _counts(_take(archive, streets, SubjectKind.STREET)) == (4, 0, 0, 0)
    street, district = _called(archive, "解放路"), _called(archive, "德城区")
    assert street.parent_id == district.id
    assert street.details == {"class": "arterial", "length": 3200}
    assert street.geometry == {"type": "Point", "coordinates": [116.30, 37.45]}
    assert {(one.name, one.kind, one.valid_from, one.valid_to) for one in street.names} == {
        ("解放路", "official", None, None),
        ("中山街", "former", "1912", "1949"),
        ("南门大街", "former", None, None),
    }
    assert _counts(_take(archive, streets, SubjectKind.STREET)) == (0, 0, 4, 0)
    assert _called(archive, "解放路").version == 1


def test_only_what_changed_is_updated_and_its_pictures_are_indexed_anew(archive: Archive, streets: Path) -> None:
    _take(archive, streets, SubjectKind.STREET)
    (asset,) = linked(archive, _called(archive, "建设路").id)
    linked(archive, _called(archive, "解放路").id)
    with archive.transaction() as session:
        session.query(Outbox).delete()
    streets.write_text(
        STREETS.replace("建设路,371402,,支路", "建设东路,371402,建设路::1990,次干路").replace("120", "130"), "utf-8"
    )
    told = _take(archive, streets, SubjectKind.STREET, dry=True)
    assert _counts(told) == (0, 2, 2, 0)
    assert told.first[0]["changes"]["name"] == ["建设路", "建设东路"]
    assert _counts(_take(archive, streets, SubjectKind.STREET)) == (0, 2, 2, 0)
    street = _called(archive, "建设东路")
    assert (street.code, street.version, street.details["class"]) == ("S-2", 2, "secondary")
    assert _called(archive, "无号巷").details["length"] == 130
    with archive.reading() as session:
        assert session.scalars(select(Outbox.asset_id)).all() == [asset]


def test_refused_rows_are_told_with_the_reason_and_hinder_no_other(archive: Archive, streets: Path) -> None:
    winner, loser = entered(archive, "新路", code="S-8"), entered(archive, "新 路", code="S-9")
    with archive.transaction() as session:
        merging.merge(session, loser, winner, "wang")
    streets.write_text(
        STREETS
        + "S-4,坏路,nowhere,,,,,\nS-5,远路,,,,,216.3,37\nS-6,歪路,,,高速,,,\nS-1,又一条,,,,,,\nS-9,并入路,,,,,,\n"
        ',,,,,,,1\nS-7,多格,,,,,,,,,"=x"\n=1,公式,?,,,,,\n',
        "utf-8",
    )
    told = _take(archive, streets, SubjectKind.STREET, dry=True)
    report = _take(archive, streets, SubjectKind.STREET)
    assert _counts(told) == _counts(report) == (4, 0, 0, 8)
    written = report.refused_rows(str)
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert [row["行号"] for row in rows] == ["6", "7", "8", "9", "10", "11", "12", "13"]
    reasons = " ".join(row["原因"] for row in rows)
    for word in ("nowhere", "beyond the earth", "高速", "Line 2", "merged", "more cells"):
        assert word in reasons
    assert rows[-1]["编码"] == "'=1"


@pytest.mark.slow
def test_parents_come_before_what_is_part_of_them_whatever_their_order(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_bytes("代码,名称,所属\n3,王庄村,2\n2,二屯镇,1\n1,德城区,\n4,甲,5\n5,乙,4\n".encode("gb18030"))
    assert _counts(_take(archive, file, SubjectKind.PLACE, dry=True)) == (3, 0, 0, 2)
    assert _counts(_take(archive, file, SubjectKind.PLACE)) == (3, 0, 0, 2)
    assert _called(archive, "王庄村").parent_id == _called(archive, "二屯镇").id


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "geojson", "gpkg", "shp", "zip"])
@pytest.mark.parametrize("datum", ["WGS-84", "GCJ-02"])
def test_what_goes_out_comes_in_again_the_same(archive: Archive, tmp_path: Path, ending: str, datum: str) -> None:
    area = {"type": "Polygon", "coordinates": [[[116.3, 37.4], [116.4, 37.4], [116.4, 37.5], [116.3, 37.4]]]}
    above = entered(archive, "=德州", SubjectKind.PLACE, code="3714", geometry=area, details={"level": "city"})
    names = [{"name": "德城", "kind": "former", "valid_from": "1949", "valid_to": "1994-05"}]
    entered(archive, "德城区", SubjectKind.PLACE, code="371402", geometry=area, parent=above, names=names)
    entered(
        archive,
        "无处",
        SubjectKind.PLACE,
        parent=above,
        description="说明,“引号”\n第二行" if ending == "csv" else "说明",
    )
    file = tmp_path / f"places.{ending}"
    with archive.reading() as session:
        institution = session.scalars(select(Institution)).one()
        found = exporting.table(session, institution.id, [SubjectKind.PLACE], Datum.of(datum), chinese=ending == "csv")
    assert exporting.write(file, found, Datum.of(datum)) == 0
    assert _counts(_take(archive, file, SubjectKind.PLACE, dry=True, datum=datum)) == (0, 0, 3, 0)


@pytest.mark.slow
def test_coordinates_of_a_grid_are_taken_as_the_file_says(archive: Archive, tmp_path: Path) -> None:
    from media_archive.geo.files import writing

    spot = {"type": "Point", "coordinates": [410987.07, 4096978.48]}
    writing.write(tmp_path / "桥.shp", Table(["code", "name"], [["L-1", "望河桥"]], [2], [spot]), "EPSG:4548")
    assert _counts(_take(archive, tmp_path / "桥.shp", SubjectKind.LANDMARK)) == (1, 0, 0, 0)
    bridge = _called(archive, "望河桥")
    assert bridge.geometry is not None
    assert between((116.0, 37.0), tuple(bridge.geometry["coordinates"])) < 0.02
    assert bridge.geometry_given == {"geometry": spot, "datum": "EPSG:4548"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gpkg", b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'),
        ("a.gpkg", b"SQLite format 3\x00" + b"\xff" * 4096),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\x00" * 200),
        ("a.zip", b"PK\x03\x04broken"),
        ("a.geojson", b"[" * 100_000),
        ("a.geojson", b'{"type": "FeatureCollection", "features": 3}'),
        ("a.csv", b"\xff\xfea"),
        ("a.csv", b""),
        ("a.xlsx", b"PK"),
    ],
)
def test_files_that_are_no_tables_are_refused_in_words(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises((Invalid, Unreadable)):
        _read(tmp_path / name)


def test_names_in_a_packed_shapefile_lead_nowhere(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("../../escaped.shp", b"\x00\x00\x27\x0a")
    with pytest.raises(Unreadable):
        _read(tmp_path / "a.zip")
    assert not list(tmp_path.parent.rglob("escaped*"))


def test_a_mapping_is_kept_as_a_file_that_people_can_read() -> None:
    made = Mapping(kind=SubjectKind.PLACE, datum="GCJ-02", columns={'编"码\\': "code", "名称": "name", "空": ""})
    assert Mapping.from_toml(made.to_toml(), "x.toml") == made
    for wrong in ("kind = 3", "kind = 'river'", "[columns", "colour = 'red'"):
        with pytest.raises(Invalid):
            Mapping.from_toml(wrong, "x.toml")
    for columns in ({"名": "nick"}, {"名": "name", "码": "name"}, {"码": "description"}, {"外": "name"}):
        with pytest.raises(Invalid):
            Mapping(kind=SubjectKind.PLACE, columns=columns).checked(["名", "码"])


def city_tables(folder: Path) -> list[tuple[Path, SubjectKind, str, int]]:
    """The reference city's places, and two thousand streets and projects made up: file, kind, datum, rows."""
    streets, projects = folder / "streets.geojson", folder / "projects.csv"
    lines = [
        {
            "type": "Feature",
            "properties": {"code": f"S-{n}", "name": f"第{n}路", "former": f"旧{n}街:1950:1980", "length": n * 10},
            "geometry": {
                "type": "LineString",
                "coordinates": [[116 + n / 2000, 37], [116 + n / 2000, 37.1], [116.1, 37.2]],
            },
        }
        for n in range(1000)
    ]
    streets.write_text(json.dumps({"type": "FeatureCollection", "features": lines}), "utf-8")
    rows = [
        f"P-{n},第{n}号工程,市政公司{n % 7},施工:2010-03:2012;竣工:2012,371402,{116 + n / 2000},{37.3}"
        for n in range(1000)
    ]
    projects.write_text("项目编号,项目名称,建设单位,阶段,上级,经度,纬度\n" + "\n".join(rows), "utf-8")
    return [
        (SHARED_GEO / "dezhou_areas.csv", SubjectKind.PLACE, "", 12),
        (SHARED_GEO / "dezhou_11_counties_cnmaps.geojson", SubjectKind.PLACE, "GCJ-02", 11),
        (SHARED_GEO / "dezhou_streets.csv", SubjectKind.PLACE, "", 135),
        (SHARED_GEO / "dezhou_villages.csv", SubjectKind.PLACE, "", 5307),
        (streets, SubjectKind.STREET, "", 1000),
        (projects, SubjectKind.PROJECT, "", 1000),
    ]


@pytest.mark.slow
def test_the_whole_city_comes_in_within_a_minute(archive: Archive, tmp_path: Path) -> None:
    from time import process_time

    if not SHARED_GEO.is_dir():
        pytest.skip("the folder of geodata beside the project is absent")
    begun = process_time()
    for file, kind, datum, rows in city_tables(tmp_path):
        report = _take(archive, file, kind, datum=datum)
        assert report.rows == rows
        assert report.refused == 0, report.refusals[:3]
        assert report.same == 0
    assert process_time() - begun < 60
    with archive.reading() as session:
        count = session.scalar(select(func.count()).select_from(Subject))
        assert count == 12 + 135 + 5307 + 2000
        district = session.scalars(select(Subject).where(Subject.code == "371402")).one()
        assert district.geometry is not None
        below = session.scalars(select(Subject.name).where(Subject.parent_id == district.id)).all()
        assert "新湖街道" in below
    for file, kind, datum, rows in city_tables(tmp_path):
        assert _counts(_take(archive, file, kind, datum=datum)) == (0, 0, rows, 0)
