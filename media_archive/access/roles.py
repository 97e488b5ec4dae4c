"""Further roles: of people in other archives, and of groups."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from media_archive.access.models import Grant, Group, GroupMember, GroupRole, Membership, Part, User
from media_archive.access.service import keep_an_administrator
from media_archive.catalogue.models import Archive
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events

LONGEST_NAME = 128


def set_role(session: Session, user: User, role: Part, who: str) -> None:
    """The role in the person's own archive; Conflict where nobody could manage people any more."""
    before = Part(user.role)
    if before == role:
        return
    if before == Part.ADMINISTRATOR:
        keep_an_administrator(session, user)
    user.role = role
    events.record(session, who, "modification", "user", user.id, changed="role", before=before.value, after=role.value)


def add(session: Session, user: User, archive: Archive, role: Part, who: str) -> None:
    """Gives a person a further role in an archive; one that is there stays."""
    if session.get(Membership, (user.id, archive.id, role)) is None:
        session.add(Membership(user_id=user.id, archive_id=archive.id, role=role))
        told = {"archive": archive.code, "role": role.value}
        events.record(session, who, "modification", "user", user.id, changed="roles", added=told)
        settle(session, [user.id])


def take(session: Session, user: User, archive: Archive, role: Part, who: str) -> None:
    """Takes a further role away; there need not be one."""
    found = session.get(Membership, (user.id, archive.id, role))
    if found is not None:
        session.delete(found)
        told = {"archive": archive.code, "role": role.value}
        events.record(session, who, "modification", "user", user.id, changed="roles", taken=told)
        settle(session, [user.id])


def of(session: Session, user: User) -> list[Membership]:
    """The further roles of a person, without those of groups."""
    return list(session.scalars(select(Membership).where(Membership.user_id == user.id)))


def make_group(session: Session, name: str, note: str, who: str) -> Group:
    """A new group; Conflict if the name is taken."""
    name = name.strip().replace("\0", "")
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("A group has a name of 1 to {most} characters. Give another.", most=LONGEST_NAME)
    if session.scalar(select(Group.id).where(Group.name == name)):
        raise Conflict("There is a group {name} already. Choose another name.", name=name)
    made = Group(name=name, note=note.strip()[:1024])
    session.add(made)
    session.flush()
    events.record(session, who, "creation", "group", made.id, name=name)
    return made


def groups(session: Session) -> list[Group]:
    """All groups, by name."""
    return list(session.scalars(select(Group).order_by(Group.name)))


def group_called(session: Session, name: str | UUID) -> Group:
    """The group with that name or id; NotFound if there is none."""
    wanted = Group.id == name if isinstance(name, UUID) else Group.name == name
    found = session.scalars(select(Group).where(wanted)).one_or_none()
    if found is None:
        raise NotFound("There is no group {name}. `media-archive users groups` lists them.", name=str(name))
    return found


def members(session: Session, group: Group) -> list[User]:
    """Who belongs to it, by login."""
    inside = select(GroupMember.user_id).where(GroupMember.group_id == group.id)
    return list(session.scalars(select(User).where(User.id.in_(inside)).order_by(User.login)))


def groups_of(session: Session, user: User) -> list[Group]:
    """The groups that a person belongs to, by name."""
    inside = select(GroupMember.group_id).where(GroupMember.user_id == user.id)
    return list(session.scalars(select(Group).where(Group.id.in_(inside)).order_by(Group.name)))


def roles_of(session: Session, group: Group) -> list[GroupRole]:
    """What it gives its members."""
    return list(session.scalars(select(GroupRole).where(GroupRole.group_id == group.id)))


def join(session: Session, group: Group, user: User, who: str) -> None:
    """Puts a person into a group."""
    if session.get(GroupMember, (group.id, user.id)) is None:
        session.add(GroupMember(group_id=group.id, user_id=user.id))
        events.record(session, who, "modification", "group", group.id, joined=user.login)
        settle(session, [user.id])


def leave(session: Session, group: Group, user: User, who: str) -> None:
    """Takes a person out of a group."""
    found = session.get(GroupMember, (group.id, user.id))
    if found is not None:
        session.delete(found)
        events.record(session, who, "modification", "group", group.id, left=user.login)
        settle(session, [user.id])


def give(session: Session, group: Group, archive: Archive, role: Part, who: str, *, given: bool = True) -> None:
    """Gives a group a role in an archive, or takes it away."""
    found = session.get(GroupRole, (group.id, archive.id, role))
    if given == (found is not None):
        return
    if found is None:
        session.add(GroupRole(group_id=group.id, archive_id=archive.id, role=role))
    else:
        session.delete(found)
    told = {"archive": archive.code, "role": role.value}
    change: dict[str, Any] = {"added" if given else "taken": told}
    events.record(session, who, "modification", "group", group.id, **change)
    settle(session, _ids(session, group))


def remove_group(session: Session, group: Group, who: str) -> None:
    """Removes a group; its members lose what it gave them."""
    ids = _ids(session, group)
    for table in (GroupMember, GroupRole, Grant):
        session.execute(delete(table).where(table.group_id == group.id))
    session.delete(group)
    events.record(session, who, "deletion", "group", group.id, name=group.name, members=len(ids))
    settle(session, ids)


def _ids(session: Session, group: Group) -> list[UUID]:
    return list(session.scalars(select(GroupMember.user_id).where(GroupMember.group_id == group.id)))


def settle(session: Session, ids: Iterable[UUID]) -> None:
    """Writes to each person what memberships and groups give them: every request needs it, and reads one row for it."""
    session.flush()
    for user_id in ids:
        user = session.get_one(User, user_id, with_for_update=True)
        parts: dict[str, set[str]] = {}
        own = select(Membership.archive_id, Membership.role).where(Membership.user_id == user_id)
        by_group = select(GroupRole.archive_id, GroupRole.role).join(
            GroupMember, GroupMember.group_id == GroupRole.group_id
        )
        for archive_id, role in (
            *session.execute(own),
            *session.execute(by_group.where(GroupMember.user_id == user_id)),
        ):
            parts.setdefault(str(archive_id), set()).add(str(role))
        user.parts = {archive: sorted(roles) for archive, roles in sorted(parts.items())}
