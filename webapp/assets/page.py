"""What the page of one asset shows, shaped for its template."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import url_for

from media_archive.catalogue.models import Asset, Kind
from media_archive.metadata.normal.timecodes import counted_at
from webapp import terms as words
from webapp.assets import camera
from webapp.assets.queries import Made
from webapp.iiif import addresses as iiif
from webapp.languages import say
from webapp.media.addresses import extension, of_digest
from webapp.shown import capture, duration, number, word
from webapp.texts.shown import texts
from webapp.translated import gettext

#: longer findings are cut on the page; `show --json` has them whole
MOST_FINDINGS = 60_000


@dataclass(frozen=True)
class Show:
    """What stands on the stage: a picture, a film, a sound, or the reason why there is none."""

    kind: str
    url: str = ""
    scripts: tuple[str, ...] = ()
    width: int | None = None
    height: int | None = None
    poster: str | None = None
    fps: str = "25"
    timecode: str | None = None
    drop_frame: bool = False
    duration: float | None = None
    sprites: str | None = None
    peaks: str | None = None
    hls: str | None = None
    spectrogram: str | None = None
    #: where cuts and black, standing and silent stretches are written down
    analysis: str | None = None
    #: the address by which one looks deeper into a picture
    iiif: str | None = None
    reason: str = ""


def shown_page(
    asset: Asset,
    told: Mapping[str, Any],
    made: Mapping[str, Made],
    *,
    matches: Collection[UUID] = (),
    mending: bool = False,
) -> dict[str, Any]:
    """Everything the template needs; `matches` are the lines of text that hold what was searched for."""
    files = [_file(file) for file in told["files"] if file["role"] != "rendition"]
    return {
        "told": told,
        "shoot_id": asset.shoot_id,
        "show": stage(asset, _inside(made)),
        "texts": texts(told["texts"], matches, mending),
        "mending": mending,
        "facts": _facts(asset, told),
        "groups": camera.groups(told["metadata"] or {}),
        "files": files + [_file(file) for file in told["files"] if file["role"] == "rendition"],
        "originals": [file for file in files if file["role"] == "original"],
        "events": [_event(event) for event in told["events"]],
        "iiif": iiif.signed(asset.id) if asset.kind != Kind.SOUND else None,
        "findings": [_finding(found) for found in told["findings"]],
    }


def _inside(made: Mapping[str, Made]) -> dict[str, Made]:
    """Without those that carry the watermark: they are for people outside."""
    return {name: one for name, one in made.items() if not name.startswith("public")}


def stage(asset: Asset, made: Mapping[str, Made]) -> Show:
    """What can be shown of an asset, by what was made of it."""
    if asset.kind == Kind.PHOTO:
        return _picture(asset, made) or _nothing(asset)
    return _playing(asset, made) or _nothing(asset)


def _nothing(asset: Asset) -> Show:
    if asset.problem:
        return Show("problem", reason=say(asset.problem))
    if asset.rendered_at is None:
        return Show("waiting")
    return Show("problem", reason=gettext("No preview could be made of it."))


def _picture(asset: Asset, made: Mapping[str, Made]) -> Show | None:
    pictures = [one for one in made.values() if one.media_type == "image/jpeg" and one.width and one.height]
    if not pictures:
        return None
    largest = max(pictures, key=lambda one: one.width or 0)
    width, height = asset.width or largest.width, asset.height or largest.height
    return Show("picture", largest.url, ("viewer.js",), width, height, iiif=iiif.own(asset.id))


def _playing(asset: Asset, made: Mapping[str, Made]) -> Show | None:
    proxy = made.get("proxy") or made.get("audio")
    if proxy is None:
        return None
    record = asset.record or {}
    tracks = record.get("video") or [{}]
    fps = proxy.frame_rate or tracks[0].get("frame_rate") or "25"
    # counted as the proxy's frames are: it shows half of a hundred frames a second
    timecode = counted_at((record.get("container") or {}).get("timecode") or {}, Fraction(fps))
    return Show(
        "film" if proxy.media_type.startswith("video/") else "sound",
        proxy.url,
        ("player.js",),
        proxy.width,
        proxy.height,
        poster=made["poster"].url if "poster" in made else None,
        fps=fps,
        timecode=timecode.text if timecode else None,
        drop_frame=bool(timecode and timecode.drop),
        duration=proxy.duration or asset.duration or 0,
        sprites=url_for("assets.scrub", asset_id=asset.id) if "sprites-index" in made else None,
        peaks=made["peaks"].url if "peaks" in made else None,
        hls=url_for("assets.playlist", asset_id=asset.id, name="hls") if "hls" in made else None,
        spectrogram=made["spectrogram"].url if "spectrogram" in made else None,
        analysis=made["analysis"].url if "analysis" in made else None,
    )


def _facts(asset: Asset, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    size = f"{number(asset.width)} × {number(asset.height)}" if asset.width and asset.height else None
    place = (
        f"{asset.latitude:.5f}, {asset.longitude:.5f}"
        if asset.latitude is not None and asset.longitude is not None
        else None
    )
    pairs = (
        (gettext("Kind"), word(asset.kind)),
        (gettext("Accession code"), asset.accession_code),
        (gettext("Taken"), capture(asset.taken_at, asset.taken_text, asset.taken_offset) if asset.taken_text else None),
        (gettext("Photographer"), told["photographer"]),
        (gettext("Duration"), duration(asset.duration) if asset.duration else None),
        (gettext("Pixels"), size),
        (gettext("Position"), place),
    )
    return [(label, value) for label, value in pairs if value]


def _file(file: Mapping[str, Any]) -> dict[str, Any]:
    url = of_digest(file["id"], file["sha256"], extension(file["media_type"], file["name"]))
    copies = [copy | {"verified": _moment(copy["verified_at"])} for copy in file["copies"]]
    return dict(file) | {"url": url, "copies": copies, "role_word": words.file_role(file["role"])}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    return dict(event) | {
        "at": _moment(event["at"]),
        "what": words.event(event["what"]),
        "outcome_word": words.outcome(event["outcome"]),
    }


def _finding(found: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(found["found"], ensure_ascii=False, indent=2, default=str)
    if len(text) > MOST_FINDINGS:
        text = f"{text[:MOST_FINDINGS]}\n…"
    return {"tool": found["tool"], "version": found["version"], "text": text}
