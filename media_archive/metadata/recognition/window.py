"""Bytes at hand for recognition: the head of a file, and small pieces elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass

#: how much of a file's start is read at once
HEAD = 64 << 10


@dataclass(frozen=True)
class Window:
    """A file as recognition sees it. `fetch(offset, length)` may answer with fewer bytes, never more."""

    head: bytes
    size: int
    name: str
    fetch: Callable[[int, int], bytes]

    def at(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`, from the head where it holds them; empty past the end."""
        if offset < 0 or length <= 0 or offset >= self.size:
            return b""
        if offset + length <= len(self.head):
            return self.head[offset : offset + length]
        return self.fetch(offset, length)

    def part(self, start: int, length: int) -> "Window":
        """What lies in the file from `start`, as a file of its own of at most `length` bytes."""
        size = max(0, min(length, self.size - start))

        def fetch(offset: int, wanted: int) -> bytes:
            return self.at(start + offset, min(wanted, size - offset))

        return Window(self.head[start : start + size], size, self.name, fetch)

    @property
    def suffix(self) -> str:
        """The name's last extension in lower case, with its dot; empty if it has none."""
        _, dot, last = self.name.rpartition(".")
        return f".{last.lower()}" if dot else ""
