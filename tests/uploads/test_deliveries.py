"""Deliveries on every kind of database: begun, filled, handed over, taken in, and cleared away."""

import hashlib
import io
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import select, update

from media_archive.archive import Archive
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Shoot
from media_archive.storage.models import Copy
from media_archive.uploads import arriving, deliveries, safety, service, tidying
from media_archive.uploads.deliveries import Template
from media_archive.uploads.models import Delivery, Stage
from media_archive.uploads.safety import Standing
from media_archive.uploads.service import Wanted
from media_archive.watched import service as watching
from media_archive.watched.work import scan


def picture(colour: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), (colour, 90, 120)).save(made, "JPEG")
    return made.getvalue()


def begun(archive: Archive) -> UUID:
    with archive.transaction() as session:
        home = session.scalars(select(Institution)).one()
        template = Template(shoot="解放路", location="北段", rights_holder="市档案馆", photographer="王敏")
        return deliveries.begin(session, home, template, "wang").id


def send(archive: Archive, delivery_id: UUID | None, path: str, data: bytes) -> UUID:
    with archive.transaction() as session:
        delivery = session.get(Delivery, delivery_id) if delivery_id else None
        wanted = Wanted(len(data), path=path.encode(), sha256=hashlib.sha256(data).hexdigest())
        upload = service.begin(session, archive.settings, delivery, "wang", wanted)
    there = arriving.append(service.place(archive.settings, upload.id), 0, len(data), io.BytesIO(data).read)
    with archive.transaction() as session:
        service.finish(service.own(session, upload.id, "wang"), there)
    return upload.id


def standing(archive: Archive, delivery_id: UUID) -> Standing:
    with archive.reading() as session:
        return safety.standing(session, archive.stores.profile, session.get_one(Delivery, delivery_id))


def hand_over(archive: Archive, delivery_id: UUID) -> None:
    with archive.transaction() as session:
        deliveries.hand_over(session, archive.settings, deliveries.own(session, delivery_id, "wang", locked=True))
    archive.runner().drain("upkeep")


@pytest.mark.slow
def test_a_delivery_goes_all_the_way(either_archive: Archive) -> None:
    archive = either_archive
    delivery_id = begun(archive)
    one, other = picture(1), picture(2)
    send(archive, delivery_id, "DCIM/一.JPG", one)
    parts = [send(archive, None, "", other[:300]), send(archive, None, "", other[300:])]
    with archive.transaction() as session:
        delivery = deliveries.own(session, delivery_id, "wang", locked=True)
        wanted = Wanted(None, path="DCIM/二.JPG".encode())
        service.join(session, archive.settings, delivery, "wang", parts, wanted)
    hand_over(archive, delivery_id)
    assert standing(archive, delivery_id).to_json() | {"bytes": 0} == {
        "safe_to_format": True, "files": 2, "bytes": 0, "arriving": 0, "arrived": 0, "copying": 0, "safe": 2,
        "refused": 0, "different": 0, "skipped": 0,
    }  # fmt: skip
    with archive.reading() as session:
        shoot = session.scalars(select(Shoot)).one()
        assert (shoot.photographer, shoot.fields) == ("王敏", {"location": "北段", "rights_holder": "市档案馆"})
        prints = safety.suspected(session, shoot.archive_id, ["0" * 64])
        known = safety.known(session, shoot.archive_id, [hashlib.sha256(one).hexdigest(), "0" * 64])
    assert (prints, list(known)) == (set(), [hashlib.sha256(one).hexdigest()])
    tidying.tidy(archive)
    with archive.reading() as session:
        assert session.get_one(Delivery, delivery_id).stage == Stage.CLEARED
    assert list((archive.settings.incoming / "deliveries").iterdir()) == []


@pytest.mark.slow
def test_a_copy_that_is_not_known_to_be_good_keeps_card_and_arrived_file(either_archive: Archive) -> None:
    archive = either_archive
    delivery_id = begun(archive)
    send(archive, delivery_id, "IMG_1.JPG", picture(1))
    hand_over(archive, delivery_id)
    with archive.transaction() as session:
        session.execute(update(Copy).values(verified_at=None))
    assert standing(archive, delivery_id).safe is False
    tidying.tidy(archive)
    left = archive.settings.incoming / "deliveries" / str(delivery_id) / "IMG_1.JPG"
    assert left.read_bytes() == picture(1)


@pytest.mark.slow
def test_what_was_not_finished_can_be_left(either_archive: Archive) -> None:
    archive = either_archive
    delivery_id = begun(archive)
    send(archive, delivery_id, "IMG_1.JPG", picture(1))
    with archive.transaction() as session:
        delivery = session.get_one(Delivery, delivery_id)
        service.begin(session, archive.settings, delivery, "wang", Wanted(10, path=b"IMG_2.JPG"))
    deliveries.drop_unfinished(archive, delivery_id, "wang")
    hand_over(archive, delivery_id)
    assert standing(archive, delivery_id).files == 1


def test_a_watch_folder_takes_what_rests(either_archive: Archive, tmp_path: Path) -> None:
    archive, nas = either_archive, tmp_path / "nas"
    nas.mkdir()
    object.__setattr__(archive, "settings", archive.settings.model_copy(update={"watch_roots": str(nas)}))
    (nas / "IMG_1.JPG").write_bytes(picture(1))
    with archive.transaction() as session:
        home = session.scalars(select(Institution)).one()
        folder = watching.add(archive, session, home, nas, {"shoot": "{day}"}, 1, "test")
        folder.quiet_seconds = 0
    assert scan(archive, folder.id).taken == []
    assert [one.added for one in scan(archive, folder.id).taken] == [1]
    with archive.transaction() as session:
        watching.remove(session, watching.called(session, str(nas)), "test")
