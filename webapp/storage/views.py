"""Stores: what lies where, in what condition, what that costs, and what is to be moved."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.errors import ArchiveError, NotFound
from media_archive.jobs import service as jobs
from media_archive.placement import applying, overview
from media_archive.placement.models import Plan, PlanState
from media_archive.storage.profiles import Profile
from media_archive.words import Message
from webapp.door import archive, reading, transaction, user
from webapp.languages import say
from webapp.storage import charts, kept, queries, words
from webapp.translated import gettext

storage = Blueprint("storage", __name__)
PLANS = 20


@storage.get("/storage")
def index() -> str:
    """Sums of everything, the stores, and the copies that are bad."""
    access.require(user(), "see storage")
    problem, answers = _answers()
    profile = None if problem else archive().stores.profile
    seen = kept.seen(archive()) if profile else None
    with reading() as session:
        bad = queries.bad_copies(session)
        plan = session.scalars(select(Plan).order_by(Plan.created_at.desc()).limit(1)).first()
    held = seen.held if seen else []
    return render_template(
        "storage.html",
        **_parts(profile, seen),
        stores=queries.stores(held, answers),
        answers=answers,
        problem=problem,
        bad=bad,
        most=max((one.bytes for one in held), default=0),
        profile=archive().settings.storage_profile,
        plan=plan,
        words=words,
    )


def _parts(profile: Profile | None, seen: overview.Overview | None) -> dict[str, Any]:
    """The charts of the page with their tables."""
    if profile is None or seen is None:
        return {"seen": None}
    growth = overview.cumulated(seen.growth.items())
    return {
        "seen": seen,
        "currency": profile.currency,
        "sums": [(name, sums, charts.bars([(one, sums[one].bytes) for one in sums])) for name, sums in _sums(seen)],
        "growth": growth,
        "growing": charts.columns(growth),
        "copied": charts.bars([(str(count), files) for count, files in seen.copies.items()]),
        "wanted": min((rule.verified for rule in profile.rules if not _only_renditions(rule.when.roles)), default=1),
    }


def _only_renditions(roles: tuple[Any, ...]) -> bool:
    return bool(roles) and all(role == "rendition" for role in roles)


def _sums(seen: overview.Overview) -> list[tuple[str, dict[str, overview.Amount]]]:
    return [
        ("tier", seen.tiers),
        ("archive", seen.archives),
        ("project", seen.projects),
        ("kind", seen.kinds),
        ("role", seen.roles),
        ("age", seen.ages),
    ]


def _answers() -> tuple[str, dict[str, Message | None]]:
    try:
        return "", archive().stores.troubles()
    except ArchiveError as exc:
        return say(exc.message), {}


@storage.get("/storage/plans")
def plans() -> str:
    """The plans of the last days, the newest in full."""
    access.require(user(), "see storage")
    with reading() as session:
        found = session.scalars(select(Plan).order_by(Plan.created_at.desc()).limit(PLANS)).all()
        return _plans(session, found, found[0] if found else None)


@storage.get("/storage/plans/<id:plan_id>")
def plan(plan_id: UUID) -> str:
    """One plan: what is to be done, why, and what that costs."""
    access.require(user(), "see storage")
    with reading() as session:
        one = session.get(Plan, plan_id)
        if one is None:
            raise NotFound("There is no such plan any more: plans that nobody applies are forgotten after some days.")
        found = session.scalars(select(Plan).order_by(Plan.created_at.desc()).limit(PLANS)).all()
        return _plans(session, found, one)


def _plans(session: Session, found: Sequence[Plan], one: Plan | None) -> str:
    figures = one.figures if one else {}
    begun = one if one and one.state != PlanState.MADE else None
    return render_template(
        "plans.html",
        found=found,
        plan=one,
        figures=figures,
        done=_progress(applying.applied(session, begun.id)) if begun else None,
        troubles=queries.troubles(session, begun.id) if begun else [],
        tiers=charts.bars(
            [(row["tier"] or row["store"] or "–", row["before"]["bytes"]) for row in figures.get("tiers", [])]
        ),
        words=words,
    )


def _progress(done: dict[str, Any]) -> dict[str, int]:
    """State -> steps."""
    return {state: sum(int(sums["steps"]) for sums in actions.values()) for state, actions in done.items() if actions}


@storage.post("/storage/plans")
def ask() -> Response:
    """Asks for a new plan: to look at a million files takes longer than a page may."""
    access.require(user(), "move copies")
    with transaction() as session:
        jobs.request(session, "make-plan", who=user().login, first=True)
    flash(gettext("The plan is being made; reload the page in a moment."), "good")
    return redirect(url_for("storage.plans"), HTTPStatus.SEE_OTHER)


@storage.post("/storage/plans/<id:plan_id>/apply")
def apply(plan_id: UUID) -> Response:
    """Has a plan carried out, as it stands."""
    access.require(user(), "move copies")
    applying.apply(archive(), plan_id, user().login)
    flash(gettext("The plan is being carried out."), "good")
    return redirect(url_for("storage.plan", plan_id=plan_id), HTTPStatus.SEE_OTHER)


@storage.post("/storage/plans/<id:plan_id>/cancel")
def cancel(plan_id: UUID) -> Response:
    """Stops a plan; what is done stays done."""
    access.require(user(), "move copies")
    applying.cancel(archive(), plan_id, user().login)
    flash(gettext("The plan is cancelled; what is done stays done."), "good")
    return redirect(url_for("storage.plan", plan_id=plan_id), HTTPStatus.SEE_OTHER)
