"""Several institutions in one catalogue: founded, named, and managed by people of their own."""

import pytest
from sqlalchemy import select

from media_archive.access import institutions, service
from media_archive.access.models import Part
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.errors import Conflict, Forbidden, Invalid
from media_archive.events.models import Event


def test_who_founds_an_archive_manages_its_people_and_nobody_elses(archive: Archive) -> None:
    with archive.transaction() as session:
        home = catalogue.archive_by_code(session, archive.settings.archive_code)
        founder = service.add_user(session, home, "lihua", "李华", Part.ARCHIVIST)
        made = institutions.add(session, " B002 ", "齐河县城建档案馆", founder, "admin")
        session.flush()
        assert service.may(founder, "manage users", made.id)
        assert not service.may(founder, "manage users", home.id)
        with pytest.raises(Forbidden):
            institutions.require_founder(session, founder, archive.settings.archive_code)
        assert [one.archive.code for one in institutions.listed(session)] == sorted([home.code, "B002"])
        assert [one.people for one in institutions.listed(session) if one.archive.code == "B002"] == [0]


def test_codes_are_taken_once_and_names_change_on_record(archive: Archive) -> None:
    with archive.transaction() as session:
        made = institutions.add(session, "B002", "齐河", None, "admin")
        with pytest.raises(Conflict):
            institutions.add(session, "b002", "另一个", None, "admin")
        for code in ("", "B 2", "-x", "档案", "A" * 33):
            with pytest.raises(Invalid):
                institutions.add(session, code, "名", None, "admin")
        with pytest.raises(Invalid):
            institutions.rename(session, made, " ", "admin")
        institutions.rename(session, made, "齐河县城建档案馆", "admin")
    with archive.reading() as session:
        told = session.scalars(select(Event).where(Event.object_id == made.id).order_by(Event.id)).all()
        assert [one.what for one in told] == ["creation", "modification"]
        assert catalogue.archive_by_code(session, "B002").name == "齐河县城建档案馆"
