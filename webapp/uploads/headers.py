"""The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload): read strictly, refused in words."""

import base64
import binascii
import re
from uuid import UUID

from media_archive.errors import Invalid
from media_archive.uploads.arriving import Checksum
from media_archive.uploads.service import Wanted

VERSION = "1.0.0"
EXTENSIONS = (
    "creation",
    "creation-defer-length",
    "creation-with-upload",
    "termination",
    "checksum",
    "expiration",
    "concatenation",
)
STREAM = "application/offset+octet-stream"
LONGEST_METADATA = 16_384
#: a database holds sizes in 64 bits
MOST_BYTES = 1 << 62
#: a path may be named as any of these: programs differ, and the first that is there is taken
PATHS = ("path", "relativePath", "relative_path", "filename", "name")
_NUMBER = re.compile(r"\d{1,18}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def number(name: str, value: str | None) -> int:
    """A header that is a number of bytes. Raises Invalid where it is none."""
    if value is None or not _NUMBER.fullmatch(value):
        raise Invalid("The header {name} must be a whole number of bytes, from 0.", name=name)
    return int(value)


def length(value: str | None, deferred: str | None) -> int | None:
    """Of Upload-Length and Upload-Defer-Length: the size, or None where it will be told later."""
    if deferred is not None:
        if deferred != "1" or value is not None:
            raise Invalid("Upload-Defer-Length must be 1, and stands in place of Upload-Length.")
        return None
    return number("Upload-Length", value)


def metadata(header: str) -> dict[str, bytes]:
    """Upload-Metadata: keys, each with its value in Base64, with commas between."""
    if len(header) > LONGEST_METADATA:
        raise Invalid("The header {name} is too long.", name="Upload-Metadata")
    found: dict[str, bytes] = {}
    for pair in filter(None, (one.strip() for one in header.split(","))):
        key, _, value = pair.partition(" ")
        found[key] = _decoded("Upload-Metadata", value.strip())
    return found


def _decoded(name: str, value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("The header {name} must hold Base64.", name=name) from None


def checksum(header: str | None) -> Checksum | None:
    """Upload-Checksum: an algorithm and the digest in Base64."""
    if header is None:
        return None
    algorithm, _, value = header.strip().partition(" ")
    return Checksum(algorithm, _decoded("Upload-Checksum", value.strip()))


def parts(header: str) -> list[UUID]:
    """The uploads that "final;ADDRESS ADDRESS ..." names."""
    named = header.removeprefix("final;").split()
    try:
        return [UUID(one.rstrip("/").rpartition("/")[2]) for one in named]
    except ValueError:
        raise Invalid("Upload-Concat names something that is no upload of this server.") from None


def wanted(size: int | None, told: str) -> Wanted:
    """An upload as its headers ask for it."""
    given = metadata(told)
    path = next((given[name] for name in PATHS if given.get(name)), None)
    return Wanted(size, told, path, _modified(given.get("modified")), _sha256(given.get("sha256")))


def _modified(value: bytes | None) -> int | None:
    """Milliseconds since 1970, as browsers tell them, in nanoseconds."""
    text = (value or b"").decode("ascii", "replace")
    return int(text) * 1_000_000 if re.fullmatch(r"\d{1,13}", text) else None


def _sha256(value: bytes | None) -> str | None:
    text = (value or b"").decode("ascii", "replace").lower()
    return text if _SHA256.fullmatch(text) else None


def is_sha256(text: object) -> bool:
    """Whether it is a SHA-256 in hex."""
    return isinstance(text, str) and _SHA256.fullmatch(text) is not None
