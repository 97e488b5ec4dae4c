"""Identifiers of pictures: an asset, the frame of a film, and the signature that opens it without a sign-in.

    <asset>                      a still; of a film its first frame
    <asset>_t<seconds>           the frame on show at that moment, such as 01a2..._t12.345
    <asset>_f<number>            the frame of that number, the first being 0
    <asset>.<signature>[_...]    the same, open to whoever has the address

Only letters, digits, "-", "_" and "." occur, so that nobody needs to encode anything (section 9 of the specification).
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from media_archive.errors import NotFound

SIGNATURE = 32
_FORM = re.compile(
    r"(?P<asset>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    rf"(\.(?P<signature>[0-9a-f]{{{SIGNATURE}}}))?"
    r"(_t(?P<seconds>[0-9]{1,7}(\.[0-9]{1,9})?)|_f(?P<frame>[0-9]{1,9}))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Identifier:
    """Which picture is meant."""

    asset: UUID
    signature: str | None = None
    #: of a film, from its start
    seconds: Fraction | None = None
    #: of a film, from 0
    frame: int | None = None
    #: as it was written
    text: str = ""

    def is_signed(self, secret: str) -> bool:
        """Whether it carries the archive's own signature."""
        return self.signature is not None and hmac.compare_digest(self.signature, signature(self.asset, secret))


def parse(text: str) -> Identifier:
    """The identifier that `text` (decoded) is; NotFound for anything else, for then nothing has that name."""
    found = _FORM.fullmatch(text)
    if not found:
        raise NotFound(
            "There is no picture {identifier}. Take its address from the asset's page.", identifier=text[:80]
        )
    return Identifier(
        asset=UUID(found["asset"]),
        signature=found["signature"],
        seconds=Fraction(found["seconds"]) if found["seconds"] else None,
        frame=int(found["frame"]) if found["frame"] else None,
        text=text,
    )


def signature(asset: UUID, secret: str) -> str:
    """What opens the pictures of one asset: HMAC-SHA-256 of its number under the archive's secret, 128 bits in hex."""
    return hmac.new(secret.encode(), f"iiif {asset}".encode(), hashlib.sha256).hexdigest()[:SIGNATURE]


def signed(asset: UUID, secret: str) -> str:
    """The identifier that opens an asset's pictures to whoever has it."""
    return f"{asset}.{signature(asset, secret)}"
