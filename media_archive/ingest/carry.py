"""Carrying the files of one group into the first store: the step that moves the bytes."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from media_archive.catalogue.register import Stored, original, when_modified
from media_archive.context import Context
from media_archive.errors import Invalid
from media_archive.ingest.find import Candidate, as_text, raw_if_odd
from media_archive.ingest.grouping import Group, Member
from media_archive.storage.models import Role
from media_archive.words import Message

SAMPLE = 64 << 10
Moved = Callable[[int], None]


@dataclass
class Carried:
    """What became of the members of a group: each is stored, a duplicate of an asset, or refused."""

    group: Group
    stored: list[tuple[Member, Stored]] = field(default_factory=list)
    duplicates: list[tuple[Member, str, UUID]] = field(default_factory=list)
    refused: list[tuple[Candidate, Message]] = field(default_factory=list)


def fingerprint(path: Path, size: int) -> str:
    """SHA-256 over the size, the first and the last 64 KiB: what tells nearly all different files apart at once."""
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(SAMPLE))
        if size > SAMPLE:
            file.seek(max(SAMPLE, size - SAMPLE))
            digest.update(file.read(SAMPLE))
    return digest.hexdigest()


def carry(archive: Context, archive_id: UUID, group: Group, seen: frozenset[str], moved: Moved) -> Carried:
    """Stores every member of `group`; those whose fingerprint is in `seen` only if their digest is new.

    A file that cannot be read is refused and the others go on; a store that is full or does not answer raises.
    """
    done = Carried(group)
    for member in group.members:
        try:
            _carry_one(archive, archive_id, member, seen, moved, done)
        except Invalid as exc:
            done.refused.append((member.candidate, exc.message))
        except OSError as exc:
            reason = exc.strerror or str(exc)
            done.refused.append((member.candidate, Message("It cannot be read: {reason}.", {"reason": reason})))
    return done


def _carry_one(
    archive: Context, archive_id: UUID, member: Member, seen: frozenset[str], moved: Moved, done: Carried
) -> None:
    with member.candidate.path.open("rb") as source:
        _unchanged(source, member.candidate)
        if member.role is Role.ORIGINAL and member.fingerprint in seen:
            digest = archive.stores.digest(source, moved)
            if there := _held(archive, archive_id, digest):
                done.duplicates.append((member, digest, there))
                return
            moved(-member.candidate.size)
            source.seek(0)
        stored = _deposit(archive, source, member, moved)
        _unchanged(source, member.candidate)
    done.stored.append((member, stored))


def _held(archive: Context, archive_id: UUID, digest: str) -> UUID | None:
    """The asset with these bytes, if a copy of them is known to be good; else they are welcome once more."""
    with archive.reading() as session:
        file = original(session, archive_id, digest)
        known = file is not None and any(copy.problem is None and copy.verified_at for copy in file.copies)
        return file.asset_id if file and known else None


def _unchanged(source: BinaryIO, candidate: Candidate) -> None:
    status = os.fstat(source.fileno())
    if (status.st_size, status.st_mtime_ns) != (candidate.size, candidate.modified_ns):
        raise Invalid("It changed while it was being read. Ingest it again when the copying to it has ended.")


def _deposit(archive: Context, source: BinaryIO, member: Member, moved: Moved) -> Stored:
    there = archive.stores.deposit(source, member.role, progress=moved)
    if there.size != member.candidate.size:
        raise Invalid("It changed while it was being read. Ingest it again when the copying to it has ended.")
    candidate = member.candidate
    return Stored(
        role=member.role,
        name=as_text(candidate.path.name),
        raw_name=raw_if_odd(candidate.path.name),
        folder=candidate.folder,
        size=there.size,
        sha256=there.sha256,
        fingerprint=member.fingerprint,
        media_type=member.format.media_type,
        format=member.format.name,
        modified_at=when_modified(candidate.modified_ns),
        store=there.store,
        key=there.key,
        verified_at=there.verified_at,
        storage_class=there.storage_class,
        key_id=there.key_id,
        part=member.part,
    )
