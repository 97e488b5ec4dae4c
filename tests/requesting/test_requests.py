"""A request goes from one archive to another and back; what is withheld goes out by the right word alone."""

import csv
import io
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy.orm import Session

from media_archive.access import roles as further
from media_archive.access import service as access
from media_archive.access import zones
from media_archive.access.models import Part, User
from media_archive.access.zones import Zone
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import VIEWER
from media_archive.db import now
from media_archive.delivery import parcels
from media_archive.errors import Conflict, Forbidden, Invalid, NotFound, Over
from media_archive.events import service as events
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish as Bringing
from media_archive.jobs.kinds import QUEUES
from media_archive.requesting import approving, queries, service
from media_archive.requesting.models import Step, UseRequest
from media_archive.requesting.wishes import Decision, Wish
from media_archive.storage.models import Parcel
from tests.drawn import pictures

WISH = Wish("exhibition", "城市记忆展,第二单元", use_until="2027-06-30", contact="8123456")


def _people(session: Session, archive: Archive) -> None:
    """Somebody of another archive who may look here, and three people of this one."""
    own = catalogue.archive_by_code(session, archive.settings.archive_code)
    county = Institution(code="B002", name="县档案馆")
    session.add(county)
    session.flush()
    asker = access.add_user(session, county, "zhang", "张某", Part.EDITOR)
    further.add(session, asker, own, Part.READER, "admin")
    access.add_user(session, county, "county", "县里", Part.ARCHIVIST)
    access.add_user(session, own, "curator", "展览", Part.CURATOR)
    access.add_user(session, own, "archivist", "档案", Part.ARCHIVIST)


def _as(session: Session, login: str, action: str = "look") -> User:
    """The person, and a session that sees what they see."""
    person = access.user_called(session, login)
    session.info[VIEWER] = zones.viewer(session, person, Zone.IN_HOUSE, (action,))
    return person


@pytest.fixture
def assets(either_archive: Archive, tmp_path: Path) -> list[UUID]:
    """Three photographs of this archive."""
    pictures(tmp_path / "card", 3)
    receive(either_archive, [tmp_path / "card"], Bringing(shoot="拍摄"))
    with either_archive.transaction() as session:
        _people(session, either_archive)
        return sorted(one.id for one in session.query(Asset))


def _ask(archive: Archive, ids: list[UUID], wish: Wish = WISH) -> UUID:
    with archive.transaction() as session:
        [made] = service.ask(session, _as(session, "zhang"), ids, wish)
        return made.id


def _approve(archive: Archive, who: str, number: UUID, ids: list[UUID], form: str = "original") -> None:
    with archive.transaction() as session:
        person = _as(session, who, service.DECIDING)
        asked = service.locked(session, number, person)
        approving.approve(session, archive, asked, person, ids, Decision(form, "注明出处", 7))


def _take(archive: Archive, number: UUID) -> Parcel:
    with archive.transaction() as session:
        person = _as(session, "zhang")
        return approving.take(session, service.called(session, number, person), person)


def test_from_the_question_to_the_report(either_archive: Archive, assets: list[UUID]) -> None:
    archive = either_archive
    number = _ask(archive, assets)
    with archive.transaction() as session:
        owner = _as(session, "curator", service.DECIDING)
        assert queries.waits_for_owner(session, owner) == 1
        asked = service.called(session, number, owner)
        service.ask_back(session, asked, owner, "哪个展厅?")
        with pytest.raises(Conflict):
            service.ask_back(session, asked, owner, "再问")
    with archive.transaction() as session:
        with pytest.raises(NotFound):
            service.called(session, number, _as(session, "county"))
        person = _as(session, "zhang")
        assert (queries.waits_for_asker(session, person), queries.waits_for_owner(session, person)) == (1, 0)
        with pytest.raises(Forbidden):
            service.refuse(session, service.called(session, number, person), person, "nein")
        service.answer(session, service.called(session, number, person), person, "二楼")
    _approve(archive, "curator", number, assets[:2])
    with pytest.raises(Over):
        _take(archive, number)
    for queue in QUEUES:
        archive.runner().drain(queue)
    parcel = _take(archive, number)
    assert parcel.store
    assert parcel.key
    with archive.stores.open(parcel.store, parcel.key) as stream, ZipFile(io.BytesIO(stream.read())) as package:
        rows = list(csv.reader(io.StringIO(package.read("清单 list.csv").decode("utf-8-sig"))))
        assert {row[4] for row in rows[1:]} == {str(one) for one in assets[:2]}
        assert "注明出处" in package.read("使用条件 conditions.txt").decode()
        assert {row[0] for row in rows[1:]} < set(package.namelist())
    with archive.transaction() as session:
        person = _as(session, "zhang")
        asked = service.called(session, number, person)
        assert (asked.state, asked.taken, asked.granted) == (Step.READY, 1, 2)
        assert asked.report_due
        assert asked.report_due.date().isoformat() == "2027-07-15", "a fortnight after the last day of its use"
        with pytest.raises(Invalid):
            service.report(session, asked, person, "", "", "", "", deleted=False)
        service.report(session, asked, person, "二楼展厅", "2026-12-01", "", "", deleted=True)
        steps = [one.what for one in events.of(session, "request", number)]
        assert steps == ["use request", "question", "answer", "approval", "download", "usage note"]
        asked.take_until = now()
        session.get_one(Parcel, parcel.id).kept_until = now()
    with pytest.raises(Over):
        _take(archive, number)
    assert parcels.expire(archive) == 1


def test_what_is_withheld_goes_out_by_the_right_word_and_to_who_may_see_it(
    either_archive: Archive, assets: list[UUID]
) -> None:
    archive = either_archive
    plain, embargoed, held = assets
    number = _ask(archive, assets)
    with archive.transaction() as session:
        session.get_one(Asset, embargoed).embargo = "2999-01-01"
        session.get_one(Asset, held).hold = {"reason": "诉讼", "who": "archivist", "since": "2026-01-01"}
    for who, one in (("curator", embargoed), ("curator", held)):
        with pytest.raises(Forbidden):
            _approve(archive, who, number, [plain, one])
    with pytest.raises(Conflict):  # a reader is not shown what is under embargo, whoever approves
        _approve(archive, "archivist", number, [plain, embargoed])
    with pytest.raises((Forbidden, NotFound)):
        _approve(archive, "county", number, [plain])
    with pytest.raises(Invalid):
        _approve(archive, "curator", number, [])
    with archive.reading() as session:
        assert session.get_one(UseRequest, number).state == Step.ASKED
        _as(session, "zhang")
        assert [one.asset_id for one in queries.items(session, number)] == [plain, held]
    _approve(archive, "archivist", number, [plain, held], "original")
    archive.runner().drain("upkeep")
    _take(archive, number)
    with archive.transaction() as session:
        session.get_one(Asset, held).classification = "secret"
    with pytest.raises(Forbidden, match="withheld"):
        _take(archive, number)


def test_each_archive_is_asked_for_its_own(archive: Archive, tmp_path: Path) -> None:
    with archive.transaction() as session:
        _people(session, archive)
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        county = session.query(Institution).filter_by(code="B002").one()
        ids = []
        for one in (own, county):
            shoot = catalogue.open_shoot(session, one, "拍摄")
            made = Asset(archive_id=one.id, shoot_id=shoot.id, kind="photo", title=one.name)
            session.add(made)
            session.flush()
            ids.append(made.id)
        made_requests = service.ask(session, _as(session, "zhang"), ids, WISH)
        assert {one.owner_id for one in made_requests} == {own.id, county.id}
        for wish in (Wish("exhibition", ""), Wish("theft", "x"), Wish("other", "x", use_until="bald")):
            with pytest.raises(Invalid):
                service.ask(session, _as(session, "zhang"), ids, wish)
        first = made_requests[0]
        service.withdraw(session, first, _as(session, "zhang"))
        with pytest.raises(Conflict):
            service.refuse(session, first, _as(session, "archivist"), "x")
