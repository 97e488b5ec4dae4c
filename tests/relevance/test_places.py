"""Every place of the city, however short its name, is found by it."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from media_archive.archive import Archive
from media_archive.search import service as search
from tests.conftest import SHARED_MEDIA
from tests.relevance.conftest import add

GEO = SHARED_MEDIA.parent / "geo"
KINDS = re.compile(r"(街道办事处|街道|社区居委会|居委会|村委会|社区|乡|镇|村|区|县|市)$")


def _names() -> Iterator[str]:
    for file in ("dezhou_areas.csv", "dezhou_streets.csv", "dezhou_villages.csv"):
        with (GEO / file).open(encoding="utf-8") as rows:
            yield from (row["name"] for row in csv.DictReader(rows))


def _short(name: str) -> str:
    while len(name) > 1 and (shorter := KINDS.sub("", name)) not in ("", name):
        name = shorter
    return name


@pytest.mark.slow
@pytest.mark.skipif(not Path(GEO).is_dir(), reason="the place names are not here")
def test_every_place_name_of_one_or_two_characters_finds_its_records(archive: Archive) -> None:
    places = defaultdict(set)
    for name in _names():
        if len(_short(name)) <= 2:
            places[_short(name)].add(name)
    assert len(places) > 300
    ids = add(archive, [name for names in places.values() for name in names])
    missing = []
    with archive.reading() as session:
        for short, names in places.items():
            found = search.find(session, short, limit=1000, facets=False)
            assert found.total < 1000, short
            missing += [(short, name) for name in names if ids[name] not in found.ids]
    assert not missing
