"""Entering and changing subjects, relating, merging and splitting them."""

from http import HTTPStatus
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue.models import Archive
from media_archive.catalogue.subjects import families, kinds, merging, queries, service
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.catalogue.subjects.values import NameGiven
from media_archive.errors import Conflict, Invalid, NotFound, Refused
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.languages import say
from webapp.subjects import form as forms
from webapp.subjects import words
from webapp.subjects.form import Form
from webapp.subjects.views import subjects
from webapp.translated import gettext


def _may() -> str:
    """Who changes it, for the history; Forbidden for those who may not."""
    access.require(user(), "describe")
    return user().login


def _kind() -> SubjectKind:
    wanted = request.args.get("kind", "")
    if wanted not in list(SubjectKind):
        raise NotFound("There is no kind of subject called {kind}. Start again from the list.", kind=wanted[:80])
    return SubjectKind(wanted)


@subjects.get("/subjects/new")
def new() -> str:
    """The empty form."""
    _may()
    return _page(Form(_kind(), {"datum": "WGS-84"}, []), None)


@subjects.post("/subjects/new")
def enter() -> Response:
    """Enters a subject."""
    who, form = _may(), forms.sent(_kind(), request.form)
    try:
        with transaction() as session:
            institution = session.get_one(Archive, user().archive_id)
            said = forms.given(session, institution.id, form, archive().settings.local_grid)
            parent = said.pop("parent", None)
            made = service.add_subject(
                session,
                institution,
                form.kind,
                said["name"],
                code=said.get("code"),
                description=said["description"],
                details=said["details"],
                sources=said["sources"],
                place=said.get("place"),
                names=said["names"],
                parent=session.get(Subject, parent) if parent else None,
                who=who,
            )
            number = made.id
    except Refused as refused:
        return _again(form, None, refused)
    return redirect(url_for("subjects.page", subject_id=number), HTTPStatus.SEE_OTHER)


@subjects.get("/subjects/<id:subject_id>/edit")
def edit(subject_id: UUID) -> str:
    """The form with what is known."""
    _may()
    with reading() as session:
        subject = _subject(session, subject_id)
        return _page(forms.of(subject), subject)


@subjects.post("/subjects/<id:subject_id>/edit")
def change(subject_id: UUID) -> Response:
    """Saves the form, unless somebody else changed the subject since it was shown."""
    who = _may()
    with reading() as session:
        subject = _subject(session, subject_id)
    form = forms.sent(SubjectKind(subject.kind), request.form)
    try:
        with transaction() as session:
            _save(session, subject_id, form, who)
    except Refused as refused:
        with reading() as session:
            return _again(form, _subject(session, subject_id), refused)
    return redirect(url_for("subjects.page", subject_id=subject_id), HTTPStatus.SEE_OTHER)


def _save(session: Session, subject_id: UUID, form: Form, who: str) -> None:
    said = forms.given(session, user().archive_id, form, archive().settings.local_grid)
    seen = form.version
    if form.values.get("renamed") and said["name"].strip() != service.claimed(session, subject_id, seen).name:
        renamed = service.rename(session, subject_id, said["name"], form.values.get("renamed_since"), who, seen)
        said["names"] = [service.name_of(one) for one in renamed.names]
        seen = renamed.version
    service.change(session, subject_id, said, who, seen)


def _again(form: Form, subject: Subject | None, refused: Refused) -> Response:
    """The form as it was sent, with the reason; what somebody else saved meanwhile is told beside it."""
    status = HTTPStatus.CONFLICT if isinstance(refused, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY
    theirs = None
    if subject is not None and form.version is not None and subject.version != form.version:
        now = forms.of(subject)
        theirs = {name: value for name, value in now.values.items() if value != form.values.get(name, "")}
        form = Form(form.kind, form.values, form.names, subject.version, form.keeps_place)
    return make_response(_page(form, subject, say(refused.message), theirs), status)


def _page(form: Form, subject: Subject | None, problem: str = "", theirs: dict[str, str] | None = None) -> str:
    empty: NameGiven = {"name": "", "kind": "former", "valid_from": None, "valid_to": None}
    return render_template(
        "subject_form.html",
        form=form,
        subject=subject,
        problem=problem,
        theirs={words.field(name, form.kind): text for name, text in (theirs or {}).items()},
        names=[*form.names, *[empty] * forms.MORE_NAMES],
        name_kinds=kinds.rules().names,
        stages=kinds.rules().stages,
        datums=forms.datums(archive().settings.local_grid),
    )


def _subject(session: Session, subject_id: UUID) -> Subject:
    subject = session.get(Subject, subject_id)
    if subject is None:
        raise NotFound(service.GONE)
    assert subject.names is not None  # read now, for pages that are drawn when the session is closed
    assert subject.parent is None or subject.parent.name
    return subject


@subjects.post("/subjects/<id:subject_id>/relations")
def relate(subject_id: UUID) -> Response:
    """Says what it is to another."""
    who = _may()
    with transaction() as session:
        subject = service.claimed(session, subject_id)
        other = queries.called(session, subject.archive_id, request.form.get("other", ""), SubjectKind(subject.kind))
        since = request.form.get("since", "").strip() or None
        families.relate(session, subject, request.form.get("relation", ""), other, who, since=since)
    return _back(subject_id)


@subjects.post("/subjects/<id:subject_id>/relations/<id:relation_id>/remove")
def unrelate(subject_id: UUID, relation_id: UUID) -> Response:
    """Takes a relation back."""
    who = _may()
    with transaction() as session:
        families.unrelate(session, relation_id, who)
    return _back(subject_id)


@subjects.post("/subjects/<id:subject_id>/merge")
def merge(subject_id: UUID) -> Response:
    """Makes another take it over."""
    who = _may()
    with transaction() as session:
        subject = service.claimed(session, subject_id)
        named = optional_id(request.form.get("winner_id"))
        found = (
            named
            or queries.called(session, subject.archive_id, request.form.get("winner", ""), SubjectKind(subject.kind)).id
        )
        winner = merging.merge(session, subject_id, found, who)
        flash(gettext("%(one)s was merged into %(two)s.", one=subject.name, two=winner.name))
        number = winner.id
    return _back(number)


@subjects.post("/subjects/<id:subject_id>/unmerge")
def unmerge(subject_id: UUID) -> Response:
    """Gives back what the merge took from it."""
    who = _may()
    with transaction() as session:
        merging.unmerge(session, subject_id, who)
    return _back(subject_id)


@subjects.post("/subjects/<id:subject_id>/split")
def split(subject_id: UUID) -> Response:
    """Takes the pictures of the chosen shoots out to a new subject."""
    who = _may()
    shoots = [one for one in map(optional_id, request.form.getlist("shoot")) if one]
    if not shoots:
        raise Invalid("No shoot was chosen. Tick those whose pictures show the new subject.")
    with transaction() as session:
        links = queries.links_of_shoots(session, subject_id, shoots)
        made = merging.split(session, subject_id, request.form.get("name", ""), links, who)
        number = made.id
    return _back(number)


def _back(subject_id: UUID) -> Response:
    return redirect(url_for("subjects.page", subject_id=subject_id), HTTPStatus.SEE_OTHER)
