"""Messages over a pipe: four bytes of length, most significant first, then JSON in ASCII."""

import json
from typing import Any, BinaryIO

LENGTH = 4
#: a longer message is taken for a fault
LONGEST = 256 << 20


def pack(message: Any) -> bytes:
    """`message` as bytes for the pipe; lone surrogates of undecodable file names survive."""
    return framed(json.dumps(message))


def framed(written: str) -> bytes:
    """A message that is JSON already, as bytes for the pipe."""
    body = written.encode("ascii")
    return len(body).to_bytes(LENGTH, "big") + body


def length_of(head: bytes) -> int:
    """Length of the body that follows `head`."""
    length = int.from_bytes(head, "big")
    if length > LONGEST:
        raise ValueError(f"a message of {length} bytes")
    return length


def unpack(body: bytes) -> Any:
    """The message of which `body` are the bytes after its length."""
    return json.loads(body)


def read(stream: BinaryIO) -> Any:
    """The next message of a blocking stream; None at its end."""
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        return None
    return unpack(stream.read(length_of(head)))
