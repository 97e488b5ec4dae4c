"""Passwords: which are good enough, and what is kept of them."""

import re
import secrets
import tomllib
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from media_archive.errors import Invalid

SHORTEST, LONGEST = 10, 1000
#: fewer different signs than this are a pattern
FEWEST_SIGNS = 5
_KEYS = (
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)


def hashed(password: str, login: str) -> str:
    """Argon2id of a password that is good enough; Invalid with the reason where it is not.

    NIST SP 800-63B asks for length and for a look into lists of common ones, not for kinds of characters.
    """
    check(password, login)
    return _hasher().hash(password)


def hashed_plainly(password: str) -> str:
    """Argon2id of what opens no account; the caller says how long it must be."""
    return _hasher().hash(password)


def check(password: str, login: str) -> None:
    """Invalid where it is too short, common, a pattern, or made of the login."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("The password must have at least {least} characters. Choose a longer one.", least=SHORTEST)
    plain = password.casefold()
    if _is_login(plain, login.casefold()):
        raise Invalid("The password is made of the login name, which everybody knows. Choose another.")
    if _is_pattern(plain) or _bare(plain) in _common():
        raise Invalid("This password is among those that are tried first. Choose another, of several words.")


def _is_login(plain: str, login: str) -> bool:
    return len(login) >= 3 and login in plain and len(plain) - len(login) < SHORTEST - 2


def _is_pattern(plain: str) -> bool:
    if len(set(plain)) < FEWEST_SIGNS:
        return True
    rows = [row + row for row in _KEYS] + [(row + row)[::-1] for row in _KEYS]
    half = plain[: (len(plain) + 1) // 2]
    return any(plain in row for row in rows) or (plain == (half * 2)[: len(plain)] and any(half in row for row in rows))


def _bare(plain: str) -> str:
    """Without what is put behind a common word to satisfy rules: digits, signs."""
    return re.sub(r"[\d\W_]+$", "", plain).translate(str.maketrans("@0$3", "aose")) or plain


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    file = Path(__file__).with_name("passwords.toml")
    return frozenset(_bare(word.casefold()) for word in tomllib.loads(file.read_text("utf-8"))["common"])


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long where there is none, so that nobody learns which accounts exist."""
    try:
        return _hasher().verify(stored or _decoy(), password[:LONGEST]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _decoy() -> str:
    """A hash to check against where no such user exists, so that the answer takes as long."""
    return _hasher().hash(secrets.token_hex())
