"""The photographs of the demonstration archive, each with what its camera wrote and its caption."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

from media_archive.demo import bridge, newtown, oldtown, railway
from media_archive.demo.canvas import Canvas, faded
from media_archive.demo.city import at
from media_archive.demo.light import LIGHTS, Light
from media_archive.demo.stamps import Camera, Caption, exif, iptc, xmp

CHINA = timezone(timedelta(hours=8))
FILM = Camera("Nikon", "FM2", "AI-S Nikkor 35mm f/2", 35, film=True)
COMPACT = Camera("Canon", "Canon PowerShot G5", "7.2-28.8 mm", 7.2)
REFLEX = Camera("NIKON CORPORATION", "NIKON D700", "24.0-70.0 mm f/2.8", 35)
MODERN = Camera("SONY", "ILCE-7RM5", "FE 24-70mm F2.8 GM II", 28)
DRONE = Camera("DJI", "FC3582", "24.0 mm f/1.7", 6.7)
PHONE = Camera("HUAWEI", "ALN-AL00", "HUAWEI Mate 60 Pro rear camera", 6.1)

LANDSCAPE, PORTRAIT, PANORAMA, SQUARE, OLD = (1350, 900), (900, 1350), (2160, 720), (1080, 1080), (1280, 960)
Paint = Callable[[Canvas, Light], None]
AUTHORS = {"鼓楼": "陈国栋", "老火车站": "陈国栋", "解放路": "李文静", "运河街": "李文静"}


@dataclass(frozen=True)
class Still:
    """One photograph."""

    shoot: str
    title: str
    text: str
    taken: str
    camera: Camera
    size: tuple[int, int]
    light: str
    paint: Paint
    #: kilometres east and north of the drum tower
    place: tuple[float, float]
    keywords: Sequence[str] = ()

    @property
    def when(self) -> datetime:
        return datetime.strptime(self.taken, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def draw(still: Still, number: int, folder: Path) -> Path:
    """Paints the photograph and writes it as a JPEG with all its metadata."""
    canvas = Canvas(*still.size, seed=number)
    still.paint(canvas, LIGHTS[still.light])
    age = max(0.0, min(1.0, (2006 - still.when.year) / 9))
    picture = canvas.grain(canvas.finished(), 0.012 + 0.045 * age)
    if age:
        picture = faded(picture, age)
    author = next((name for word, name in AUTHORS.items() if word in still.title), "王海涛")
    caption = Caption(still.title, still.text, author, ("云溪市", *still.keywords))
    longitude, latitude = at(*still.place)
    path = folder / f"{still.when:%Y%m%d}_{number:03d}_{still.title}.jpg"
    picture.save(
        path,
        quality=88,
        exif=exif(
            still.camera,
            still.size,
            still.when + timedelta(seconds=number * 7 % 60),
            (longitude, latitude),
            _exposure(still),
        ),
        xmp=xmp(caption),
        extra=iptc(caption),
        dpi=(300, 300),
    )
    return path


def _exposure(still: Still) -> tuple[Fraction, float, int]:
    if LIGHTS[still.light].is_dark:
        return Fraction(1, 15), 2.8, 1600
    if still.light in ("dawn", "sunset", "snow", "overcast"):
        return Fraction(1, 125), 5.6, 400
    return Fraction(1, 500), 8.0, 100


def _bridge(built: float) -> Paint:
    return lambda canvas, light: bridge.bridge(canvas, light, built)


def _tower(season: str = "summer", scaffold: bool = False) -> Paint:
    return lambda canvas, light: oldtown.drum_tower(canvas, light, season, scaffold)


def _station(season: str = "summer", train: bool = True) -> Paint:
    return lambda canvas, light: railway.station(canvas, light, season, train)


def _canal(season: str = "spring", boat_at: float | None = 0.62) -> Paint:
    return lambda canvas, light: oldtown.canal(canvas, light, season, boat_at)


def _street(year: int, season: str = "summer") -> Paint:
    return lambda canvas, light: newtown.street(canvas, light, year, season)


def _site(built: float, turn: float = 0.5) -> Paint:
    return lambda canvas, light: newtown.site(canvas, light, built, turn)


BRIDGE, TOWER, STATION, CANAL, STREET, TOWN = (
    "云溪大桥建设记录",
    "鼓楼四时",
    "老火车站",
    "运河街今昔",
    "解放路变迁",
    "新区建设",
)
ON_SITE, ON_SQUARE, AT_STATION, BY_CANAL, IN_STREET, IN_TOWN = (
    (1.2, -1.6),
    (0.0, -0.08),
    (-1.7, 0.5),
    (0.4, -0.66),
    (0.5, 0.1),
    (1.8, -1.75),
)
BUILDING = ("桥梁", "施工")

STILLS = (
    Still(BRIDGE, "云溪大桥桩基施工", "北岸栈桥上看首批桥墩出水。", "2016-11-08 09:20", REFLEX, LANDSCAPE, "overcast", _bridge(0.1), ON_SITE, BUILDING),
    Still(BRIDGE, "云溪大桥主塔起步", "两座主塔下塔柱完成，塔吊安装到位。", "2017-03-16 07:05", REFLEX, LANDSCAPE, "dawn", _bridge(0.25), ON_SITE, BUILDING),
    Still(BRIDGE, "云溪大桥主塔施工", "主塔爬模施工，竖幅。", "2017-06-21 10:40", REFLEX, PORTRAIT, "noon", _bridge(0.36), ON_SITE, BUILDING),
    Still(BRIDGE, "云溪大桥主塔封顶", "主塔封顶前一日，晚霞。", "2017-10-19 17:38", REFLEX, LANDSCAPE, "sunset", _bridge(0.46), ON_SITE, BUILDING),
    Still(BRIDGE, "云溪大桥挂索", "首批斜拉索张拉完成。", "2018-04-12 08:15", MODERN, LANDSCAPE, "morning", _bridge(0.58), ON_SITE, (*BUILDING, "斜拉索")),
    Still(BRIDGE, "云溪大桥悬臂施工", "主梁向两侧对称悬臂拼装。", "2018-08-03 16:50", MODERN, PORTRAIT, "autumn", _bridge(0.72), ON_SITE, (*BUILDING, "斜拉索")),
    Still(BRIDGE, "云溪大桥合龙前夕", "中跨合龙段仅余六米。", "2018-11-27 06:58", DRONE, PANORAMA, "dawn", _bridge(0.9), ON_SITE, (*BUILDING, "航拍")),
    Still(BRIDGE, "云溪大桥通车", "通车当日的云溪大桥。", "2019-09-28 10:05", MODERN, LANDSCAPE, "noon", _bridge(1.0), ON_SITE, ("桥梁", "通车")),
    Still(BRIDGE, "云溪大桥夜景", "亮灯首夜。", "2019-09-28 20:16", MODERN, LANDSCAPE, "night", _bridge(1.0), ON_SITE, ("桥梁", "夜景")),
    Still(BRIDGE, "云溪大桥晚霞", "从南岸公园看大桥。", "2023-07-30 19:11", MODERN, PANORAMA, "sunset", _bridge(1.0), ON_SITE, ("桥梁", "晚霞")),
    Still(TOWER, "鼓楼旧影", "修缮前的鼓楼广场，翻拍自正片。", "1998-05-02 10:00", FILM, OLD, "morning", _tower(), ON_SQUARE, ("历史建筑",)),
    Still(TOWER, "鼓楼修缮", "屋面揭顶，西侧搭设脚手架。", "2007-09-14 14:25", REFLEX, LANDSCAPE, "overcast", _tower("autumn", scaffold=True), ON_SQUARE, ("历史建筑", "修缮")),
    Still(TOWER, "鼓楼春日", "修缮竣工后的第一个春天。", "2008-04-18 09:12", REFLEX, LANDSCAPE, "noon", _tower("spring"), ON_SQUARE, ("历史建筑",)),
    Still(TOWER, "鼓楼夕照", "竖幅，广场东侧。", "2014-10-05 17:30", REFLEX, PORTRAIT, "sunset", _tower("autumn"), ON_SQUARE, ("历史建筑", "晚霞")),
    Still(TOWER, "鼓楼雪霁", "二〇一五年冬第一场雪。", "2015-11-24 08:40", REFLEX, LANDSCAPE, "snow", _tower("snow"), ON_SQUARE, ("历史建筑", "雪景")),
    Still(TOWER, "鼓楼灯会", "元宵夜的鼓楼。", "2024-02-24 19:45", MODERN, LANDSCAPE, "night", _tower(), ON_SQUARE, ("历史建筑", "夜景", "元宵")),
    Still(TOWER, "鼓楼清晨", "方形构图，手机拍摄。", "2025-06-11 05:20", PHONE, SQUARE, "dawn", _tower(), ON_SQUARE, ("历史建筑",)),
    Still(STATION, "老火车站月台", "停运前的绿皮车，翻拍自正片。", "1999-08-20 15:30", FILM, OLD, "noon", _station(), AT_STATION, ("铁路", "历史建筑")),
    Still(STATION, "老火车站最后一班车", "客运停办当日。", "2006-12-31 16:40", COMPACT, OLD, "sunset", _station("autumn"), AT_STATION, ("铁路", "历史建筑")),
    Still(STATION, "老火车站钟楼", "改建博物馆前的测绘照片，竖幅。", "2011-05-17 10:10", REFLEX, PORTRAIT, "morning", _station("spring", train=False), AT_STATION, ("历史建筑", "测绘")),
    Still(STATION, "老火车站雪景", "铁路博物馆开馆首冬。", "2013-01-20 09:30", REFLEX, LANDSCAPE, "snow", _station("snow"), AT_STATION, ("铁路", "雪景")),
    Still(STATION, "老火车站秋色", "站前银杏正黄。", "2021-11-06 14:00", MODERN, LANDSCAPE, "autumn", _station("autumn"), AT_STATION, ("铁路", "历史建筑")),
    Still(STATION, "老火车站夜色", "钟楼亮灯。", "2022-05-18 19:52", PHONE, LANDSCAPE, "dusk", _station(), AT_STATION, ("铁路", "夜景")),
    Still(CANAL, "运河街旧貌", "整治前的河沿民居，翻拍自正片。", "1998-10-11 16:00", FILM, OLD, "overcast", _canal("autumn", None), BY_CANAL, ("运河", "民居")),
    Still(CANAL, "运河街晨雾", "望河桥与早班摇橹船。", "2010-04-06 06:10", REFLEX, LANDSCAPE, "dawn", _canal(), BY_CANAL, ("运河", "民居")),
    Still(CANAL, "运河街春柳", "两岸垂柳。", "2016-04-02 10:20", REFLEX, LANDSCAPE, "morning", _canal(boat_at=0.35), BY_CANAL, ("运河",)),
    Still(CANAL, "运河街秋水", "望河桥秋日，方形构图。", "2018-10-27 15:45", MODERN, SQUARE, "autumn", _canal("autumn"), BY_CANAL, ("运河",)),
    Still(CANAL, "运河街全景", "接片全景。", "2020-05-30 18:40", DRONE, PANORAMA, "sunset", _canal("summer", 0.3), BY_CANAL, ("运河", "航拍")),
    Still(CANAL, "运河街夜泊", "灯笼与倒影。", "2024-09-17 20:05", MODERN, LANDSCAPE, "night", _canal("summer"), BY_CANAL, ("运河", "夜景")),
    Still(STREET, "解放路自行车流", "早高峰的自行车，翻拍自正片。", "1998-06-15 07:40", FILM, OLD, "morning", _street(1998), IN_STREET, ("道路",)),
    Still(STREET, "解放路傍晚", "拓宽前的解放路，翻拍自正片。", "2002-09-21 18:30", FILM, OLD, "sunset", _street(2002), IN_STREET, ("道路",)),
    Still(STREET, "解放路改造完工", "双向四车道，杆线入地。", "2005-10-01 09:00", COMPACT, OLD, "noon", _street(2005), IN_STREET, ("道路", "竣工")),
    Still(STREET, "解放路秋日", "法桐成荫。", "2014-10-26 15:10", REFLEX, LANDSCAPE, "autumn", _street(2014, "autumn"), IN_STREET, ("道路",)),
    Still(STREET, "解放路雨后", "阴天，竖幅。", "2019-07-08 17:00", PHONE, PORTRAIT, "overcast", _street(2019), IN_STREET, ("道路",)),
    Still(STREET, "解放路夜色", "晚高峰车流。", "2025-03-14 19:25", MODERN, LANDSCAPE, "dusk", _street(2025), IN_STREET, ("道路", "夜景")),
    Still(TOWN, "新区打桩", "会展中心地块开工。", "2013-03-28 08:30", REFLEX, LANDSCAPE, "morning", _site(0.15), IN_TOWN, ("施工", "塔吊")),
    Still(TOWN, "新区塔吊林立", "主体结构施工高峰。", "2015-08-19 18:50", REFLEX, LANDSCAPE, "sunset", _site(0.6, 1.1), IN_TOWN, ("施工", "塔吊")),
    Still(TOWN, "新区夜间浇筑", "连续浇筑，竖幅。", "2016-05-11 22:10", REFLEX, PORTRAIT, "night", _site(0.85, 2.0), IN_TOWN, ("施工", "夜景")),
    Still(TOWN, "新区天际线", "建成后的南岸。", "2021-06-20 19:20", DRONE, PANORAMA, "sunset", newtown.waterfront, IN_TOWN, ("天际线", "航拍")),
    Still(TOWN, "新区蓝调时刻", "日落后二十分钟。", "2023-10-02 18:15", MODERN, LANDSCAPE, "dusk", newtown.waterfront, IN_TOWN, ("天际线", "夜景")),
    Still(TOWN, "新区灯火", "跨年夜的新区。", "2024-12-31 21:30", MODERN, PANORAMA, "night", newtown.waterfront, IN_TOWN, ("天际线", "夜景")),
)  # fmt: skip
