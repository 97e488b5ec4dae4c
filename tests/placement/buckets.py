"""The same archive as in `yard`, with its three stores in buckets of an S3 service."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from media_archive.storage.stores.s3.client import Service, client_of
from tests.contracts.ceph import ACCESS, SECRET
from tests.placement.yard import Yard

#: what the settings must say besides the endpoint
KEYS = {"s3_access_key": ACCESS, "s3_secret_key": SECRET}


@dataclass
class BucketYard(Yard):
    """Looks into buckets where the other looks into folders."""

    mark: str = field(default_factory=lambda: uuid4().hex[:12])

    @property
    def told(self) -> str:
        stores = "".join(
            f'[stores.{name}]\nkind = "s3"\nbucket = "{self._bucket(name)}"\naddressing = "path"\nsite = "{site}"\n'
            for name, site in (("hot", "here"), ("near", "here"), ("far", "there"))
        )
        return f'[name]\nzh = "试"\nen = "Test"\n[description]\nzh = "试"\nen = "Test"\n{stores}'

    @cached_property
    def _client(self) -> Any:
        endpoint = self.context.settings.s3_endpoint
        return client_of(Service(endpoint=endpoint, access_key=ACCESS, secret_key=SECRET, addressing="path"))

    def _bucket(self, store: str) -> str:
        return f"{store}-{self.mark}"

    def read(self, store: str, key: str) -> bytes | None:
        try:
            body: bytes = self._client.get_object(Bucket=self._bucket(store), Key=key)["Body"].read()
        except ClientError:
            return None
        return body

    def overwrite(self, store: str, key: str, data: bytes) -> None:
        self._client.put_object(Bucket=self._bucket(store), Key=key, Body=data)

    def lose(self, store: str, key: str) -> None:
        self._client.delete_object(Bucket=self._bucket(store), Key=key)

    def objects(self) -> set[tuple[str, str]]:
        found = set()
        for store in self.stores.names:
            listed = self._client.list_objects_v2(Bucket=self._bucket(store)).get("Contents", [])
            found |= {(store, one["Key"]) for one in listed if _is_of_file(one["Key"])}
        return found


def _is_of_file(key: str) -> bool:
    """Not a mark, nor what was set aside."""
    return len(key) == 64 and "/" not in key
