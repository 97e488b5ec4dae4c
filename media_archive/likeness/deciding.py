"""What people say of pictures that are alike: remembered with the pair, so that nobody is asked twice.

Nothing is deleted by it, and no file is touched.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.likeness import sets
from media_archive.likeness.fingerprints import nearest
from media_archive.likeness.models import AlikePair, AlikeSet, Fingerprint, Sort, Verdict


def set_called(session: Session, name: str) -> AlikeSet:
    """The set with that id; NotFound otherwise."""
    try:
        found = session.get(AlikeSet, UUID(name))
    except ValueError:
        found = None
    if found is None:
        raise NotFound("There is no set {name} of alike pictures. `media-archive likeness list` shows them.", name=name)
    return found


def decide(
    session: Session,
    whole: AlikeSet,
    verdict: Verdict,
    who: str,
    *,
    chosen: Collection[UUID] = (),
    top: UUID | None = None,
) -> AlikeSet:
    """Decides on `chosen` of a set, or on all of it; returns the set that holds them now.

    `top` is the picture to use, or the sharpest of a burst; by default the proposed one. Where only some are chosen,
    the rest stays open; where those are called different, they are different from all the others too.
    """
    if whole.verdict is not None:
        raise Conflict("The set {set} is decided already. Open it again first.", set=str(whole.id))
    ids = _chosen(session, whole, verdict, chosen)
    top = _top(session, ids, whole, top)
    decided = _set_apart(session, whole, verdict, ids)
    if verdict is not Verdict.DIFFERENT:
        assert top
        _tie(session, decided, top, ids)
    for pair in session.scalars(select(AlikePair).where(AlikePair.set_id == decided.id)):
        pair.verdict = verdict
    decided.verdict, decided.top_id = verdict, top if verdict is not Verdict.DIFFERENT else None
    decided.decided_by, decided.decided_at = who, now()
    session.flush()
    if decided is not whole:
        sets.part(session, whole)
    _record(session, who, decided, ids)
    return decided


def reopen(session: Session, whole: AlikeSet, who: str) -> None:
    """Takes a decision back: the set is asked about again."""
    if whole.verdict is None:
        raise Conflict("The set {set} is not decided.", set=str(whole.id))
    ids = sets.members(session, whole.id)
    before = str(whole.verdict)
    whole.verdict = whole.top_id = whole.decided_by = whole.decided_at = None
    for pair in session.scalars(select(AlikePair).where(AlikePair.set_id == whole.id)):
        pair.verdict = None
    session.flush()
    _record(session, who, whole, ids, before=before)


def _chosen(session: Session, whole: AlikeSet, verdict: Verdict, chosen: Collection[UUID]) -> set[UUID]:
    there = sets.members(session, whole.id)
    ids = set(chosen) or there
    if strangers := ids - there:
        raise Invalid(
            "The asset {asset} is not in that set. Reload it: it may have changed.", asset=str(min(strangers))
        )
    if len(ids) < 2 and verdict is not Verdict.DIFFERENT:
        raise Invalid("One picture alone is like nothing. Choose at least two.")
    if verdict is Verdict.BURST and whole.sort != Sort.BURST:
        raise Invalid("These pictures were not taken by one camera within seconds: they are no burst.")
    return ids


def _top(session: Session, ids: Collection[UUID], whole: AlikeSet, top: UUID | None) -> UUID | None:
    if top is not None and top not in ids:
        raise Invalid("The picture to use, {asset}, is not among those decided on.", asset=str(top))
    return top or proposed(session, ids, Sort(whole.sort))


def proposed(session: Session, ids: Collection[UUID], sort: Sort) -> UUID | None:
    """The picture to use: of a burst the sharpest, else the one with the most pixels, of these the first that came."""
    wanted = select(Asset, Fingerprint.sharpness).join(Fingerprint, Fingerprint.asset_id == Asset.id, isouter=True)
    rows = session.execute(wanted.where(Asset.id.in_(ids))).all()
    return best([(asset, sharpness) for asset, sharpness in rows], sort)


def best(rows: Sequence[tuple[Asset, float | None]], sort: Sort) -> UUID | None:
    """The best of these assets, given how sharp each is."""

    def merit(row: tuple[Asset, float | None]) -> tuple[float, float, float, int]:
        asset, sharpness = row
        pixels = float((asset.width or 0) * (asset.height or 0))
        measured = sharpness if sort == Sort.BURST and sharpness else 0.0
        return measured, pixels, asset.duration or 0.0, -asset.id.int

    return max(rows, key=merit)[0].id if rows else None


def _set_apart(session: Session, whole: AlikeSet, verdict: Verdict, ids: set[UUID]) -> AlikeSet:
    """The set with the pairs that are decided: a new one where only a part of `whole` is."""
    if ids == sets.members(session, whole.id):
        return whole
    made = AlikeSet(archive_id=whole.archive_id, sort=whole.sort)
    session.add(made)
    session.flush()
    for pair in session.scalars(select(AlikePair).where(AlikePair.set_id == whole.id)):
        inside = len({pair.first_id, pair.second_id} & ids)
        if inside == 2 or (inside and verdict is Verdict.DIFFERENT):
            pair.set_id = made.id
    session.flush()
    return made


def _tie(session: Session, decided: AlikeSet, top: UUID, ids: set[UUID]) -> None:
    """A pair of the top and each of the others: so each is found with it, also where the chain went through a third."""
    hashes = dict(
        session.execute(select(Fingerprint.asset_id, Fingerprint.phash).where(Fingerprint.asset_id.in_(ids))).all()
    )
    touching = or_(AlikePair.first_id == top, AlikePair.second_id == top)
    there = {
        pair.second_id if pair.first_id == top else pair.first_id: pair
        for pair in session.scalars(select(AlikePair).where(touching))
    }
    for other in sorted(ids - {top}):
        first, second = sorted((top, other))
        pair = there.get(other) or AlikePair(first_id=first, second_id=second, distance=64)
        if top in hashes and other in hashes:
            pair.distance = nearest(hashes[top], hashes[other])[0]
        pair.set_id = decided.id
        session.add(pair)
    session.flush()


def _record(session: Session, who: str, decided: AlikeSet, ids: Collection[UUID], before: str | None = None) -> None:
    """One event in the history of each asset."""
    told = {"likeness": str(decided.verdict or "open"), "set": str(decided.id)}
    if before:
        told["before"] = before
    if decided.top_id:
        told["top"] = str(decided.top_id)
    for one in sorted(ids):
        others = [str(other) for other in sorted(ids) if other != one]
        events.record(session, who, "modification", "asset", one, **told, others=others)
