"""What a file's content says of itself beyond its format's name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Detail:
    """A variety of the format by our own word for it, such as "exif", and the version that the content states."""

    variant: str | None = None
    version: str | None = None


NOTHING = Detail()
