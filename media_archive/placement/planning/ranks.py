"""How the copies of one file lie, as one number for each slot of the layout."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, literal, null

from media_archive.placement.counting.packing import Packing, Share
from media_archive.placement.planning.deciding import Layout, Slot, State
from media_archive.storage.models import Copy, Phase
from media_archive.storage.profiles.places import FolderSpec

#: copies in one slot whose ranks are told apart from what they add up to; a store has no two of a file by itself
SEVERAL = 3


class Ranks:
    """What each copy adds to its slot: that it is there, its State, how many intervals its audit is past.

    Each stands above the other, with room for what several copies add up to.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        #: what a state counts, the lowest of those that a copy may have being nothing; and what a copy
        self.state = SEVERAL * len(layout.intervals) + 1
        self.copy = (State.VERIFIED - State.DAMAGED + 1) * self.state
        most = 2 * self.copy - 1
        self.packing = Packing(len(layout.slots), ((SEVERAL + 2) * most).bit_length(), most.bit_length())

    def lying(self, moment: datetime, dialect: str) -> ColumnElement[Any]:
        """How the copies of one file lie at `moment`, over those copies.

        One sum over the copies: to look for the copy in each slot takes the database three times as long.
        """
        here = literal(self.copy, Integer) + self._level() + self._overdue(moment)
        # begun and not finished: the next attempt finishes it; or its object is being removed: nothing may rest on it
        rank = case((Copy.phase == Phase.HERE, here), else_=literal(0, Integer))
        return self.packing.sum([share_of(self.layout, slot, rank) for slot in self.layout.slots], dialect)

    def state_of(self, rank: int) -> State:
        """Of a slot. Several copies in one are not counted as verified."""
        if not rank:
            return State.ABSENT
        if rank >= 2 * self.copy:
            return State.UNVERIFIED
        return State(State.DAMAGED + rank % self.copy // self.state)

    def overdue(self, rank: int) -> int:
        """How many of the layout's intervals have passed since the audit of what is in a slot."""
        return rank % self.state

    def _level(self) -> ColumnElement[int]:
        verified = Copy.verified_at.is_not(None)
        states = (
            (Copy.problem.is_not(null()), State.DAMAGED),
            (and_(Copy.condemned_at.is_not(None), verified), State.GOING),
            (Copy.condemned_at.is_not(None), State.GOING_UNVERIFIED),
            (verified, State.VERIFIED),
        )
        return case(*((so, self._counted(state)) for so, state in states), else_=self._counted(State.UNVERIFIED))

    def _counted(self, state: State) -> ColumnElement[int]:
        return literal((state - State.DAMAGED) * self.state, Integer)

    def _overdue(self, moment: datetime) -> ColumnElement[int]:
        intervals = self.layout.intervals
        if not intervals:
            return literal(0, Integer)
        passed = [
            (Copy.audited_at <= moment - timedelta(days=days), literal(count, Integer))
            for count, days in reversed([*enumerate(intervals, 1)])
        ]
        never = (Copy.audited_at.is_(None), literal(len(intervals), Integer))
        return case(never, *passed, else_=literal(0, Integer))


def share_of(layout: Layout, slot: Slot, rank: ColumnElement[int]) -> Share:
    """What a copy that lies in the slot adds to it."""
    stores = layout.profile.stores
    if slot.store is None:
        return Share(None, Copy.store.not_in(list(stores)), rank)
    if isinstance(stores[slot.store], FolderSpec):
        return Share(slot.store, None, rank)
    if slot.tier is not None:
        return Share(slot.store, Copy.storage_class == slot.storage_class, rank)
    classes = [other.storage_class for other in layout.slots if other.store == slot.store and other.tier]
    return Share(slot.store, Copy.storage_class.not_in(classes), rank)
