"""What is recorded of those who look: refusals, downloads, and who saw what not everybody may see."""

import threading
import time
from collections import OrderedDict
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Flask, Response, g, request

from media_archive.errors import ArchiveError
from media_archive.events import service as events
from media_archive.logs import Log
from webapp.door import archive

#: the same of the same person is recorded once in so many seconds: a player asks for hundreds of ranges
AGAIN = {"refusal": 60, "access": 600, "download": 600}
MOST = 10_000
log = Log()


class Lately:
    """What was recorded lately in this process."""

    def __init__(self) -> None:
        self._noted: OrderedDict[tuple[Any, ...], float] = OrderedDict()
        self._turn = threading.Lock()

    def is_new(self, key: tuple[Any, ...], seconds: float) -> bool:
        """Whether it was not asked for in the last `seconds`; it is from now on."""
        moment = time.monotonic()
        with self._turn:
            if moment - self._noted.get(key, -seconds) < seconds:
                return False
            self._noted[key] = moment
            self._noted.move_to_end(key)
            while len(self._noted) > MOST:
                self._noted.popitem(last=False)
        return True

    def forget(self, key: tuple[Any, ...]) -> None:
        """It was not recorded after all."""
        with self._turn:
            self._noted.pop(key, None)


lately = Lately()


def install(app: Flask) -> None:
    """Records what has to be on record before an answer is sent."""
    app.after_request(_note_refusal)
    app.after_request(_note_views)


def _note_refusal(response: Response) -> Response:
    """That somebody who is signed in was refused."""
    if response.status_code == HTTPStatus.FORBIDDEN and g.get("user") is not None and request.endpoint:
        try:
            _note("refusal", "page", None, outcome="failure", path=request.path[:200], method=request.method)
        except ArchiveError as exc:
            # it was refused all the same
            log.warning("refusal.unrecorded", path=request.path, reason=str(exc))
    return response


def _note_views(response: Response) -> Response:
    """That restricted assets were looked at; what cannot be recorded is not shown."""
    for one in sorted(g.pop("restricted", ())):
        _note("access", "asset", one)
    return response


def note_download(asset_id: UUID | None, **detail: Any) -> None:
    """Records that something was handed out, before it is."""
    _note("download", "asset", asset_id, **detail)


def _note(what: str, kind: str, number: UUID | None, *, outcome: str = "success", **detail: Any) -> None:
    login, place = g.user.login if g.get("user") else "public", request.path if number is None else str(number)
    key = (str(archive().engine.url), login, what, place, detail.get("name"))
    if not lately.is_new(key, AGAIN[what]):
        return
    told = detail | {"zone": str(g.get("zone") or ""), "token": g.token.name if g.get("token") else None}
    try:
        with archive().transaction() as session:
            events.record(session, login, what, kind, number, outcome=outcome, **{k: v for k, v in told.items() if v})
    except ArchiveError:
        lately.forget(key)
        raise
