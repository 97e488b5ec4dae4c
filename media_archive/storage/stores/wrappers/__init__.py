"""Stores around stores: each adds one behaviour and keeps every promise of the one inside."""

from media_archive.storage.stores.wrappers.dry import Deed, DryStore
from media_archive.storage.stores.wrappers.limited import LimitedStore, Pace
from media_archive.storage.stores.wrappers.measured import MeasuredStore, Tally, tallies
from media_archive.storage.stores.wrappers.reading_only import ReadingOnlyStore
from media_archive.storage.stores.wrappers.retrying import Budget, RetryingStore

__all__ = [
    "Budget",
    "Deed",
    "DryStore",
    "LimitedStore",
    "MeasuredStore",
    "Pace",
    "ReadingOnlyStore",
    "RetryingStore",
    "Tally",
    "tallies",
]
