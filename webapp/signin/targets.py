"""Where a sign-in leads: only to pages of our own."""

from urllib.parse import urlsplit

HOME = "/"


def safe_target(given: str | None) -> str:
    """`given` if it is a path on this host, else the front page."""
    if not given or not given.startswith("/") or given.startswith(("//", "/\\")):
        return HOME
    # browsers drop these inside an address, which would turn "/\t/host" into "//host"
    if any(ord(sign) < 0x20 or sign in "\\\x7f" for sign in given):
        return HOME
    parts = urlsplit(given)
    return given if not parts.scheme and not parts.netloc else HOME
