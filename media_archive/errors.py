"""What the archive refuses, as one tree.

    ArchiveError
    ├── Refused          the input cannot be accepted as it is (the user can mend it)
    │   ├── Invalid      a value or a file breaks a rule
    │   ├── NotFound     nothing has that name or number
    │   │   └── Over     it was there, and is closed for good
    │   ├── Conflict     it contradicts what is already there
    │   │   ├── Offline  the bytes lie in cold storage and must be asked for first
    │   │   └── Outdated somebody changed it since the version that the person saw
    │   ├── Mismatched   what came does not have the digest that was told with it
    │   └── Forbidden    this person may not do this
    ├── Unreadable       a media file cannot be read; the file is kept and marked
    │   ├── Unsupported  readable in principle, but no reader here knows the format
    │   ├── TooLarge     past a stated bound (pixels, bytes, seconds)
    │   └── Crashed      a reader died or hung on it
    ├── Damaged          stored bytes no longer match their digest
    └── Unavailable      a store, queue, database or program does not answer; trying again may help
        ├── NoSpace      a disk or quota is full
        └── Busy         somebody else is at it right now

Every error carries a Message, so that each door can say it in its reader's language.
"""

from media_archive.words import Message, Words


class ArchiveError(Exception):
    """Base of everything the archive refuses or fails at.

    `template` is English text with `{name}` fields and doubles as the key of its translation:
    it says what was refused, why, and what to do.
    """

    def __init__(self, template: str, **facts: Words) -> None:
        self.message = Message(template, facts)
        super().__init__(template, facts)

    def __str__(self) -> str:
        return str(self.message)


class Refused(ArchiveError):
    """The input cannot be accepted as it is."""


class Invalid(Refused):
    """A value or a file breaks a rule."""


class NotFound(Refused):
    """Nothing has that name or number."""


class Over(NotFound):
    """It was there, and is closed for good."""


class Conflict(Refused):
    """It contradicts what is already there."""


class Offline(Conflict):
    """The bytes lie in cold storage and must be asked for first."""


class Outdated(Conflict):
    """Somebody changed it since the version that the person saw."""


class Mismatched(Refused):
    """What came does not have the digest that was told with it."""


class Forbidden(Refused):
    """This person may not do this."""


class Unreadable(ArchiveError):
    """A media file cannot be read; it is kept and marked."""


class Unsupported(Unreadable):
    """No reader here knows the format."""


class TooLarge(Unreadable):
    """Past a stated bound of pixels, bytes or seconds."""


class Crashed(Unreadable):
    """A reader died or hung on the file."""


class Damaged(ArchiveError):
    """Stored bytes no longer match their digest."""


class Unavailable(ArchiveError):
    """A store, queue, database or program does not answer."""


class NoSpace(Unavailable):
    """A disk or quota is full."""


class Busy(Unavailable):
    """Somebody else is at it right now."""
