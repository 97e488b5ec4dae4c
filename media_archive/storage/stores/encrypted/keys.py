"""Keys of stores outside the house: one file each, in a folder that no backup of the home takes along."""

import hashlib
import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from media_archive.errors import Conflict, Invalid, Unavailable

SUFFIX = ".key"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
DIGITS = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Key:
    """A secret of 256 bits. It is never told to anybody; `fingerprint` is what objects remember of it."""

    name: str
    secret: bytes = field(repr=False)

    @property
    def fingerprint(self) -> bytes:
        """Tells one key of a name from another; nothing of the secret can be reckoned from it."""
        return hmac.digest(self.secret, b"media-archive key fingerprint", hashlib.sha256)[:16]


class Keys:
    """The keys in `folder`; None means that none was set. A folder inside `home` is refused."""

    def __init__(self, folder: Path | None, home: Path) -> None:
        self._folder, self._home = folder, home
        self._read: dict[str, Key] = {}

    def find(self, name: str) -> Key:
        """The key of that name; raises Unavailable where it is not there, Invalid where it is not kept secret."""
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def make(self, name: str) -> Path:
        """A new key in a file that only its owner can read; raises Conflict if there is one of that name."""
        if not NAME.fullmatch(name):
            raise Invalid("{name} cannot be the name of a key: use a-z, 0-9 and hyphens.", name=repr(name))
        folder = self._ready()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / (name + SUFFIX)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError as exc:
            raise Conflict("There is a key {path} already; it was left as it is.", path=str(path)) from exc
        except OSError as exc:
            raise Unavailable("{path} cannot be written: {reason}.", path=str(path), reason=str(exc.strerror)) from exc
        with os.fdopen(handle, "w") as file:
            file.write(
                f"# A key of Media Archive. What it encrypted is lost without it: keep copies apart.\n{_drawn()}\n"
            )
            file.flush()
            os.fsync(file.fileno())
        return path

    def _load(self, name: str) -> Key:
        path = self._ready() / (name + SUFFIX)
        try:
            status, text = path.stat(), path.read_text("utf-8", "replace")
        except OSError as exc:
            raise Unavailable(
                "The key {name} cannot be read from {path}: {reason}. Put the file back from where its copy is kept.",
                name=name,
                path=str(path),
                reason=str(exc.strerror),
            ) from exc
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise Invalid(
                "Others than its owner may read the key {path}. Run `chmod 600 {path}`, and ask yourself who has seen it.",
                path=str(path),
            )
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        if len(lines) != 1 or not DIGITS.fullmatch(lines[0]):
            raise Invalid("{path} is not a key: it must hold one line of 64 hexadecimal digits.", path=str(path))
        return Key(name, bytes.fromhex(lines[0]))

    def _ready(self) -> Path:
        if self._folder is None:
            raise Invalid(
                "A store of the storage profile is encrypted, but the setting keys_folder is empty. Name the folder of"
                " its keys there."
            )
        if self._folder.resolve().is_relative_to(self._home.resolve()):
            raise Invalid(
                "The keys must not lie in the archive's home, since whoever gets a copy of that would have them:"
                " {folder}. Set keys_folder to a folder outside of {home}.",
                folder=str(self._folder),
                home=str(self._home),
            )
        return self._folder


def _drawn() -> str:
    return secrets.token_hex(32)
