"""Who does which kind of job. Each feature is loaded with the first job of its kinds: no worker does all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Event
from typing import TYPE_CHECKING
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.jobs.runner import Work

if TYPE_CHECKING:
    from media_archive.suggesting.judging import Judge
    from media_archive.suggesting.work import Suggester

Made = dict[str, Work]
#: what knows the names and boxes of a city: for every catalogue that this process has open
_JUDGES: "WeakKeyDictionary[Engine, Judge]" = WeakKeyDictionary()


def _ingest(context: Context, _stop: Event) -> Made:
    from media_archive.ingest.again import AgainWork
    from media_archive.ingest.probing import ProbeWork
    from media_archive.ingest.work import IngestWork

    return {"probe": ProbeWork(context), "ingest": IngestWork(context), "probe-again": AgainWork(context)}


def _renditions(context: Context, _stop: Event) -> Made:
    from media_archive.renditions.piecework import JoinWork, PieceWork
    from media_archive.renditions.work import RenderWork

    kinds = ("render-photo", "render-pyramid", "render-film", "render-sound", "render-edit")
    return {
        **dict.fromkeys(kinds, RenderWork(context)),
        "render-chunk": PieceWork(context),
        "render-join": JoinWork(context),
    }


def _remaking(context: Context, _stop: Event) -> Made:
    from media_archive.renditions.remaking import RemakeWork

    return {"remake": RemakeWork(context)}


def _marking(context: Context, _stop: Event) -> Made:
    from media_archive.renditions.marking.work import MarkWork

    return dict.fromkeys(("render-marked", "render-marked-film"), MarkWork(context))


def _delivery(context: Context, _stop: Event) -> Made:
    from media_archive.delivery.parcel_work import ParcelWork

    return dict.fromkeys(("contact-sheet", "clip"), ParcelWork(context))


def _requesting(context: Context, _stop: Event) -> Made:
    from media_archive.requesting.work import PackageWork

    return {"package": PackageWork(context)}


def _texts(context: Context, _stop: Event) -> Made:
    from media_archive.texts.speech.transcribing import find_speech
    from media_archive.texts.work import TextWork, find_text

    return {"read-text": TextWork(context, find_text), "transcribe": TextWork(context, find_speech)}


def _placement(context: Context, stop: Event) -> Made:
    from media_archive.placement.planner import make
    from media_archive.placement.work import ApplyWork, NightWork, PlanWork, ReleaseWork, SumWork

    return {
        "sum-storage": SumWork(context),
        "make-plan": PlanWork(context, make),
        "apply-plan": ApplyWork(context, stop),
        "place-nightly": NightWork(context, make),
        "release-due": ReleaseWork(context),
    }


def _holdings(context: Context, _stop: Event) -> Made:
    from media_archive.holdings.work import CountWork

    return {"count-holdings": CountWork(context)}


def _disposal(context: Context, _stop: Event) -> Made:
    from media_archive.disposal.work import PurgeWork
    from media_archive.placement.releasing import release

    return {"purge": PurgeWork(context, release)}


def _restoring(context: Context, _stop: Event) -> Made:
    from media_archive.restoring.work import RestoreWork

    return {"restore": RestoreWork(context)}


def _upkeep(context: Context, _stop: Event) -> Made:
    from media_archive.upkeep.auditing import AuditWork
    from media_archive.upkeep.work import PlaceWork, VerifyWork

    return {"place": PlaceWork(context), "verify": VerifyWork(context), "audit": AuditWork(context)}


def _subjects(context: Context, _stop: Event) -> Made:
    from media_archive.catalogue.subjects.exchange.work import ImportWork

    return {"import-subjects": ImportWork(context)}


def _bulk(context: Context, stop: Event) -> Made:
    from media_archive.catalogue.bulk.work import BulkWork
    from media_archive.search.chosen import ids_of

    return {"bulk-edit": BulkWork(context, ids_of, stop)}


def _shifting(context: Context, stop: Event) -> Made:
    from media_archive.catalogue.shift_work import KIND, ShiftWork

    return {KIND: ShiftWork(context, stop)}


def _clearing(context: Context, _stop: Event) -> Made:
    from media_archive.upkeep.superseded import ClearWork

    return {"clear-renditions": ClearWork(context)}


def _suggesting(context: Context, stop: Event) -> Made:
    from media_archive.suggesting.work import DecideWork, SuggestWork

    return {"suggest": SuggestWork(suggester(context), stop), "decide-suggestions": DecideWork(context, find)}


def suggester(context: Context) -> "Suggester":
    """What looks for subjects that assets may show; the city's names and boxes stay in memory for the next time."""
    from media_archive.suggesting.evidence.gazetteer import Gazetteer
    from media_archive.suggesting.judging import Judge
    from media_archive.suggesting.work import Suggester

    if context.engine not in _JUDGES:
        _JUDGES[context.engine] = Judge(Gazetteer())
    return Suggester(context, _JUDGES[context.engine], find)


def find(
    session: Session, query: str, archive_id: UUID | None, cursor: str | None, most: int
) -> tuple[Sequence[UUID], str | None]:
    """Assets that a query finds, a page at a time: for features that may not know the search."""
    from media_archive.search import service as search

    found = search.find(session, query, archive_id=archive_id, cursor=cursor, limit=most, facets=False)
    return found.ids, found.next


def _uploads(context: Context, _stop: Event) -> Made:
    from media_archive.uploads.work import TakeInWork

    return {"take-in": TakeInWork(context)}


def _watched(context: Context, _stop: Event) -> Made:
    from media_archive.watched.work import WatchWork

    return {"watch": WatchWork(context)}


def _bundles(context: Context, _stop: Event) -> Made:
    from media_archive.bundles.work import BundleWork

    return {"bundle": BundleWork(context)}


#: what makes the works of some kinds of job -> these kinds
FEATURES: Mapping[Callable[[Context, Event], Made], tuple[str, ...]] = {
    _ingest: ("probe", "ingest", "probe-again"),
    _renditions: (
        "render-photo",
        "render-pyramid",
        "render-film",
        "render-sound",
        "render-edit",
        "render-chunk",
        "render-join",
    ),
    _remaking: ("remake",),
    _marking: ("render-marked", "render-marked-film"),
    _delivery: ("contact-sheet", "clip"),
    _requesting: ("package",),
    _texts: ("read-text", "transcribe"),
    _placement: ("sum-storage", "make-plan", "apply-plan", "place-nightly", "release-due"),
    _holdings: ("count-holdings",),
    _disposal: ("purge",),
    _restoring: ("restore",),
    _upkeep: ("place", "verify", "audit"),
    _clearing: ("clear-renditions",),
    _bundles: ("bundle",),
    _uploads: ("take-in",),
    _watched: ("watch",),
    _bulk: ("bulk-edit",),
    _shifting: ("shift-clocks",),
    _suggesting: ("suggest", "decide-suggestions"),
    _subjects: ("import-subjects",),
}


class Works(Mapping[str, Work]):
    """Kind of job -> what does it."""

    def __init__(self, context: Context, stop: Event) -> None:
        self._context, self._stop = context, stop
        self._features = {kind: feature for feature, kinds in FEATURES.items() for kind in kinds}
        self._made: Made = {}

    def __getitem__(self, kind: str) -> Work:
        if kind not in self._made:
            self._made |= self._features[kind](self._context, self._stop)
        return self._made[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._features)

    def __len__(self) -> int:
        return len(self._features)
