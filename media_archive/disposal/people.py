"""Who asks for a deletion, and who may be the second of two."""

from dataclasses import dataclass
from datetime import datetime

from media_archive.errors import Forbidden


@dataclass(frozen=True)
class Person:
    """Somebody at a door, which has made sure that it is them and what their role allows."""

    #: as it stands in the record
    login: str
    #: when their account was made; None for who has none, such as whoever sits at the command line
    since: datetime | None = None


def identified(who: Person) -> None:
    """Forbidden for who has no account: two different people must be two that can be told apart."""
    if who.since is None:
        raise Forbidden(
            "This needs a person with an account, who can be told from the second one. "
            "Sign in on the page, or name yourself with --as LOGIN."
        )


def another(who: Person, first: str, asked_at: datetime) -> None:
    """Forbidden unless `who` is another person than `first`, with an account older than what was asked."""
    identified(who)
    if who.login == first:
        raise Forbidden("{first} asked for this, and another person has to agree. Ask a colleague.", first=first)
    if who.since is None or who.since >= asked_at:
        raise Forbidden(
            "The account {login} was made after this was asked for, and cannot be the second person. Ask a colleague.",
            login=who.login,
        )
