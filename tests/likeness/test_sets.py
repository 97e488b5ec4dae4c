"""Which pictures are put together, and what becomes of a set when people decide."""

from uuid import UUID

import pytest
from PIL import Image, ImageFilter
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Kind
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.likeness import comparing, deciding, queries, service, sets
from media_archive.likeness.models import AlikePair, AlikeSet, Sort, Verdict
from media_archive.likeness.sharpness import measure
from tests.likeness.conftest import HASH, Enter, entering, fingerprint, turned

pytestmark = pytest.mark.slow

OTHER = turned(HASH, 32)


def _shown(archive: Archive, *, decided: bool = False, sort: Sort | None = None) -> list[queries.Shown]:
    with archive.reading() as session:
        return queries.page(session, decided=decided, sort=sort)[0]


def _sets(archive: Archive, *, decided: bool = False, sort: Sort | None = None) -> list[set[UUID]]:
    return [{member.card.id for member in one.members} for one in _shown(archive, decided=decided, sort=sort)]


def _decide(archive: Archive, verdict: Verdict, *chosen: UUID, top: UUID | None = None, number: int = 0) -> UUID:
    with archive.transaction() as session:
        whole = session.get_one(AlikeSet, _shown(archive)[number].id)
        return deciding.decide(session, whole, verdict, "archivist", chosen=chosen, top=top).id


def test_what_is_alike_is_one_set_and_grows(either_archive: Archive, enter: Enter) -> None:
    first, second, stranger = enter(), enter(turned(HASH, 6)), enter(OTHER)
    either_archive.liken()
    assert _sets(either_archive) == [{first, second}]
    third = enter(turned(HASH, 2))
    either_archive.liken()
    assert _sets(either_archive) == [{first, second, third}]
    assert stranger not in _sets(either_archive)[0]


def test_two_sets_that_a_third_picture_ties_together_become_one(either_archive: Archive, enter: Enter) -> None:
    left, right = [enter(HASH), enter(HASH)], [enter(turned(HASH, 12)), enter(turned(HASH, 12))]
    either_archive.liken()
    assert sorted(map(sorted, _sets(either_archive))) == sorted(map(sorted, (left, right)))
    between = enter(turned(HASH, 6))
    either_archive.liken()
    assert _sets(either_archive) == [{*left, *right, between}]


def test_a_scan_from_the_wrong_side_is_alike_and_said_to_be(either_archive: Archive, enter: Enter) -> None:
    upright, mirrored = enter(), enter(turned(HASH ^ 0xAAAA_AAAA_AAAA_AAAA, 4))
    film = enter(HASH ^ 0xFF00_FF00_FF00_FF00, kind=Kind.FILM, duration=5.0)
    either_archive.liken()
    assert _sets(either_archive) == [{upright, mirrored}]
    told = queries.told(_shown(either_archive)[0])["members"]
    assert [(one["distance"], one["turned"]) for one in told] == [(0, False), (4, True)]
    assert str(film) not in {one["asset"] for one in told}


def test_beyond_the_threshold_nothing_is_alike(archive: Archive) -> None:
    enter = entering(archive)
    enter(HASH)
    enter(turned(HASH, 7))
    archive.liken()
    assert _sets(archive) == []


@pytest.mark.parametrize(("phash", "detail"), [(HASH, 1.5), (0, 60.0), (2**64 - 1, 60.0), (0xFF, 60.0)])
def test_flat_pictures_make_no_set(archive: Archive, phash: int, detail: float) -> None:
    enter = entering(archive)
    for _ in range(5):
        enter(phash, detail=detail)
    assert archive.liken() == 5
    assert _sets(archive) == []


def test_a_photograph_and_a_film_are_not_alike(archive: Archive) -> None:
    enter = entering(archive)
    enter(HASH)
    enter(HASH, kind=Kind.FILM, duration=10)
    archive.liken()
    assert _sets(archive) == []


def test_films_are_alike_if_they_are_as_long(archive: Archive) -> None:
    enter = entering(archive)
    long, encoded_again, _take = (enter(kind=Kind.FILM, duration=length) for length in (60.0, 59.5, 48.0))
    archive.liken()
    assert _sets(archive) == [{long, encoded_again}]


def test_a_chain_of_neighbours_makes_no_endless_set(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = comparing.rules()
    small = rules.model_copy(update={"sets": rules.sets.model_copy(update={"members": 5})})
    monkeypatch.setattr(sets, "rules", lambda: small)
    enter = entering(archive)
    ids = {enter(turned(HASH, 5 * number)) for number in range(11)}
    archive.liken()
    found = _sets(archive)
    assert max(map(len, found)) <= 5
    assert set().union(*found) == ids


def test_a_burst_is_a_stack_of_one_camera_within_seconds(either_archive: Archive, enter: Enter) -> None:
    moving = [enter(turned(HASH, 4 * number), seconds=number * 2, camera="Z 9") for number in range(4)]
    enter(turned(HASH, 8), seconds=3, camera="X-T5")
    enter(turned(HASH, 8), seconds=60, camera="Z 9")
    either_archive.liken()
    assert _sets(either_archive, sort=Sort.BURST) == [set(moving)]


def test_frames_of_a_burst_are_not_asked_about_as_copies(archive: Archive) -> None:
    enter = entering(archive)
    burst = {enter(HASH, seconds=number / 5, camera="Z 9") for number in range(3)}
    archive.liken()
    assert _sets(archive, sort=Sort.ALIKE) == []
    assert _sets(archive, sort=Sort.BURST) == [burst]


def test_a_copy_that_kept_the_cameras_words_is_no_frame_of_a_burst(archive: Archive) -> None:
    enter = entering(archive)
    original, _next = (enter(HASH, seconds=number / 4, camera="Z 9") for number in (1, 2))
    smaller = enter(HASH, seconds=0.25, camera="Z 9", size=(1500, 1000))
    again = enter(HASH, seconds=0.25, camera="Z 9")
    archive.liken()
    with archive.reading() as session:
        pairs = {frozenset((one.first_id, one.second_id)): one.set_id for one in session.scalars(select(AlikePair))}
        sorts = {one.id: one.sort for one in session.scalars(select(AlikeSet))}
    assert sorts[pairs[frozenset((original, smaller))]] == Sort.ALIKE
    assert sorts[pairs[frozenset((original, again))]] == Sort.ALIKE
    assert sorts[pairs[frozenset((original, _next))]] == Sort.BURST


def test_pictures_whose_second_nobody_knows_are_no_burst(archive: Archive) -> None:
    enter = entering(archive)
    for _ in range(2):
        asset = enter(turned(HASH, 8), seconds=0, camera="Z 9")
        with archive.transaction() as session:
            session.get_one(Asset, asset).taken_text = "2017-06-12"
    archive.liken()
    assert _sets(archive, sort=Sort.BURST) == []


def test_the_sharper_of_two_pictures_measures_more(tmp_path) -> None:
    picture = Image.effect_mandelbrot((900, 600), (-2, -1.2, 1, 1.2), 60).convert("RGB")
    picture.save(tmp_path / "sharp.jpg", quality=90)
    picture.filter(ImageFilter.GaussianBlur(2)).save(tmp_path / "shaken.jpg", quality=90)
    assert measure(str(tmp_path / "sharp.jpg")) > 2 * measure(str(tmp_path / "shaken.jpg"))


def test_the_sharpest_of_a_burst_is_proposed_and_of_copies_the_largest(archive: Archive) -> None:
    from media_archive.likeness.models import Fingerprint

    enter = entering(archive)
    burst = [enter(HASH, seconds=number, camera="Z 9") for number in range(3)]
    small, large = enter(OTHER, size=(800, 600)), enter(OTHER, size=(6000, 4000))
    archive.liken()
    with archive.transaction() as session:
        for asset, sharpness in zip(burst, (100.0, 300.0, 200.0), strict=True):
            session.get_one(Fingerprint, asset).sharpness = sharpness
    assert {one.sort: one.top for one in _shown(archive)} == {Sort.BURST: burst[1], Sort.ALIKE: large}
    copies = next(one for one in _shown(archive) if one.sort == Sort.ALIKE)
    assert copies.largest == {large}
    assert [member.card.id for member in copies.members] == [large, small]


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT, Verdict.KEPT])
def test_what_was_decided_is_not_asked_again(archive: Archive, verdict: Verdict) -> None:
    enter = entering(archive)
    ids = {enter(), enter(turned(HASH, 2))}
    archive.liken()
    _decide(archive, verdict)
    assert _sets(archive) == []
    assert _sets(archive, decided=True) == [ids]
    with archive.transaction() as session:
        session.execute(service.Fingerprint.__table__.update().values(compared_at=None))
    archive.liken()
    assert _sets(archive) == []


def test_a_newcomer_brings_the_decided_ones_to_mind(archive: Archive) -> None:
    enter = entering(archive)
    first, second = enter(), enter()
    archive.liken()
    _decide(archive, Verdict.SAME, top=second)
    third = enter()
    archive.liken()
    assert _sets(archive) == [{first, second, third}]
    assert _sets(archive, decided=True) == [{first, second}]


def test_a_part_of_a_set_can_be_decided(either_archive: Archive, enter: Enter) -> None:
    one, two, three, four = (enter(turned(HASH, bits)) for bits in range(4))
    either_archive.liken()
    _decide(either_archive, Verdict.DIFFERENT, four)
    assert _sets(either_archive) == [{one, two, three}]
    _decide(either_archive, Verdict.SAME, one, two)
    assert {three} < _sets(either_archive)[0]
    _decide(either_archive, Verdict.KEPT)
    assert _sets(either_archive) == []


def test_a_set_that_a_decision_breaks_apart_becomes_several(archive: Archive) -> None:
    enter = entering(archive)
    left, middle, right = enter(HASH), enter(turned(HASH, 6)), enter(turned(HASH, 12))
    left_copy, right_copy = enter(HASH), enter(turned(HASH, 12))
    archive.liken()
    _decide(archive, Verdict.DIFFERENT, middle)
    assert sorted(map(sorted, _sets(archive))) == sorted(map(sorted, ((left, left_copy), (right, right_copy))))


def test_a_copy_is_told_of_the_picture_to_use_even_along_a_chain(archive: Archive) -> None:
    enter = entering(archive)
    best, between, far = enter(size=(6000, 4000)), enter(turned(HASH, 6)), enter(turned(HASH, 12))
    archive.liken()
    _decide(archive, Verdict.SAME)
    with archive.reading() as session:
        beside = queries.beside(session, far)
    assert [(one.card.id, one.distance, one.is_top) for one in beside] == [(between, 6, False), (best, 12, True)]


def test_different_ones_are_not_shown_beside_each_other(archive: Archive) -> None:
    enter = entering(archive)
    first, second = enter(), enter()
    archive.liken()
    with archive.reading() as session:
        assert [one.card.id for one in queries.beside(session, first)] == [second]
    _decide(archive, Verdict.DIFFERENT)
    with archive.reading() as session:
        assert queries.beside(session, first) == []


def test_every_asset_remembers_who_decided(archive: Archive) -> None:
    enter = entering(archive)
    ids = [enter(), enter()]
    archive.liken()
    decided = _decide(archive, Verdict.KEPT)
    with archive.reading() as session:
        told = [events.of(session, "asset", one)[-1] for one in ids]
    assert {one.who for one in told} == {"archivist"}
    assert told[0].detail["likeness"] == "kept"
    assert told[0].detail["others"] == [str(ids[1])]
    assert told[0].detail["set"] == str(decided)


def test_a_decision_can_be_taken_back(archive: Archive) -> None:
    enter = entering(archive)
    ids = {enter(), enter()}
    archive.liken()
    decided = _decide(archive, Verdict.SAME)
    with archive.transaction() as session:
        deciding.reopen(session, session.get_one(AlikeSet, decided), "archivist")
    assert _sets(archive) == [ids]
    assert _sets(archive, decided=True) == []


def test_decisions_that_make_no_sense_are_refused(archive: Archive) -> None:
    enter = entering(archive)
    first, _ = enter(), enter()
    stranger = enter(OTHER)
    archive.liken()
    with pytest.raises(Invalid, match="not in that set"):
        _decide(archive, Verdict.SAME, first, stranger)
    with pytest.raises(Invalid, match="at least two"):
        _decide(archive, Verdict.KEPT, first)
    with pytest.raises(Invalid, match="not among"):
        _decide(archive, Verdict.SAME, top=stranger)
    with pytest.raises(Invalid, match="no burst"):
        _decide(archive, Verdict.BURST)
    decided = _decide(archive, Verdict.SAME)
    with archive.transaction() as session, pytest.raises(Conflict):
        deciding.decide(session, session.get_one(AlikeSet, decided), Verdict.KEPT, "archivist")
    with archive.transaction() as session, pytest.raises(NotFound):
        deciding.set_called(session, "nonsense")


def test_a_picture_that_changed_leaves_its_open_sets(archive: Archive) -> None:
    enter = entering(archive)
    first, second, third = enter(), enter(), enter()
    archive.liken()
    fingerprint(archive, third, OTHER)
    archive.liken()
    assert _sets(archive) == [{first, second}]
    fingerprint(archive, second, OTHER)
    archive.liken()
    assert _sets(archive) == [{second, third}]
    archive.tidy()
    with archive.reading() as session:
        assert len(session.scalars(select(AlikeSet)).all()) == 1


def test_an_asset_that_is_gone_takes_its_pairs_along(either_archive: Archive, enter: Enter) -> None:
    from media_archive.catalogue.grouping.service import join

    first, second, third = enter(), enter(), enter()
    either_archive.liken()
    with either_archive.transaction() as session:
        join(session, [session.get_one(Asset, first), session.get_one(Asset, second)], "somebody")
    assert _sets(either_archive) == [{first, third}]
    with either_archive.reading() as session:
        assert all(second not in (pair.first_id, pair.second_id) for pair in session.scalars(select(AlikePair)))
