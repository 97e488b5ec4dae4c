"""The one store that an archive is made again from."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_archive.config import Settings
from media_archive.errors import NotFound
from media_archive.storage import profiles
from media_archive.storage.profiles.places import FolderSpec, S3Spec
from media_archive.storage.stores.folder import MARK
from media_archive.storage.stores.s3 import marks
from media_archive.storage.stores.s3.client import client_of
from media_archive.storage.stores.s3.sending import Target
from media_archive.storage.stores.store import Store

BUCKET = re.compile(r"s3://([^/]+)/?(.*)")
NAMED = re.compile(r"([a-z0-9][a-z0-9-]{0,62}):([a-z0-9][a-z0-9-]{0,62})")
#: what a profile says of a store wherever it lies
WHEREVER = ("site", "bandwidth", "audit_per_day", "read_only", "key")


@dataclass(frozen=True)
class Source:
    """A store, and how a profile describes it."""

    name: str
    spec: FolderSpec | S3Spec

    def open(self, settings: Settings) -> Store:
        """The store, to be read."""
        return self.spec.open(self.name, settings)

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
        spec = S3Spec(kind="s3", bucket=found[1], prefix=prefix)
        return Source(_name_at(spec, settings), spec)
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


def _name_at(spec: S3Spec, settings: Settings) -> str:
    mark = Target(client_of(spec.service(settings)), spec.bucket, spec.bucket, spec.prefix + marks.KEY)
    name = marks.name_in(mark)
    if name is None:
        raise NotFound(
            "{bucket} holds no store of an archive. Give the bucket and the prefix of one.", bucket=spec.place
        )
    return name
