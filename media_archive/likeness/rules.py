"""What counts as alike. Data, in `rules.toml`."""

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from media_archive import rules as rule_files

FILE = Path(__file__).parent / "rules.toml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Photo(_Part):
    distance: int = Field(ge=0, le=24)
    turned: bool


class Film(_Part):
    distance: int = Field(ge=0, le=24)
    shorter: float = Field(ge=0, le=1)


class Burst(_Part):
    distance: int = Field(ge=0, le=32)
    seconds: float = Field(gt=0)


class Flat(_Part):
    detail: float = Field(ge=0)
    bits: int = Field(ge=0, le=32)


class Sets(_Part):
    neighbours: int = Field(ge=1, le=1000)
    members: int = Field(ge=2, le=1000)


class Rules(_Part):
    """Everything in the file."""

    photo: Photo
    film: Film
    burst: Burst
    flat: Flat
    sets: Sets

    def comparable(self, phash: int, detail: float | None) -> bool:
        """Whether a picture with this hash of 64 bits has enough in it to be compared."""
        if detail is not None and detail < self.flat.detail:
            return False
        return self.flat.bits <= phash.bit_count() <= 64 - self.flat.bits

    def distance(self, kind: str) -> int:
        """How far apart pictures of this kind may be and still be alike."""
        return self.film.distance if kind == "film" else self.photo.distance


@lru_cache
def rules() -> Rules:
    """The rules that the program comes with."""
    return rule_files.load(FILE, Rules)
