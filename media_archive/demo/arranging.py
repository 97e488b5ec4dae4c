"""What people would have made of the demonstration archive: a selection with notes, a saved search, a comparison."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Archive
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.storage.models import File, Role
from media_archive.suggesting.comparing import saving
from media_archive.suggesting.comparing.series import Place

EXHIBITION = "云溪记忆 影展选片"
NOTE = "“云溪记忆”影展第一轮选片：由旧到新，每处一幅旧影、一幅今貌。竖幅用于展柱。"
#: title of a picture -> why it was chosen; in the order of the exhibition
CHOSEN = {
    "鼓楼旧影": "序厅。修缮前的唯一彩色影像，放大到 1.2 米，注意底片划痕。",
    "鼓楼修缮": "与“鼓楼旧影”并列。",
    "鼓楼灯会": "",
    "运河街旧貌": "配口述《运河街的早晨》。",
    "运河街秋水": "",
    "解放路自行车流": "展柱竖裁，左侧留白放文字。",
    "解放路夜色": "同一机位，二十七年后。",
}
NIGHTS, NIGHTS_NOTE = "夜景（自动更新）", "保存的检索：凡是夜景都在这里，新入库的也会出现。"
THEN, NOW, STREET = "解放路自行车流", "解放路夜色", "解放路"
COMPARED = "从自行车到车流：解放路二十七年"
COMPARED_NOTE = "机位相同：路口西南角，朝东。看行道树和两侧的楼。"


def arrange(session: Session, archive: Archive, who: str) -> None:
    """Makes what is not there yet."""
    there = set(session.scalars(select(Collection.name).where(Collection.archive_id == archive.id)))
    pictures = _pictures(session, archive)
    if EXHIBITION not in there:
        made = collections.create(session, archive, EXHIBITION, who, note=NOTE)
        collections.add(session, made, [pictures[title] for title in CHOSEN if title in pictures], who)
        for title, note in CHOSEN.items():
            if note and title in pictures:
                collections.annotate(session, made, pictures[title], note, who)
    if NIGHTS not in there:
        collections.create(session, archive, NIGHTS, who, note=NIGHTS_NOTE, query={"q": "夜景"})
    if {THEN, NOW} <= set(pictures) and not saving.kept(session, asset=pictures[THEN])[0]:
        street = city.subject_called(session, archive, SubjectKind.STREET, STREET)
        place = Place(subject=street.id) if street else None
        saving.keep(session, pictures[THEN], pictures[NOW], who, place=place, title=COMPARED, note=COMPARED_NOTE)


def _pictures(session: Session, archive: Archive) -> dict[str, UUID]:
    """The pictures by their titles, which stand in the names of their files: nobody has read the files yet."""
    wanted = {*CHOSEN, THEN, NOW}
    files = select(File.name, File.asset_id).where(File.archive_id == archive.id, File.role == Role.ORIGINAL)
    titled = {name.rpartition("_")[2].partition(".")[0]: asset_id for name, asset_id in session.execute(files)}
    return {title: asset_id for title, asset_id in titled.items() if title in wanted}
