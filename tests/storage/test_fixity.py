"""Fixity: every copy is read, what is wrong is named, and a crash never leaves a false "good"."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from media_archive import db
from media_archive.catalogue.models import Asset, Shoot
from media_archive.events.models import Event
from media_archive.storage import fixity
from media_archive.storage.models import Copy, Role
from media_archive.storage.orphans import orphans
from media_archive.storage.service import Stores
from tests.storage.conftest import Catalogue, digest_of, rot

pytestmark = pytest.mark.slow


def events(catalogue: Catalogue, kind: str) -> list[Event]:
    with db.reading(catalogue.bind) as session:
        found = select(Event).where(Event.what == "fixity check", Event.object_kind == kind).order_by(Event.id)
        return list(session.scalars(found))


def verify(catalogue: Catalogue, **choice: object) -> fixity.Report:
    return fixity.verify(catalogue.bind, catalogue.stores, **choice)  # type: ignore[arg-type]


def test_sound_copies_are_counted_and_marked_anew(catalogue: Catalogue) -> None:
    file = catalogue.add(b"bytes")
    before = catalogue.copy(file).verified_at
    report = verify(catalogue, who="keeper")
    assert (report.checked, report.bytes, report.good) == (1, 5, True)
    after = catalogue.copy(file).verified_at
    assert before is not None
    assert after is not None
    assert after > before
    (run,) = events(catalogue, "store")
    assert (run.who, run.outcome, run.detail["checked"]) == ("keeper", "success", 1)
    assert "SHA-256" in run.tool
    assert events(catalogue, "asset") == []


def test_a_rotten_and_a_lost_copy_are_named_and_the_rest_goes_on(catalogue: Catalogue) -> None:
    rotten, lost, sound = (catalogue.add(data, name) for data, name in ((b"1", "腐.jpg"), (b"2", "b"), (b"3", "c")))
    rot(catalogue.stores, "main", rotten.sha256, b"x")
    catalogue.stores.store("main").delete(lost.sha256)
    report = verify(catalogue)
    assert (report.checked, report.good) == (3, False)
    told = {bad["sha256"]: bad for bad in report.to_json()["bad"]}
    assert set(told) == {rotten.sha256, lost.sha256}
    assert told[rotten.sha256]["name"] == "腐.jpg"
    assert told[rotten.sha256]["asset_id"] == str(rotten.asset_id)
    assert digest_of(b"x") in told[rotten.sha256]["reason"]
    assert "does not hold" in told[lost.sha256]["reason"]
    for file in (rotten, lost):
        assert catalogue.copy(file).verified_at is None
        assert catalogue.copy(file).problem is not None
    assert catalogue.copy(sound).problem is None
    assert {event.object_id for event in events(catalogue, "asset")} == {rotten.asset_id, lost.asset_id}
    assert events(catalogue, "store")[0].outcome == "failure"


def test_a_mended_copy_is_good_again_and_its_asset_is_told(catalogue: Catalogue) -> None:
    file = catalogue.add(b"bytes")
    rot(catalogue.stores, "main", file.sha256, b"rotten")
    assert not verify(catalogue).good
    catalogue.stores.deposit(io.BytesIO(b"bytes"), Role.ORIGINAL)
    assert verify(catalogue).good
    assert catalogue.copy(file).problem is None
    assert [event.outcome for event in events(catalogue, "asset")] == ["failure", "success"]


def test_the_mark_is_cleared_before_the_bytes_are_read(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    file = catalogue.add(b"bytes")
    seen: list[object] = []

    def dying(self: Stores, store: str, key: str) -> str:
        seen.append(catalogue.copy(file).verified_at)
        raise KeyboardInterrupt

    monkeypatch.setattr(Stores, "read_back", dying)
    with pytest.raises(KeyboardInterrupt):
        verify(catalogue)
    assert seen == [None]
    assert catalogue.copy(file).verified_at is None


def test_no_transaction_is_open_while_bytes_are_read(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.add(b"bytes")
    read = Stores.read_back

    def writing_meanwhile(self: Stores, store: str, key: str) -> str:
        catalogue.add(b"others work on")
        return read(self, store, key)

    monkeypatch.setattr(Stores, "read_back", writing_meanwhile)
    assert verify(catalogue, assets=select(Asset.id).limit(1)).good


def test_only_the_chosen_shoot_is_read(catalogue: Catalogue) -> None:
    catalogue.add(b"1", shoot="spring")
    autumn = catalogue.add(b"22", shoot="autumn")
    chosen = select(Asset.id).join(Asset.shoot).where(Shoot.name == "autumn")
    seen: list[fixity.Checked] = []
    report = verify(catalogue, assets=chosen, each=seen.append)
    assert (report.checked, report.bytes) == (1, 2)
    assert [one.file_id for one in seen] == [autumn.id]
    assert verify(catalogue, store="attic").checked == 0


def test_more_copies_than_one_batch_are_each_read_once(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [catalogue.add(bytes([number]) * 10) for number in range(7)]
    monkeypatch.setattr(fixity, "BATCH_COPIES", 3)
    monkeypatch.setattr(fixity, "BATCH_BYTES", 20)
    seen: list[fixity.Checked] = []
    assert verify(catalogue, each=seen.append).checked == 7
    assert sorted(one.file_id for one in seen) == sorted(file.id for file in files)


def test_an_absent_disk_makes_no_copy_bad(catalogue: Catalogue, two_disks: Stores, tmp_path: Path) -> None:
    file = catalogue.add(b"bytes")
    with db.transaction(catalogue.bind) as session:
        at = db.now() - timedelta(days=1)
        session.add(Copy(file_id=file.id, store="second", key=file.sha256, verified_at=at))
    (tmp_path / "second").rename(tmp_path / "pulled")
    report = fixity.verify(catalogue.bind, two_disks)
    assert (report.checked, report.bad, report.good) == (1, [], False)
    (reason,) = report.unreachable
    assert "not mounted" in reason
    with db.reading(catalogue.bind) as session:
        kept = session.scalars(select(Copy).where(Copy.store == "second")).one()
        assert kept.problem is None
        assert kept.verified_at is not None


def test_objects_that_nobody_registered_are_reported_and_stay(catalogue: Catalogue) -> None:
    known = catalogue.add(b"known")
    orphan = catalogue.stores.deposit(io.BytesIO(b"its ingest was killed"), Role.ORIGINAL)
    found = list(orphans(catalogue.bind, catalogue.stores, grace=timedelta(0)))
    assert [(one.store, one.key, one.size) for one in found] == [("main", orphan.key, 21)]
    assert list(orphans(catalogue.bind, catalogue.stores)) == [], "it may be about to be registered"
    assert catalogue.stores.read_back("main", orphan.key) == orphan.sha256
    with db.reading(catalogue.bind) as session:
        assert session.scalar(select(func.count()).select_from(Copy)) == 1
    assert known.sha256 != orphan.key
