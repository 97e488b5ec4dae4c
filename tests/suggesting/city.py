"""An invented city with streets, landmarks, projects and townships, and pictures of it whose truth is known.

What a picture shows follows from where the camera really stood and which way it really looked, by an oracle of its own
(shapely); the catalogue gets positions that are 5 to 30 m off, compasses that err, captions that name other things too.
"""

import math
import random
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry import LineString, Point, Polygon, box, mapping
from shapely.geometry.base import BaseGeometry

#: longitude and latitude of the south-western corner, and metres of their degrees there
WEST, SOUTH = 116.28, 37.43
ALONG_X, ALONG_Y = 88_400.0, 111_000.0
SPACING, STREETS = 380.0, 8
SIDE = SPACING * (STREETS + 1)
STEMS = [
    "解放",
    "东风",
    "湖滨",
    "新华",
    "三八",
    "天衢",
    "青年",
    "迎宾",
    "共青团",
    "文化",
    "建设",
    "和平",
    "中山",
    "人民",
    "胜利",
    "光明",
]
STAYS = [
    "董子园",
    "苏禄王墓",
    "百货大楼",
    "鼓楼",
    "文庙",
    "钟楼",
    "电影院",
    "工人俱乐部",
    "少年宫",
    "水塔",
    "天主堂",
    "运河桥",
    "老车站",
    "图书馆",
    "烈士陵园",
    "大槐树",
]
SIGHT, HALF_VIEW, ON_STREET = 150.0, 30.0, 12.0


@dataclass(frozen=True)
class Thing:
    """A subject of the city, in metres."""

    kind: str
    name: str
    shape: BaseGeometry
    former: tuple[str, str, str] | None = None

    @property
    def body(self) -> BaseGeometry:
        return self.shape if self.shape.area or self.kind == "street" else self.shape.buffer(15)


@dataclass(frozen=True)
class Shot:
    """A picture: what is written of it, and what it truly shows."""

    record: dict[str, Any]
    latitude: float
    longitude: float
    caption: str | None
    taken: str
    truth: frozenset[int]
    #: what nobody can tell, and is neither right nor wrong: the edge of what the oracle sees
    doubtful: frozenset[int] = field(default_factory=frozenset)


def geojson(shape: BaseGeometry) -> dict[str, Any]:
    """In degrees."""

    def degrees(found: Any) -> Any:
        if found and isinstance(found[0], int | float):
            return [round(WEST + found[0] / ALONG_X, 7), round(SOUTH + found[1] / ALONG_Y, 7)]
        return [degrees(one) for one in found]

    told = mapping(shape)
    return {"type": told["type"], "coordinates": degrees(told["coordinates"])}


def things(chance: random.Random) -> list[Thing]:
    """Sixteen streets, forty landmarks, thirty projects, two townships, and namesakes of some far away."""
    streets = [_street(chance, number, STEMS[number]) for number in range(2 * STREETS)]
    landmarks = [_landmark(chance, number) for number in range(40)]
    projects = [_project(chance, number, streets) for number in range(30)]
    halves = [
        Thing("place", "城东街道", box(SIDE / 2, -200, SIDE + 200, SIDE + 200)),
        Thing("place", "城西街道", box(-200, -200, SIDE / 2, SIDE + 200)),
    ]
    away = [
        Thing("street", one.name, LineString([(x + 15_000, y + 9_000) for x, y in one.shape.coords]))
        for one in streets[:4]
    ]
    return [*streets, *landmarks, *projects, *halves, *away]


def _street(chance: random.Random, number: int, stem: str) -> Thing:
    across = number % STREETS * SPACING + SPACING + chance.uniform(-60, 60)
    points = [(along, across + chance.uniform(-6, 6)) for along in range(0, int(SIDE), 120)]
    line = LineString([(y, x) for x, y in points] if number >= STREETS else points)
    former = (f"{stem[::-1]}旧街", "1949", "1966") if number % 4 == 0 else None
    return Thing("street", stem + chance.choice(["路", "大街", "大道"]), line, former)


def _landmark(chance: random.Random, number: int) -> Thing:
    x, y = chance.uniform(200, SIDE - 200), chance.uniform(200, SIDE - 200)
    name = (
        STAYS[number]
        if number < len(STAYS)
        else f"{chance.choice('金银铜铁石木水火')}{chance.choice('龙凤鹤虎马鹿')}{chance.choice('塔寺阁亭')}{number}号"
    )
    size = chance.uniform(12, 45)
    shape = Point(x, y) if number % 3 == 0 else box(x - size, y - size * 0.7, x + size, y + size * 0.7)
    return Thing("landmark", name, shape)


def _project(chance: random.Random, number: int, streets: list[Thing]) -> Thing:
    if number % 3 == 0:
        street = chance.choice(streets)
        start = chance.uniform(300, SIDE - 700)
        part = LineString([street.shape.interpolate(start + step) for step in range(0, 300, 60)])
        return Thing("project", f"{street.name}雨污分流改造{number}期", part.buffer(18, cap_style="flat"))
    x, y = chance.uniform(300, SIDE - 300), chance.uniform(300, SIDE - 300)
    wide, high = chance.uniform(40, 110), chance.uniform(40, 110)
    shape = Polygon(
        [(x - wide, y - high), (x + wide, y - high * 0.8), (x + wide * 0.9, y + high), (x - wide, y + high)]
    )
    return Thing(
        "project",
        f"{chance.choice(['锦绣', '阳光', '世纪', '康乐', '嘉诚'])}{chance.choice(['家园', '新城', '广场'])}{number}",
        shape,
    )


def shots(chance: random.Random, known: list[Thing], count: int) -> list[Shot]:
    """Pictures of streets, landmarks and projects, and one in five of nothing in particular."""
    return [_shot(chance, known) for _ in range(count)]


def _shot(chance: random.Random, known: list[Thing]) -> Shot:
    aim = chance.choices(["street", "landmark", "project", None], [35, 25, 20, 20])[0]
    target = chance.choice([one for one in known[:86] if one.kind == aim]) if aim else None
    x, y, way = _stand(chance, target)
    sure, maybe = _seen(known, x, y, way)
    if target is not None:
        sure.add(known.index(target))
    off = chance.uniform(5, 30) / math.sqrt(2)
    lon = WEST + (x + chance.gauss(0, off)) / ALONG_X
    lat = SOUTH + (y + chance.gauss(0, off)) / ALONG_Y
    gps: dict[str, Any] = {"lat": lat, "lon": lon, "source": "test", "datum": "WGS-84"}
    if chance.random() < 0.5:
        gps["error"] = round(off * 1.4, 1)
    if chance.random() < 0.55:
        told = chance.uniform(0, 360) if chance.random() < 0.04 else way + chance.gauss(0, 8)
        gps |= {"direction": told % 360, "direction_reference": "true"}
    year = chance.randint(1955, 2024)
    record = {"gps": gps, "exposure": {"focal_length_35mm": 31.0}}
    return Shot(
        record, lat, lon, _caption(chance, known, target, year), f"{year}-06-12", frozenset(sure), frozenset(maybe)
    )


def _stand(chance: random.Random, target: Thing | None) -> tuple[float, float, float]:
    """Where the camera stands, and which way it looks."""
    if target is None:
        return chance.uniform(0, SIDE), chance.uniform(0, SIDE), chance.uniform(0, 360)
    if target.kind == "street":
        at = chance.uniform(100, target.shape.length - 100)
        here, there = target.shape.interpolate(at), target.shape.interpolate(at + chance.choice([-60, 60]))
        aside = chance.uniform(-9, 9)
        way = math.degrees(math.atan2(there.x - here.x, there.y - here.y)) + chance.gauss(0, 20)
        return here.x + aside * 0.7, here.y + aside * 0.7, way
    middle = target.shape.centroid
    turn, far = chance.uniform(0, 2 * math.pi), chance.uniform(25, 110)
    if target.kind == "project":
        far = chance.uniform(0, 90)
    x, y = middle.x + far * math.sin(turn), middle.y + far * math.cos(turn)
    return x, y, math.degrees(math.atan2(middle.x - x, middle.y - y)) + chance.gauss(0, 8)


def _seen(known: list[Thing], x: float, y: float, way: float) -> tuple[set[int], set[int]]:
    """What is in sight for sure, and what perhaps is: farther away, at the edge of the field of view."""
    here, near, wide = Point(x, y), _wedge(x, y, way, SIGHT, HALF_VIEW), _wedge(x, y, way, 2 * SIGHT, HALF_VIEW + 15)
    sure, maybe = set(), set()
    for number, one in enumerate(known):
        if one.kind == "street":
            far = one.shape.distance(here)
            if far <= ON_STREET or one.shape.intersection(_wedge(x, y, way, 70, HALF_VIEW)).length > 15:
                sure.add(number)
            elif far <= 2 * ON_STREET or one.shape.intersects(wide):
                maybe.add(number)
        elif one.body.contains(here) or (one.kind != "place" and one.body.intersects(near)):
            sure.add(number)
        elif one.kind != "place" and one.body.intersects(wide):
            maybe.add(number)
    return sure, maybe


def _wedge(x: float, y: float, way: float, far: float, half: float) -> Polygon:
    angles = [math.radians(way + step * half / 4) for step in range(-4, 5)]
    return Polygon([(x, y), *((x + far * math.sin(angle), y + far * math.cos(angle)) for angle in angles)])


def _caption(chance: random.Random, known: list[Thing], target: Thing | None, year: int) -> str | None:
    if chance.random() < 0.03:
        return f"{chance.choice(known[:86]).name}。"  # it was put to the wrong picture
    if target is None:
        return "街景" if chance.random() < 0.5 else None
    if chance.random() > 0.45:
        return None
    former = target.former
    name = former[0] if former and int(former[1]) <= year <= int(former[2]) else target.name
    if chance.random() < 0.04:
        return f"{name}现状，施工队由{chance.choice(known[:86]).name}转来。"
    return chance.choice(["{}现状", "拍摄{}", "{}全景，自西向东", "改造前的{}"]).format(name)
