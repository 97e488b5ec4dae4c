"""The job that makes what people take away."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile

from sqlalchemy.orm import Session

from media_archive.context import Context
from media_archive.db import now
from media_archive.delivery import packing, places
from media_archive.delivery.clips import making as clips
from media_archive.delivery.clips.wanted import Wanted
from media_archive.delivery.packages import PACKAGE
from media_archive.delivery.parcels import CLIP, SHEET
from media_archive.delivery.sheets import making as sheets
from media_archive.delivery.sheets.wishes import Sheet, Wish
from media_archive.errors import NotFound
from media_archive.events import service as events
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.storage.models import Parcel, Role
from media_archive.storage.stores.store import Store
from media_archive.storage.stores.streams import pour
from media_archive.words import Message

Maker = Callable[[Context, dict[str, Any], Path], dict[str, Any]]


def _make_sheet(context: Context, args: dict[str, Any], target: Path) -> dict[str, Any]:
    ids = [UUID(one) for one in args["assets"]]
    wanted = Sheet(args["archive"], args["title"], ids, Wish.model_validate(args["wish"]))
    is_bundle = target.suffix == ".zip"
    made = sheets.make(context, wanted, target.with_suffix(".jpg") if is_bundle else target)
    if is_bundle:
        _bundle(made.files, places.fitting(args["title"], ""), target)
    return {name: told for name, told in made.to_json().items() if name != "files"}


def _bundle(pages: Sequence[Path], stem: str, target: Path) -> None:
    """The pages in one ZIP: uncompressed, since JPEG is; each is removed once it is in there."""
    with ZipFile(target, "w", ZIP_STORED) as bundle:
        for page in pages:
            bundle.write(page, f"{stem}{page.stem.removeprefix(target.stem)}{page.suffix}")
            page.unlink()


def _make_clip(context: Context, args: dict[str, Any], target: Path) -> dict[str, Any]:
    wanted = Wanted(UUID(args["asset"]), args["begins"], args["ends"], args["source"], args["widened"])
    made = clips.make(context, wanted, target).to_json()
    del made["path"]
    return made


MAKERS: dict[str, Maker] = {SHEET: _make_sheet, CLIP: _make_clip, PACKAGE: packing.make}


@dataclass(frozen=True)
class _Wrapped:
    """A parcel whose bytes are stored."""

    store: str
    key: str
    size: int
    sha256: str
    told: dict[str, Any]


class ParcelWork:
    """Makes what a parcel asks for."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        with self._context.reading() as session:
            parcel = session.get(Parcel, job.target)
        if parcel is None or parcel.made_at:
            return lambda _: None  # it expired, or was made by a worker that died then
        wrapped, parcel_id = self._wrapped(parcel), parcel.id

        def conclude(session: Session) -> None:
            made = session.get_one(Parcel, parcel_id)
            made.store, made.key, made.size, made.sha256 = wrapped.store, wrapped.key, wrapped.size, wrapped.sha256
            made.told, made.made_at, made.problem = wrapped.told, now(), None
            _record(session, made)

        return conclude

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """Its page says why there is nothing to take away."""
        if (parcel := session.get(Parcel, job.target)) is not None:
            parcel.problem = problem.to_json()

    def _wrapped(self, parcel: Parcel) -> _Wrapped:
        settings = self._context.settings
        settings.scratch.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=settings.scratch, prefix="parcel-"))
        try:
            target = scratch / f"parcel{Path(parcel.name).suffix}"
            told = MAKERS[parcel.kind](self._context, parcel.args, target)
            name = self._context.stores.profile.landing(Role.RENDITION).store
            # not under its digest: nothing else may come to rest on bytes that are removed again
            key = f"parcel-{parcel.id}"
            size, sha256 = _put(self._context.stores.store(name), key, target)
            return _Wrapped(name, key, size, sha256, told)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _put(store: Store, key: str, path: Path) -> tuple[int, str]:
    """Size and SHA-256 of what was stored; what a worker that died left under the key is replaced."""
    with contextlib.suppress(NotFound):
        store.delete(key)
    with path.open("rb") as file:
        sha256, size = pour(file)
        file.seek(0)
        store.put(key, file)
    return size, sha256


def _record(session: Session, parcel: Parcel) -> None:
    told = {"form": parcel.kind, "name": parcel.name, "sha256": parcel.sha256, **parcel.told}
    if parcel.kind == CLIP:
        events.record(session, parcel.asked_by, "dissemination", "asset", UUID(parcel.args["asset"]), **told)
    elif parcel.kind == PACKAGE:
        for one in parcel.args["assets"]:
            of_asset = told | {"form": parcel.args["form"], "parcel": str(parcel.id)}
            events.record(session, parcel.asked_by, "dissemination", "asset", UUID(one), **of_asset)
    else:
        events.record(session, parcel.asked_by, "dissemination", "catalogue", None, **told)
