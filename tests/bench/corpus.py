"""Records of a city for measuring the search: seeded, with names of real townships and villages, and words by Zipf's law."""

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from media_archive.archive import Archive
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Shoot
from media_archive.catalogue.subjects.models import Subject
from media_archive.config import PROJECT
from media_archive.search.index.gathering import Known, Source

GEO = PROJECT.parent / "shared" / "geo"
WORDS, STREETS, PROJECTS = 20_000, 1000, 1000
BEGINNING = datetime(1978, 1, 1, tzinfo=UTC)
SIGNS = [chr(0x4E00 + number) for number in range(3000)]


class Corpus:
    """The same records for the same seed; each has about 58 characters of Chinese."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.words = ["".join(self.random.choices(SIGNS, k=2)) for _ in range(WORDS)]
        self.archive = self._id()
        self.shoots: list[Any] = []
        self.weights = list(accumulate(1 / (rank + 1) for rank in range(WORDS)))
        self.subjects = [
            *self._places(),
            *self._made("street", "路", STREETS),
            *self._made("project", "改造工程", PROJECTS),
        ]

    def _places(self) -> Iterator[Known]:
        for name in ("dezhou_streets.csv", "dezhou_villages.csv"):
            with (GEO / name).open(encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    yield Known(self._id(), "place", row["code"], (row["name"],))

    def _made(self, kind: str, ending: str, number: int) -> Iterator[Known]:
        for place in range(number):
            yield Known(self._id(), kind, f"{kind[0].upper()}{place}", (self.text(1) + ending,))

    def _id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128))

    def text(self, words: int) -> str:
        """So many words of two characters."""
        return "".join(self.random.choices(self.words, cum_weights=self.weights, k=words))

    def sources(self, number: int) -> Iterator[Source]:
        """What documents are made of."""
        shoots = self.shoots = [self._shoot() for _ in range(max(1, number // 500))]
        for place in range(number):
            yield self._source(place, shoots[place * len(shoots) // number])

    def found(self, archive: Archive) -> None:
        """Writes the subjects and the shoots into a catalogue, for the names of what is counted."""
        with archive.transaction() as session:
            institution = session.scalars(select(Institution.id)).one()
            shoots = [{"id": one.id, "archive_id": institution, "name": f"{one.name} {one.id}"} for one in self.shoots]
            session.execute(insert(Shoot), shoots)
            subjects = [
                {"id": one.id, "archive_id": institution, "kind": one.kind, "code": one.code, "name": one.names[0]}
                for one in self.subjects
            ]
            session.execute(insert(Subject), subjects)

    def _shoot(self) -> Any:
        return SimpleNamespace(id=self._id(), name=self.text(3), caption="", photographer=self.text(1), fields={})

    def _source(self, place: int, shoot: Any) -> Source:
        draw = self.random
        moment = BEGINNING + timedelta(minutes=draw.randrange(25_000_000))
        asset = SimpleNamespace(
            id=self._id(), archive_id=self.archive, shoot_id=shoot.id, kind=draw.choices(("photo", "film"), (9, 1))[0],
            state=draw.choice(("received", "described", "published")), accession_code=f"J001-ZP·{moment.year}-{place:07}",
            title=self.text(5), caption=self.text(18), photographer=None, keywords=[self.text(1)], fields={},
            classification=None, openness=None, embargo=None, label=None, flag=None, taken_text=moment.date().isoformat(),
            year=moment.year, latitude=37 + draw.random(), longitude=116 + draw.random(), width=6000, height=4000,
            duration=None, colour="#808080", rating=draw.randrange(6), retention="D30", shown_at=moment,
            created_at=moment, description=None, camera={"make": "NIKON", "model": f"D{draw.randrange(40)}"},
        )  # fmt: skip
        subjects = draw.sample(self.subjects, k=2)
        return Source(asset, shoot, [f"DSC_{place:07}.JPG"], "jpeg", 9_000_000, {"STANDARD"}, [], [], [], subjects)  # type: ignore[arg-type]
