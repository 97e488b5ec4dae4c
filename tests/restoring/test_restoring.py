"""Originals that lie offline: how they stand, asking for them, and what follows."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.archive import Archive
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.models import Asset
from media_archive.config import Settings
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound, Offline, Unavailable
from media_archive.events.models import Event
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.restoring import choosing, queries, service
from media_archive.restoring.models import RestoreRequest, RestoreState
from media_archive.restoring.work import RestoreWork
from media_archive.storage import fixity
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.stores.store import Stat, Store, Thaw
from tests.restoring import cold
from tests.servers import fresh_database
from tests.webapp import sample as samples

pytestmark = pytest.mark.slow  # an S3 service
Chilled = tuple[Archive, list[UUID]]


class Slow:
    """A store that takes its time: what is asked for is under way until `done`; counts what it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store, self.done, self.asked = store, False, list[tuple[str, int]]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def restore(self, key: str, days: int) -> Thaw:
        self.asked.append((key, days))
        return self._store.restore(key, days)

    def stat(self, key: str) -> Stat:
        found = self._store.stat(key)
        return found if self.done or found.thaw != Thaw.READY else replace(found, thaw=Thaw.UNDER_WAY)


def slow(archive: Archive) -> Slow:
    """Lets the cold store of an archive take its time."""
    made = Slow(archive.stores.store(cold.DEEP))
    archive.stores._stores[cold.DEEP] = made  # type: ignore[assignment]
    return made


def ask(archive: Archive, *ids: UUID, who: str = "editor", days: int | None = None) -> UUID:
    with archive.transaction() as session:
        chosen = choosing.assets(session, ids)
        return service.ask(session, archive, chosen, who, "城市记忆影片", days).id


def original(session: Session, asset_id: UUID) -> File:
    query = select(File).where(File.asset_id == asset_id, File.role == Role.ORIGINAL)
    return session.scalars(query.options(selectinload(File.copies))).one()


def thaw(archive: Archive, asset_id: UUID) -> Thaw:
    with archive.reading() as session:
        return service.standing(session, archive, asset_id).thaw


def summary(archive: Archive, request_id: UUID) -> queries.Summary:
    with archive.reading() as session:
        return queries.summaries(session, [session.get_one(RestoreRequest, request_id)])[0]


def test_what_lies_in_a_cold_class_says_so_with_hours_and_price(chilled: Chilled) -> None:
    archive, photos = chilled
    with archive.reading() as session:
        found = service.standing(session, archive, photos[0])
        size = original(session, photos[0]).size
        assert list(service.standings_of(session, archive, photos)) == photos[:3]
    assert (found.thaw, found.tier, found.hours) == (Thaw.OFFLINE, "cold", 12)
    assert found.price == pytest.approx(size / 1e12 * 1e8)
    assert thaw(archive, photos[3]) == Thaw.ONLINE


def test_reading_what_is_offline_is_refused_at_once_and_says_what_to_do(chilled: Chilled) -> None:
    archive, photos = chilled
    with archive.reading() as session:
        file = original(session, photos[0])
    with pytest.raises(Offline, match=r"tier cold.*about 12 hours.*restore ask"), archive.stores.at_hand(file):
        pass
    with pytest.raises(Offline):
        archive.stores.replicate(file, "main")


def test_a_check_reads_what_was_brought_back_and_forgets_nothing_of_the_rest(chilled: Chilled) -> None:
    archive, _ = chilled
    report = fixity.verify(archive.engine, archive.stores)
    assert (report.offline, report.good) == (3, True)
    with archive.reading() as session:
        cold_ones = session.scalars(select(Copy).where(Copy.store == cold.DEEP)).all()
        assert all(copy.verified_at for copy in cold_ones)
    archive.stores.store(cold.DEEP).restore(cold_ones[0].key, 1)
    again = fixity.verify(archive.engine, archive.stores, store=cold.DEEP)
    assert (again.checked, again.offline, again.good) == (1, 2, True)


def test_the_price_is_told_before_anything_is_asked_for(chilled: Chilled) -> None:
    archive, photos = chilled
    with archive.reading() as session:
        told = service.estimate(session, archive, choosing.assets(session, photos))
        sizes = [original(session, one).size for one in photos[:3]]
    assert (told.files, told.online, told.under_way, told.ready) == (3, 1, 0, 0)
    assert told.bytes == sum(sizes)
    assert told.price == pytest.approx(sum(sizes) / 1e12 * 1e8)
    assert told.hours == 12


def test_originals_are_brought_back_read_and_run_out(chilled: Chilled) -> None:
    archive, photos = chilled
    asked = ask(archive, *photos)
    assert summary(archive, asked).states == {RestoreState.WAITING: 3}
    archive.runner().drain("upkeep")
    assert summary(archive, asked).states == {RestoreState.READY: 3}
    assert thaw(archive, photos[0]) == Thaw.READY
    with archive.reading() as session:
        file = original(session, photos[0])
        told = queries.news(session, "editor")
    assert [one.request.id for one in told] == [asked]
    with archive.stores.at_hand(file) as path:
        assert path.stat().st_size == file.size
    RestoreWork(archive).turn(now() + timedelta(days=8))
    ended = summary(archive, asked)
    assert (ended.state, ended.request.ended_at is not None) == (RestoreState.ENDED, True)
    assert thaw(archive, photos[0]) == Thaw.OFFLINE


def test_what_two_people_ask_for_is_brought_back_once_and_stays_for_the_longer_time(chilled: Chilled) -> None:
    archive, photos = chilled
    store = slow(archive)
    first, second = ask(archive, photos[0], days=3), ask(archive, photos[0], photos[1], who="curator", days=20)
    RestoreWork(archive).turn(now())
    assert sorted(days for _, days in store.asked) == [20, 20]  # one for each file
    assert thaw(archive, photos[0]) == Thaw.UNDER_WAY
    assert summary(archive, second).price == pytest.approx(summary(archive, second).bytes / 1e12 * 1e8, rel=0.7)
    store.done = True
    RestoreWork(archive).turn(now() + timedelta(hours=13))
    ends = [summary(archive, one).readable_until for one in (first, second)]
    assert all(ends)
    assert ends[1] - ends[0] > timedelta(days=10)  # type: ignore[operator]
    third = ask(archive, photos[0], days=60)
    RestoreWork(archive).turn(now() + timedelta(hours=14))
    assert store.asked[-1][1] == 60
    assert summary(archive, third).price == 0


def test_a_store_is_asked_again_only_after_a_part_of_its_hours(chilled: Chilled) -> None:
    archive, photos = chilled
    store = slow(archive)
    asked = ask(archive, photos[0])
    began = now()
    RestoreWork(archive).turn(began)
    store.done = True
    RestoreWork(archive).turn(began + timedelta(hours=5))
    assert summary(archive, asked).state == RestoreState.ASKED
    RestoreWork(archive).turn(began + timedelta(hours=7))
    assert summary(archive, asked).state == RestoreState.READY


def test_a_crash_after_the_store_was_asked_asks_it_not_again(chilled: Chilled, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, photos = chilled
    store = slow(archive)
    asked = ask(archive, *photos[:3])
    with monkeypatch.context() as patched:
        patched.setattr(RestoreWork, "_write", _killed)
        with pytest.raises(KeyboardInterrupt):
            RestoreWork(archive).turn(now())
    assert len(store.asked) == 3
    assert summary(archive, asked).states == {RestoreState.WAITING: 3}
    RestoreWork(archive).turn(now())
    assert len(store.asked) == 3
    assert summary(archive, asked).states == {RestoreState.ASKED: 3}


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_store_that_is_away_is_asked_later_and_a_lost_object_is_a_failure(
    chilled: Chilled, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, photos = chilled
    store, asked = slow(archive), ask(archive, photos[0])

    def away(key: str) -> Stat:
        raise Unavailable("The store {store} does not answer.", store=cold.DEEP)

    with monkeypatch.context() as patched:
        patched.setattr(store, "stat", away)
        RestoreWork(archive).turn(now())
    assert summary(archive, asked).states == {RestoreState.WAITING: 1}

    def lost(key: str) -> Stat:
        raise NotFound("The store {store} does not hold {key}.", store=cold.DEEP, key=key)

    monkeypatch.setattr(store, "stat", lost)
    RestoreWork(archive).turn(now() + timedelta(hours=1))
    assert summary(archive, asked).state == RestoreState.FAILED
    with archive.reading() as session:
        assert queries.news(session, "editor")[0].count("failed") == 1
        assert "does not hold" in str(queries.items(session, asked)[0].problem)


def test_no_more_is_spent_in_a_day_than_the_budget_says(chilled: Chilled) -> None:
    archive, photos = chilled
    with archive.reading() as session:
        price = service.standing(session, archive, photos[0]).price
    poor = Archive.open(archive.settings.model_copy(update={"restore_budget": price * 2.1}))
    asked = ask(poor, *photos[:3])
    RestoreWork(poor).turn(now())
    assert summary(poor, asked).count("waiting") in (1, 2)
    RestoreWork(poor).turn(now() + timedelta(hours=26))
    assert summary(poor, asked).states == {RestoreState.READY: 3}
    poor.close()


def test_what_is_given_back_is_over_and_brought_back_no_more(chilled: Chilled) -> None:
    archive, photos = chilled
    store, asked = slow(archive), ask(archive, photos[0])
    with archive.transaction() as session:
        service.end(session, service.request_called(session, asked), "editor")
    RestoreWork(archive).turn(now())
    assert store.asked == []
    assert summary(archive, asked).state == RestoreState.ENDED
    with archive.transaction() as session, pytest.raises(Conflict):
        service.end(session, service.request_called(session, asked), "editor")


def test_what_is_given_back_is_kept_no_longer_unless_somebody_else_needs_it(chilled: Chilled) -> None:
    archive, photos = chilled
    first, other = ask(archive, photos[0], photos[1], days=30), ask(archive, photos[1], who="curator", days=30)
    archive.runner().drain("upkeep")
    with archive.transaction() as session:
        service.end(session, service.request_called(session, first), "editor")
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        mine, shared = (original(session, one).copies[0].readable_until for one in photos[:2])
    assert mine
    assert mine < now() + timedelta(days=2)
    assert shared
    assert shared > now() + timedelta(days=28)
    assert summary(archive, other).state == RestoreState.READY


def test_work_that_needs_what_is_offline_ends_with_the_reason_and_goes_on_once_it_is_back(chilled: Chilled) -> None:
    archive, photos = chilled
    with archive.transaction() as session:
        work = jobs.request(session, "probe", photos[0])
    archive.runner().drain("fast")
    with archive.reading() as session:
        job = session.get_one(Job, work)
        assert (job.state, job.attempts) == (State.DEAD, 1)
        assert "lies offline" in str(job.problem)
    ask(archive, photos[0])
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        assert session.get_one(Job, work).state == State.WANTED
    archive.runner().drain("fast")
    with archive.reading() as session:
        assert session.get_one(Job, work).state == State.DONE


def test_a_collection_is_asked_for_as_a_whole_and_the_history_tells_of_it(chilled: Chilled) -> None:
    archive, photos = chilled
    with archive.transaction() as session:
        asset = session.get_one(Asset, photos[0])
        whole = Collection(archive_id=asset.archive_id, name="解放路今昔")
        session.add(whole)
        session.flush()
        for place, one in enumerate(photos):
            session.add(CollectionItem(collection_id=whole.id, asset_id=one, position=place))
        chosen = choosing.collection(session, whole.id)
        asked = service.ask(session, archive, chosen, "editor", "展览")
        assert asked.title == "解放路今昔"
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        kinds = [event.what for event in session.scalars(select(Event).where(Event.object_id == asked.id))]
        assert kinds == ["restore request"]
        back = select(Event).where(Event.object_id.in_(photos), Event.what == "restoration")
        assert len(session.scalars(back).all()) == 3


def test_a_request_needs_a_purpose_a_possible_time_and_something_offline(chilled: Chilled) -> None:
    archive, photos = chilled
    with archive.transaction() as session:
        one, online = choosing.assets(session, photos[:1]), choosing.assets(session, photos[3:])
        with pytest.raises(Invalid):
            service.ask(session, archive, one, "editor", "  ")
        with pytest.raises(Invalid):
            service.ask(session, archive, one, "editor", "影片", 4000)
        with pytest.raises(Conflict, match="online"):
            service.ask(session, archive, online, "editor", "影片")


def test_a_service_that_reads_every_class_at_once_is_online(chilled: Chilled, tmp_path: Any) -> None:
    archive, photos = chilled
    other = Archive.open(cold.profiled(archive.settings, tmp_path / "other", offline=False))
    assert thaw(other, photos[0]) == Thaw.ONLINE
    other.close()


def test_a_copy_that_was_moved_meanwhile_counts_as_brought_back(chilled: Chilled) -> None:
    archive, photos = chilled
    asked = ask(archive, photos[0])
    with archive.transaction() as session:
        copy = original(session, photos[0]).copies[0]
        copy.storage_class = "STANDARD"
    RestoreWork(archive).turn(now())
    assert summary(archive, asked).state == RestoreState.READY
    with archive.reading() as session:
        assert session.scalar(select(Copy.readable_until).where(Copy.id == copy.id)) is None


def test_the_same_holds_on_postgresql(
    founded_database: str, settings: Settings, postgresql: str, founded: Path, moto_endpoint: str, tmp_path: Path
) -> None:
    shutil.copytree(founded, settings.home)
    with fresh_database(postgresql, founded_database) as url:
        profiled = cold.profiled(settings, tmp_path / "profiles", moto_endpoint)
        archive = Archive.open(profiled.model_copy(update={"database_url": url}))
        archive.stores.found(["main"])
        photos = samples.fill(archive, photos=2, edge=64).photos
        cold.chill(archive, photos[0], really=True)
        with archive.transaction() as session:
            jobs.request(session, "probe", photos[0])
        archive.runner().drain("fast")
        assert thaw(archive, photos[0]) == Thaw.OFFLINE
        asked = ask(archive, *photos, days=30)
        archive.runner().drain("upkeep")
        assert summary(archive, asked).states == {RestoreState.READY: 1}
        archive.runner().drain("fast")
        with archive.transaction() as session:
            probes = select(Job.state).where(Job.kind == "probe", Job.target == photos[0])
            assert session.scalars(probes).all() == [State.DONE]
            assert len(queries.news(session, "editor")) == 1
            service.end(session, service.request_called(session, asked), "editor")
        archive.runner().drain("upkeep")
        assert summary(archive, asked).state == RestoreState.ENDED
        archive.close()
