"""Taking a part out of a film: copied where the stored frames stand alone, else encoded again, always to the frame."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from media_archive.catalogue.models import Asset, Kind, Rendition
from media_archive.context import Context
from media_archive.delivery import places
from media_archive.delivery.clips import points
from media_archive.delivery.clips.containers import TIMED, holds
from media_archive.delivery.clips.encoding import encode
from media_archive.delivery.clips.film import Film, Span
from media_archive.delivery.clips.points import Timing
from media_archive.delivery.clips.wanted import Wanted, form_of
from media_archive.errors import Crashed, Damaged, Invalid, NotFound, Unsupported
from media_archive.metadata.formats import FORMATS
from media_archive.storage.models import File, Role
from media_archive.tools.isolation import bound, reader
from media_archive.words import Message

LOOKING, COPYING = "media_archive.delivery.clips.looking", "media_archive.delivery.clips.copying"
#: bytes that a disk reads in a second at the least
SLOWEST_DISK = 10 << 20
#: why a clip was encoded again
IN = "The first frame is no key frame."
OUT = "Frames before the end are stored together with frames behind it."
CODEC = "The container {container} does not hold {codec}."
MUXED = "It cannot be copied into this container: {reason}"


@dataclass(frozen=True)
class Clip:
    """What was made. Numbers of frames count from the film's first, which is 0."""

    path: Path
    method: Literal["copied", "encoded"]
    #: which encoder; None where it was copied
    encoder: str | None
    #: why it was encoded again
    reason: Message | None
    frames: int
    seconds: float
    first_frame: int
    rate: str
    #: of its first frame, and of the first frame behind it
    begins: str
    ends: str

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "path": str(self.path),
            "method": self.method,
            "encoder": self.encoder,
            "reason": self.reason.to_json() if self.reason else None,
            "frames": self.frames,
            "duration": self.seconds,
            "first_frame": self.first_frame,
            "frame_rate": self.rate,
            "in": self.begins,
            "out": self.ends,
        }


@dataclass(frozen=True)
class _Found:
    """Where the film lies, and what its record says."""

    file: File
    record: dict[str, Any]


def make(
    context: Context,
    wanted: Wanted,
    target: Path,
    *,
    force: bool = False,
    progress: Callable[[float], None] | None = None,
    cancel: threading.Event | None = None,
) -> Clip:
    """Writes the clip to `target`, in the container that its suffix names.

    Raises Invalid where the points name no frame or the suffix no container, Damaged where the result has other
    frames than wanted; nothing is left behind then.
    """
    bound(context.settings)
    form = form_of(target.name)
    with context.reading() as session:
        found = _find(session, wanted)
    with context.stores.at_hand(found.file) as path, places.draft(target, force) as draft:
        cut = _Cut(context, path, draft, form)
        timing, span = cut.look(found.record, wanted)
        encoder, reason = cut.make(timing, span, progress or (lambda _: None), cancel)
        seconds = cut.check(span, copied=encoder is None)
    film = cut.film
    return Clip(
        target,
        "encoded" if encoder else "copied",
        encoder,
        reason,
        span.frames,
        round(seconds, 6),
        span.first,
        film.rate,
        timing.say(film.seconds(span.begins)),
        timing.say(film.seconds(span.ends)),
    )


class _Cut:
    """One film that is being cut."""

    def __init__(self, context: Context, path: Path, draft: Path, form: str) -> None:
        self._context, self._path, self._draft, self._form = context, path, draft, form
        self._seconds = max(context.settings.reader_seconds, path.stat().st_size / SLOWEST_DISK)
        self.film = Film.model_validate(reader().call(f"{LOOKING}:look", str(path)))

    def look(self, record: dict[str, Any], wanted: Wanted) -> tuple[Timing, Span]:
        """How the film counts, and which frames are meant."""
        timing = Timing.of(record, self.film.frame_rate)
        named = [points.read(text, timing) if text else None for text in (wanted.begins, wanted.ends)]
        told = [_told(point) if point else None for point in named]
        span = reader().call(f"{LOOKING}:span", str(self._path), *told, wanted.widened, timeout=self._seconds)
        return timing, Span.model_validate(span)

    def make(
        self, timing: Timing, span: Span, progress: Callable[[float], None], cancel: threading.Event | None
    ) -> tuple[str | None, Message | None]:
        """Writes the draft; the encoder and why it was needed, or None where it was copied."""
        code = timing.say(self.film.seconds(span.begins)) if self._form in TIMED and not self.film.varies else None
        reason = self._hindrance(span)
        if reason is None:
            try:
                self._copy(span, code)
                return None, None
            except Crashed:
                raise
            except Unsupported as exc:
                reason = Message(MUXED, {"reason": exc.message})
        settings = self._context.settings
        encoder = encode(settings, self._path, self._draft, self._form, self.film, span, code, progress, cancel)
        return encoder, reason

    def _hindrance(self, span: Span) -> Message | None:
        if not span.copyable:
            return Message(IN) if span.reason == "in" else Message(OUT)
        if codec := holds(self._form, self.film):
            return Message(CODEC, {"container": self._form, "codec": codec})
        return None

    def _copy(self, span: Span, code: str | None) -> None:
        told = self.film.model_dump(), span.model_dump(), code
        paths = str(self._path), str(self._draft)
        reader().call(f"{COPYING}:copy", *paths, self._form, *told, timeout=self._seconds)

    def check(self, span: Span, *, copied: bool) -> float:
        """Seconds of what was written; Damaged where it has not the frames that were wanted."""
        made = reader().call(f"{COPYING}:count", str(self._draft), timeout=self._seconds)
        wanted = span.frames * (self.film.stored if copied else 1)
        if made["frames"] != wanted:
            raise Damaged(
                "The clip came out with {got} frames instead of {wanted} and was thrown away. Take another container.",
                got=made["frames"],
                wanted=wanted,
            )
        seconds: float = made["seconds"]
        return seconds


def _told(point: points.Point) -> dict[str, Any]:
    if point.frame is not None:
        return {"frame": point.frame}
    return {"seconds": str(point.seconds), "slack": str(point.slack)}


def _find(session: Session, wanted: Wanted) -> _Found:
    asset = session.get(Asset, wanted.asset_id)
    if asset is None:
        raise NotFound(
            "There is no asset {name}. `media-archive search` finds them by words.", name=str(wanted.asset_id)
        )
    if asset.kind != Kind.FILM:
        raise Invalid("Clips are cut out of films only; this is none.")
    file = _proxy(session, asset) if wanted.source == "proxy" else _original(session, asset)
    return _Found(file, asset.record or {})


def _proxy(session: Session, asset: Asset) -> File:
    query = select(Rendition).where(Rendition.asset_id == asset.id, Rendition.recipe == "proxy")
    made = session.scalars(query.options(joinedload(Rendition.file).selectinload(File.copies))).one_or_none()
    if made is None:
        raise Invalid("The film has no proxy yet. Cut its original, or wait until it is rendered.")
    return made.file


def _original(session: Session, asset: Asset) -> File:
    query = select(File).where(File.asset_id == asset.id, File.role == Role.ORIGINAL)
    files = [
        file
        for file in session.scalars(
            query.order_by(File.part, File.created_at, File.id).options(selectinload(File.copies))
        )
        if FORMATS[file.format].kind == str(Kind.FILM)
    ]
    if not files:
        raise Invalid("The asset has no original film to cut.")
    if any(file.part for file in files):
        raise Invalid("This recording spans several files, which are not cut. Cut its proxy with --from proxy.")
    return files[0]
