"""`media-archive users`."""

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell

ROLES = ["reader", "photographer", "editor", "curator", "archivist", "administrator"]


@click.group(invoke_without_command=True, epilog="Example: media-archive users --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def users(ctx: click.Context, as_json: bool) -> None:
    """List people; `users add`, `users password`, `users link`, `users close`, `users open` change them."""
    if ctx.invoked_subcommand:
        return
    from media_archive.access import service as access

    with opened() as archive, archive.reading() as session:
        rows = [
            {
                "login": user.login,
                "name": user.name,
                "role": str(user.role),
                "active": user.active,
                "seen_at": user.seen_at.isoformat() if user.seen_at else None,
            }
            for user in access.users(session)
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        tell(f"{row['login']:20}  {row['role']:14}  {'' if row['active'] else 'closed':7}  {row['name']}")


@users.command(epilog="Example: media-archive users add wangmin --name 王敏 --role photographer")
@click.argument("login")
@click.option("--name", default="", help="Name as shown.")
@click.option("--role", type=click.Choice(ROLES), default="reader", show_default=True)
def add(login: str, name: str, role: str) -> None:
    """Add a person; they get in by a link (`users link`) or once a password is set."""
    from media_archive.access import service as access
    from media_archive.access.models import Part
    from media_archive.catalogue import service as catalogue

    with opened() as archive, archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        access.add_user(session, institution, login, name, Part(role), who=who())
    inform("Added {login} ({role}).", login=login, role=access.ROLES[Part(role)])


@users.command(epilog="Example: media-archive users password wangmin")
@click.argument("login")
@click.password_option(help="Asked for if not given.")
def password(login: str, password: str) -> None:
    """Set a person's password and end their sessions."""
    from media_archive.access import service as access

    with opened() as archive, archive.transaction() as session:
        access.set_password(session, access.user_called(session, login), password, who())
    inform("The password of {login} is set.", login=login)


@users.command(epilog="Example: media-archive users link admin")
@click.argument("login")
def link(login: str) -> None:
    """Print a link that signs the person in once."""
    from media_archive.access import service as access

    with opened() as archive, archive.transaction() as session:
        key = access.login_link(session, access.user_called(session, login), archive.settings.login_link_minutes)
        address = archive.settings.url
    tell(f"{address}/enter/{key}")


@users.command(epilog="Example: media-archive users close wangmin")
@click.argument("login")
def close(login: str) -> None:
    """Close a person's account and end their sessions; what they did stays on record."""
    from media_archive.access import service as access

    with opened() as archive, archive.transaction() as session:
        access.close(session, access.user_called(session, login), who())
    inform("{login} is closed.", login=login)


@users.command("open", epilog="Example: media-archive users open wangmin")
@click.argument("login")
def open_(login: str) -> None:
    """Open a closed account again, with the password it had."""
    from media_archive.access import service as access

    with opened() as archive, archive.transaction() as session:
        access.reopen(session, access.user_called(session, login), who())
    inform("{login} is open.", login=login)
