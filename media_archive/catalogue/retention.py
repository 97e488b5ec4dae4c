"""The retention classes (保管期限) of `retention.toml`."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from media_archive.rules import load

FILE = Path(__file__).with_name("retention.toml")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Class(_Part):
    """A retention class."""

    code: str = Field(pattern=r"^[A-Za-z0-9]{1,32}$")
    zh: str
    en: str
    #: None means for ever
    years: PositiveInt | None = None
    follows: str | None = None
    source: str


class Rules(_Part):
    """What the file says."""

    counts_from: Literal["formation", "arrival"]
    classes: list[Class] = Field(alias="class", min_length=1)


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules; Invalid where the file holds a mistake."""
    return load(FILE, Rules)


def classes() -> list[Class]:
    """The classes, in the order of the file."""
    return rules().classes
