"""What people wrote into a file, where its sources disagree, and what in it cannot be right."""

from collections.abc import Mapping
from typing import Any

from webapp.assets.rows import Row, joined, rows, shown
from webapp.languages import say
from webapp.translated import gettext, lazy_gettext

FIELDS = {
    "capture": lazy_gettext("Taken"),
    "gps": lazy_gettext("Position"),
    "camera.make": lazy_gettext("Camera"),
    "camera.model": lazy_gettext("Camera"),
    "camera.serial": lazy_gettext("Serial number"),
    "exposure.time": lazy_gettext("Shutter"),
    "exposure.f_number": lazy_gettext("Aperture"),
    "exposure.iso": lazy_gettext("Sensitivity"),
    "exposure.focal_length": lazy_gettext("Focal length"),
    "description.title": lazy_gettext("Title"),
    "description.headline": lazy_gettext("Headline"),
    "description.caption": lazy_gettext("Caption"),
    "description.keywords": lazy_gettext("Keywords"),
    "description.creator": lazy_gettext("Creator"),
    "description.credit": lazy_gettext("Credit"),
    "description.rights": lazy_gettext("Rights"),
    "description.rating": lazy_gettext("Rating"),
    "description.location_created.city": lazy_gettext("City"),
}


def words(said: Mapping[str, Any]) -> list[Row]:
    """What people wrote."""
    people = [region["name"] for region in said.get("regions") or [] if region.get("name")]
    persons = list(dict.fromkeys([*(said.get("persons") or []), *people]))
    return rows(
        (
            (gettext("Title"), said.get("title")),
            (gettext("Headline"), said.get("headline")),
            (gettext("Caption"), said.get("caption")),
            (gettext("Alternative text"), said.get("alt_text")),
            (gettext("Keywords"), "、".join(said.get("keywords") or [])),
            (gettext("Persons"), "、".join(persons)),
            (gettext("Event"), said.get("event")),
            (gettext("Shows the place"), "；".join(filter(None, map(place, said.get("location_shown") or [])))),
            (gettext("Taken at the place"), place(said.get("location_created") or {})),
            (gettext("Creator"), joined("、".join(said.get("creator") or []), said.get("creator_title"))),
            (gettext("Contact"), joined(*(said.get("creator_contact") or {}).values())),
            (gettext("Caption writer"), said.get("caption_writer")),
            (gettext("Credit"), joined(said.get("credit"), said.get("source"))),
            (gettext("Rights"), said.get("rights")),
            (gettext("Terms of use"), joined(said.get("usage_terms"), said.get("rights_url"))),
            (gettext("Instructions"), said.get("instructions")),
            (gettext("Rating"), shown(said.get("rating"), stars)),
            (gettext("Label"), said.get("label")),
        )
    )


def stars(rating: int) -> str:
    """★★★☆☆, or that it was rejected."""
    return gettext("rejected") if rating < 0 else "★" * rating + "☆" * (5 - rating)


def place(told: Mapping[str, Any]) -> str:
    """A place in words, the largest first as addresses are in Chinese."""
    names = (told.get(part) for part in ("country", "state", "city", "sublocation", "name"))
    return " ".join(dict.fromkeys(str(name) for name in names if name))


def conflicts(record: Mapping[str, Any]) -> list[Row]:
    """Each fact that the file states in several ways: what was chosen, and what else is said where."""
    found = []
    for conflict in record.get("conflicts") or []:
        others = [f"{other['value']} ({other['field']})" for other in conflict["others"]]
        chosen = f"{conflict['value']} ({conflict['source']})"
        found.append((label(conflict["field"]), " ≠ ".join([chosen, *others])))
    return found


def problems(record: Mapping[str, Any]) -> list[Row]:
    """Each value that is nonsense, and why."""
    return [
        (label(told["field"]), joined(f"{told['value']} ({told['source']})", say(told["reason"])))
        for told in record.get("problems") or []
    ]


def label(field: str) -> str:
    """What a field of the record is called on pages; its own name where it has none."""
    return str(FIELDS.get(field, field))
