"""Serving pictures by the IIIF Image API: from an identifier to a file to send."""

import hashlib
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

from media_archive.config import Settings
from media_archive.errors import ArchiveError, Unreadable
from media_archive.iiif.cache import Cache
from media_archive.iiif.identifiers import Identifier
from media_archive.iiif.requests import Order, Picture
from media_archive.iiif.sizes import Limits
from media_archive.iiif.sources import Source, refuse_unshown
from media_archive.iiif.turns import Turns
from media_archive.renditions.parameters import Pyramid
from media_archive.renditions.pyramids import rendering
from media_archive.renditions.recipes import book
from media_archive.storage.models import File
from media_archive.storage.service import Stores

#: part of every key and ETag: a higher one draws everything anew
VERSION = 1
LOOK = "media_archive.renditions.pyramids.making:look"
DRAW = "media_archive.iiif.drawing:draw"
FRAME = "media_archive.iiif.frames:make"
#: pictures whose size is remembered
REMEMBERED = 10_000


@dataclass(frozen=True)
class Ready:
    """A picture whose pyramid is there."""

    key: str
    path: Path
    picture: Picture

    def tag(self, canonical: str) -> str:
        """What changes whenever the answer to a request would."""
        return hashlib.sha256(f"{VERSION} {self.key} {canonical}".encode()).hexdigest()[:32]


class Images:
    """The pictures of one archive, for one process."""

    def __init__(self, settings: Settings, stores: Stores) -> None:
        self.settings, self.stores = settings, stores
        self.limits = Limits.of(settings)
        self.cache = Cache(settings.home / "cache" / "iiif", settings.iiif_cache, settings.keep_free)
        self._turns = Turns(settings)
        self._known: OrderedDict[str, Picture] = OrderedDict()
        self._guard = threading.Lock()

    @property
    def _patience(self) -> float:
        return self.settings.reader_seconds * rendering.pyramid_recipe().told(Pyramid).patience

    @property
    def _plan(self) -> dict[str, Any]:
        return rendering.told(rendering.pyramid_recipe(), self.settings)

    def place(self) -> AbstractContextManager[None]:
        """A place among those who are served at once; Unavailable if there is none."""
        return self._turns.place()

    def prepare(self, source: Source, identifier: Identifier) -> Ready:
        """The picture's pyramid, made now if there is none; others who ask for the same wait for it.

        NotFound or Unreadable where there is no picture, Unavailable where a store or this server cannot give it now.
        """
        refuse_unshown(source)
        moment = source.moment(identifier)
        key, make = self._still(source) if moment is None else self._frame(source, moment)
        path = self._stored(source) or self.cache.get_or_make(key, make, self._patience)
        return Ready(key, path, self._look(key, path))

    def draw(self, ready: Ready, order: Order) -> Path:
        """A new file in scratch with what `order` asks for; whoever takes it removes it."""
        self.settings.scratch.mkdir(parents=True, exist_ok=True)
        out = self.settings.scratch / f"iiif-{uuid4().hex}.{order.format}"
        try:
            self._turns.draw(DRAW, str(ready.path), order.told(), str(out))
        except BaseException:
            out.unlink(missing_ok=True)
            raise
        return out

    def close(self) -> None:
        """Ends the readers."""
        self._turns.close()

    def _stored(self, source: Source) -> Path | None:
        """The stored pyramid, where it lies on this machine."""
        return self._here(source.pyramid) if source.pyramid else None

    def _here(self, file: File) -> Path | None:
        for copy in self.stores.by_nearness(file):
            try:
                path = None if copy.problem else self.stores.path(copy.store, copy.key)
            except ArchiveError:
                continue
            if path is not None and path.is_file():
                return path
        return None

    def _still(self, source: Source) -> tuple[str, Callable[[Path], None]]:
        if pyramid := source.pyramid:
            return _key("stored", pyramid.sha256), lambda out: self._fetch(pyramid, out)
        original = source.original
        key = _key("still", original.sha256, original.format, rendering.pyramid_recipe().version)
        return key, lambda out: self._make_still(original, out)

    def _fetch(self, file: File, out: Path) -> None:
        with self.stores.at_hand(file) as path:
            shutil.copyfile(path, out)

    def _make_still(self, original: File, out: Path) -> None:
        raw = rendering.is_raw(original.format)
        with self.stores.at_hand(original) as path:
            arguments = (str(path), original.format, raw, str(out), self._plan)
            self._turns.prepare(rendering.MAKE, *arguments, timeout=self._patience)

    def _frame(self, source: Source, moment: Fraction) -> tuple[str, Callable[[Path], None]]:
        files = (source.original.sha256, source.proxy.sha256 if source.proxy else "")
        key = _key("frame", *files, moment, rendering.pyramid_recipe().version)
        return key, lambda out: self._make_frame(source, moment, out)

    def _make_frame(self, source: Source, moment: Fraction, out: Path) -> None:
        """From the original where it lies here and can be decoded as it is, else from the proxy."""
        if path := self._here(source.original):
            try:
                self._decode(path, moment, out, standard_range=source.proxy is not None)
                return
            except Unreadable:
                if source.proxy is None:
                    raise
        with self.stores.at_hand(source.proxy or source.original) as fetched:
            self._decode(fetched, moment, out, standard_range=False)

    def _decode(self, path: Path, moment: Fraction, out: Path, *, standard_range: bool) -> None:
        plan: dict[str, Any] = self._plan | {
            "max_frame_pixels": book("film").common.max_frame_pixels,
            "standard_range": standard_range,
        }
        self._turns.prepare(FRAME, str(path), str(moment), str(out), plan, timeout=self.settings.reader_seconds)

    def _look(self, key: str, path: Path) -> Picture:
        with self._guard:
            if known := self._known.get(key):
                self._known.move_to_end(key)
                return known
        picture = Picture(**self._turns.draw(LOOK, str(path)))
        with self._guard:
            self._known[key] = picture
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return picture


def _key(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()
