"""A small catalogue under a profile with a NAS, a warm and a cold service."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from media_archive import db
from media_archive.catalogue.models import Archive, Asset, Kind, Shoot
from media_archive.config import Settings
from media_archive.context import Context
from media_archive.db import now
from media_archive.placement.models import Action, Plan, Step
from media_archive.storage.models import Copy, File, Role

HEAD = """
minimum = 1
[name]
zh = "试"
en = "trial"
[description]
zh = "试"
en = "for a test"
[stores.nas]
kind = "folder"
path = "{home}/store/nas"
[stores.city]
kind = "s3"
bucket = "city"
[stores.far]
kind = "s3"
bucket = "far"
[tiers.hot]
store = "nas"
price = 200
[tiers.warm]
store = "city"
price = 100
retrieval_price = 10
[tiers.ice]
store = "city"
storage_class = "GLACIER"
price = 40
retrieval_price = 50
hours = 4
minimum_days = 90
[tiers.cold]
store = "far"
storage_class = "DEEP_ARCHIVE"
price = 20
retrieval_price = 90
hours = 12
minimum_days = 180
"""
RULES = """
[[rules]]
name = "best"
when = { roles = ["original", "sidecar"], rating_at_least = 4 }
copies = ["hot", "warm"]
verified = 2
[[rules]]
name = "idle"
when = { roles = ["original", "sidecar"], idle_for = 365 }
copies = ["warm", "cold"]
verified = 2
[[rules]]
name = "rest"
roles = ["original", "sidecar"]
copies = ["hot", "warm"]
verified = 2
[[rules]]
name = "shown"
roles = ["rendition"]
copies = ["hot"]
grace_days = 7
"""
#: where what lies: store and class
AT = {
    "hot": ("nas", "STANDARD"),
    "warm": ("city", "STANDARD"),
    "ice": ("city", "GLACIER"),
    "cold": ("far", "DEEP_ARCHIVE"),
    "odd": ("city", "STANDARD_IA"),
    "attic": ("attic", "STANDARD"),
}
TERABYTE = 10**12


def write(folder: Path, rules: str) -> None:
    """Puts these rules into the profile."""
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "trial.toml").write_text(HEAD + rules, "utf-8")


def trial(folder: Path, url: str, rules: str = RULES) -> Context:
    """A context under the profile with these rules; its database has no tables yet."""
    write(folder, rules)
    settings = Settings(
        home=folder / "home", profiles_folder=folder / "profiles", storage_profile="trial", database_url=url
    )
    return Context.open(settings)


class Small:
    """The catalogue; sizes are terabytes, so that costs are easy to see."""

    def __init__(self, folder: Path, url: str, rules: str = RULES) -> None:
        self.context = trial(folder, url, rules)
        db.Base.metadata.create_all(self.context.engine)
        with self.context.transaction() as session:
            archive = Archive(code="A", name="馆")
            session.add_all([archive, Shoot(archive=archive, name="s")])
        self.count = 0

    def add(
        self,
        copies: Sequence[str | tuple[str, dict[str, Any]]],
        *,
        role: Role = Role.ORIGINAL,
        size: int = TERABYTE,
        days: int = 0,
        **asset: Any,
    ) -> UUID:
        """A file with copies in these tiers, so many days old; copies may be told more of. Returns its id."""
        self.count += 1
        moment = now() - timedelta(days=days)
        with self.context.transaction() as session:
            archive, shoot = session.scalars(select(Archive)).one(), session.scalars(select(Shoot)).one()
            owner = Asset(archive=archive, shoot=shoot, kind=Kind.PHOTO, created_at=moment, **asset)
            file = File(
                archive_id=archive.id,
                role=role,
                name=f"{self.count}.jpg",
                size=size,
                sha256=f"{self.count:064x}",
                media_type="image/jpeg",
                format="jpeg",
                created_at=moment,
            )
            owner.files = [file]
            file.copies = [self._copy(one, moment) for one in copies]
            session.add(owner)
            session.flush()
            return file.id

    def _copy(self, one: str | tuple[str, dict[str, Any]], moment: datetime) -> Copy:
        name, more = (one, {}) if isinstance(one, str) else one
        store, storage_class = AT[name]
        told = {
            "key": f"{self.count:064x}",
            "verified_at": moment,
            "audited_at": moment,
            "class_since": moment,
            "created_at": moment,
        } | more
        return Copy(store=store, storage_class=storage_class, **told)

    def steps(self, plan: UUID) -> list[tuple[int, str, str | None, str | None, str]]:
        """(number of the file, action, from, to, rule), in order."""
        with self.context.reading() as session:
            rows = session.execute(
                select(File.name, Step.action, Step.from_tier, Step.to_tier, Step.rule)
                .join(File, File.id == Step.file_id)
                .where(Step.plan_id == plan)
                .order_by(Step.position)
            )
            return [(int(name.split(".")[0]), str(action), *more) for name, action, *more in rows]

    def figures(self, plan: UUID) -> dict[str, Any]:
        with self.context.reading() as session:
            return session.get_one(Plan, plan).figures

    def carry_out(self, plan: UUID) -> None:
        """Does to the rows of the copies what the plan says, as if every grace were over."""
        moment = now()
        with self.context.transaction() as session:
            for step in session.scalars(select(Step).where(Step.plan_id == plan).order_by(Step.position)):
                copy = session.get_one(Copy, step.copy_id)
                if step.action == Action.RELEASE:
                    session.delete(copy)
                    continue
                store, storage_class = AT[str(step.to_tier)]
                if step.action == Action.RECLASS:
                    assert copy.store == store
                    copy.storage_class, copy.class_since = storage_class, moment
                    continue
                file = session.get_one(File, step.file_id)
                assert store not in {one.store for one in file.copies}
                file.copies.append(
                    Copy(
                        store=store, key=file.sha256, storage_class=storage_class, verified_at=moment, audited_at=moment
                    )
                )
            session.flush()

    def lying(self, file_id: UUID) -> list[str]:
        """Names of the tiers where copies lie."""
        names = {place: name for name, place in AT.items()}
        with self.context.reading() as session:
            found: Iterable[Copy] = session.scalars(select(Copy).where(Copy.file_id == file_id))
            return sorted(names[one.store, one.storage_class] for one in found)
