"""People: who may sign in, with which roles; for administrators."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import factors, grants, roles, service, tokens
from media_archive.access.models import Being, Part, User
from media_archive.catalogue.models import Archive
from media_archive.errors import Invalid, NotFound, Refused
from webapp.collections.grants import EXTENTS
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.languages import say
from webapp.translated import gettext
from webapp.users import changes

users = Blueprint("users", __name__)
ACTION = "manage users"


def open_archives(session: Session) -> list[Archive]:
    """The archives whose people this person manages."""
    every = session.scalars(select(Archive).order_by(Archive.name))
    return [one for one in every if service.may(user(), ACTION, one.id)]


def _person(session: Session, user_id: UUID) -> User:
    """The person, if this one manages people of their archive: nobody else's are told of."""
    found = session.get(User, user_id)
    if found is None or not service.may(user(), ACTION, found.archive_id):
        raise NotFound("There is no such person here. Start again from the list.")
    return found


@users.get("/users")
def index() -> str:
    """Everybody, by login."""
    return _list()


def _list(problem: str = "") -> str:
    words = request.args.get("q", "").strip().casefold()
    with reading() as session:
        archives = open_archives(session)
        inside = {one.id: one.name for one in archives}
        found = [one for one in service.users(session) if one.archive_id in inside]
    if words:
        found = [one for one in found if words in one.login.casefold() or words in one.name.casefold()]
    return render_template(
        "users.html", found=found, archives=archives, inside=inside, parts=list(Part), beings=list(Being),
        problem=problem, given=request.form, standing=changes.standing, words=request.args.get("q", ""),
        founds=any(one.code == archive().settings.archive_code for one in archives),
    )  # fmt: skip


@users.post("/users")
def add() -> Response | tuple[str, HTTPStatus]:
    """Adds a person or a program's account."""
    form = request.form
    try:
        with transaction() as session:
            there = changes.archive_of(session, form.get("archive") or str(user().archive_id))
            made = service.add_user(
                session, there, form.get("login", ""), form.get("name", ""), changes.part(form.get("role", "")),
                who=user().login, being=Being.SERVICE if form.get("being") == Being.SERVICE else Being.PERSON,
            )  # fmt: skip
    except Refused as refused:
        return _list(say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("%(login)s is added.", login=made.login), "good")
    return redirect(url_for("users.page", user_id=made.id), HTTPStatus.SEE_OTHER)


@users.get("/users/<id:user_id>")
def page(user_id: UUID) -> str:
    """One person: roles, groups, sessions, and what can be done."""
    return _page(user_id)


def _page(user_id: UUID, problem: str = "", link: str = "", key: str = "") -> str:
    with reading() as session:
        person = _person(session, user_id)
        names = {one.id: one.name for one in session.scalars(select(Archive))}
        return render_template(
            "user.html",
            person=person, problem=problem, link=link, key=key, names=names,
            archives=open_archives(session), parts=list(Part), standing=changes.standing,
            memberships=roles.of(session, person), groups=roles.groups_of(session, person),
            all_groups=roles.groups(session), has_factor=factors.is_on(session, person),
            sessions=[(one, False) for one in service.sessions(session, person)],
            tokens=tokens.listed(session, person), token_state=tokens.standing,
        )  # fmt: skip


@users.post("/users/<id:user_id>")
def change(user_id: UUID) -> Response | tuple[str, HTTPStatus]:
    """Changes what the form says: role, further roles, groups, whether the account is open, the second factor."""
    try:
        with transaction() as session:
            person = _person(session, user_id)
            changes.change(session, person, request.form)
    except Refused as refused:
        return _page(user_id, say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("It is changed."), "good")
    return redirect(url_for("users.page", user_id=user_id), HTTPStatus.SEE_OTHER)


@users.post("/users/<id:user_id>/link")
def link(user_id: UUID) -> tuple[str, HTTPStatus]:
    """A link that signs the person in once; shown this once."""
    settings = archive().settings
    try:
        with transaction() as session:
            person = _person(session, user_id)
            made = service.login_link(session, person, settings.login_link_minutes, user().login)
    except Refused as refused:
        return _page(user_id, say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(
        user_id, link=f"{settings.public_url.rstrip('/') or request.host_url.rstrip('/')}/enter/{made}"
    ), HTTPStatus.CREATED


@users.post("/users/<id:user_id>/token")
def token(user_id: UUID) -> tuple[str, HTTPStatus]:
    """A token for a program's account; its key is shown this once."""
    days = request.form.get("days", "")
    try:
        with transaction() as session:
            person = _person(session, user_id)
            if person.being != Being.SERVICE:
                raise Invalid("People make their tokens themselves, on the page Access tokens.")
            number = int(days) if days.isascii() and days.isdigit() and len(days) <= 4 else 0
            name, scope = request.form.get("name", ""), request.form.get("scope", "read")
            _, key = tokens.issue(session, person, name, scope, number, user().login)
    except Refused as refused:
        return _page(user_id, say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(user_id, key=key), HTTPStatus.CREATED


@users.post("/users/<id:user_id>/sign-out")
@users.post("/users/<id:user_id>/sessions/<id:session_id>/end")
def sign_out(user_id: UUID, session_id: UUID | None = None) -> Response:
    """Ends one session of the person, or all."""
    with transaction() as session:
        person = _person(session, user_id)
        if session_id is not None:
            service.end_session(session, person, session_id, user().login)
        else:
            changes.sign_out(session, person)
    flash(gettext("Signed out."), "good")
    return redirect(url_for("users.page", user_id=user_id), HTTPStatus.SEE_OTHER)


@users.get("/groups")
def groups() -> str:
    """Groups of people who share roles."""
    return _groups()


def _groups(problem: str = "") -> str:
    with reading() as session:
        found = [(one, roles.members(session, one), roles.roles_of(session, one)) for one in roles.groups(session)]
        names = {one.id: one.name for one in session.scalars(select(Archive))}
    return render_template("groups.html", found=found, names=names, problem=problem, given=request.form)


@users.post("/groups")
def make_group() -> Response | tuple[str, HTTPStatus]:
    """Makes a group."""
    try:
        with transaction() as session:
            made = roles.make_group(session, request.form.get("name", ""), request.form.get("note", ""), user().login)
    except Refused as refused:
        return _groups(say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("users.group", group_id=made.id), HTTPStatus.SEE_OTHER)


@users.get("/groups/<id:group_id>")
def group(group_id: UUID) -> str:
    """One group: its roles and members."""
    with reading() as session:
        found = roles.group_called(session, group_id)
        archives = open_archives(session)
        inside = {one.id for one in archives}
        names = {one.id: one.name for one in session.scalars(select(Archive))}
        members = roles.members(session, found)
        others = [one for one in service.users(session) if one.archive_id in inside and one not in members]
        given = roles.roles_of(session, found)
        opened = grants.of_group(session, found)
    return render_template(
        "group.html", group=found, members=members, others=others, given=given, names=names, archives=archives,
        parts=list(Part), opened=opened, extents=EXTENTS,
    )  # fmt: skip


@users.post("/groups/<id:group_id>")
def change_group(group_id: UUID) -> Response:
    """Gives it a role or a member, takes one away, or removes it."""
    with transaction() as session:
        found = roles.group_called(session, group_id)
        for one in roles.roles_of(session, found):
            # who joins it gets these roles: they are given by those who manage people there
            service.require(user(), ACTION, one.archive_id)
        if request.form.get("do") == "remove":
            roles.remove_group(session, found, user().login)
            return redirect(url_for("users.groups"), HTTPStatus.SEE_OTHER)
        if request.form.get("do") in ("join", "leave"):
            number = optional_id(request.form.get("user")) or abort(HTTPStatus.NOT_FOUND)
            changes.member(session, found, _person(session, number), request.form["do"])
        else:
            changes.role_of_group(session, found, request.form)
    return redirect(url_for("users.group", group_id=group_id), HTTPStatus.SEE_OTHER)
