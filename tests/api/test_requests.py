"""What holds for every request: versions, keys of requests, refusals in the reader's words, bounds."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, update

from media_archive.access import answers
from media_archive.access.models import Answer
from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects.models import Link
from media_archive.db import now
from tests.api.conftest import MakeProgram
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def test_nobody_overwrites_what_they_have_not_seen(program: MakeProgram, sample: Sample, archive: Archive) -> None:
    one, path = program(), f"/assets/{sample.photos[0]}"
    seen = one.ask("GET", path)
    assert one.ask("PATCH", path, {"title": "一"}).status_code == 428
    first = one.ask("PATCH", path, {"title": "一"}, If_Match=seen.headers["ETag"])
    assert (first.status_code, first.get_json()["title"]) == (200, "一")
    assert first.get_json()["version"] == seen.get_json()["version"] + 1
    late = one.ask("PATCH", path, {"title": "二"}, If_Match=seen.headers["ETag"])
    assert (late.status_code, late.get_json()["status"]) == (412, 412)
    again = one.ask("PATCH", path, {"title": "二"}, If_Match=first.headers["ETag"])
    assert again.status_code == 200
    assert one.ask("PATCH", path, {"title": "三"}, If_Match=f'"{again.get_json()["version"]}"').status_code == 200
    assert one.ask("PATCH", path, {"title": "四"}, If_Match='"no version"').status_code == 412


def test_what_has_not_changed_is_not_sent_again_and_head_tells_the_same(program: MakeProgram, sample: Sample) -> None:
    one, path = program(), f"/assets/{sample.photos[0]}"
    first = one.ask("GET", path)
    assert one.ask("GET", path, If_None_Match=first.headers["ETag"]).status_code == 304
    head = one.ask("HEAD", path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    assert set(one.ask("OPTIONS", path).headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PATCH"}


def _link(sample: Sample) -> tuple[str, dict[str, Any]]:
    return f"/assets/{sample.photos[1]}/links", {"subject": str(sample.project), "role": "about"}


def test_a_request_with_a_key_is_done_once(program: MakeProgram, sample: Sample, archive: Archive) -> None:
    one = program()
    path, body = _link(sample)
    first = one.ask("POST", path, body, Idempotency_Key="k-1")
    again = one.ask("POST", path, body, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.data, again.headers["Location"]) == (first.data, first.headers["Location"])
    assert again.headers["Idempotency-Replayed"] == "true"
    with archive.reading() as session:
        made = select(func.count()).select_from(Link).where(Link.asset_id == sample.photos[1], Link.role == "about")
        assert session.scalar(made) == 1
    other = one.ask("POST", path, {**body, "role": "taken_from"}, Idempotency_Key="k-1")
    assert other.status_code == 422
    assert program("photographer").ask("POST", path, body, Idempotency_Key="k-1").status_code == 409, "another's key"


def test_a_refused_request_leaves_its_key_free(program: MakeProgram, sample: Sample, archive: Archive) -> None:
    one, (path, body) = program(), _link(sample)
    wrong = one.ask("POST", path, {**body, "subject": str(sample.shoot)}, Idempotency_Key="k")
    assert wrong.status_code == 404
    assert one.ask("POST", path, body, Idempotency_Key="k").status_code == 201


def test_a_key_whose_request_still_runs_is_refused_until_it_was_cut_off(
    program: MakeProgram, sample: Sample, archive: Archive
) -> None:
    one, (path, body) = program(), _link(sample)
    assert one.ask("POST", path, body, Idempotency_Key="k").status_code == 201
    with archive.transaction() as session:
        session.execute(update(Answer).values(answered=None))
    assert one.ask("POST", path, body, Idempotency_Key="k").status_code == 409
    with archive.transaction() as session:
        session.execute(update(Answer).values(created_at=now() - answers.CUT_OFF - timedelta(seconds=1)))
    assert "解放路改造一期" in one.ask("POST", path, body, Idempotency_Key="k").get_json()["detail"], "done again"


def test_answers_are_forgotten_after_a_day(program: MakeProgram, sample: Sample, archive: Archive) -> None:
    one, (path, body) = program(), _link(sample)
    assert one.ask("POST", path, body, Idempotency_Key="k").status_code == 201
    with archive.transaction() as session:
        session.execute(update(Answer).values(created_at=now() - answers.KEPT - timedelta(seconds=1)))
    assert one.ask("POST", path, body, Idempotency_Key="k").status_code == 409, "linked already"


WRONG_BODIES: list[tuple[dict[str, Any], int, str]] = [
    ({"data": "{", "content_type": "application/json"}, 400, "JSON"),
    ({"data": "[" * 100_000, "content_type": "application/json"}, 400, "JSON"),
    ({"data": '{"title": "\\ud800"}', "content_type": "application/json"}, 400, "JSON"),
    ({"data": "title=x", "content_type": "application/x-www-form-urlencoded"}, 415, "application/json"),
    ({"json": {"title": "x" * 2_000_000}}, 413, ""),
    ({"json": {"titel": "x"}}, 422, "body.titel"),
    ({"json": {"title": 1}}, 422, "body.title"),
    ({"json": {"title": "a\0b"}}, 422, "body.title"),
    ({"json": {"rating": 6}}, 422, "body.rating"),
    ({"json": {"rating": 1e400}}, 422, "body.rating"),
    ({"json": {"place": {"latitude": 91, "longitude": 0}}}, 422, "body.place.latitude"),
    ({"json": {"taken": "2017-99"}}, 422, "2017-99"),
]


def test_wrong_bodies_are_refused_in_words(program: MakeProgram, sample: Sample) -> None:
    one = program()
    path = f"/api/v1/assets/{sample.photos[0]}"
    for sent, status, says in WRONG_BODIES:
        answer = one.client.patch(path, headers=one.head | {"If-Match": "*"}, **sent)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), says
        assert answer.get_json()["status"] == status
        assert says in answer.get_json()["detail"]


WRONG_ADDRESSES = [
    ("GET", "/assets?limit=0", 422),
    ("GET", "/assets?unknown=1", 422),
    ("GET", "/assets?q=a%00b", 422),
    ("GET", "/assets?cursor=zz", 422),
    ("GET", "/shoots?cursor=zz", 422),
    ("GET", "/subjects?box=1,2,3", 422),
    ("GET", "/subjects?box=20,0,10,5", 422),
    ("GET", "/assets/00000000-0000-0000-0000-000000000000", 404),
    ("GET", "/nothing", 404),
    ("DELETE", "/assets", 405),
    ("TRACE", "/assets", 405),
]


def test_wrong_addresses_are_problems(program: MakeProgram) -> None:
    one = program()
    for method, path, status in WRONG_ADDRESSES:
        answer = one.ask(method, path)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), path


def test_a_search_reads_its_language_counts_narrows_and_points_at_mistakes(
    program: MakeProgram, sample: Sample
) -> None:
    one = program("reader")
    found = one.ask("GET", "/search?q=解放路&sort=date&facet=camera&facet=year").get_json()
    assert found["total"] == 7
    assert [value["count"] for value in found["facets"]["camera"]] == [6]
    assert set(found["facets"]) == {"camera", "year"}
    camera = quote(found["facets"]["camera"][0]["value"])
    narrowed = one.ask("GET", f"/assets?camera={camera}&box=116.2,37.4,116.4,37.5&sort=-date").get_json()
    dates = [item["taken"] for item in narrowed["items"]]
    assert len(dates) == 6
    assert dates == sorted(dates)
    assert one.ask("GET", "/assets?box=0,0,1,1").get_json()["total"] == 0
    assert sum(each["count"] for each in one.ask("GET", "/search/clusters").get_json()["items"]) == 6
    wrong = one.ask("GET", "/search?q=解放路 year:2019..x")
    assert (wrong.status_code, wrong.get_json()["at"]) == (422, 15)


def test_words_are_in_the_language_that_is_asked_for(program: MakeProgram) -> None:
    one = program()
    said = {tongue: one.ask("GET", "/nothing", Accept_Language=tongue).get_json()["detail"] for tongue in ("zh", "en")}
    assert said["en"].isascii()
    assert not said["zh"].isascii()


def test_a_batch_answers_each_by_itself(program: MakeProgram, sample: Sample, archive: Archive) -> None:
    one, photos = program(), sample.photos
    items = [
        {"id": str(photos[0]), "change": {"keywords": {"add": ["桥"], "remove": ["道路"]}}},
        {"id": str(photos[1]), "version": 99, "change": {"title": "x"}},
        {"id": str(sample.shoot), "change": {"title": "x"}},
        {"id": str(photos[2]), "change": {"taken": "没有"}},
        {"id": str(photos[3]), "version": 1, "change": {"rating": 5}},
    ]
    told = one.ask("POST", "/assets:batch", {"items": items}).get_json()
    assert [item["status"] for item in told["items"]] == [200, 412, 404, 422, 200]
    assert (told["done"], told["refused"]) == (2, 3)
    with archive.reading() as session:
        first, last = (session.get_one(Asset, photos[number]) for number in (0, 3))
        assert first.keywords == ["雨污分流", "桥"]
        assert last.rating == 5
    assert one.ask("POST", "/assets:batch", {"items": items[:1] * 1001}).status_code == 422
