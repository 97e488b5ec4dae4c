"""Titles, media types, PRONOM identifiers and extensions of formats: read from `pronom.toml`."""

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from media_archive import rules as rule_files
from media_archive.metadata.recognition.detail import Detail

FILE = Path(__file__).parent / "pronom.toml"
PUID = r"^(x-)?fmt/[1-9]\d{0,4}$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Variety(_Part):
    """One variety or version of a format. What is left out is as the format says, but for the PRONOM identifier."""

    #: our own word for the variety, as `Detail.variant`; any if left out
    variant: str | None = None
    #: the version, or a pattern such as "2.3*"; any if left out
    version: str | None = None
    puid: str | None = Field(default=None, pattern=PUID)
    title: str | None = None
    media_type: str | None = Field(default=None, pattern=r"^[a-z]+/[\w.+-]+$")
    extensions: tuple[str, ...] = ()
    #: the version that the variety implies where the content states none
    edition: str | None = None

    def fits(self, detail: Detail) -> bool:
        """Whether a file of which `detail` is known is of this variety."""
        if self.variant is not None and self.variant != detail.variant:
            return False
        return self.version is None or (detail.version is not None and fnmatchcase(detail.version, self.version))


class Description(_Part):
    """A format as a whole, and its varieties: the first that fits holds."""

    title: str
    puid: str | None = Field(default=None, pattern=PUID)
    extensions: tuple[str, ...] = Field(min_length=1)
    edition: str | None = None
    variety: tuple[Variety, ...] = ()

    def variety_of(self, detail: Detail) -> Variety:
        """The first variety that fits, filled up; the format itself if none does."""
        own = Variety(puid=self.puid, edition=self.edition)
        found = next((one for one in self.variety if one.fits(detail)), own)
        return found.model_copy(
            update={"title": found.title or self.title, "extensions": found.extensions or self.extensions}
        )


class Rules(_Part):
    source: str
    format: dict[str, Description]


@cache
def rules() -> Rules:
    """The rules as shipped. Invalid if the file does not hold together."""
    return read(FILE)


def read(path: Path) -> Rules:
    """The rules of a file. Invalid if it does not hold together."""
    return rule_files.load(path, Rules)


@cache
def describe(name: str, detail: Detail) -> Variety:
    """What the rules say of a format of which `detail` is known."""
    return rules().format[name].variety_of(detail)
