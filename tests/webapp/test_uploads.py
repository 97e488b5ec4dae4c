"""The server of tus 1.0.0, and the pages around it."""

import base64
import hashlib
import io
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from media_archive.access import service as access
from media_archive.access import tokens
from media_archive.archive import Archive
from media_archive.uploads import tidying
from tests.webapp.conftest import SignedIn

pytestmark = pytest.mark.slow

PROTOCOL = {"Tus-Resumable": "1.0.0"}
BYTES = {**PROTOCOL, "Content-Type": "application/offset+octet-stream"}


def told(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def picture(colour: int = 0) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), (colour, 90, 120)).save(made, "JPEG")
    return made.getvalue()


@pytest.fixture
def browser(signed_in: SignedIn) -> FlaskClient:
    return signed_in("photographer")


@pytest.fixture
def delivery(browser: FlaskClient) -> str:
    answer = browser.post("/uploads/deliveries", json={"shoot": "解放路"}, headers={"Accept": "application/json"})
    assert answer.status_code == 201
    return str(answer.json["id"])


def begin(browser: FlaskClient, size: int, data: bytes | None = None, **metadata: str) -> TestResponse:
    headers = {**(PROTOCOL if data is None else BYTES), "Upload-Length": str(size), "Upload-Metadata": told(**metadata)}
    return browser.post("/uploads", headers=headers, data=data)


def add(browser: FlaskClient, there: str, at: int, data: bytes, **more: str) -> TestResponse:
    return browser.patch(there, headers={**BYTES, "Upload-Offset": str(at), **more}, data=data)


def offset(browser: FlaskClient, there: str) -> int:
    answer = browser.head(there, headers=PROTOCOL)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return int(answer.headers["Upload-Offset"])


def facts(browser: FlaskClient, delivery: str) -> dict[str, object]:
    answer = browser.get(f"/uploads/deliveries/{delivery}", headers={"Accept": "application/json"})
    return dict(answer.json)


def do_work(archive: Archive) -> None:
    runner = archive.runner()
    runner.drain("upkeep")


def test_the_server_tells_what_it_can(browser: FlaskClient) -> None:
    answer = browser.options("/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    for extension in ("creation", "creation-with-upload", "termination", "checksum", "expiration", "concatenation"):
        assert extension in answer.headers["Tus-Extension"].split(",")
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"]


def test_a_file_comes_in_pieces_and_is_told_how_far_it_is(browser: FlaskClient, delivery: str) -> None:
    begun = begin(browser, 10, path="a/b.jpg", delivery=delivery)
    assert begun.status_code == 201
    assert "Upload-Expires" in begun.headers
    there = begun.headers["Location"]
    assert offset(browser, there) == 0
    first = add(browser, there, 0, b"12345")
    assert "Upload-Expires" in first.headers
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "5")
    assert offset(browser, there) == 5
    assert add(browser, there, 0, b"12345").status_code == 409
    last = add(browser, there, 5, b"67890")
    assert last.headers["Upload-Offset"] == "10"
    assert "Upload-Expires" not in last.headers
    asked = browser.head(there, headers=PROTOCOL)
    assert asked.headers["Upload-Length"] == "10"
    assert asked.headers["Upload-Metadata"] == told(path="a/b.jpg", delivery=delivery)
    # asking again is safe
    assert add(browser, there, 10, b"").status_code == 204


def test_first_bytes_may_come_with_the_creation(browser: FlaskClient, delivery: str) -> None:
    begun = begin(browser, 8, b"12345", path="x.jpg", delivery=delivery)
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "5")


def test_what_the_protocol_forbids_is_refused_in_its_words(browser: FlaskClient, delivery: str) -> None:
    there = begin(browser, 5, path="x.jpg", delivery=delivery).headers["Location"]
    assert browser.post("/uploads", headers={"Upload-Length": "1"}).status_code == 412
    assert browser.head(there).headers["Tus-Version"] == "1.0.0"
    assert browser.patch(there, headers={**PROTOCOL, "Upload-Offset": "0"}, data=b"1").status_code == 415
    assert add(browser, there, 0, b"123456").status_code == 413
    assert browser.patch(there, headers=BYTES, data=b"1").status_code == 400
    assert browser.post("/uploads", headers=PROTOCOL).status_code == 400
    assert begin(browser, 1 << 50, path="y.jpg", delivery=delivery).status_code == 413
    assert begin(browser, 1, path="../y.jpg", delivery=delivery).status_code == 400
    assert browser.head("/uploads/files/00000000-0000-4000-8000-000000000000", headers=PROTOCOL).status_code == 404


def test_no_room_is_said_before_anything_is_sent(
    browser: FlaskClient, delivery: str, archive: Archive, app: Flask
) -> None:
    object.__setattr__(archive, "settings", archive.settings.model_copy(update={"keep_free": 1 << 60}))
    answer = begin(browser, 5, path="x.jpg", delivery=delivery)
    assert answer.status_code == 507
    assert "incoming" in answer.text


def test_a_wrong_checksum_is_told_and_forgotten(browser: FlaskClient, delivery: str) -> None:
    there = begin(browser, 5, path="x.jpg", delivery=delivery).headers["Location"]
    digest = base64.b64encode(hashlib.sha1(b"12345").digest()).decode()
    assert add(browser, there, 0, b"1234!", **{"Upload-Checksum": f"sha1 {digest}"}).status_code == 460
    assert offset(browser, there) == 0
    assert add(browser, there, 0, b"12345", **{"Upload-Checksum": "md5 AAAA"}).status_code == 400
    assert add(browser, there, 0, b"12345", **{"Upload-Checksum": f"sha1 {digest}"}).status_code == 204


def test_the_length_may_be_told_later(browser: FlaskClient, delivery: str) -> None:
    headers = {**PROTOCOL, "Upload-Defer-Length": "1", "Upload-Metadata": told(path="x.jpg", delivery=delivery)}
    there = browser.post("/uploads", headers=headers).headers["Location"]
    assert browser.head(there, headers=PROTOCOL).headers["Upload-Defer-Length"] == "1"
    add(browser, there, 0, b"123")
    assert add(browser, there, 3, b"45", **{"Upload-Length": "5"}).status_code == 204
    assert browser.head(there, headers=PROTOCOL).headers["Upload-Length"] == "5"
    assert add(browser, there, 5, b"", **{"Upload-Length": "6"}).status_code == 409


def test_who_lost_the_first_answer_is_given_the_same_upload(browser: FlaskClient, delivery: str) -> None:
    words = {"path": "DCIM/IMG_1.JPG", "delivery": delivery, "modified": "1500000000000"}
    first = begin(browser, 8, b"12345", **words)
    again = begin(browser, 8, b"12345678", **words)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Upload-Offset"] == "5"
    # a name and a size alone are not enough: cameras count anew on every card
    other = begin(browser, 8, b"12", filename="IMG_1.JPG", delivery=delivery).headers["Location"]
    assert begin(browser, 8, b"12", filename="IMG_1.JPG", delivery=delivery).headers["Location"] != other


def test_an_upload_can_be_ended_and_is_gone(browser: FlaskClient, delivery: str, archive: Archive) -> None:
    there = begin(browser, 5, b"123", path="x.jpg", delivery=delivery).headers["Location"]
    assert browser.delete(there, headers=PROTOCOL).status_code == 204
    assert browser.head(there, headers=PROTOCOL).status_code == 404
    assert list((archive.settings.incoming / "parts").iterdir()) == []


def test_who_can_send_posts_only_overrides_the_method(browser: FlaskClient, delivery: str) -> None:
    there = begin(browser, 3, path="x.jpg", delivery=delivery).headers["Location"]
    headers = {**BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert browser.post(there, headers=headers, data=b"123").status_code == 204


@pytest.mark.slow
def test_parts_are_joined_in_their_order_and_asking_again_gives_the_same(
    browser: FlaskClient, delivery: str, archive: Archive
) -> None:
    data = picture()
    parts = []
    for piece in (data[:200], data[200:]):
        headers = {**BYTES, "Upload-Length": str(len(piece)), "Upload-Concat": "partial"}
        parts.append(browser.post("/uploads", headers=headers, data=piece).headers["Location"])
    metadata = told(path="joined.jpg", delivery=delivery)
    headers = {**PROTOCOL, "Upload-Concat": "final;" + " ".join(parts), "Upload-Metadata": metadata}
    whole = browser.post("/uploads", headers=headers)
    assert whole.status_code == 201
    assert offset(browser, whole.headers["Location"]) == len(data)
    assert browser.post("/uploads", headers=headers).headers["Location"] == whole.headers["Location"]
    assert add(browser, whole.headers["Location"], len(data), b"x").status_code == 403
    browser.post(f"/uploads/deliveries/{delivery}/hand-over")
    do_work(archive)
    files = browser.get(f"/uploads/deliveries/{delivery}/files").json["items"]
    assert [(one["path"], one["fate"]) for one in files] == [("joined.jpg", "safe")]


def test_an_upload_is_its_senders_alone(browser: FlaskClient, delivery: str, signed_in: SignedIn) -> None:
    there = begin(browser, 5, path="x.jpg", delivery=delivery).headers["Location"]
    other = signed_in("archivist")
    assert other.head(there, headers=PROTOCOL).status_code == 404
    assert add(other, there, 0, b"1").status_code == 404
    assert other.get(f"/uploads/deliveries/{delivery}").status_code == 404
    assert begin(other, 5, path="y.jpg", delivery=delivery).status_code == 404
    reader = signed_in("reader")
    assert reader.get("/uploads").status_code == 403
    assert begin(reader, 5, path="x.jpg").status_code == 403


def test_programs_come_with_a_token_and_pages_with_their_own(app: Flask, archive: Archive, signed_in: SignedIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert begin(signed_in("photographer"), 5, path="x.jpg").status_code == 400
    with archive.transaction() as session:
        _, key = tokens.issue(session, access.user_called(session, "photographer"), "card reader", "write", 1, "test")
    program = app.test_client()
    headers = {**PROTOCOL, "Upload-Length": "5", "Upload-Metadata": told(filename="x.jpg")}
    assert program.post("/uploads", headers=headers).status_code == 401
    answer = program.post("/uploads", headers={**headers, "Authorization": f"Bearer {key}"})
    assert answer.status_code == 201


def test_a_delivery_is_taken_in_and_the_card_may_be_formatted_once_every_copy_is_verified(
    browser: FlaskClient, delivery: str, archive: Archive
) -> None:
    data = picture()
    begin(browser, len(data), data, path="DCIM/IMG_1.JPG", delivery=delivery, modified="1500000000000")
    assert facts(browser, delivery)["safe_to_format"] is False
    assert browser.post(f"/uploads/deliveries/{delivery}/hand-over").status_code == 303
    assert facts(browser, delivery)["stage"] == "handed over"
    assert begin(browser, 5, path="late.jpg", delivery=delivery).status_code == 409
    do_work(archive)
    done = facts(browser, delivery)
    assert (done["stage"], done["safe_to_format"], done["safe"]) == ("taken in", True, 1)
    assert browser.post(f"/uploads/deliveries/{delivery}/hand-over").status_code == 303
    tree = archive.settings.incoming / "deliveries" / delivery
    assert (tree / "DCIM" / "IMG_1.JPG").stat().st_mtime == 1_500_000_000
    tidying.tidy(archive)
    assert not tree.exists()
    assert facts(browser, delivery)["safe_to_format"] is True


@pytest.mark.slow
def test_refused_and_different_files_keep_the_card(browser: FlaskClient, delivery: str, archive: Archive) -> None:
    data = picture()
    begin(browser, 5, b"plain", path="notes.txt", delivery=delivery)
    begin(browser, len(data), data, path="IMG_1.JPG", delivery=delivery, sha256="0" * 64)
    browser.post(f"/uploads/deliveries/{delivery}/hand-over")
    do_work(archive)
    done = facts(browser, delivery)
    assert (done["safe_to_format"], done["refused"], done["different"]) == (False, 1, 1)
    files = {one["path"]: one for one in browser.get(f"/uploads/deliveries/{delivery}/files").json["items"]}
    assert files["notes.txt"]["reason"]
    tidying.tidy(archive)
    assert (archive.settings.incoming / "deliveries" / delivery / "notes.txt").exists()


@pytest.mark.slow
def test_two_files_of_one_name_are_both_kept(browser: FlaskClient, delivery: str, archive: Archive) -> None:
    for colour in (10, 200):
        data = picture(colour)
        begin(browser, len(data), data, filename="IMG_1.JPG", delivery=delivery)
    browser.post(f"/uploads/deliveries/{delivery}/hand-over")
    do_work(archive)
    assert facts(browser, delivery)["safe"] == 2


def test_duplicates_are_named_before_they_are_sent(browser: FlaskClient, delivery: str, archive: Archive) -> None:
    data = picture()
    begin(browser, len(data), data, path="IMG_1.JPG", delivery=delivery)
    browser.post(f"/uploads/deliveries/{delivery}/hand-over")
    do_work(archive)
    second = browser.post("/uploads/deliveries", json={"shoot": "again"}, headers={"Accept": "application/json"}).json[
        "id"
    ]
    digest = hashlib.sha256(data).hexdigest()
    mark = hashlib.sha256(str(len(data)).encode() + data).hexdigest()
    told_ = browser.post(
        f"/uploads/deliveries/{second}/known", json={"fingerprints": [mark, "0" * 64], "sha256": [digest]}
    )
    assert told_.json["fingerprints"] == [mark]
    assert list(told_.json["sha256"]) == [digest]
    files = [
        {"path": "IMG_1.JPG", "size": len(data), "sha256": digest},
        {"path": "n.jpg", "size": 1, "sha256": "1" * 64},
    ]
    assert browser.post(f"/uploads/deliveries/{second}/left-out", json={"files": files}).json["left_out"] == [
        "IMG_1.JPG"
    ]
    browser.post(f"/uploads/deliveries/{second}/hand-over")
    do_work(archive)
    assert facts(browser, second)["safe_to_format"] is True


def test_a_plain_form_sends_files_too(browser: FlaskClient, delivery: str, archive: Archive) -> None:
    form = {"files": [(io.BytesIO(picture(1)), "DCIM/IMG_1.JPG"), (io.BytesIO(picture(2)), "DCIM/IMG_2.JPG")]}
    answer = browser.post(f"/uploads/deliveries/{delivery}/files", data={**form, "hand-over": "1"})
    assert answer.status_code == 303
    do_work(archive)
    assert facts(browser, delivery)["safe"] == 2
    assert list((archive.settings.incoming / "parts").iterdir()) == []


def test_a_delivery_with_unfinished_files_is_not_handed_over_and_can_be_discarded(
    browser: FlaskClient, delivery: str, archive: Archive
) -> None:
    begin(browser, 5, b"123", path="x.jpg", delivery=delivery)
    assert browser.post(f"/uploads/deliveries/{delivery}/hand-over").status_code == 409
    begin(browser, 3, b"123", path="whole.jpg", delivery=delivery)
    other = browser.post("/uploads/deliveries", json={"shoot": "b"}, headers={"Accept": "application/json"}).json["id"]
    begin(browser, 5, b"123", path="x.jpg", delivery=other)
    begin(browser, 3, b"123", path="y.jpg", delivery=other)
    assert browser.post(f"/uploads/deliveries/{other}/hand-over", data={"without": "1"}).status_code == 303
    assert facts(browser, other)["files"] == 1
    assert browser.post(f"/uploads/deliveries/{delivery}/discard").status_code == 303
    assert browser.get(f"/uploads/deliveries/{delivery}").status_code == 404
    assert len(list((archive.settings.incoming / "parts").iterdir())) == 1


def test_what_lies_still_too_long_is_removed(browser: FlaskClient, delivery: str, archive: Archive) -> None:
    there = begin(browser, 5, b"123", path="x.jpg", delivery=delivery).headers["Location"]
    tidying.tidy(archive)
    assert offset(browser, there) == 3
    object.__setattr__(archive, "settings", archive.settings.model_copy(update={"upload_days": 0}))
    tidying.tidy(archive)
    assert browser.head(there, headers=PROTOCOL).status_code == 404


def test_the_pages_show_template_files_and_the_sentence(browser: FlaskClient, delivery: str) -> None:
    begin(browser, 3, b"123", path="DCIM/IMG_1.JPG", delivery=delivery)
    assert "解放路" in browser.get("/uploads").text
    page = browser.get(f"/uploads/deliveries/{delivery}").text
    assert "DCIM/IMG_1.JPG" in page
    assert "webkitdirectory" in page
    assert json.dumps(facts(browser, delivery))


def test_incoming_files_can_be_ingested_by_nobody_else(browser: FlaskClient, delivery: str, archive: Archive) -> None:
    begin(browser, 3, b"123", path="x.jpg", delivery=delivery)
    folder = Path(archive.settings.incoming / "parts")
    assert browser.post("/ingest", data={"folder": str(folder), "shoot": "x"}).status_code == 422
