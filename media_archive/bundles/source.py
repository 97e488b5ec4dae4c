"""The one store that an archive is made again from."""

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from media_archive.config import Settings
from media_archive.errors import Invalid, NotFound
from media_archive.storage import profiles
from media_archive.storage.profiles.places import FolderSpec, S3Spec
from media_archive.storage.stores.folder import MARK
from media_archive.storage.stores.store import Store

BUCKET = re.compile(r"s3://([^/]+)/?(.*)")
NAMED = re.compile(r"([a-z0-9][a-z0-9-]{0,62}):([a-z0-9][a-z0-9-]{0,62})")
#: what a profile says of a store wherever it lies
WHEREVER = ("site", "bandwidth", "audit_per_day", "read_only", "key")


@dataclass(frozen=True)
class Source:
    """A store, and how a profile describes it. `name` is empty where only a bundle tells what copies call it."""

    name: str
    spec: FolderSpec | S3Spec

    def open(self, settings: Settings) -> Store:
        """The store, to be read."""
        return self.spec.open(self.name or "source", settings)

    def named_by(self, profile: dict[str, Any]) -> "Source":
        """The same under the name that `profile` (as it is written) has for it."""
        if self.name:
            return self
        assert isinstance(self.spec, S3Spec)
        wanted = (self.spec.bucket, self.spec.prefix)
        stores = {
            name: one for name, one in profile.get("stores", {}).items() if isinstance(one, dict) and "bucket" in one
        }
        same = [name for name, one in stores.items() if (_plain(one["bucket"]), one.get("prefix", "")) == wanted]
        if len(same) == 1 or len(stores) == 1:
            return replace(self, name=(same or list(stores))[0])
        raise Invalid(
            "The bundle knows no store in the bucket {bucket}. Its stores are: {stores}. Write a profile that names it,"
            " and give PROFILE:STORE instead.",
            bucket=self.spec.bucket,
            stores=", ".join(stores) or "-",
        )

    def described(self, before: dict[str, Any]) -> dict[str, Any]:
        """Its table in a profile; `before` is what that said of it when it lay where it did."""
        place = self.spec.model_dump(mode="json", exclude_defaults=True) | {"kind": self.spec.kind}
        same_kind = before.get("kind") == self.spec.kind
        kept = before if same_kind else {name: before[name] for name in WHEREVER if name in before}
        return {**kept, **place}


def parse(text: str, settings: Settings) -> Source:
    """What `--from` names: the folder of a store, s3://BUCKET/PREFIX, or PROFILE:STORE."""
    if found := BUCKET.fullmatch(text):
        prefix = found[2] + "/" if found[2] and not found[2].endswith("/") else found[2]
        return Source("", S3Spec(kind="s3", bucket=found[1], prefix=prefix))
    folder = Path(text).absolute()
    if folder.is_dir():
        return Source(_name_in(folder), FolderSpec(kind="folder", path=str(folder)))
    if found := NAMED.fullmatch(text):
        return _of_profile(found[1], found[2], settings)
    raise NotFound(
        "{source} is no store: give the folder of one, s3://BUCKET/PREFIX, or PROFILE:STORE of a profile in {folder}.",
        source=text,
        folder=str(settings.profiles_folder),
    )


def _of_profile(profile: str, store: str, settings: Settings) -> Source:
    stores = profiles.load(profile, settings).stores
    if store not in stores:
        raise NotFound(
            "The storage profile {profile} has no store {store}. Its stores are: {stores}.",
            profile=profile,
            store=store,
            stores=", ".join(stores),
        )
    return Source(store, stores[store])


def _name_in(folder: Path) -> str:
    try:
        name = tomllib.loads((folder / MARK).read_text("utf-8")).get("name")
    except (OSError, ValueError) as exc:
        raise NotFound(
            "{folder} is no store of an archive: it has no {mark} that can be read. Give the folder that holds it.",
            folder=str(folder),
            mark=MARK,
        ) from exc
    return str(name)


def _plain(bucket: str) -> str:
    """A bucket as a profile writes it, with the default of a variable filled in."""
    return re.sub(r"\$\{[A-Z0-9_]+:-([^}]*)\}", r"\1", bucket)
