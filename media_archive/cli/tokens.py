"""`media-archive tokens`."""

from uuid import UUID

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell


@click.group(invoke_without_command=True, epilog="Example: media-archive tokens --json")
@click.option("--user", "login", help="Only those of this person.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def tokens(ctx: click.Context, login: str | None, as_json: bool) -> None:
    """List the tokens that let programs in; `tokens add` makes one, `tokens revoke` ends one."""
    if ctx.invoked_subcommand:
        return
    from media_archive.access import service as access
    from media_archive.access import tokens as service

    with opened() as archive, archive.reading() as session:
        person = access.user_called(session, login) if login else None
        rows = [
            {
                "id": str(token.id),
                "user": token.user.login,
                "name": token.name,
                "scope": token.scope,
                "actions": token.actions,
                "state": service.standing(token),
                "created_at": token.created_at.isoformat(),
                "expires_at": token.expires_at.isoformat() if token.expires_at else None,
                "used_at": token.used_at.date().isoformat() if token.used_at else None,
            }
            for token in service.listed(session, person)
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        tell(
            f"{row['id']}  {row['user']:20}  {row['scope']:5}  {row['state']:7}  {row['used_at'] or '':10}  {row['name']}"
        )


@tokens.command(epilog="Example: media-archive tokens add wangmin --name 'exhibition site' --scope read --days 365")
@click.argument("login")
@click.option("--name", required=True, help="What will use it.")
@click.option(
    "--scope", type=click.Choice(["read", "write"]), default="read", show_default=True, help="What it may do."
)
@click.option("--only", multiple=True, metavar="ACTION", help="Limit it to this action, such as look or describe.")
@click.option("--days", type=int, default=90, show_default=True, help="After how many days it ends.")
def add(login: str, name: str, scope: str, only: tuple[str, ...], days: int) -> None:
    """Make a token with which a program comes in as LOGIN, and print its key: nobody can be told it again."""
    from media_archive.access import service as access
    from media_archive.access import tokens as service

    with opened() as archive, archive.transaction() as session:
        person = access.user_called(session, login)
        token, key = service.issue(session, person, name, scope, days, who(), actions=only)
        ends = token.expires_at
    inform("The token ends on {day}. Keep it like a password.", day=ends.date().isoformat() if ends else "")
    tell(key)


@tokens.command(epilog="Example: media-archive tokens revoke 0197c1d2-7d1e-7aa0-8000-5f0c4d1c2b3a")
@click.argument("token", type=click.UUID)
def revoke(token: UUID) -> None:
    """End a token at once; TOKEN is its number in the list."""
    from media_archive.access import tokens as service

    with opened() as archive, archive.transaction() as session:
        found = service.called(session, token)
        service.revoke(session, found, who())
    inform("The token {name} of {login} is revoked.", name=found.name, login=found.user.login)
