"""Changing many descriptions: what to do with each field, a try, the job, what became of it, and taking it back."""

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import describing
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.bulk import changes as core
from media_archive.catalogue.bulk import service
from media_archive.catalogue.bulk.models import BulkEdit
from media_archive.catalogue.describing import Field, Scheme
from media_archive.catalogue.models import Archive
from media_archive.errors import Invalid, NotFound
from webapp import selected
from webapp.bulk import words
from webapp.describing import fields
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.translated import gettext

bulk = Blueprint("bulk", __name__)
PAGE = 50
SHOWN = 12


def _scheme() -> Scheme:
    return describing.declared(archive().settings)


@bulk.get("/bulk")
def index() -> str:
    """The bulk edits there were, the latest first."""
    access.require(user(), "describe")
    before = optional_id(request.args.get("before"))
    with reading() as session:
        found = service.page(session, user().archive_id, before, PAGE + 1)
    following = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template("bulk_edits.html", found=found[:PAGE], following=following, words=words, told=_told)


def _told(edit: BulkEdit) -> list[str]:
    return words.changes(edit.changes, _scheme())


@bulk.post("/bulk/new")
def new() -> str:
    """The panel: each field with what can be done to it."""
    access.require(user(), "describe")
    with reading() as session:
        chosen = selected.of_form(session)
        cards = catalogue.cards(session, selected.first(session, chosen, SHOWN))
        mine = [field for field in _scheme().of_archive(_code(session)) if access.may(user(), field.may)]
    return render_template(
        "bulk_new.html", chosen=chosen, cards=cards, groups=_grouped(mine), ways=_ways, label=fields.label, words=words,
        choices=lambda field: fields.choices(_scheme(), field), given=request.form,
    )  # fmt: skip


def _code(session: Session) -> str:
    return session.get_one(Archive, user().archive_id).code


def _grouped(found: list[Field]) -> list[tuple[str, list[Field]]]:
    groups: dict[str, list[Field]] = {}
    for field in found:
        groups.setdefault(str(fields.GROUPS[field.group]), []).append(field)
    return list(groups.items())


def _ways(field: Field) -> list[tuple[str, str]]:
    """What can be done to a field, as (how, word)."""
    return [(how, words.way(how)) for how in words.WAYS if field.type in core.ONLY.get(how, (field.type,))]


@bulk.post("/bulk/try")
def attempt() -> str:
    """How many assets it is about, and what would become of the first five."""
    return tried(_changes(_scheme()))


def tried(changes: dict[str, Any]) -> str:
    """The page that asks whether to make these changes to what the form names."""
    scheme, settings = _scheme(), archive().settings
    with reading() as session:
        chosen = selected.of_form(session)
        ids = selected.first(session, chosen, service.TRIED)
        trial = service.attempt(session, ids, changes, scheme, settings.time_zone)
        samples = [words.sample(one, scheme) for one in trial.samples]
        titles = {card.id: card.title for card in catalogue.cards(session, [one for one, _ in trial.refusals])}
    return render_template(
        "bulk_try.html", chosen=chosen, trial=trial, samples=samples, titles=titles, changes=json.dumps(changes),
        told=words.changes(changes, scheme), typed=[(name, one) for name, one in request.form.items(multi=True)
                                                    if "." in name],
    )  # fmt: skip


def _changes(scheme: Scheme) -> dict[str, Any]:
    """The changes of the form: `how.title`, `value.title`, `with.title`. Forbidden where one is not the reader's to set."""
    if packed := request.form.get("changes"):
        found = _unpacked(packed)
    else:
        hows = {name[4:]: how for name, how in request.form.items() if name.startswith("how.") and how}
        found = {name: _change(scheme.field(name), how) for name, how in hows.items()}
    for action in core.actions(found, scheme):
        access.require(user(), action)
    return found


def _unpacked(packed: str) -> dict[str, Any]:
    try:
        found = json.loads(packed)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid("The form asks for something that cannot be done. Reload the page.")
    return found


def _change(field: Field, how: str) -> dict[str, Any]:
    typed = request.form.get(f"value.{field.name}", "")
    if how == "replace":
        return {"how": how, "value": typed, "with": request.form.get(f"with.{field.name}", "")}
    if how == "clear":
        return {"how": how}
    return {"how": how, "value": fields.read(field, typed)}


@bulk.post("/bulk")
def ask() -> Response:
    """Asks for the changes to be made."""
    access.require(user(), "describe")
    scheme, settings = _scheme(), archive().settings
    with reading() as session:
        chosen = selected.of_form(session)
    with transaction() as session:
        institution = session.get_one(Archive, user().archive_id)
        edit = service.ask(
            session, institution, chosen.chosen, _changes(scheme), user().login, scheme, settings.time_zone
        )
    return redirect(url_for("bulk.page", edit_id=edit.id), HTTPStatus.SEE_OTHER)


@bulk.get("/bulk/<id:edit_id>")
def page(edit_id: UUID) -> str:
    """How far a bulk edit is, and what was refused."""
    access.require(user(), "describe")
    after = optional_id(request.args.get("after"))
    with reading() as session:
        edit = _one(session, edit_id)
        refused = service.refusals(session, edit_id, PAGE + 1, after)
        titles = {
            one.id: one.title for one in catalogue.cards(session, [row.asset_id for row in refused], trashed=True)
        }
    following = refused[PAGE - 1].asset_id if len(refused) > PAGE else None
    return render_template(
        "bulk_edit.html", edit=edit, told=_told(edit), refused=refused[:PAGE], titles=titles, following=following,
        words=words,
    )  # fmt: skip


def _one(session: Session, edit_id: UUID) -> BulkEdit:
    edit = service.one(session, edit_id)
    if edit.archive_id != user().archive_id:
        raise NotFound("There is no such bulk edit. `media-archive bulk list` shows them.")
    return edit


@bulk.post("/bulk/<id:edit_id>/undo")
def undo(edit_id: UUID) -> Response:
    """Asks for it to be taken back."""
    with transaction() as session:
        edit = _one(session, edit_id)
        for name in edit.changes:
            access.require(user(), _scheme().field(name).may)
        back = service.ask_undo(session, edit_id, user().login)
    flash(gettext("It is being taken back."), "good")
    return redirect(url_for("bulk.page", edit_id=back.id), HTTPStatus.SEE_OTHER)
