"""云溪, a city that does not exist: its projects, landmarks and streets, with former names and places on the map."""

from dataclasses import dataclass, field
from typing import Any

from media_archive.catalogue.subjects.models import SubjectKind

#: where the invented city lies: farmland in the west of Shandong, WGS-84 degrees
LONGITUDE, LATITUDE = 116.62, 37.06


@dataclass(frozen=True)
class Name:
    """A name that was in force for a time."""

    name: str
    valid_from: str | None
    valid_to: str | None
    kind: str = "former"


@dataclass(frozen=True)
class Place:
    """A subject of the city."""

    kind: SubjectKind
    name: str
    description: str
    geometry: dict[str, Any]
    code: str | None = None
    names: tuple[Name, ...] = ()
    #: code or name of the subject it is part of
    parent: str | None = None


@dataclass(frozen=True)
class City:
    """All there is to know of it; parents come before their parts."""

    places: tuple[Place, ...] = field(default=())


def at(east: float, north: float) -> list[float]:
    """Longitude and latitude of a point so many kilometres from the drum tower."""
    return [round(LONGITUDE + east / 88.8, 6), round(LATITUDE + north / 111.0, 6)]


def _line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [at(*point) for point in points]}


def _point(east: float, north: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": at(east, north)}


def _block(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]
    return {"type": "Polygon", "coordinates": [ring]}


def _project(code: str, name: str, description: str, geometry: dict[str, Any], parent: str | None = None) -> Place:
    return Place(SubjectKind.PROJECT, name, description, geometry, code=code, parent=parent)


CITY = City(
    (
        _project(
            "P1",
            "云溪大桥新建工程",
            "跨云溪河双塔斜拉桥，主跨 268 米，2016 年开工，2019 年通车。",
            _line((1.2, -1.6), (1.2, -0.9)),
        ),
        _project(
            "P2",
            "鼓楼修缮工程",
            "鼓楼墙体加固、屋面揭顶维修与彩画保护，2008 年竣工。",
            _block(-0.06, -0.06, 0.06, 0.06),
        ),
        _project(
            "P3",
            "解放路综合改造工程",
            "道路拓宽、杆线入地与雨污分流，2003 至 2005 年。",
            _line((-1.8, 0.1), (1.9, 0.1)),
        ),
        _project("P4", "云溪新区建设工程", "河南岸新区的道路、学校与住宅，2012 年起。", _block(0.6, -3.2, 3.4, -1.7)),
        _project("P5", "云溪新区会展中心", "新区的会展与档案馆建筑群。", _block(1.6, -2.6, 2.1, -2.2), parent="P4"),
        # no shoot is linked to it: pictures that were taken there, or name it, are suggested
        Place(
            SubjectKind.LANDMARK,
            "南岸公园",
            "河南岸的滨河公园，2012 年随新区建成，隔河望云溪大桥。",
            _block(1.55, -1.95, 2.3, -1.65),
        ),
        Place(
            SubjectKind.LANDMARK,
            "鼓楼",
            "始建于明代，城台之上两层重檐，历经三次大修。",
            _block(-0.03, -0.03, 0.03, 0.03),
            names=(Name("谯楼", None, "1911"), Name("中山楼", "1928", "1949")),
        ),
        Place(
            SubjectKind.LANDMARK,
            "老火车站",
            "1912 年建成，红顶钟楼；2006 年停止客运，现为铁路博物馆。",
            _point(-1.7, 0.55),
            names=(Name("云溪站", "1912", "2006"),),
        ),
        Place(
            SubjectKind.LANDMARK,
            "云溪大桥",
            "双塔斜拉桥，夜景为城市新地标。",
            _line((1.2, -1.6), (1.2, -0.9)),
            names=(Name("云溪河特大桥", "2016", "2018", "former"),),
        ),
        Place(SubjectKind.LANDMARK, "望河桥", "运河街上的单孔石拱桥，清代重建。", _point(0.42, -0.62)),
        Place(
            SubjectKind.STREET,
            "解放路",
            "横贯老城的东西向主街。",
            _line((-1.8, 0.1), (-0.6, 0.12), (0.7, 0.1), (1.9, 0.08)),
            names=(Name("鼓楼大街", None, "1927"), Name("中山街", "1949", "1966")),
        ),
        Place(
            SubjectKind.STREET,
            "运河街",
            "沿运河的老街，白墙黑瓦，垂柳夹岸。",
            _line((-0.9, -0.7), (0.1, -0.66), (0.9, -0.58)),
            names=(Name("河沿街", None, "1953"),),
        ),
        Place(SubjectKind.STREET, "站前街", "从老火车站通向鼓楼。", _line((-1.65, 0.5), (-0.9, 0.3), (-0.08, 0.12))),
    )
)
