"""What makes the archive suspect a link. Data, in `rules.toml`."""

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from media_archive import rules as rule_files

FILE = Path(__file__).parent / "rules.toml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Thresholds(_Part):
    kept: float = Field(gt=0, le=1)
    shown: float = Field(gt=0, le=1)
    most: int = Field(ge=1, le=100)


class Position(_Part):
    error: float = Field(gt=0)
    least_error: float = Field(gt=0)
    worst_error: float = Field(gt=0)
    view: float = Field(gt=0, le=360)
    compass: float = Field(ge=0, le=180)
    behind: float = Field(ge=0, le=1)
    another_time: float = Field(ge=0, le=1)
    years_off: int = Field(ge=0, le=100)
    rivalry: float = Field(ge=0, le=10)


class Placed(_Part):
    """How a kind of subject shows itself by its place."""

    half_width: float = Field(ge=0)
    within: float = Field(ge=0, le=1)
    beside: float = Field(ge=0, le=1)
    seen: float = Field(ge=0, le=1)
    fades: float = Field(gt=0)
    reach: float = Field(gt=0, le=5000)
    role: str = "shows"
    innermost: bool = False
    since: list[str] = Field([], alias="from")
    until: list[str] = Field([], alias="to")


class Words(_Part):
    least: int = Field(ge=1)
    short: int = Field(ge=0)
    short_alone: float = Field(ge=0, le=1)
    inside: float = Field(ge=0, le=1)
    former_later: float = Field(ge=0, le=1)
    before_its_time: float = Field(ge=0, le=1)
    out_of_reach: float = Field(ge=0, le=1)
    elsewhere: float = Field(ge=0, le=1)
    far: float = Field(gt=0)
    parent_named: float = Field(ge=1)
    nearby: float = Field(ge=1)
    near: float = Field(gt=0)
    tails: list[str]
    heads: list[str]
    another: float = Field(ge=0, le=1)
    fields: dict[str, float]
    names: dict[str, float]
    roles: dict[str, str] = {}


class Neighbours(_Part):
    minutes: float = Field(gt=0, le=1440)
    weight: float = Field(ge=0, le=1)
    fades: float = Field(gt=0)
    both: float = Field(ge=0, le=1)
    far: float = Field(gt=0)
    most: int = Field(ge=1, le=100)


class Pairs(_Part):
    years: float = Field(ge=0)
    long: float = Field(gt=0)
    metres: float = Field(gt=0)
    degrees: float = Field(gt=0)
    bits: int = Field(ge=1, le=64)
    place: float = Field(ge=0)
    direction: float = Field(ge=0)
    likeness: float = Field(ge=0)
    shape: float = Field(gt=0)
    unknown: float = Field(ge=0, le=1)
    candidates: int = Field(ge=2, le=1000)
    proposed: int = Field(ge=1, le=500)
    repeats: int = Field(ge=1)
    radius: float = Field(gt=0)
    widest: float = Field(gt=0)


class Rules(_Part):
    """Everything in the file."""

    thresholds: Thresholds
    position: Position
    kinds: dict[str, Placed]
    words: Words
    neighbours: Neighbours
    pairs: Pairs

    @property
    def reach(self) -> float:
        """Metres beyond which no subject is looked for."""
        return max(kind.reach for kind in self.kinds.values())


@lru_cache
def rules() -> Rules:
    """The rules that the program comes with."""
    return rule_files.load(FILE, Rules)
