"""Set-up troubles, each said in one line: what is wrong and what to do."""

import errno
import importlib
from pathlib import Path

FEATURES = {
    "ssl": "libssl-dev",
    "sqlite3": "libsqlite3-dev",
    "ctypes": "libffi-dev",
    "zlib": "zlib1g-dev",
    "bz2": "libbz2-dev",
    "lzma": "liblzma-dev",
}
#: words of uv, pip, npm and urllib, and what they mean to the person at the keyboard
SIGNS = (
    (("no space left", "enospc", "disk quota exceeded"), "full"),
    (("permission denied", "eacces", "read-only file system", "erofs"), "unwritable"),
    (("certificate", "unknownissuer"), "untrusted"),
    (
        (
            "dns error", "failed to lookup", "name resolution", "name or service not known", "error sending request",
            "failed to fetch", "connection refused", "network is unreachable", "timed out", "enotfound", "eai_again",
            "econnrefused", "econnreset", "etimedout", "error trying to connect",
        ),
        "network",
    ),
)  # fmt: skip


class Trouble(Exception):
    """Why the set-up stops, in one line."""


def missing_features() -> list[str]:
    """Parts of the standard library that this Python was built without."""
    return [name for name in FEATURES if not _importable(name)]


def _importable(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def check_features() -> None:
    """Refuses a Python without what the archive needs."""
    missing = missing_features()
    if missing:
        needed = " ".join(FEATURES[name] for name in missing)
        raise Trouble(
            f"This Python was built without {', '.join(missing)}: use Debian's python3.11, "
            f"or build yours again with {needed} installed."
        )


def of_os_error(exc: OSError, folder: Path) -> Trouble:
    """The trouble behind a failed call of the operating system."""
    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return explain("full", folder)
    if exc.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return explain("unwritable", folder)
    return Trouble(f"The set-up failed in {folder}: {exc}.")


def of_output(what: str, text: str, folder: Path) -> Trouble:
    """The trouble behind a failed program, told by what it printed."""
    low = text.lower()
    for words, sign in SIGNS:
        if any(word in low for word in words):
            return explain(sign, folder, what)
    last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
    return Trouble(f"{what} failed: {last}")


def explain(sign: str, folder: Path, what: str = "The set-up") -> Trouble:
    """One of the known troubles in a sentence."""
    return Trouble(
        {
            "full": f"The disk that holds {folder} is full: free about 1 GB and run make again.",
            "unwritable": f"{folder} cannot be written: run make as its owner, or move the checkout to a folder of "
            "yours.",
            "untrusted": f"{what} does not trust the package index's certificate: install ca-certificates, or name "
            "your office's certificates in SSL_CERT_FILE, then run make again.",
            "network": f"{what} could not reach the package index: check the network, HTTPS_PROXY and "
            "PIP_INDEX_URL (packages come from PyPI and npm), then run make again.",
        }[sign]
    )
