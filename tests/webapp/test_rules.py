"""Who may call what: every route, every role, archives of one's own and of others, everything that may be withheld."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Address

from media_archive.access import roles as further
from media_archive.access import service as access
from media_archive.access.models import Part
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections import service as collecting
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset
from media_archive.config import Settings
from media_archive.db import now
from media_archive.storage.models import File
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample
from webapp import rules
from webapp.app import create_app

pytestmark = pytest.mark.slow

NOBODY = "0192f0c8-0000-7000-8000-000000000000"
#: end the session that asks
PARTING = {"signin.sign_out"}
#: of other things than the address what is refused: one of several actions, decided by the form
BY_FORM = {"describing.move", "tasks.move", "renditions.ask", "trash.decide"}


def addresses(app: Flask) -> Iterator[tuple[Address, str]]:
    """Every route with each of its methods."""
    for address in app.url_map.iter_rules():
        for method in sorted((address.methods or set()) - {"HEAD", "OPTIONS"}):
            yield address, method


def path(app: Flask, address: Address, item: object = NOBODY) -> str:
    """An address with `item` for every id."""
    texts = {"name": "index", "state": "received", "ending": "csv", "prefix": "abcdef0123456789", "_extension": "jpg"}
    values = {name: texts.get(name, item) for name in address.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(address.endpoint, values))


def test_every_route_has_a_rule_and_every_rule_a_route(app: Flask) -> None:
    endpoints = {address.endpoint for address in app.url_map.iter_rules()}
    assert endpoints == set(rules.RULES), "say in webapp/rules.py who may call it"


def test_a_route_without_a_rule_is_closed_to_everybody(app: Flask, signed_in: SignedIn) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = signed_in("administrator").get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.get_data(as_text=True)


def test_what_is_not_public_needs_a_sign_in(app: Flask, stranger: FlaskClient) -> None:
    for address, method in addresses(app):
        answer = stranger.open(path(app, address), method=method)
        led = answer.status_code == 401 or (answer.location or "").startswith("/sign-in")
        if not rules.RULES[address.endpoint].public:
            assert led, (address.endpoint, answer.status_code)
        elif not address.endpoint.startswith(("iiif", "signin")):
            assert not led, address.endpoint


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Part))
def test_each_role_may_what_the_rules_say_and_nothing_else(app: Flask, signed_in: SignedIn, role: Part) -> None:
    browser = signed_in(role.value)
    for address, method in addresses(app):
        rule = rules.RULES[address.endpoint]
        if rule.public or address.endpoint in PARTING:
            continue
        may = not rule.actions or any(access.allows(role, action) for action in rule.actions)
        status = browser.open(path(app, address), method=method).status_code
        told = (address.endpoint, method, status)
        assert status < 500, told
        if not may:
            assert status == 403, told
        elif address.endpoint not in BY_FORM:
            assert status not in (401, 403), told


# what is withheld

SAID = {
    "open": {"classification": "open"},
    "internal": {"classification": "internal"},
    "published": {"state": "published"},
    "secret": {"classification": "secret"},
    "closed": {"openness": "closed"},
    "embargo": {"embargo": "2999-01-01"},
    "embargo over": {"embargo": "2001-01-01"},
    "foreign": {},
}
SHOWN = {
    "everything": set(SAID) - {"foreign"},
    "unclassified": {"open", "internal", "published", "closed", "embargo", "embargo over"},
    "open": {"open", "internal", "published", "embargo over"},
    "published": {"published"},
}


@dataclass
class Holdings:
    """One asset of each kind, all of them in one collection and on one subject."""

    assets: dict[str, UUID]
    #: role and address
    files: dict[str, list[tuple[str, str]]]
    collection: UUID
    foreign: UUID


@pytest.fixture
def holdings(archive: Archive, sample: Sample) -> Holdings:
    with archive.transaction() as session:
        assets = [session.get_one(Asset, one) for one in [*sample.photos, sample.broken]]
        # the eighth shares the bytes of the first
        assets.append(_another(session, assets[0]))
        for asset, said in zip(assets, SAID.values(), strict=True):
            for field, value in said.items():
                setattr(asset, field, value)
        foreign = Institution(code="B002", name="县档案馆")
        session.add(foreign)
        session.flush()
        shoot = catalogue.open_shoot(session, foreign, "县里的照片")
        assets[-1].archive_id, assets[-1].shoot_id = foreign.id, shoot.id
        session.flush()
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        made = collecting.create(session, own, "全部", "archivist")
        collecting.add(session, made, [asset.id for asset in assets], "archivist")
        for asset in assets:
            asset.title = f"题名{asset.id.hex}"
            catalogue.touch(session, asset.id)
        found = dict(zip(SAID, [asset.id for asset in assets], strict=True))
        files = {name: _files(session, one) for name, one in found.items()}
        collection, other = made.id, foreign.id
    archive.index()
    return Holdings(found, files, collection, other)


def _another(session: Session, asset: Asset) -> Asset:
    made = Asset(archive_id=asset.archive_id, shoot_id=asset.shoot_id, kind=asset.kind, width=300, height=200)
    made.shown_at, made.rendered_at = now() - timedelta(days=1), now()
    session.add(made)
    session.flush()
    return made


def _files(session: Session, asset_id: UUID) -> list[tuple[str, str]]:
    found = session.scalars(select(File).where(File.asset_id == asset_id))
    return [(one.role, f"/media/{one.id}/{one.sha256[:16]}.jpg") for one in found]


def _pages(app: Flask, holdings: Holdings, name: str) -> Iterator[tuple[str, str]]:
    """(endpoint, address) of everything that shows one asset."""
    for address, method in addresses(app):
        if method == "GET" and address.arguments == {"asset_id"}:
            yield address.endpoint, path(app, address, holdings.assets[name])
    for role, there in holdings.files[name]:
        yield f"media.send {role}", there
    one = holdings.assets[name]
    yield "iiif.info", f"/iiif/3/{one}/info.json"
    yield "iiif.image", f"/iiif/3/{one}/full/max/0/default.jpg"


LISTS = ("/assets/skeleton", "/api/v1/assets", "/collections/{collection}", "/api/v1/collections/{collection}/items",
         "/subjects/{street}", "/shoots/{shoot}", "/todo/received", "/")  # fmt: skip


def _check(app: Flask, browser: FlaskClient, holdings: Holdings, sample: Sample, seen: set[str]) -> None:
    usual = {endpoint: browser.get(there).status_code for endpoint, there in _pages(app, holdings, "published")}
    for name in SAID:
        for endpoint, there in _pages(app, holdings, name):
            answer = browser.get(there)
            told = (name, endpoint, answer.status_code)
            assert answer.status_code < 500, told
            if name not in seen:
                assert answer.status_code in (401, 403, 404), told
                assert holdings.assets[name].hex not in answer.get_data(as_text=True), told
            elif name not in ("embargo over", "foreign"):  # of these there is no file to show
                assert answer.status_code == usual[endpoint], told
    for page in LISTS:
        there = page.format(collection=holdings.collection, street=sample.street, shoot=sample.shoot)
        answer = browser.get(there)
        assert answer.status_code in (200, 403, 404), there
        body = answer.get_data(as_text=True)
        shown = {name for name, one in holdings.assets.items() if str(one) in body}
        assert shown <= seen, there
    found = browser.get("/api/v1/assets?limit=100").get_json()
    assert {one["id"] for one in found["items"]} == {str(holdings.assets[name]) for name in seen}


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Part))
def test_what_is_withheld_is_nowhere(
    app: Flask, signed_in: SignedIn, holdings: Holdings, sample: Sample, role: Part
) -> None:
    seen = SHOWN["open"] if role == Part.READER else SHOWN["everything"]
    _check(app, signed_in(role.value), holdings, sample, seen)


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "seen"), [("internet", "published"), ("government", "unclassified")])
def test_a_zone_limits_everybody(
    archive: Archive, settings: Settings, holdings: Holdings, sample: Sample, zone: str, seen: str
) -> None:
    limited = Archive.open(settings.model_copy(update={"zone": zone}))
    app = create_app(limited)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    browser = _enter(app, archive, "administrator")
    _check(app, browser, holdings, sample, SHOWN[seen])
    status = browser.get("/storage").status_code
    assert status == (403 if zone == "internet" else 200)
    limited.close()


def _enter(app: Flask, archive: Archive, login: str) -> FlaskClient:
    browser = app.test_client()
    with archive.transaction() as session:
        key = access.login_link(session, access.user_called(session, login), 5)
    assert browser.get(f"/enter/{key}").status_code == 303
    return browser


@pytest.mark.slow
def test_what_is_withheld_is_changed_by_nobody_who_does_not_see_it(
    app: Flask, archive: Archive, signed_in: SignedIn, holdings: Holdings
) -> None:
    one = holdings.assets["foreign"]
    browser = signed_in("administrator")
    with archive.reading() as session:
        before = _told(session, one)
    form = {"to": "checked", "do": "set", "reason": "x", "code": "A-1", "title": "geändert", "retention": "permanent"}
    for address, method in addresses(app):
        if method != "GET" and "asset_id" in address.arguments:
            there = path(app, address, one)
            sent = browser.open(there, method=method, data=form)
            assert sent.status_code in (400, 403, 404, 409, 415, 422, 428), (address.endpoint, sent.status_code)
    with archive.reading() as session:
        assert _told(session, one) == before


def _told(session: Session, asset_id: UUID) -> dict[str, object]:
    asset = session.get_one(Asset, asset_id)
    return {column.name: getattr(asset, column.name) for column in Asset.__table__.columns}


@pytest.mark.slow
def test_a_role_holds_in_its_own_archive_alone(archive: Archive, signed_in: SignedIn, holdings: Holdings) -> None:
    own, foreign = holdings.assets["open"], holdings.assets["foreign"]
    with archive.transaction() as session:
        reader = access.user_called(session, "reader")
        further.add(session, reader, session.get_one(Institution, holdings.foreign), Part.ARCHIVIST, "admin")
    browser = signed_in("reader")
    assert [browser.get(f"/assets/{one}").status_code for one in (own, foreign)] == [200, 200]
    assert [browser.get(f"/assets/{one}/description").status_code for one in (own, foreign)] == [404, 200]
    with archive.transaction() as session:
        reader = access.user_called(session, "reader")
        further.take(session, reader, session.get_one(Institution, holdings.foreign), Part.ARCHIVIST, "admin")
    assert [browser.get(f"/assets/{one}").status_code for one in (own, foreign)] == [200, 404]
    assert browser.get(f"/assets/{own}/description").status_code == 403


@pytest.mark.slow
def test_a_further_role_is_no_role_elsewhere(archive: Archive, signed_in: SignedIn, holdings: Holdings) -> None:
    """A photographer of both archives who is archivist of one classifies what is of that one."""
    own, foreign = holdings.assets["open"], holdings.assets["foreign"]
    with archive.transaction() as session:
        person, there = access.user_called(session, "photographer"), session.get_one(Institution, holdings.foreign)
        for role in (Part.PHOTOGRAPHER, Part.ARCHIVIST):
            further.add(session, person, there, role, "admin")
    browser = signed_in("photographer")
    for one, status in ((own, 403), (foreign, 303)):
        with archive.reading() as session:
            seen = session.get_one(Asset, one).version
        answer = browser.post(f"/assets/{one}/description", data={"classification": "secret", "version": str(seen)})
        assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    with archive.reading() as session:
        found = [session.get_one(Asset, one).classification for one in (own, foreign)]
    assert found == ["open", "secret"]


def test_a_group_gives_its_members_roles_until_they_leave_it(archive: Archive, signed_in: SignedIn) -> None:
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        group = further.make_group(session, "影像科", "", "admin")
        further.give(session, group, own, Part.PHOTOGRAPHER, "admin")
        further.join(session, group, access.user_called(session, "reader"), "admin")
    browser = signed_in("reader")
    assert browser.get("/ingest").status_code == 200
    with archive.transaction() as session:
        further.leave(session, further.group_called(session, "影像科"), access.user_called(session, "reader"), "admin")
    assert browser.get("/ingest").status_code == 403
