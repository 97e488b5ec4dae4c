"""The record of what was done (审计): who did what, when, to what, with which outcome."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, render_template, request

from media_archive.errors import Invalid
from media_archive.events import queries
from media_archive.events.models import Event
from media_archive.events.queries import Wanted
from webapp import terms
from webapp.door import archive, optional_id, reading
from webapp.refusals import wants_json
from webapp.translated import gettext

record = Blueprint("record", __name__)
PAGE = 100
LONGEST_DETAIL = 300
FIELDS = ("who", "what", "kind", "object", "outcome", "since", "until")
#: kinds of objects with a page of their own
PAGES = {
    "asset": "/assets/",
    "shoot": "/shoots/",
    "subject": "/subjects/",
    "collection": "/collections/",
    "user": "/users/",
}


@record.get("/record")
def index() -> str | Response:
    """The events that the filters leave, the latest first."""
    wanted = _wanted()
    with reading() as session:
        found = queries.listed(session, wanted, PAGE + 1, optional_id(request.args.get("before")))
        kinds, head, waiting = queries.kinds(session), queries.head(session), queries.unsealed(session)
    following = found[PAGE - 1].id if len(found) > PAGE else None
    if wants_json():
        return jsonify({"items": [queries.told(one) for one in found[:PAGE]], "next": following and str(following)})
    return render_template(
        "record.html",
        found=found[:PAGE],
        following=following,
        given={name: request.args.get(name, "") for name in FIELDS},
        kinds=[(one, terms.event(one)) for one in kinds],
        outcomes=[(one, terms.outcome(one)) for one in terms.OUTCOMES],
        head=head,
        waiting=waiting,
        event_word=terms.event,
        outcome_word=terms.outcome,
        object_word=terms.thing,
        there=_there,
        detail=_detail,
    )


def _wanted() -> Wanted:
    given = request.args
    until = _day(given.get("until", ""))
    return Wanted(
        who=given.get("who", "").strip(),
        what=given.get("what", ""),
        object_kind=given.get("kind", ""),
        object_id=optional_id(given.get("object")),
        outcome=given.get("outcome", ""),
        since=_day(given.get("since", "")),
        until=until + timedelta(days=1) if until else None,
    )


def _day(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as exc:
        raise Invalid("{day} is no day. Write it as 2017-06-12.", day=text[:20]) from exc
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(archive().settings.time_zone))


def _there(event: Event) -> str:
    """The page of what it happened to, where there is one."""
    return f"{PAGES[event.object_kind]}{event.object_id}" if event.object_kind in PAGES and event.object_id else ""


def _detail(event: Event) -> str:
    told = json.dumps(_plain(event.detail), ensure_ascii=False) if event.detail else ""
    return (
        told
        if len(told) <= LONGEST_DETAIL
        else gettext("%(start)s … (%(n)s characters)", start=told[:LONGEST_DETAIL], n=len(told))
    )


def _plain(detail: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if value not in (None, "", [], {})}
