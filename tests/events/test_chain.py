"""The record of events shows tampering."""

from sqlalchemy import delete, update

from media_archive.archive import Archive
from media_archive.events import service as events
from media_archive.events.models import Event


def _some(archive: Archive, count: int = 5) -> None:
    with archive.transaction() as session:
        for number in range(count):
            events.record(session, "wang", "modification", "asset", None, number=number, text="解放路 ü")
    archive.seal()


def test_a_sealed_chain_holds(either_archive: Archive) -> None:
    _some(either_archive)
    _some(either_archive)
    with either_archive.reading() as session:
        assert events.check(session) is None
        assert events.sealed_count(session) >= 10


def test_an_altered_event_breaks_the_chain_where_it_stands(either_archive: Archive) -> None:
    _some(either_archive)
    with either_archive.transaction() as session:
        session.execute(update(Event).where(Event.position == 3).values(who="somebody else"))
    with either_archive.reading() as session:
        broken = events.check(session)
    assert broken is not None
    assert (broken.position, broken.reason) == (3, "altered")


def test_a_removed_event_breaks_the_chain(either_archive: Archive) -> None:
    _some(either_archive)
    with either_archive.transaction() as session:
        session.execute(delete(Event).where(Event.position == 2))
    with either_archive.reading() as session:
        broken = events.check(session)
    assert broken is not None
    assert (broken.position, broken.reason) == (2, "missing")
