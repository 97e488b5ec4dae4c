"""Deliveries and their files as pages and programs are shown them."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, url_for

from media_archive.config import Settings
from media_archive.uploads import service
from media_archive.uploads.models import Delivery, Stage, Upload
from media_archive.uploads.safety import Fate, Standing
from webapp.languages import say
from webapp.translated import lazy_gettext

#: files that the page itself lists; scripts fetch the others
MOST_LISTED = 200
FATES: Mapping[str, tuple[str, str, Any]] = {
    Fate.ARRIVING: ("idle", "clock", lazy_gettext("being sent")),
    Fate.ARRIVED: ("idle", "check", lazy_gettext("arrived")),
    Fate.COPYING: ("warn", "loader", lazy_gettext("stored, copies not verified yet")),
    Fate.SAFE: ("good", "circle-check", lazy_gettext("every copy verified")),
    Fate.REFUSED: ("bad", "circle-x", lazy_gettext("not taken in")),
    Fate.DIFFERENT: ("bad", "triangle-alert", lazy_gettext("not the same bytes as on the card")),
    Fate.SKIPPED: ("idle", "minus", lazy_gettext("left out")),
}
STAGES: Mapping[str, Any] = {
    Stage.OPEN: lazy_gettext("open"),
    Stage.HANDED_OVER: lazy_gettext("being taken in"),
    Stage.TAKEN_IN: lazy_gettext("taken in"),
    Stage.CLEARED: lazy_gettext("taken in"),
}


def install(app: Flask) -> None:
    """Gives templates the words."""
    app.jinja_env.globals.update(fate_word=FATES.__getitem__, stage_word=lambda stage: str(STAGES[stage]))


def facts(delivery: Delivery, standing: Standing) -> dict[str, Any]:
    """A delivery for programs and the queue panel."""
    return {
        "id": str(delivery.id),
        "stage": str(delivery.stage),
        "shoot": url_for("shoots.page", shoot_id=delivery.shoot_id) if delivery.shoot_id else None,
        "problem": say(delivery.problem) if delivery.problem else None,
        "sentence": say(standing.sentence),
        **standing.to_json(),
    }


def file(settings: Settings, upload: Upload, standing: Standing) -> dict[str, Any]:
    """One file of a delivery."""
    fate = standing.fates.get(upload.id, Fate.ARRIVING)
    there = upload.size if upload.finished_at else service.there(settings, upload.id)
    return {
        "path": upload.path,
        "size": upload.size,
        "modified": upload.modified_ns // 1_000_000 if upload.modified_ns is not None else None,
        "came": there,
        "finished": upload.finished_at is not None,
        "href": None if upload.left_out else url_for("tus.ask", upload_id=upload.id),
        "left_out": upload.left_out,
        "fate": str(fate),
        "reason": say(upload.reason) if upload.reason else None,
        "asset": url_for("assets.page", asset_id=upload.asset_id) if upload.asset_id else None,
    }
