"""Somebody's own collection: what lies in it is told to nobody else, whichever way they ask."""

import pytest

from media_archive.archive import Archive
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.models import Asset
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample


@pytest.mark.slow
def test_what_lies_in_somebodys_own_collection_is_told_to_nobody_else(
    archive: Archive, sample: Sample, signed_in: SignedIn
) -> None:
    with archive.transaction() as session:
        institution = session.get_one(Asset, sample.photos[0]).archive
        made = collections.create(session, institution, "自己的", "curator", visibility="private")
        collections.add(session, made, sample.photos[:3], "curator")
        there = made.id
    editor, curator = signed_in("editor"), signed_in("curator")
    ways = [
        f"/collections/{there}", f"/restores/new?collection={there}", f"/api/v1/assets?collection={there}",
        f"/api/v1/search?collection={there}", f"/api/v1/events?kind=collection&id={there}",
        f"/api/v1/collections/{there}/items",
    ]  # fmt: skip
    assert {editor.get(one).status_code for one in ways} == {404}
    assert {curator.get(one).status_code for one in ways} <= {200, 303}
