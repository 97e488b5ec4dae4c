"""What can be searched by, filtered by, counted and sorted by: the fields of the index as people name them.

One table for the query language (names, aliases, types), for the index (what is kept of each) and for the doors (facets,
orders). Names are English words; aliases are what people in an archive type, in Chinese and English.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from media_archive.catalogue.describing import shipped
from media_archive.catalogue.models import Kind, Progress
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.words import Message


class Type(StrEnum):
    """What values a field has, and so how it is asked for."""

    #: running text: words and phrases anywhere in it
    TEXT = "text"
    #: names of which there are few beside the assets: a part of one is enough
    NAME = "name"
    #: codes and file names: words in them, or a pattern with * and ?
    CODE = "code"
    #: one of a fixed list
    CHOICE = "choice"
    NUMBER = "number"
    #: days, with ranges
    DAY = "day"


@dataclass(frozen=True)
class Field:
    """One field. `choices` are its values, each with what people call it; `words` those of a list that archives lengthen."""

    name: str
    type: Type
    label: Message
    aliases: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: whether its values are counted beside the results
    facet: bool = False


_KINDS = {
    Kind.PHOTO.value: ("photo", "photograph", "picture", "照片", "图片", "相片"),
    Kind.FILM.value: ("film", "video", "影片", "视频", "录像", "影像"),
    Kind.SOUND.value: ("sound", "audio", "recording", "录音", "音频", "声音"),
}
_STATES = {
    Progress.RECEIVED.value: ("received", "已接收", "接收", "待检查"),
    Progress.CHECKED.value: ("checked", "已检查", "检查"),
    Progress.DESCRIBED.value: ("described", "已著录", "著录"),
    Progress.APPROVED.value: ("approved", "已审核", "审核"),
    Progress.PUBLISHED.value: ("published", "已发布", "发布", "公开"),
}
_ORIENTATIONS = {
    "landscape": ("landscape", "wide", "横", "横幅", "横版"),
    "portrait": ("portrait", "tall", "竖", "竖幅", "竖版"),
    "square": ("square", "方", "方形"),
}
_LENGTHS = {
    "under-10s": ("under-10s", "10秒内"),
    "under-1m": ("under-1m", "1分钟内"),
    "under-10m": ("under-10m", "10分钟内"),
    "under-1h": ("under-1h", "1小时内"),
    "over-1h": ("over-1h", "1小时以上"),
}
#: upper ends of the bands of length, in seconds
LENGTH_BANDS = {"under-10s": 10.0, "under-1m": 60.0, "under-10m": 600.0, "under-1h": 3600.0, "over-1h": float("inf")}
_HAS = {
    "title": ("title", "题名"),
    "speech": ("speech", "transcript", "语音", "字幕"),
    "gps": ("gps", "position", "定位", "坐标", "位置"),
    "text": ("text", "ocr", "文字"),
    "caption": ("caption", "说明"),
    "code": ("code", "档号"),
    "subject": ("subject", "主题", "主体"),
}
_LABELS = {
    "red": ("red", "红", "红色"),
    "yellow": ("yellow", "黄", "黄色"),
    "green": ("green", "绿", "绿色"),
    "blue": ("blue", "蓝", "蓝色"),
    "purple": ("purple", "紫", "紫色"),
}
_FLAGS = {
    "pick": ("pick", "picked", "留用", "选中", "入选"),
    "reject": ("reject", "rejected", "排除", "淘汰", "落选"),
}


def _terms(vocabulary: str) -> dict[str, tuple[str, ...]]:
    """The terms of a vocabulary of descriptions, each with what people call it."""
    terms = shipped().vocabularies[vocabulary].terms
    return {one.code: tuple(filter(None, (one.zh, one.en, *one.instead_of))) for one in terms}


_ALL = (
    # running text
    Field("title", Type.TEXT, Message("Title"), ("题名", "标题", "正题名")),
    Field("caption", Type.TEXT, Message("Caption"), ("description", "说明", "描述", "文字说明", "内容描述")),
    Field("text", Type.TEXT, Message("Text in the picture"), ("ocr", "文字", "图中文字", "图内文字")),
    Field("speech", Type.TEXT, Message("Speech"), ("transcript", "语音", "字幕", "解说", "同期声")),
    # names
    Field("subject", Type.NAME, Message("Subject"), ("主题", "主体", "主题实体")),
    Field("project", Type.NAME, Message("Project"), ("项目", "工程", "工程项目"), facet=True),
    Field("landmark", Type.NAME, Message("Landmark"), ("地标", "建筑", "建筑物", "历史建筑"), facet=True),
    Field("street", Type.NAME, Message("Street"), ("road", "街道", "道路", "街", "路"), facet=True),
    Field("pipeline", Type.NAME, Message("Pipeline"), ("管线", "管道"), facet=True),
    Field("place", Type.NAME, Message("Place"), ("area", "地点", "地方", "区域", "行政区"), facet=True),
    Field("event", Type.NAME, Message("Event"), ("事件", "活动"), facet=True),
    Field("person", Type.NAME, Message("Person"), ("persons", "people", "人物", "人"), facet=True),
    Field("organisation", Type.NAME, Message("Organisation"), ("organization", "单位", "机构"), facet=True),
    Field("shoot", Type.NAME, Message("Shoot"), ("批次", "拍摄批次", "照片组", "组"), facet=True),
    Field("keyword", Type.NAME, Message("Keyword"), ("keywords", "tag", "关键词", "主题词", "标签"), facet=True),
    Field("photographer", Type.NAME, Message("Photographer"), ("author", "by", "摄影者", "摄影师", "作者"), facet=True),
    Field("camera", Type.NAME, Message("Camera"), ("相机", "机型", "设备"), facet=True),
    Field("rights", Type.NAME, Message("Rights"), ("holder", "权利人", "版权", "著作权"), facet=True),
    Field("licence", Type.NAME, Message("Licence"), ("license", "许可", "授权"), words=_terms("licence"), facet=True),
    # codes and file names
    Field("code", Type.CODE, Message("Accession code"), ("accession", "档号", "编号")),
    Field("file", Type.CODE, Message("File name"), ("filename", "name", "文件名", "文件")),
    # fixed lists
    Field("kind", Type.CHOICE, Message("Kind"), ("type", "类型", "类别", "种类"), _KINDS, facet=True),
    Field("state", Type.CHOICE, Message("State"), ("status", "状态"), _STATES, facet=True),
    Field("has", Type.CHOICE, Message("Has"), ("with", "有", "含", "带"), _HAS, facet=True),
    Field("orientation", Type.CHOICE, Message("Orientation"), ("方向", "画幅"), _ORIENTATIONS, facet=True),
    Field("length", Type.CHOICE, Message("Length"), ("长短",), _LENGTHS, facet=True),
    Field("label", Type.CHOICE, Message("Colour label"), ("colour", "color", "色标", "颜色标签"), _LABELS, facet=True),
    Field("flag", Type.CHOICE, Message("Flag"), ("旗标", "选片"), _FLAGS, facet=True),
    # lists that the archive's own rules name
    Field("format", Type.CHOICE, Message("Format"), ("格式",), facet=True),
    Field("tier", Type.CHOICE, Message("Storage class"), ("storage", "存储", "存储类别", "层级"), facet=True),
    Field(
        "classification",
        Type.CHOICE,
        Message("Classification"),
        ("secrecy", "密级"),
        words=_terms("classification"),
        facet=True,
    ),
    Field(
        "openness",
        Type.CHOICE,
        Message("Openness"),
        ("access", "开放", "开放控制", "开放程度"),
        words=_terms("openness"),
        facet=True,
    ),
    Field("retention", Type.CHOICE, Message("Retention"), ("保管期限", "期限"), words=_terms("retention"), facet=True),
    # numbers
    Field("year", Type.NUMBER, Message("Year"), ("年", "年份", "年度"), facet=True),
    Field("rating", Type.NUMBER, Message("Rating"), ("stars", "评分", "星级", "星"), facet=True),
    Field("size", Type.NUMBER, Message("File size"), ("bytes", "大小", "文件大小")),
    Field("duration", Type.NUMBER, Message("Duration"), ("seconds", "时长", "时间长度")),
    Field("width", Type.NUMBER, Message("Width"), ("宽", "宽度")),
    Field("height", Type.NUMBER, Message("Height"), ("高", "高度")),
    # days
    Field("taken", Type.DAY, Message("Taken"), ("date", "日期", "拍摄日期", "拍摄时间", "时间")),
    Field("added", Type.DAY, Message("Added"), ("ingested", "入库", "入库日期", "接收日期")),
)
#: name -> field, in the order in which they are told
FIELDS = {one.name: one for one in _ALL}
#: fields counted beside the results, in the order in which they are offered
FACETS = tuple(one.name for one in _ALL if one.facet)
#: those that are counted where nobody says which: more cost more, and are offered when they are opened
USUAL = ("kind", "year", "shoot", *(kind.value for kind in SubjectKind))
#: those whose values are ids of subjects of that kind
SUBJECTS = tuple(kind.value for kind in SubjectKind)


class Order(StrEnum):
    """How results are sorted. All but relevance have the newest, best or last first, unless turned round."""

    RELEVANCE = "relevance"
    DATE = "date"
    ADDED = "added"
    RATING = "rating"
    CODE = "code"
