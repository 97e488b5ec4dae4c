"""What an ingest is asked for, what it tells while it runs, and what it says at the end."""

from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from media_archive.words import Message


@dataclass(frozen=True)
class Wish:
    """The shoot that files are to come into, and what is known of all of them. Subjects are called by code or name."""

    shoot: str
    #: code of the institution; None means the one that the settings name
    archive: str | None = None
    caption: str = ""
    photographer: str = ""
    projects: tuple[str, ...] = ()
    landmarks: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()


class Watch(Protocol):
    """Somebody who looks on. Called from several threads."""

    def expects(self, files: int, size: int) -> None:
        """So many files and bytes were found."""

    def reads(self, size: int) -> None:
        """So many more bytes were read."""

    def settles(self, files: int) -> None:
        """So many more files have their outcome."""

    def notes(self, message: Message) -> None:
        """Something worth saying that is no failure."""


class NobodyWatches:
    """A Watch that does nothing."""

    def expects(self, files: int, size: int) -> None: ...

    def reads(self, size: int) -> None: ...

    def settles(self, files: int) -> None: ...

    def notes(self, message: Message) -> None: ...


@dataclass(frozen=True)
class Problem:
    """A file that was refused, or kept but cannot be shown, and why."""

    path: str
    reason: Message


@dataclass
class Summary:
    """What became of everything that was found: found = added + duplicates + refused."""

    shoot: str
    shoot_id: UUID
    intake_id: UUID
    found: int = 0
    added: int = 0
    duplicates: int = 0
    refused: int = 0
    skipped: int = 0
    #: bytes of the files that were added
    bytes: int = 0
    problems: list[Problem] = field(default_factory=list)
    #: what is to be known of files that came in or are there: no failures
    warnings: list[Problem] = field(default_factory=list)
    assets: list[UUID] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As `ingest --json` prints it; `warnings` only where there are some."""
        warned = [{"path": one.path, "reason": str(one.reason)} for one in self.warnings]
        return {
            **({"warnings": warned} if warned else {}),
            "shoot": self.shoot,
            "found": self.found,
            "added": self.added,
            "duplicates": self.duplicates,
            "refused": self.refused,
            "skipped": self.skipped,
            "bytes": self.bytes,
            "problems": [{"path": one.path, "reason": str(one.reason)} for one in self.problems],
            "assets": [str(one) for one in self.assets],
        }
