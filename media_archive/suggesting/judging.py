"""All rules over a batch of assets: what is suspected of each."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shown
from media_archive.catalogue.subjects.models import Subject
from media_archive.geo import distances
from media_archive.geo.shapes import Box, Geometry
from media_archive.suggesting.evidence import neighbours, places, wording
from media_archive.suggesting.evidence.gazetteer import Gazetteer, Known
from media_archive.suggesting.evidence.pieces import Suspicion, suspicions
from media_archive.suggesting.evidence.texts import passages
from media_archive.suggesting.evidence.wording import Surroundings
from media_archive.suggesting.rules import rules

#: outlines kept in memory: the pictures of a shoot lie around the same ones
MOST_OUTLINES = 2000


class Judge:
    """Applies the rules; keeps the outlines that it met."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        #: whoever applies the rules holds it: the threads of a worker share one judge
        self.alone = Lock()
        self._outlines: dict[UUID, tuple[Any, Geometry]] = {}

    def suspicions(self, session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Suspicion]]:
        """What is suspected of each; nothing of what lies in the trash, or was not read by a probe yet."""
        wanted = select(Asset).where(Asset.id.in_(ids), Asset.probed_version.is_not(None), shown())
        assets = session.scalars(wanted).all()
        around = {asset.id: self._around(asset) for asset in assets}
        self._fetch(session, {one.id: one for ones in around.values() for one in ones})
        written = passages(session, assets)
        made = {}
        for asset in assets:
            near = [(one, self._outlines[one.id][1]) for one in around[asset.id] if one.id in self._outlines]
            by_place = places.evidence(asset, near)
            by_others = neighbours.evidence(session, asset)
            named = wording.mentions(asset, written[asset.id], self.gazetteer)
            surroundings = Surroundings(
                self._metres(asset, near, named),
                frozenset(one.subject_id for one in (*by_place, *by_others)),
            )
            by_words = wording.evidence(named, written[asset.id], self.gazetteer, surroundings)
            told = rules().thresholds
            standing = (one for one in (*by_place, *by_words, *by_others) if self.gazetteer.subject(one.subject_id))
            made[asset.id] = suspicions(standing, told.kept, told.most)
        return made

    def _around(self, asset: Asset) -> list[Known]:
        if asset.latitude is None or asset.longitude is None:
            return []
        near = self.gazetteer.around(asset.latitude, asset.longitude)
        return [one for one in near if one.archive_id == asset.archive_id]

    def _fetch(self, session: Session, wanted: Mapping[UUID, Known]) -> None:
        """Outlines that are not at hand as they are now."""
        missing = [one.id for one in wanted.values() if self._outlines.get(one.id, (None, None))[0] != one.mark]
        if len(self._outlines) + len(missing) > MOST_OUTLINES:
            self._outlines.clear()
            missing = list(wanted)
        rows = session.execute(select(Subject.id, Subject.geometry).where(Subject.id.in_(missing)))
        for subject_id, geometry in rows:
            if geometry:
                self._outlines[subject_id] = wanted[subject_id].mark, geometry

    def _metres(
        self, asset: Asset, near: Sequence[tuple[Known, Geometry]], named: Sequence[wording.Mention]
    ) -> dict[UUID, float]:
        """How far the subjects are that are named: exactly where they are near, else to the box around them."""
        camera = places.stand(asset)
        if camera is None:
            return {}
        found = {}
        exact = {known.id: geometry for known, geometry in near}
        for subject_id in {mention.name.subject_id for mention in named}:
            known = self.gazetteer.subject(subject_id)
            if subject_id in exact:
                found[subject_id] = distances.distance(camera.point, exact[subject_id])
            elif known and known.box:
                found[subject_id] = _to_box(camera.point, known.box)
        return found


def _to_box(point: tuple[float, float], box: Box) -> float:
    nearest = min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3])
    return distances.between(point, nearest)
