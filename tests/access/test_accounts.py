"""Passwords, locks, second factors, accounts of programs."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from media_archive.access import factors, passwords, roles, tokens
from media_archive.access import service as access
from media_archive.access.models import Being, Part, SecondFactor, User
from media_archive.archive import Archive
from media_archive.catalogue.models import Archive as Institution
from media_archive.db import now
from media_archive.errors import Conflict, Invalid

KEY = "a key that only the home has"


@pytest.fixture
def wang(archive: Archive) -> User:
    with archive.transaction() as session:
        return access.add_user(session, session.scalars(select(Institution)).one(), "wangmin", "王敏", Part.EDITOR)


@pytest.mark.parametrize(
    "password",
    ["short", "1234567890", "9876543210", "qwertyuiop", "aaaaaaaaaaaa", "Password2026!", "P@ssw0rd123", "wangmin2026",
     "WangMin!!!!", "administrator1", "abcabcabcabc", "x" * 1001],
)  # fmt: skip
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        passwords.check(password, "wangmin")


@pytest.mark.parametrize(
    "password", ["correct horse battery", "解放路的老槐树还在那里", "wangmin likes old bridges", "tR7!kd0qLs"]
)
def test_a_good_password_is_taken(password: str) -> None:
    passwords.check(password, "wangmin")


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
     (20000000000, "353130")],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238(moment: int, code: str) -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert factors.code_at(secret, datetime.fromtimestamp(moment, UTC)) == code


def test_each_lock_lasts_twice_as_long_and_a_success_forgives(archive: Archive, wang: User) -> None:
    lasted = []
    for _ in range(3):
        with archive.transaction() as session:
            person = session.get_one(User, wang.id)
            person.locked_until = None
            for _ in range(access.FAILURES_BEFORE_LOCK):
                access.note_failure(session, person)
            assert person.locked_until
            lasted.append(round((person.locked_until - now()) / access.LOCK))
    assert lasted == [1, 2, 4]
    with archive.transaction() as session:
        person = session.get_one(User, wang.id)
        access.sign_in(session, person, 1)
        assert (person.locks, person.locked_until) == (0, None)


def test_a_code_opens_once_and_only_in_its_time(archive: Archive, wang: User) -> None:
    with archive.transaction() as session:
        secret = factors.begin(session, session.get_one(User, wang.id), KEY)
        assert not factors.is_on(session, wang)
    with archive.transaction() as session:
        factors.confirm(session, wang, factors.code_at(secret, now() - timedelta(seconds=30)), KEY)
    with archive.transaction() as session:
        assert factors.is_on(session, wang)
        code = factors.code_at(secret, now())
        assert factors.check(session, wang, f"{code[:3]} {code[3:]}", KEY)
        assert not factors.check(session, wang, code, KEY), "it was used"
        for other in (factors.code_at(secret, now() - timedelta(minutes=5)), "", "abcdef", "１２３４５６"):
            assert not factors.check(session, wang, other, KEY)


def test_a_recovery_code_opens_once(archive: Archive, wang: User) -> None:
    with archive.transaction() as session:
        secret = factors.begin(session, wang, KEY)
        session.flush()
        codes = factors.confirm(session, wang, factors.code_at(secret, now()), KEY)
        assert len(set(codes)) == factors.RECOVERY_CODES
        assert factors.check(session, wang, codes[3].upper(), KEY)
        assert not factors.check(session, wang, codes[3], KEY)
        assert factors.codes_left(session, wang) == factors.RECOVERY_CODES - 1


def test_neither_secret_nor_codes_can_be_read_from_the_database(archive: Archive, wang: User) -> None:
    with archive.transaction() as session:
        secret = factors.begin(session, wang, KEY)
        session.flush()
        codes = factors.confirm(session, wang, factors.code_at(secret, now()), KEY)
        kept = session.get_one(SecondFactor, wang.id)
        assert secret not in kept.secret
        assert not {one.replace("-", "") for one in codes} & set(kept.recovery)
        with pytest.raises(Conflict, match=r"another secret\.key"):
            factors.check(session, wang, "123456", "another key")


def test_a_program_has_tokens_and_no_other_way_in(archive: Archive) -> None:
    with archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
        robot = access.add_user(session, institution, "site", "展览网站", Part.READER, being=Being.SERVICE)
        for way in (
            lambda: access.set_password(session, robot, "correct horse battery", "admin"),
            lambda: access.login_link(session, robot, 5),
            lambda: access.sign_in(session, robot, 5),
            lambda: factors.begin(session, robot, KEY),
        ):
            with pytest.raises(Conflict, match="program"):
                way()
        _, key = tokens.issue(session, robot, "site", "read", 5, "admin")
        found = tokens.in_force(session, key)
        assert found
        assert found.user.login == "site"


def test_the_last_administrator_keeps_the_role(archive: Archive) -> None:
    with archive.transaction() as session:
        admin = access.user_called(session, "admin")
        with pytest.raises(Conflict, match="last administrator"):
            roles.set_role(session, admin, Part.READER, "admin")
