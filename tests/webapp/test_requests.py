"""Requests on their pages: asked, decided, taken away; and counted in the rail for whom they wait."""

import re

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.requesting.models import UseRequest
from media_archive.storage.models import Parcel
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow
ENGLISH = {"Accept-Language": "en"}
ASKED = {"purpose": "documentary", "text": "城市记忆影片", "form": "jpeg"}


def _waits(page: str) -> str | None:
    found = re.search(r'class="waits">(\d+)', page)
    return found[1] if found else None


def test_a_request_is_answered_and_its_package_taken_away_by_nobody_else(
    archive: Archive, signed_in: SignedIn, sample: Sample
) -> None:
    reader, curator, editor = signed_in("reader"), signed_in("curator"), signed_in("editor")
    form = reader.get(f"/requests/new?asset={sample.photos[0]}")
    assert (form.status_code, archive.settings.archive_name in form.text) == (200, True)
    asked = reader.post("/requests", data={**ASKED, "ids": ",".join(map(str, sample.photos[:2]))})
    assert asked.status_code == 303, asked.text[:300]
    there = asked.location
    assert (_waits(curator.get("/requests").text), _waits(reader.get("/requests").text)) == ("1", None)
    assert _waits(editor.get("/requests").text) is None
    assert there in curator.get("/requests?owner=1").text
    assert "/requests?owner=1" in signed_in("archivist").get("/todo").text
    for path in ("", "/package"):
        assert editor.get(there + path).status_code == 404, "somebody else's"
    assert reader.post(f"{there}/decision", data={"do": "approve"}).status_code == 403
    wanted = {"do": "approve", "form": "jpeg", "days": "7", "asset": [str(one) for one in sample.photos[:2]]}
    assert curator.post(f"{there}/decision", data=wanted).status_code == 303
    assert "refresh" in reader.get(there).text
    archive.runner().drain("upkeep")
    assert _waits(reader.get("/requests").text) == "1"
    package = reader.get(f"{there}/package")
    assert (package.status_code, package.mimetype) == (200, "application/zip")
    assert curator.get(f"{there}/package").status_code == 403, "it is the requester's"
    with archive.reading() as session:
        parcel, one = session.scalars(select(Parcel)).one(), session.scalars(select(UseRequest)).one()
        assert one.taken == 1
    for address in (f"/parcels/{parcel.id}", f"/parcels/{parcel.id}/file"):
        assert reader.get(address).status_code == 404, "no way round the count"
    assert str(parcel.id) not in reader.get("/parcels").text
    told = {"published": "第三集", "date": "2027-01-01", "deleted": "on"}
    assert reader.post(f"{there}/report", data=told).status_code == 303
    assert "第三集" in curator.get(there, headers=ENGLISH).text


def test_what_cannot_be_is_refused(signed_in: SignedIn, sample: Sample) -> None:
    reader, archivist = signed_in("reader"), signed_in("archivist")
    assert reader.post("/requests", data={**ASKED, "text": " ", "ids": str(sample.photos[0])}).status_code == 422
    there = reader.post("/requests", data={**ASKED, "ids": str(sample.photos[0])}).location
    for form in ({}, {"do": "refuse", "word": ""}, {"do": "approve", "form": "jpeg", "days": "x"},
                 {"do": "approve", "form": "jpeg", "days": "7"}):  # fmt: skip
        assert archivist.post(f"{there}/decision", data=form).status_code == 422
    assert archivist.post(f"{there}/withdrawal").status_code == 403
    assert archivist.post(f"{there}/decision", data={"do": "refuse", "word": "尚未整理"}).status_code == 303
    assert "尚未整理" in reader.get(there).text
    assert reader.post(f"{there}/withdrawal").status_code == 409
