"""What the catalogue says of an asset, as the statement that is written into copies and sidecars."""

from collections.abc import Mapping
from typing import Any

from media_archive.metadata.record import Location
from media_archive.metadata.writing.statement import Position, Statement

#: root of the branch of each kind of subject among the hierarchical keywords
ROOTS = {"project": "项目", "landmark": "标志性建筑", "street": "街道"}
#: what the files say and nobody describes otherwise
EMBEDDED = (
    "headline",
    "creator_title",
    "caption_writer",
    "credit",
    "source",
    "rights",
    "usage_terms",
    "rights_url",
    "instructions",
    "persons",
    "event",
    "rating",
    "label",
    "location_created",
)


def of(facts: Mapping[str, Any]) -> Statement:
    """The statement that follows from the facts of one asset (see `catalogue.facts`)."""
    asset, record = facts["asset"], facts["record"]
    embedded: dict[str, Any] = record.get("description") or {}
    branches = [f"{ROOTS[kind]}|{one['said']}" for kind in ROOTS for one in facts["links"].get(kind, [])]
    names = [one["name"] for kind in ROOTS for one in facts["links"].get(kind, [])]
    given = {name: embedded[name] for name in EMBEDDED if embedded.get(name) is not None}
    return Statement(
        **given,
        asset_id=asset["id"],
        archival_code=asset["accession_code"],
        archive=facts["archive"]["name"],
        title=asset["given_title"],
        caption=asset["caption"],
        creator=_creators(asset["photographer"], embedded.get("creator") or []),
        keywords=list(dict.fromkeys([*asset["keywords"], *names])),
        branches=list(dict.fromkeys([*branches, *(embedded.get("hierarchical_keywords") or [])])),
        location_shown=_shown(facts["links"], embedded),
        taken=asset["taken"],
        clock_corrected=_corrected(asset["taken"], record),
        position=_position(asset, record.get("gps") or {}),
    )


def _creators(photographer: str | None, embedded: list[str]) -> list[str]:
    """The names as the files list them, unless somebody gave another."""
    if photographer == ", ".join(embedded):
        return embedded
    return [photographer] if photographer else []


def _shown(links: Mapping[str, list[dict[str, Any]]], embedded: Mapping[str, Any]) -> list[Location]:
    found = [Location.model_validate(one) for one in embedded.get("location_shown") or []]
    for kind in ("landmark", "street"):
        for one in links.get(kind, []):
            if not any(one["name"] in (there.name, there.sublocation) for there in found):
                found.append(Location(name=one["name"], identifier=[one["code"]] if one["code"] else []))
    return found


def _corrected(taken: str | None, record: Mapping[str, Any]) -> bool:
    return bool(taken) and taken != (record.get("capture") or {}).get("at")


def _position(asset: Mapping[str, Any], gps: Mapping[str, Any]) -> Position | None:
    """Height and direction belong to the position that the file gave: one set by hand comes without them."""
    place = asset["latitude"], asset["longitude"]
    if None in place:
        return None
    more = {}
    if place == (gps.get("lat"), gps.get("lon")):
        more = {name: gps[name] for name in ("alt", "direction", "direction_reference", "datum", "at") if name in gps}
    return Position(lat=place[0], lon=place[1], **more)
