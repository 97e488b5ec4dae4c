"""A small archive of fixed records, each told as people describe their pictures, in an index of its own."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Line
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind, SubjectName
from media_archive.config import load
from media_archive.db import new_id
from media_archive.storage.models import File, Role

HERE = Path(__file__).parent
KEPT = ("kind", "title", "caption", "keywords", "photographer", "rating")


def lines(name: str) -> list[dict[str, Any]]:
    """The rows of one of the data files beside this one."""
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


@dataclass(frozen=True)
class Corpus:
    """The archive, and its records' names in the judgements by their ids."""

    archive: Archive
    names: dict[UUID, str]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, founded: Path) -> Iterator[Corpus]:
    home = tmp_path_factory.mktemp("relevance") / "home"
    shutil.copytree(founded, home)
    archive = Archive.open(load(home=home, keep_free=0))
    yield Corpus(archive, fill(archive))
    archive.close()


def fill(archive: Archive) -> dict[UUID, str]:
    """Enters and indexes all records; their names in the judgements by their ids."""
    with archive.transaction() as session:
        subjects = {one["name"]: _subject(session, one) for one in lines("subjects.jsonl")}
        records = lines("records.jsonl")
        names = dict(zip(_records(session, records, subjects), (one["id"] for one in records), strict=True))
    archive.index()
    return names


def add(archive: Archive, titles: list[str]) -> dict[str, UUID]:
    """Further photographs of these titles, and their ids."""
    with archive.transaction() as session:
        told = [{"kind": "photo", "title": title, "shoot": "地名", "code": None, "file": "1.jpg"} for title in titles]
        ids = dict(zip(titles, _records(session, told, {}), strict=True))
    archive.index()
    return ids


def _subject(session: Session, told: dict[str, Any]) -> Subject:
    institution = session.scalars(select(Institution)).one()
    subject = Subject(archive_id=institution.id, kind=SubjectKind(told["kind"]), name=told["name"], code=told["code"])
    session.add(subject)
    session.flush()
    session.add_all(SubjectName(subject_id=subject.id, name=name, kind="former") for name in told["former"])
    return subject


def _records(session: Session, told: list[dict[str, Any]], subjects: dict[str, Subject]) -> list[UUID]:
    institution = session.scalars(select(Institution)).one()
    shoots = {name: catalogue.open_shoot(session, institution, name).id for name in {one["shoot"] for one in told}}
    assets = [_asset(institution.id, shoots[one["shoot"]], one) for one in told]
    session.add_all(assets)
    session.flush()
    for asset, one in zip(assets, told, strict=True):
        shown = [subjects[name].id for name in one.get("subjects", [])]
        session.add_all(Link(asset_id=asset.id, subject_id=subject, said_by="test") for subject in shown)
        session.add_all([_line(asset, "text", at, text) for at, text in enumerate(one.get("ocr", []))])
        session.add_all([_line(asset, "transcript", at, text) for at, text in enumerate(one.get("speech", []))])
        session.add(_file(asset, one["file"]))
        catalogue.touch(session, asset.id)
    return [asset.id for asset in assets]


def _asset(archive_id: UUID, shoot_id: UUID, told: dict[str, Any]) -> Asset:
    taken = told.get("taken")
    return Asset(
        id=new_id(),
        archive_id=archive_id,
        shoot_id=shoot_id,
        accession_code=told["code"],
        taken_text=taken,
        year=int(taken[:4]) if taken else None,
        fields={"place": told["place"]} if "place" in told else {},
        record={"camera": dict(zip(("make", "model"), told.get("camera", []), strict=False))},
        **{name: told[name] for name in KEPT if name in told},
    )


def _file(asset: Asset, name: str) -> File:
    return File(
        archive_id=asset.archive_id,
        asset_id=asset.id,
        role=Role.ORIGINAL,
        name=name,
        size=1,
        sha256=f"{asset.id.int:064x}",
        media_type="image/jpeg",
        format="jpeg",
    )


def _line(asset: Asset, recipe: str, at: int, text: str) -> Line:
    return Line(asset_id=asset.id, recipe=recipe, position=at, text=text, machine_text=text)
