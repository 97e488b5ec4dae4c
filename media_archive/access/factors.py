"""The second factor: codes of six digits that change every half minute (RFC 6238), and recovery codes for lost phones."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session

from media_archive.access.models import Being, SecondFactor, User
from media_archive.db import now
from media_archive.errors import Conflict, Invalid
from media_archive.events import service as events

if TYPE_CHECKING:  # slow to load, and few sign-ins need it
    from cryptography.fernet import Fernet

STEP, DIGITS, SECRET_BYTES = 30, 6, 20
#: steps before and after the present one whose codes are taken: clocks differ
SLACK = 1
RECOVERY_CODES = 10


def begin(session: Session, user: User, key: str) -> str:
    """A new secret for `user`, in base 32; nothing is asked for before `confirm`. `key` is the secret of the home."""
    if user.being == Being.SERVICE:
        raise Conflict(
            "{login} is a program's account: it has no password and signs in nowhere. Make a token for it.",
            login=user.login,
        )
    found = session.get(SecondFactor, user.id, with_for_update=True)
    if found is not None and found.confirmed_at is not None:
        raise Conflict("There is a second factor already. Take it away first.")
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    sealed = _box(key).encrypt(secret.encode()).decode()
    if found is None:
        session.add(SecondFactor(user_id=user.id, secret=sealed))
    else:
        found.secret, found.last_step = sealed, 0
    return secret


def waiting(session: Session, user: User, key: str) -> str | None:
    """The secret that was begun with and is not confirmed; None where there is none."""
    found = session.get(SecondFactor, user.id)
    return _secret(found, key) if found is not None and found.confirmed_at is None else None


def address(user: User, secret: str, issuer: str) -> str:
    """What programs read out of the square code: otpauth://totp/…"""
    told = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{quote(issuer)}:{quote(user.login)}?{urlencode(told, quote_via=quote)}"


def confirm(session: Session, user: User, code: str, key: str) -> list[str]:
    """Sets it in force with its first code; returns the recovery codes, which nobody can be told again."""
    found = session.get(SecondFactor, user.id, with_for_update=True)
    if found is None or found.confirmed_at is not None:
        raise Conflict("There is no second factor that waits for its first code. Begin anew.")
    if not _takes(found, code, key, now()):
        raise Invalid("The code is not right. Wait for the next one, and see that the clock of your device is right.")
    found.confirmed_at = now()
    events.record(session, user.login, "modification", "user", user.id, changed="second factor", after="on")
    return _new_codes(found)


def renew_codes(session: Session, user: User, who: str) -> list[str]:
    """Other recovery codes; the old ones are void."""
    found = session.get(SecondFactor, user.id, with_for_update=True)
    if found is None or found.confirmed_at is None:
        raise Conflict("There is no second factor. Begin with one first.")
    events.record(session, who, "modification", "user", user.id, changed="recovery codes")
    return _new_codes(found)


def is_on(session: Session, user: User) -> bool:
    """Whether a code is asked for at sign-in."""
    found = session.get(SecondFactor, user.id)
    return found is not None and found.confirmed_at is not None


def codes_left(session: Session, user: User) -> int:
    """How many recovery codes were not used yet."""
    found = session.get(SecondFactor, user.id)
    return len(found.recovery) if found else 0


def check(session: Session, user: User, code: str, key: str) -> bool:
    """Whether the code opens: the one of this half minute, once, or a recovery code, which is used up."""
    found = session.get(SecondFactor, user.id, with_for_update=True)
    if found is None or found.confirmed_at is None:
        return False
    if _takes(found, code, key, now()):
        return True
    digest = _digest(code)
    if digest not in found.recovery:
        return False
    found.recovery = [one for one in found.recovery if one != digest]
    events.record(
        session, user.login, "modification", "user", user.id, changed="recovery codes", left=len(found.recovery)
    )
    return True


def remove(session: Session, user: User, who: str) -> None:
    """Takes it away; there need not be one."""
    found = session.get(SecondFactor, user.id)
    if found is not None:
        session.delete(found)
        events.record(session, who, "modification", "user", user.id, changed="second factor", after="off")


def code_at(secret: str, moment: datetime) -> str:
    """The code of a secret (base 32) at a moment."""
    return _code(secret, int(moment.timestamp()) // STEP)


def _code(secret: str, step: int) -> str:
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.hotp import HOTP

    return HOTP(base64.b32decode(secret), DIGITS, SHA1()).generate(step).decode()  # noqa: S303 # nosec B303 - as RFC 6238 has it


def _takes(found: SecondFactor, code: str, key: str, moment: datetime) -> bool:
    given = "".join(code.split())
    if not (given.isascii() and given.isdigit() and len(given) == DIGITS):
        return False
    secret, here = _secret(found, key), int(moment.timestamp()) // STEP
    for step in range(here - SLACK, here + SLACK + 1):
        if step > found.last_step and hmac.compare_digest(_code(secret, step), given):
            found.last_step = step
            return True
    return False


def _new_codes(found: SecondFactor) -> list[str]:
    made = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    found.recovery = [_digest(one) for one in made]
    return ["-".join(one[at : at + 4] for at in range(0, 16, 4)) for one in made]


def _digest(code: str) -> str:
    # 80 random bits need no slow hash
    return hashlib.sha256("".join(code.replace("-", "").split()).lower().encode()).hexdigest()


def _secret(found: SecondFactor, key: str) -> str:
    from cryptography.fernet import InvalidToken

    try:
        return _box(key).decrypt(found.secret.encode()).decode()
    except InvalidToken as exc:
        raise Conflict(
            "The second factor was set up with another secret.key. An administrator can take it away (`media-archive users factor`)."
        ) from exc


def _box(key: str) -> "Fernet":
    from cryptography.fernet import Fernet

    digest = hashlib.sha256(b"second factor\0" + key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
