"""Stores as a profile describes them."""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from media_archive.config import Settings
from media_archive.storage.stores.folder import FolderStore
from media_archive.storage.stores.store import STANDARD, Store
from media_archive.storage.stores.wrappers import LimitedStore, MeasuredStore, Pace, ReadingOnlyStore, RetryingStore

if TYPE_CHECKING:
    from media_archive.storage.stores.s3 import Service

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
NameOrNone = Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]{0,62})?$")]
#: a storage class as S3 services write it; each service has its own
StorageClass = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,31}$")]


class Part(BaseModel):
    """A table of a profile: unchangeable, and strange keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class _AnySpec(Part):
    """What can be said of every store."""

    #: building or town where it stands: copies in one place burn together. Empty means a place of its own
    site: NameOrNone = ""
    #: megabytes a second, in and out, that this process may move; 0 means as fast as it goes
    bandwidth: float = Field(0, ge=0)
    #: gigabytes that audits may read a day
    audit_per_day: float = Field(200, ge=0)
    #: nothing is written to it or removed from it
    read_only: bool = False
    #: name of the key (see the setting keys_folder) that its objects are encrypted with; empty means they are not
    key: NameOrNone = ""

    def wrapped(self, store: Store, settings: Settings) -> Store:
        """`store` with what is said of it here."""
        if self.key:
            from media_archive.storage.stores.encrypted import EncryptedStore, Keys

            keys = Keys(Path(settings.keys_folder) if settings.keys_folder else None, settings.home)
            store = EncryptedStore(store, keys, self.key, settings.scratch, settings.keep_free)
        if self.read_only:
            store = ReadingOnlyStore(store)
        return MeasuredStore(store)

    @cached_property
    def pace(self) -> Pace:
        """What everything that this process moves in or out shares."""
        return Pace(self.bandwidth * 1e6)


class FolderSpec(_AnySpec):
    """A store in a folder. `keep_free` overrides the setting of that name."""

    kind: Literal["folder"]
    path: str = Field(min_length=1)
    keep_free: int | None = Field(None, ge=0)

    @property
    def place(self) -> str:
        """What no other store may share."""
        return os.path.realpath(self.path)

    @property
    def first_class(self) -> str:
        """The class that deposits get."""
        return STANDARD

    def open(self, name: str, settings: Settings) -> Store:
        """The store, not yet looked at. One inside the home founds itself with its first use, and notes that in the home:
        another disk may be mounted there, and be absent one day."""
        root = Path(self.path)
        inside = root.resolve().is_relative_to(settings.home.resolve())
        keep_free = settings.keep_free if self.keep_free is None else self.keep_free
        note = settings.home / "founded" / name if inside else None
        store: Store = FolderStore(name, root, keep_free, note=note)
        return self.wrapped(LimitedStore(store, self.pace) if self.bandwidth else store, settings)


class S3Spec(_AnySpec):
    """A store in a bucket. What is left empty comes from the settings; keys are never written in a profile."""

    kind: Literal["s3"]
    bucket: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$")
    prefix: str = Field("", pattern=r"^([^/].*/)?$")
    endpoint: str = ""
    region: str = ""
    addressing: Literal["auto", "path", "virtual"] = "auto"
    #: a class that can be read at once: what is stored is read back
    storage_class: Literal["STANDARD", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "INTELLIGENT_TIERING"] = "STANDARD"

    #: classes whose objects must be restored before they are read; [] for a service that reads every class at once
    offline_classes: tuple[StorageClass, ...] = ("GLACIER", "DEEP_ARCHIVE")

    #: readers fetch large files from the service itself, by signed addresses that expire; never where `key` is set
    direct: bool = False
    #: file of certificates to trust
    ca_bundle: str = ""
    #: address of a proxy
    proxy: str = ""
    connect_seconds: float | None = Field(None, gt=0)
    read_seconds: float | None = Field(None, gt=0)
    #: times a request is sent before it counts as failed
    attempts: int | None = Field(None, ge=1, le=20)
    #: how the service encrypts what it stores: with its own keys, or with one of its key management
    encryption: Literal["", "AES256", "aws:kms"] = ""
    kms_key: str = ""

    @property
    def place(self) -> str:
        """What no other store may share."""
        return f"{self.endpoint}/{self.bucket}/{self.prefix}"

    @property
    def first_class(self) -> str:
        """The class that deposits get."""
        return self.storage_class

    def open(self, name: str, settings: Settings) -> Store:
        """The store, not yet looked at."""
        from media_archive.storage.stores.s3 import S3Store
        from media_archive.storage.stores.s3.sending import unpaced

        store = S3Store(
            name,
            self.bucket,
            self.service(settings),
            settings.scratch,
            prefix=self.prefix,
            storage_class=self.storage_class,
            keep_free=settings.keep_free,
            offline=self.offline_classes,
            pace=self.pace if self.bandwidth else unpaced,
        )
        return self.wrapped(RetryingStore(store), settings)

    def service(self, settings: Settings) -> "Service":
        """How its service is reached: what is not said here comes from the settings."""
        from media_archive.storage.stores.s3 import Service

        encryption = self.encryption or settings.s3_encryption
        return Service(
            endpoint=self.endpoint or settings.s3_endpoint,
            region=self.region or settings.s3_region,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            ca_bundle=self.ca_bundle or settings.s3_ca_bundle,
            addressing=self.addressing,
            connect_seconds=self.connect_seconds or settings.s3_connect_seconds,
            read_seconds=self.read_seconds or settings.s3_read_seconds,
            attempts=self.attempts or settings.s3_attempts,
            proxy=self.proxy or settings.s3_proxy,
            encryption=encryption,
            kms_key=(self.kms_key or settings.s3_kms_key) if encryption == "aws:kms" else "",
        )


StoreSpec = Annotated[FolderSpec | S3Spec, Field(discriminator="kind")]


class Tier(Part):
    """A class of a store and what it costs (存储层级). Prices are in the profile's currency; a terabyte is 10^12 bytes."""

    store: Name
    #: None means the class that the store gives to deposits
    storage_class: StorageClass | None = None
    #: for keeping a terabyte for a month
    price: float = Field(0, ge=0)
    #: for reading a terabyte out of it
    retrieval_price: float = Field(0, ge=0)
    #: an object that leaves earlier is charged for the rest of them
    minimum_days: int = Field(0, ge=0)
    #: until the first byte can be read; 0 for what is online
    hours: float = Field(0, ge=0)

    @property
    def online(self) -> bool:
        """Whether it can be read at once."""
        return self.hours == 0
