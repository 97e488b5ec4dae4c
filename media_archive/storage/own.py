"""Objects of the archive's own: they are no files of it, and no Copy row knows them; their keys tell what they are.

passing-...   what one worker leaves for another (see `passing`)
bundle-...    the whole catalogue at one moment
about-...     what is known of files that came since
"""

import re
from datetime import UTC, datetime

PASSING, BUNDLE, ABOUT = "passing-", "bundle-", "about-"
#: the moment, then the beginning of the object's own SHA-256
DATED = re.compile(r"(bundle|about)-(\d{8}T\d{6}Z)-([0-9a-f]{16})")


def is_own(key: str) -> bool:
    """Whether `key` names an object of the archive's own."""
    return key.startswith(PASSING) or DATED.fullmatch(key) is not None


def dated(prefix: str, at: datetime, sha256: str) -> str:
    """The key of a bundle or of what is told between two: keys of one prefix are in the order of their moments."""
    return f"{prefix}{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{sha256[:16]}"


def moment(key: str) -> datetime:
    """The moment in a dated key."""
    found = DATED.fullmatch(key)
    assert found, key
    return datetime.strptime(found[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def matches(key: str, sha256: str) -> bool:
    """Whether the object of a dated key can have this digest."""
    found = DATED.fullmatch(key)
    return found is not None and sha256.startswith(found[3])
