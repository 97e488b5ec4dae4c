"""How an S3 service is reached, and its errors in the archive's words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from media_archive.errors import ArchiveError, Conflict, Invalid, NoSpace, NotFound, Unavailable
from media_archive.storage.stores.store import Interrupted
from media_archive.words import Message

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECTIONS = 32

#: HTTP statuses of refusals that pass by themselves: request timeout, too many requests
PASSING = (408, 429)
MISSING = {"NoSuchKey", "404", "NotFound"}
#: how services say that they do not know a storage class: some plainly, some by the argument they do not take
NO_CLASS = {"InvalidStorageClass", "NotImplemented"}
NO_ARGUMENT = {"InvalidArgument", "InvalidRequest"}

#: what a service's error codes mean here; a vanished upload may be one that was completed by an answer that was lost
MEANINGS: list[tuple[set[str], type[ArchiveError], Message]] = [
    (MISSING, NotFound, Message("The store {store} does not hold {key}.")),
    ({"NoSuchBucket"}, Unavailable, Message("The bucket of the store {store} is missing. Run `media-archive init`.")),
    (
        {"PreconditionFailed", "412", "ConditionalRequestConflict", "409", "NoSuchUpload", "BucketAlreadyOwnedByYou"},
        Conflict,
        Message("The store {store} already holds {key}; nothing was changed."),
    ),
    (
        {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403", "Forbidden", "AllAccessDisabled"},
        Unavailable,
        Message("The store {store} refuses access: {reason}. Check the S3 keys and their rights."),
    ),
    (
        {"InvalidObjectState"},
        Unavailable,
        Message("{key} lies in cold storage of the store {store}. Ask for it to be restored first."),
    ),
    (
        {"QuotaExceeded", "InsufficientStorage", "507", "XMinioStorageFull"},
        NoSpace,
        Message("The store {store} is full: {reason}. Raise its quota, then try again."),
    ),
]
REFUSED = Message("The store {store} refused ({reason}). See the S3 service's log.")


@dataclass(frozen=True)
class Service:
    """Where an S3 service answers and how it is spoken to. Empty keys mean boto3's own search for credentials."""

    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = ""
    ca_bundle: str = ""
    #: "path" puts the bucket into the path, "virtual" into the host name, "auto" decides by the endpoint
    addressing: Literal["auto", "path", "virtual"] = "auto"
    connect_seconds: float = 5
    #: also bounds how long a service may think before it answers a completed multipart upload
    read_seconds: float = 120
    #: times a request is sent before it counts as failed
    attempts: int = 4
    #: address of the proxy between here and the service; empty means what the environment says (HTTPS_PROXY, NO_PROXY)
    proxy: str = ""
    #: how the service is asked to encrypt what it stores; empty means as the bucket says
    encryption: Literal["", "AES256", "aws:kms"] = ""
    #: the key of the service's own key management; empty means its default
    kms_key: str = ""

    @property
    def making(self) -> dict[str, str]:
        """What every request that makes an object says besides its key."""
        asked = {"ServerSideEncryption": self.encryption, "SSEKMSKeyId": self.kms_key if self.encryption else ""}
        return {name: value for name, value in asked.items() if value}

    def client(self) -> "S3Client":
        """A new client; slow, so keep it."""
        import boto3
        from botocore.config import Config

        config = Config(
            connect_timeout=self.connect_seconds,
            read_timeout=self.read_seconds,
            retries={"mode": "standard", "total_max_attempts": self.attempts},
            proxies={"http": self.proxy, "https": self.proxy} if self.proxy else None,
            max_pool_connections=CONNECTIONS,
            # addresses that are handed out would be signed in the old way otherwise, with SHA-1
            signature_version="s3v4",
            # reading back compares SHA-256: checksums and a signature over the body would hash every byte again,
            # and older services refuse them
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": self.addressing, "payload_signing_enabled": False},
        )
        session = boto3.session.Session(
            aws_access_key_id=self.access_key or None,
            aws_secret_access_key=self.secret_key or None,
            region_name=self.region,
        )
        return session.client("s3", endpoint_url=self.endpoint or None, config=config, verify=self.ca_bundle or None)


def client_of(service: Service) -> "S3Client":
    """The process's client for a service, safe in threads; a fork gets its own, since connections break if shared."""
    if service.ca_bundle and not Path(service.ca_bundle).is_file():
        raise Invalid("There is no file {path}. Mend s3_ca_bundle.", path=service.ca_bundle)
    try:
        return _client_of(service, os.getpid())
    except (BotoCoreError, ValueError, OSError) as exc:
        raise Invalid(
            "The settings of the S3 service are refused: {reason}. Mend s3_endpoint, s3_region or s3_ca_bundle.",
            reason=str(exc),
        ) from exc


@cache
def _client_of(service: Service, _process: int) -> "S3Client":
    return service.client()


@contextmanager
def explained(store: str, key: str = "") -> Iterator[None]:
    """Turns errors of the S3 client inside the block into the archive's."""
    try:
        yield
    except ClientError as exc:
        raise explain(store, key, exc) from exc
    except (BotoCoreError, HTTPClientError) as exc:
        raise Interrupted(
            "The store {store} does not answer: {reason}. Check the S3 service and the network.",
            store=store,
            reason=str(exc),
        ) from exc


def explain(store: str, key: str, exc: ClientError) -> ArchiveError:
    """The archive's word for what an S3 service refused."""
    code = exc.response.get("Error", {}).get("Code", "")
    facts = {"store": store, "key": key, "reason": exc.response.get("Error", {}).get("Message") or code}
    for codes, error, said in MEANINGS:
        if code in codes:
            return error(said.template, **facts)
    status = exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    kind = Interrupted if status >= 500 or status in PASSING else Unavailable
    return kind(REFUSED.template, **facts)


def refuses_class(exc: ArchiveError, *, surely: bool) -> bool:
    """Whether a service did not know the storage class that was asked for; with `surely` only where it speaks of it."""
    if not isinstance(exc.__cause__, ClientError):
        return False
    told = exc.__cause__.response.get("Error", {})
    code, said = told.get("Code"), str(told.get("Message")).lower().replace(" ", "")
    return code in NO_CLASS or (code in NO_ARGUMENT and (not surely or "storageclass" in said))
