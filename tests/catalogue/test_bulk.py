"""Changing many assets at once: tried first, done by a job that may be killed, taken back by another."""

from typing import Any
from uuid import UUID

import pytest

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.bulk import service
from media_archive.catalogue.describing import edit, shipped
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.errors import Conflict, Invalid
from media_archive.events import service as events
from media_archive.search.chosen import plain
from media_archive.search.service import Filters
from tests.catalogue.stock import assets_of, shoot_of

#: calls before and after whose work somebody dies
BEFORE, AFTER = {1, 6, 13, 21, 25}, {3, 9, 16, 23, 27}
ADD = {"keywords": {"how": "add", "value": ["夜景"]}}


def _ask(archive: Archive, chosen: dict[str, Any], changes: dict[str, Any]) -> UUID:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        return service.ask(session, institution, chosen, changes, "wangmin", shipped()).id


def _told(archive: Archive, edit_id: UUID) -> tuple[str, int, int, int, int]:
    with archive.reading() as session:
        one = service.one(session, edit_id)
        return one.state, one.wanted, one.changed, one.unchanged, one.refused


def test_a_trial_tells_what_would_become_and_changes_nothing(archive: Archive) -> None:
    shoot = shoot_of(archive)
    ids = assets_of(archive, shoot, 7, title="改造钱的解放路") + assets_of(archive, shoot, 2, title="别的")
    changes = {"title": {"how": "replace", "value": "改造钱", "with": "改造前"}}
    with archive.reading() as session:
        trial = service.attempt(session, ids, changes, shipped())
    assert (trial.tried, trial.changed, len(trial.samples)) == (9, 7, 5)
    assert (trial.samples[0].before, trial.samples[0].after) == (
        {"title": "改造钱的解放路"},
        {"title": "改造前的解放路"},
    )
    with archive.reading() as session:
        assert session.get_one(Asset, ids[0]).title == "改造钱的解放路"


@pytest.mark.parametrize(
    "changes",
    [{}, {"title": {"how": "add", "value": ["x"]}}, {"title": {"how": "set", "value": " "}}, {"rating": {"how": "set", "value": 9}},
     {"nothing": {"how": "clear"}}, {"title": {"how": "replace", "value": "", "with": "x"}}, {"title": {"how": "guess"}}],
)  # fmt: skip
def test_changes_that_cannot_be_are_refused_before_anything_is_asked_for(
    archive: Archive, changes: dict[str, Any]
) -> None:
    ids = assets_of(archive, shoot_of(archive), 1)
    with pytest.raises(Invalid):
        _ask(archive, {"ids": list(map(str, ids))}, changes)


@pytest.mark.slow
def test_a_query_is_changed_and_taken_back_where_nobody_changed_it_since(archive: Archive) -> None:
    shoot = shoot_of(archive)
    ids = assets_of(archive, shoot, 5, keywords=["街道"], set_by_hand=["keywords"])
    gone = assets_of(archive, shoot, 1)
    with archive.transaction() as session:
        for one in (*ids, *gone):
            catalogue.touch(session, one)
    archive.index()
    with archive.transaction() as session:
        session.get_one(Asset, gone[0]).trashed_at = now()
    changes = ADD | {"note": {"how": "set", "value": "整理"}}
    asked = _ask(archive, plain("", Filters(shoot=shoot), [ids[0]]), changes)
    archive.runner().drain("upkeep")
    assert _told(archive, asked) == ("done", 4, 4, 0, 0)
    with archive.transaction() as session:
        assert session.get_one(Asset, ids[0]).keywords == ["街道"], "it was left out"
        changed = session.get_one(Asset, ids[1])
        assert (changed.keywords, changed.fields["note"]) == (["街道", "夜景"], "整理")
        assert events.of(session, "asset", ids[1])[-1].detail["bulk_edit"] == str(asked)
        edit(session, changed, {"note": "更好"}, "zhangsan")
    with archive.transaction() as session:
        back = service.ask_undo(session, asked, "wangmin").id
        with pytest.raises(Conflict):
            service.ask_undo(session, asked, "li")
    archive.runner().drain("upkeep")
    assert _told(archive, back) == ("done", 4, 3, 0, 1)
    with archive.reading() as session:
        assert session.get_one(Asset, ids[2]).keywords == ["街道"]
        assert session.get_one(Asset, ids[2]).fields == {}
        assert session.get_one(Asset, ids[1]).fields["note"] == "更好", "what was changed since stays"
        [refused] = service.refusals(session, back)
        assert (refused.asset_id, refused.problem is not None) == (ids[1], True)
        assert service.one(session, asked).state == "partly-undone", "not the whole"
    with archive.transaction() as session:
        edit(session, session.get_one(Asset, ids[1]), {"note": "整理"}, "zhangsan")
        again = service.ask_undo(session, asked, "wangmin").id
    archive.runner().drain("upkeep")
    assert _told(archive, again) == ("done", 1, 1, 0, 0), "only what was left"
    assert _told(archive, asked)[0] == "undone"


@pytest.mark.slow
def test_whoever_is_killed_in_its_midst_does_nothing_twice(
    either_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies at every place where a transaction ends or would have ended; adding is what would show twice."""
    archive = either_archive
    monkeypatch.setattr(service, "BATCH", 4)
    monkeypatch.setattr(service, "GATHER", 3)
    ids = assets_of(archive, shoot_of(archive), 10, title="一")
    asked = _ask(archive, {"ids": list(map(str, ids))}, {"title": {"how": "replace", "value": "一", "with": "一一"}})
    step, note = service.step, service.note
    calls = iter(range(1, 99))

    def dying(work: Any) -> Any:
        def die_sometimes(session: Any, *args: Any) -> Any:
            call = next(calls)
            if call in BEFORE:
                raise KeyboardInterrupt
            told = work(session, *args)
            if call in AFTER:
                raise KeyboardInterrupt
            return told

        return die_sometimes

    monkeypatch.setattr(service, "step", dying(step))
    monkeypatch.setattr(service, "note", dying(note))
    for _ in range(40):
        try:
            archive.runner().drain("upkeep")
        except KeyboardInterrupt:
            _free(archive)
            continue
        break
    assert next(calls) > max(BEFORE | AFTER), "it died at all of them"
    assert _told(archive, asked) == ("done", 10, 10, 0, 0)
    with archive.reading() as session:
        assert {session.get_one(Asset, one).title for one in ids} == {"一一"}


def _free(archive: Archive) -> None:
    """As the sweep does after its worker died."""
    from media_archive.jobs.models import Job, State

    with archive.transaction() as session:
        for job in session.query(Job).filter(Job.state == State.RUNNING):
            job.state, job.held_by, job.held_until, job.attempts = State.WANTED, None, None, 0
