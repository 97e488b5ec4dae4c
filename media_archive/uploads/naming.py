"""Names that senders give their files: kept as they are, but never a way out of the folder where they arrive."""

import hashlib
import os
from pathlib import PurePosixPath

from media_archive.errors import Invalid
from media_archive.ingest.find import as_text

LONGEST_NAME, LONGEST_PATH, DEEPEST = 255, 2048, 32


def path_of(raw: bytes) -> str:
    """The path that a sender tells, below the folder that was sent. Raises Invalid for one that cannot be."""
    text = as_text(os.fsdecode(raw))
    parts = [part for part in text.split("/") if part not in ("", ".")]
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    wrong = (
        not parts
        or "\0" in text
        or ".." in parts
        or len(parts) > DEEPEST
        or any(len(part) > LONGEST_NAME for part in encoded)
        or sum(map(len, encoded)) + len(encoded) > LONGEST_PATH
    )
    if wrong:
        raise Invalid("{path} cannot be the name of a file that is uploaded. Rename it.", path=text[:200])
    return "/".join(parts)


def key_of(path: str) -> str:
    """What a path is known by."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()


def another(path: str, number: int) -> str:
    """The same name in a folder of its own, where another file has the path already."""
    there = PurePosixPath(path)
    return str(there.parent / f"({number})" / there.name)
