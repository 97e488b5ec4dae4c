"""`media-archive users`."""

from typing import Any

import click

from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, tell

ROLES = ["reader", "photographer", "editor", "curator", "archivist", "administrator"]


@click.group(invoke_without_command=True, epilog="Example: media-archive users --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def users(ctx: click.Context, as_json: bool) -> None:
    """List people; `users add`, `password`, `link`, `role`, `group`, `unlock`, `factor`, `close`, `open` change them."""
    if ctx.invoked_subcommand:
        return
    from media_archive.access import service as access

    with opened() as archive, archive.reading() as session:
        rows = [
            {
                "login": user.login,
                "name": user.name,
                "role": str(user.role),
                "being": str(user.being),
                "further_roles": user.parts,
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
@click.option("--service", is_flag=True, help="An account of a program: no password, no sign-in, only tokens.")
def add(login: str, name: str, role: str, service: bool) -> None:
    """Add a person; they get in by a link (`users link`) or once a password is set."""
    from media_archive.access import service as access
    from media_archive.access.models import Being, Part
    from media_archive.catalogue import service as catalogue

    with opened() as archive, archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        being = Being.SERVICE if service else Being.PERSON
        access.add_user(session, institution, login, name, Part(role), who=who(), being=being)
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
        key = access.login_link(session, access.user_called(session, login), archive.settings.login_link_minutes, who())
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


@users.command(epilog="Example: media-archive users role wangmin archivist --archive B002")
@click.argument("login")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--archive", "code", help="Code of the archive in which it is a further role; else the own one's is set.")
@click.option("--take", is_flag=True, help="Take the further role away.")
def role(login: str, role: str, code: str | None, take: bool) -> None:
    """Set a person's role, or give them a further one in an archive."""
    from media_archive.access import roles
    from media_archive.access import service as access
    from media_archive.access.models import Part
    from media_archive.catalogue import service as catalogue
    from media_archive.errors import Invalid

    if take and code is None:
        raise Invalid("Say with --archive in which archive the role is to be taken away.")
    with opened() as archive, archive.transaction() as session:
        person = access.user_called(session, login)
        if code is None:
            roles.set_role(session, person, Part(role), who())
        else:
            there = catalogue.archive_by_code(session, code)
            (roles.take if take else roles.add)(session, person, there, Part(role), who())
    inform("The roles of {login} are changed.", login=login)


@users.command(epilog="Example: media-archive users unlock wangmin")
@click.argument("login")
def unlock(login: str) -> None:
    """Lift the lock that wrong passwords set."""
    from media_archive.access import service as access
    from media_archive.events import service as events

    with opened() as archive, archive.transaction() as session:
        person = access.user_called(session, login)
        access.forgive(person)
        events.record(session, who(), "unlock", "user", person.id)
    inform("{login} is not locked.", login=login)


@users.command(epilog="Example: media-archive users factor wangmin --remove")
@click.argument("login")
@click.option("--remove", is_flag=True, help="Take it away: the password alone lets in again.")
def factor(login: str, remove: bool) -> None:
    """Tell whether a person has a second factor, or take it away when the device is lost."""
    from media_archive.access import factors
    from media_archive.access import service as access

    with opened() as archive, archive.transaction() as session:
        person = access.user_called(session, login)
        if remove:
            factors.remove(session, person, who())
        there = factors.is_on(session, person)
    if there:
        inform("{login} has a second factor.", login=login)
    else:
        inform("{login} has no second factor.", login=login)


@users.command(epilog="Example: media-archive users sessions wangmin --end")
@click.argument("login")
@click.option("--end", is_flag=True, help="Sign the person out everywhere.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def sessions(login: str, end: bool, as_json: bool) -> None:
    """List where a person is signed in, or sign them out everywhere."""
    from media_archive.access import service as access
    from media_archive.events import service as events

    with opened() as archive, archive.transaction() as session:
        person = access.user_called(session, login)
        if end:
            ended = access.end_sessions(session, person)
            events.record(session, who(), "sign-out", "user", person.id, sessions=ended)
        rows = [
            {
                "id": str(one.id),
                "agent": one.agent,
                "address": one.address,
                "created_at": one.created_at.isoformat(),
                "expires_at": one.expires_at.isoformat(),
            }
            for one in access.sessions(session, person)
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        tell(f"{row['id']}  {row['created_at'][:16]}  {row['address']:16}  {row['agent']}")


@users.command(epilog="Example: media-archive users groups --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def groups(as_json: bool) -> None:
    """List groups with their roles and members."""
    from sqlalchemy import select

    from media_archive.access import roles
    from media_archive.catalogue.models import Archive

    with opened() as archive, archive.reading() as session:
        codes = {one.id: one.code for one in session.scalars(select(Archive))}
        rows: list[dict[str, Any]] = [
            {
                "name": group.name,
                "note": group.note,
                "roles": [
                    {"archive": codes[one.archive_id], "role": one.role} for one in roles.roles_of(session, group)
                ],
                "members": [one.login for one in roles.members(session, group)],
            }
            for group in roles.groups(session)
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        given = ", ".join(f"{one['role']} ({one['archive']})" for one in row["roles"])
        tell(f"{row['name']:20}  {given:40}  {', '.join(row['members'])}")


@users.command(epilog="Example: media-archive users group 影像科 --make --role photographer --join wangmin")
@click.argument("name")
@click.option("--make", is_flag=True, help="Make it.")
@click.option("--role", type=click.Choice(ROLES), help="A role that it gives its members.")
@click.option("--archive", "code", help="Code of the archive of that role; else the own one.")
@click.option("--take", is_flag=True, help="Take the role away.")
@click.option("--join", multiple=True, metavar="LOGIN", help="Who is to belong to it.")
@click.option("--leave", multiple=True, metavar="LOGIN", help="Who is to belong to it no more.")
@click.option("--remove", is_flag=True, help="Remove it.")
def group(
    name: str, make: bool, role: str | None, code: str | None, take: bool, join: tuple[str, ...], leave: tuple[str, ...],
    remove: bool,
) -> None:  # fmt: skip
    """Make, change or remove a group."""
    from media_archive.access import roles
    from media_archive.access import service as access
    from media_archive.access.models import Part
    from media_archive.catalogue import service as catalogue

    with opened() as archive, archive.transaction() as session:
        found = roles.make_group(session, name, "", who()) if make else roles.group_called(session, name)
        if role is not None:
            there = catalogue.archive_by_code(session, code or archive.settings.archive_code)
            roles.give(session, found, there, Part(role), who(), given=not take)
        for login in join:
            roles.join(session, found, access.user_called(session, login), who())
        for login in leave:
            roles.leave(session, found, access.user_called(session, login), who())
        if remove:
            roles.remove_group(session, found, who())
    inform("The group {name} is changed.", name=name)
