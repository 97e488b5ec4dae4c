"""The trash in the browser: out of every list at once, two people, and back as before."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.models import Asset
from media_archive.cli.main import cli
from media_archive.disposal.models import Disposal, DisposalState
from media_archive.likeness.models import AlikePair, AlikeSet, Sort
from media_archive.storage.models import File
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import PASSWORD, Sample
from webapp.iiif import addresses

pytestmark = pytest.mark.slow


def _put(browser: FlaskClient, *ids: object, **more: str) -> int:
    form = {"ids": ",".join(map(str, ids)), "reason": "重复拍摄", **more}
    return browser.post("/trash", data=form).status_code


def _everything(archive: Archive, sample: Sample) -> None:
    """Ties the last two pictures to all that there are lists of."""
    with archive.transaction() as session:
        asset = session.get_one(Asset, sample.photos[-1])
        collection = Collection(archive_id=asset.archive_id, name="今昔")
        alike = AlikeSet(archive_id=asset.archive_id, sort=Sort.ALIKE)
        session.add_all([collection, alike])
        session.flush()
        session.add(CollectionItem(collection_id=collection.id, asset_id=asset.id, position=0))
        pair = sorted(sample.photos[-2:])
        session.add(AlikePair(first_id=pair[0], second_id=pair[1], set_id=alike.id, distance=3))


def _lists(app: Flask, sample: Sample) -> list[str]:
    """Addresses of everything that lists, counts or answers; each route with a list of assets has one here."""
    return [
        "/",
        "/?q=雨污分流",
        "/assets/skeleton",
        f"/assets/window?ids={sample.photos[-1]}",
        f"/assets/{sample.photos[-2]}",
        "/shoots",
        f"/shoots/{sample.shoot}",
        "/subjects",
        f"/subjects/{sample.project}",
        f"/subjects/{sample.street}",
        "/likeness",
        f"/contact-sheets?shoot={sample.shoot}",
        "/api/v1/assets",
        "/api/v1/search?q=雨污分流",
        "/metrics",
    ]


COMMANDS = (
    ["list", "--json"],
    ["search", "雨污分流", "--json"],
    ["likeness", "list", "--json"],
    ["subjects", "--json"],
    ["shoots", "--json"],
    ["renditions", "plan", "--json"],
)

#: what only tells numbers, without the pages whose tokens differ every time
COUNTED = ("/api/v1/assets", "/assets/skeleton", "/metrics", "subjects --json", "shoots --json")


def _texts(app: Flask, browser: FlaskClient, archive: Archive, sample: Sample) -> dict[str, str]:
    found = {address: browser.get(address).get_data(as_text=True) for address in _lists(app, sample)}
    # what the stores did, and how far the index is, goes on whatever lies in the trash
    kept = [line for line in found["/metrics"].splitlines() if "_store_" not in line and "_index_" not in line]
    found["/metrics"] = "\n".join(kept)
    environment = {"MEDIA_ARCHIVE_HOME": str(archive.settings.home)}
    for command in COMMANDS:
        told = CliRunner(env=environment).invoke(cli, command)
        assert told.exit_code == 0, told.output
        found[" ".join(command)] = told.stdout
    return found


@pytest.mark.slow
def test_what_is_in_the_trash_is_nowhere_and_comes_back_as_it_was(
    app: Flask, browser: FlaskClient, archive: Archive, sample: Sample, stranger: FlaskClient, signed_in: SignedIn
) -> None:
    _everything(archive, sample)
    one = sample.photos[-1]
    before = _texts(app, browser, archive, sample)
    named = {where for where, text in before.items() if str(one) in text}
    assert len(named) >= 9, named
    with app.test_request_context():
        picture = addresses.signed(one)
    with archive.reading() as session:
        file = session.scalars(select(File).where(File.asset_id == one, File.role == "rendition")).first()
        assert file
        bytes_there = f"/media/{file.id}/{file.sha256[:12]}.jpg"
    assert stranger.get(f"{picture}/info.json").status_code == 200
    assert _put(browser, one) == 409, "it is in a collection"
    assert _put(browser, one, from_collections="on") == 303
    archive.index()
    during = _texts(app, browser, archive, sample)
    assert [where for where, text in during.items() if str(one) in text] == []
    for address in (f"/assets/{one}", f"/api/v1/assets/{one}", f"{picture}/info.json"):
        assert browser.get(address).status_code == 404, address
    assert signed_in("editor").get(bytes_there).status_code == 404
    assert browser.get(bytes_there).status_code == 200, "who may see the trash sees what lies there"
    assert "/media/" in browser.get("/trash").get_data(as_text=True)
    with archive.reading() as session:
        wish = session.scalars(select(Disposal)).one()
    assert browser.get(f"/trash/{wish.id}").status_code == 200
    assert browser.post(f"/trash/{wish.id}", data={"do": "restore"}).status_code == 303
    archive.index()
    after = _texts(app, browser, archive, sample)
    assert {where for where, text in after.items() if str(one) in text} == named
    for where in COUNTED:
        assert (during[where] != before[where], after[where] == before[where]) == (True, True), where


def test_two_people_delete_what_is_accessioned(
    archive: Archive, sample: Sample, browser: FlaskClient, signed_in: SignedIn
) -> None:
    one = sample.photos[0]
    with archive.transaction() as session:
        asset = session.get_one(Asset, one)
        asset.accession_code, asset.retention, asset.year = "J001-ZP·2001-D10-0001", "D10", 2001
    photographer = signed_in("photographer")
    assert _put(photographer, one) == 303
    with archive.reading() as session:
        wish = session.scalars(select(Disposal)).one()
        assert wish.state == DisposalState.PROPOSED
    there = f"/trash/{wish.id}"
    assert photographer.post(there, data={"do": "approve"}).status_code == 403
    assert photographer.get(f"/assets/{one}").status_code == 200, "until then it stays"
    assert "同意删除" in browser.get(there).get_data(as_text=True) or "Agree" in browser.get(there).get_data(
        as_text=True
    )
    assert browser.post(there, data={"do": "approve"}).status_code == 303
    assert browser.get(f"/assets/{one}").status_code == 404
    told = browser.get("/api/v1/trash").get_json()["items"]
    assert [(row["asked_by"], row["approved_by"]) for row in told] == [("photographer", "archivist")]


def test_an_administrator_alone_deletes_nothing_that_is_held(
    archive: Archive, sample: Sample, browser: FlaskClient, signed_in: SignedIn
) -> None:
    one = sample.photos[0]
    hold = f"/assets/{one}/hold"
    administrator = signed_in("administrator")
    assert administrator.post(hold, data={"do": "set", "reason": ""}).status_code == 422
    assert administrator.post(hold, data={"do": "set", "reason": "诉讼"}).status_code == 303
    assert _put(administrator, one) == 409
    assert administrator.post(hold, data={"do": "lift", "reason": "终结"}).status_code == 303
    assert administrator.post(hold, data={"do": "lift", "reason": "终结"}).status_code == 403
    assert "诉讼" in browser.get(f"/assets/{one}").get_data(as_text=True)
    assert browser.post(hold, data={"do": "lift", "reason": "已核对"}).status_code == 303
    assert _put(administrator, one) == 303


def test_a_selection_by_query_leaves_out_what_was_unticked(
    browser: FlaskClient, archive: Archive, sample: Sample
) -> None:
    form = {"query": f"/assets/skeleton?project={sample.project}", "except": str(sample.photos[0])}
    page = browser.post("/trash/chosen", data=form).get_data(as_text=True)
    assert str(sample.photos[3]) in page
    assert str(sample.photos[0]) not in page
    assert browser.post("/trash/chosen", data={}).status_code == 422


def test_retention_is_given_on_the_page_of_the_asset(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    one = sample.photos[1]
    assert browser.post(f"/assets/{one}/retention", data={"retention": "D30"}).status_code == 303
    assert browser.post(f"/assets/{one}/retention", data={"retention": "9"}).status_code == 422
    assert 'value="D30" selected' in browser.get(f"/assets/{one}").get_data(as_text=True)


@pytest.mark.slow
def test_the_command_line_asks_who_one_is_where_two_people_are_needed(
    archive: Archive, sample: Sample, tmp_path: Path
) -> None:
    with archive.transaction() as session:
        asset = session.get_one(Asset, sample.photos[0])
        asset.accession_code, asset.retention, asset.year = "J001-1", "D10", 2001
    run = CliRunner(env={"MEDIA_ARCHIVE_HOME": str(archive.settings.home)})
    put = ["trash", "put", "J001-1", "--reason", "期满"]
    assert run.invoke(cli, put).exit_code == 1
    assert run.invoke(cli, [*put, "--as", "archivist"], input="wrong\n").exit_code == 1
    assert run.invoke(cli, [*put, "--as", "archivist"], input=f"{PASSWORD}\n").exit_code == 0
    with archive.reading() as session:
        wish = session.scalars(select(Disposal)).one()
    assert (
        run.invoke(cli, ["trash", "approve", str(wish.id), "--as", "archivist"], input=f"{PASSWORD}\n").exit_code == 1
    )
    assert "J001-1" in run.invoke(cli, ["trash", "list"]).stdout
    assert run.invoke(cli, ["trash", "restore", str(wish.id)]).exit_code == 0
    assert run.invoke(cli, ["hold", "set", str(sample.photos[1]), "--reason", "诉讼"]).exit_code == 0
    assert str(sample.photos[1]) in run.invoke(cli, ["hold", "list"]).stdout
