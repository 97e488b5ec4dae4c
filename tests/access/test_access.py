"""Who may sign in, and what each may do."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from media_archive.access import service as access
from media_archive.access.models import LoginLink, Part, SignIn, User
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.db import now
from media_archive.errors import ArchiveError, Conflict, Forbidden, Invalid

pytestmark = pytest.mark.slow

PASSWORD = "correct horse battery"


@pytest.fixture
def wang(archive: Archive) -> User:
    with archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
        return access.add_user(session, institution, "wang", "王敏", Part.PHOTOGRAPHER, PASSWORD)


def _tries(archive: Archive, login: str, password: str) -> bool:
    with archive.transaction() as session:
        return access.check_password(session, login, password) is not None


@pytest.mark.usefixtures("wang")
def test_the_right_password_signs_in_and_a_wrong_one_does_not(archive: Archive) -> None:
    assert _tries(archive, "wang", PASSWORD)
    assert not _tries(archive, "wang", PASSWORD + "!")
    assert not _tries(archive, "nobody", PASSWORD)


@pytest.mark.slow
@pytest.mark.usefixtures("wang")
def test_five_wrong_passwords_lock_the_account_for_a_while(archive: Archive) -> None:
    for _ in range(access.FAILURES_BEFORE_LOCK):
        assert not _tries(archive, "wang", "wrong wrong wrong")
    assert not _tries(archive, "wang", PASSWORD), "locked, even for the right one"
    with archive.transaction() as session:
        session.execute(update(User).where(User.login == "wang").values(locked_until=now() - timedelta(seconds=1)))
    assert _tries(archive, "wang", PASSWORD)


def test_a_link_works_once(archive: Archive, wang: User) -> None:
    with archive.transaction() as session:
        key = access.login_link(session, session.merge(wang), 60)
    with archive.transaction() as session:
        assert access.redeem(session, key).login == "wang"
    with archive.transaction() as session, pytest.raises(Forbidden):
        access.redeem(session, key)


def test_a_link_that_is_too_old_does_not_work(archive: Archive, wang: User) -> None:
    with archive.transaction() as session:
        key = access.login_link(session, session.merge(wang), 60)
        session.flush()
        session.execute(update(LoginLink).values(expires_at=now() - timedelta(seconds=1)))
    with archive.transaction() as session, pytest.raises(Forbidden):
        access.redeem(session, key)


def test_neither_keys_nor_passwords_can_be_read_from_the_database(archive: Archive, wang: User) -> None:
    with archive.transaction() as session:
        user = session.merge(wang)
        keys = {access.login_link(session, user, 60), access.sign_in(session, user, 1)}
    with archive.reading() as session:
        kept = {*session.scalars(select(LoginLink.key)), *session.scalars(select(SignIn.key))}
        assert not kept & keys
        assert PASSWORD not in (session.scalars(select(User.password).where(User.login == "wang")).one() or "")


def test_a_closed_account_is_out_at_once(archive: Archive, wang: User) -> None:
    with archive.transaction() as session:
        key = access.sign_in(session, session.merge(wang), 1)
    with archive.transaction() as session:
        assert access.signed_in(session, key)
        access.close(session, session.merge(wang), "admin")
    with archive.transaction() as session:
        assert access.signed_in(session, key) is None
    assert not _tries(archive, "wang", PASSWORD)


def test_a_reopened_account_gets_in_with_its_old_password(archive: Archive, wang: User) -> None:
    with archive.transaction() as session:
        access.close(session, session.merge(wang), "admin")
        access.reopen(session, access.user_called(session, "wang"), "admin")
    assert _tries(archive, "wang", PASSWORD)


def test_the_last_administrator_cannot_be_closed(archive: Archive) -> None:
    with archive.transaction() as session:
        [first] = [user for user in access.users(session) if user.role == Part.ADMINISTRATOR]
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        second = access.add_user(session, institution, "second", "", Part.ADMINISTRATOR)
        access.close(session, first, "second")
        with pytest.raises(Conflict, match="last administrator"):
            access.close(session, second, "second")
        assert second.active


def test_a_new_password_ends_the_old_sessions(archive: Archive, wang: User) -> None:
    with archive.transaction() as session:
        key = access.sign_in(session, session.merge(wang), 1)
    with archive.transaction() as session:
        access.set_password(session, session.get_one(User, wang.id), "another long one", "admin")
    with archive.transaction() as session:
        assert access.signed_in(session, key) is None


@pytest.mark.parametrize(
    ("role", "action", "allowed"),
    [
        (Part.READER, "look", True),
        (Part.READER, "download", False),
        (Part.READER, "ingest", False),
        (Part.PHOTOGRAPHER, "ingest", True),
        (Part.EDITOR, "ingest", False),
        (Part.ARCHIVIST, "see storage", True),
        (Part.PHOTOGRAPHER, "see storage", False),
        (Part.ARCHIVIST, "manage users", False),
        (Part.ADMINISTRATOR, "manage users", True),
    ],
)
def test_a_role_allows_what_it_should(role: Part, action: str, allowed: bool) -> None:
    assert access.may(User(login="x", role=role, active=True), action) is allowed


@pytest.mark.parametrize(
    ("login", "password", "refusal"),
    [("wang", PASSWORD, Conflict), ("has space", PASSWORD, Invalid), ("li", "short", Invalid)],
)
@pytest.mark.usefixtures("wang")
def test_a_user_that_cannot_be_is_refused(
    archive: Archive, login: str, password: str, refusal: type[ArchiveError]
) -> None:
    with archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
    with archive.transaction() as session, pytest.raises(refusal):
        access.add_user(session, institution, login, "", Part.READER, password)
