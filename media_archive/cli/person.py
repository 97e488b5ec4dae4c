"""Who stands at the command line: an account that proved itself, or only the user of the machine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from media_archive.cli.opening import who
from media_archive.disposal.people import Person

if TYPE_CHECKING:
    from media_archive.archive import Archive

as_option = click.option("--as", "login", metavar="LOGIN", help="Your account; asks for its password.")


def person(archive: "Archive", login: str | None, action: str) -> Person:
    """The person called `login`, after their password, if their role allows `action`; else the machine's user."""
    from media_archive.access import service as access
    from media_archive.cli.speech import told
    from media_archive.words import Message

    if login is None:
        return Person(who())
    password = click.prompt(told(Message("Password of {login}", {"login": login})), hide_input=True, err=True)
    # committed either way: wrong attempts count
    with archive.transaction() as session:
        user = access.check_password(session, login, password)
    if user is None:
        raise access.wrong()
    access.require(user, action)
    return Person(user.login, user.created_at)


def allowed(archive: "Archive", login: str) -> Callable[[str], None]:
    """What raises Forbidden for an action that the role of `login` does not allow."""
    from media_archive.access import service as access

    with archive.reading() as session:
        user = access.user_called(session, login)
    return lambda action: access.require(user, action)
