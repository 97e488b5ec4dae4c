"""The sums over the catalogue, against a count of every copy by hand, on both databases."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind
from media_archive.db import now
from media_archive.placement import overview
from media_archive.placement.overview import Overview
from media_archive.storage.models import Copy, File, Role
from tests.placement.small import AT, Small

BAD = {"problem": {"template": "bad", "facts": {}}, "verified_at": None}
#: what a terabyte costs a month there, as the profile has it
PRICES = {"hot": 200, "warm": 100, "ice": 40, "cold": 20}
NAMES = {place: name for name, place in AT.items()}


@pytest.fixture
def small(tmp_path: Path, database_url: str) -> Iterator[Small]:
    made = Small(tmp_path, database_url)
    yield made
    made.context.close()


def fill(small: Small) -> None:
    """Files in all tiers, in a class that no tier has and in a store that the profile does not know; some in projects."""
    chance = random.Random(7)
    for _ in range(50):
        names = chance.sample(list(AT), chance.randint(0, 5))
        copies = [(name, {"key": name, **chance.choice([{}, {}, BAD, {"audited_at": None}])}) for name in names]
        role = chance.choice([Role.ORIGINAL, Role.SIDECAR, Role.RENDITION])
        small.add(copies, role=role, size=chance.randint(1, 10**12), days=chance.choice([0, 20, 45, 400, 800]))
    small.add([("hot", {}), ("hot", {"key": "another"})], size=5)
    with small.context.transaction() as session:
        archive = session.scalars(select(Archive)).one()
        projects = [Subject(archive_id=archive.id, kind=SubjectKind.PROJECT, name=name) for name in "一二"]
        street = Subject(archive_id=archive.id, kind=SubjectKind.STREET, name="路")
        session.add_all([*projects, street])
        session.flush()
        for number, asset in enumerate(session.scalars(select(Asset).order_by(Asset.id))):
            # a film may show the same project in two stretches
            for place, subject in enumerate([*projects, projects[0], street][: number % 5]):
                session.add(Link(asset_id=asset.id, subject_id=subject.id, said_by="x", starts=str(place)))


def by_hand(session: Session, seen: Overview) -> dict[str, Counter[str]]:
    """Copies, bytes and cost of what there is, by what they are summed up by."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("tiers", "roles", "ages", "stores", "projects")}
    linked: dict[object, set[str]] = {}
    shows = select(Link.asset_id, Subject.name).join(Subject).where(Subject.kind == SubjectKind.PROJECT)
    for asset, name in session.execute(shows):
        linked.setdefault(asset, set()).add(name)
    for copy in session.scalars(select(Copy).options(joinedload(Copy.file))):
        tier = NAMES[copy.store, copy.storage_class]
        name = {"odd": "city · …", "attic": "attic"}.get(tier, tier)
        cost = PRICES.get(tier, 0) * copy.file.size / 1e12
        keys = [("tiers", name), ("roles", str(copy.file.role)), ("ages", f"{copy.file.created_at:%Y}")]
        for where, key in [*keys, *(("projects", one) for one in linked.get(copy.file.asset_id, ()))]:
            found[where].update({f"{key} copies": 1, f"{key} bytes": copy.file.size, f"{key} cost": round(cost * 1e6)})
        late = copy.audited_at is None or copy.audited_at < seen.at - timedelta(days=365)
        due = late and copy.store in ("nas", "city")
        recent = copy.audited_at is not None and copy.audited_at >= seen.at - timedelta(days=30)
        condition = {
            "verified": copy.verified_at is not None,
            "bad": copy.problem is not None,
            "recent": recent,
            "due": due,
        }
        found["stores"].update({f"{copy.store} {key}": int(value) for key, value in {"copies": 1, **condition}.items()})
    return found


def told(sums: dict[str, overview.Amount]) -> Counter[str]:
    return Counter(
        {
            f"{name} {key}": round(one.cost * 1e6) if key == "cost" else getattr(one, key)
            for name, one in sums.items()
            for key in ("copies", "bytes", "cost")
        }
    )


@pytest.mark.slow
def test_the_sums_are_those_of_every_copy_counted_by_hand(small: Small) -> None:
    fill(small)
    seen = overview.look(small.context)
    with small.context.reading() as session:
        expected = by_hand(session, seen)
        files = session.scalars(select(File)).all()
        verified = Counter(session.scalars(select(Copy.file_id).where(Copy.verified_at.is_not(None))))
        oldest = {
            store: min(filter(None, session.scalars(select(Copy.audited_at).where(Copy.store == store))))
            for store in seen.stores
        }
    for name in ("tiers", "roles", "ages", "projects"):
        assert told(getattr(seen, name)) == pytest.approx(dict(expected[name])), name
    counted = ("copies", "verified", "bad", "recent", "due")
    stores = {f"{name} {key}": getattr(one, key) for name, one in seen.stores.items() for key in counted}
    assert Counter(stores) == expected["stores"]
    assert {name: one.oldest for name, one in seen.stores.items()} == oldest
    assert seen.copies == Counter(verified[file.id] for file in files if file.role != Role.RENDITION)
    assert sum(seen.growth.values()) == sum(file.size for file in files)
    assert {month[:4] for month in seen.growth} == {f"{file.created_at:%Y}" for file in files}
    assert sum(one.files for one in seen.held) == seen.total.copies == sum(one.copies for one in seen.archives.values())
    assert overview.from_json(overview.to_json(seen)) == seen
    assert seen.at <= now()
