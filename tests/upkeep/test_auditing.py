"""Audits read every copy in its turn, and what they find bad is made good from what is good."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from media_archive.archive import Archive
from media_archive.db import now
from media_archive.events.models import Event
from media_archive.jobs.models import Job
from media_archive.storage import fixity
from media_archive.storage.models import Copy
from media_archive.upkeep import auditing, mending
from tests.upkeep.conftest import flip

pytestmark = pytest.mark.slow

Three = Callable[..., Archive]
LONG_AGO = timedelta(days=400)


def age(archive: Archive, store: str | None = None, days: int = 400) -> None:
    """As if the copies had come in, and been read last, long ago."""
    at = now() - timedelta(days=days)
    with archive.transaction() as session:
        old = update(Copy).values(audited_at=at, verified_at=at, created_at=at - timedelta(days=1))
        session.execute(old.where(Copy.store == store) if store else old)


def audit_all(archive: Archive) -> list[auditing.Report]:
    return [auditing.audit(archive, name) for name in archive.stores.names]


def keys(archive: Archive) -> list[str]:
    with archive.reading() as session:
        return sorted(set(session.scalars(select(Copy.key))))


def outcomes(archive: Archive, what: str) -> list[str]:
    with archive.reading() as session:
        found = select(Event.outcome).where(Event.what == what, Event.object_kind == "asset").order_by(Event.id)
        return list(session.scalars(found))


@pytest.mark.parametrize("spoilt", [["main"], ["far"], ["main", "near"], ["near", "far"]])
def test_a_flipped_bit_is_found_by_the_next_audit_and_mended(three: Three, spoilt: list[str]) -> None:
    archive = three()
    age(archive)
    key = keys(archive)[0]
    rotten = {flip(archive, store, key) for store in spoilt}
    before = outcomes(archive, "replication")
    reports = audit_all(archive)
    assert sorted(bad.store for report in reports for bad in report.bad) == sorted(spoilt)
    assert fixity.verify(archive.engine, archive.stores).good
    after = outcomes(archive, "replication")[len(before) :]
    assert "success" in after
    aside = {place.read_bytes() for place in archive.settings.home.glob("store/*/damaged/*/*")}
    assert aside == rotten, "what was bad is kept aside"


def test_where_all_copies_are_bad_it_is_told_and_nothing_is_overwritten(three: Three) -> None:
    archive = three()
    age(archive)
    key = keys(archive)[0]
    rotten = {store: flip(archive, store, key) for store in archive.stores.names}
    audit_all(archive)
    for store, data in rotten.items():
        with archive.stores.open(store, key) as source:
            assert source.read() == data
    assert not list(archive.settings.home.glob("store/*/damaged/*/*"))
    with archive.reading() as session:
        lost = session.scalars(mending.lost()).one()
        assert lost.sha256 == key
        told = session.scalars(select(Event).where(Event.what == "replication", Event.outcome == "failure")).all()
        assert told[-1].detail["lost"] is True
    assert [one.bad for one in auditing.standing(archive)] == [1, 1, 1]


@pytest.mark.slow
def test_a_flipped_bit_in_a_bucket_is_mended_and_mends(
    three: Three, moto_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = f"far-{uuid4().hex[:8]}"
    archive = three(
        far=f'kind = "s3"\nbucket = "{bucket}"',
        s3_endpoint=moto_endpoint,
        s3_access_key="test",
        s3_secret_key="test",
    )
    age(archive)
    one, other = keys(archive)
    flip(archive, "far", one)
    for store in ("main", "near"):
        flip(archive, store, other)
    audit_all(archive)
    assert fixity.verify(archive.engine, archive.stores).good


def test_the_longest_unread_come_first_and_a_day_has_its_bytes(three: Three) -> None:
    archive = three(count=3)
    age(archive)
    with archive.transaction() as session:
        copies = session.scalars(select(Copy).where(Copy.store == "main").order_by(Copy.id)).all()
        copies[2].audited_at = now() - timedelta(days=500)
        copies[1].audited_at = now()
        first = copies[2].id
    report = auditing.audit(archive, "main", most=1)
    assert report.checked == 1
    with archive.reading() as session:
        read = session.get_one(Copy, first)
        assert read.audited_at
        assert now() - read.audited_at < timedelta(minutes=1)
    assert auditing.audit(archive, "main").checked == 1, "the third was read already"
    assert auditing.audit(archive, "main").checked == 0


def test_an_hours_share_is_asked_for_once_and_done_by_a_worker(three: Three) -> None:
    archive = three()
    archive.audit()
    with archive.reading() as session:
        assert session.scalars(select(Job).where(Job.kind == "audit")).all() == [], "all was just read back"
    age(archive, "near")
    before = auditing.standing(archive)
    assert [one.due for one in before] == [0, 2, 0]
    assert [one.overdue for one in before] == [0, 2, 0]
    archive.audit()
    archive.audit()
    with archive.reading() as session:
        (job,) = session.scalars(select(Job).where(Job.kind == "audit")).all()
        assert job.args == {"store": "near"}
    archive.runner().drain("upkeep")
    after = auditing.standing(archive)
    assert [(one.due, one.done) for one in after] == [(0, 2), (0, 2), (0, 2)]
    archive.audit()
    with archive.reading() as session:
        assert len(session.scalars(select(Job).where(Job.kind == "audit")).all()) == 1


def test_dear_classes_are_read_only_where_the_rule_says_so(three: Three) -> None:
    archive = three()
    profile = archive.stores.profile
    age(archive)
    tiers = {**profile.tiers, "far": profile.tiers["far"].model_copy(update={"hours": 12.0})}
    archive.stores.profile = profile.model_copy(update={"tiers": tiers})
    assert auditing.audit(archive, "far").checked == 0
    assert auditing.standing(archive)[2].left_out == 2
    told = [rule.model_copy(update={"audit_offline": True}) for rule in profile.rules]
    archive.stores.profile = profile.model_copy(update={"tiers": tiers, "rules": told})
    assert auditing.audit(archive, "far").checked == 2


def test_what_a_reading_left_unknown_is_read_again_soon_and_not_in_a_year(three: Three) -> None:
    archive = three(1)
    yesterday = now() - timedelta(days=1)
    with archive.transaction() as session:
        session.execute(update(Copy).values(audited_at=yesterday, verified_at=None).where(Copy.store == "near"))
    assert [report.checked for report in audit_all(archive)] == [0, 1, 0]


def test_a_clock_that_was_ahead_stops_no_audits(three: Three) -> None:
    archive = three(1)
    age(archive)
    with archive.transaction() as session:
        ahead = update(Copy).values(audited_at=now() + timedelta(days=3650))
        session.execute(ahead.where(Copy.store == "near"))
    auditing.ask(archive)
    with archive.reading() as session:
        asked = {job.args["store"] for job in session.scalars(select(Job).where(Job.kind == "audit"))}
    assert asked == {"main", "near", "far"}
    assert [report.checked for report in audit_all(archive)] == [1, 1, 1]
    with archive.reading() as session:
        assert all(at <= now() for at in session.scalars(select(Copy.audited_at)))
