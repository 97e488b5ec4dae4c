"""What a bundle says of itself."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

NAME, README, PROFILE, MAPPING = "manifest.json", "README.txt", "profile.toml", "mapping/"
#: what an archive declares itself in its home: fields of descriptions, templates of codes
DECLARED = ("fields.toml", "codes.toml")


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Member(_Facts):
    """A file of the bundle."""

    size: int
    sha256: str


class Rows(Member):
    """A table of it: JSON Lines."""

    rows: int
    #: column -> kind (see `rows.TYPES`)
    columns: dict[str, str]
    #: the columns of its primary key
    key: list[str]
    #: columns that name rows of the table itself: filled in once all are there
    later: list[str] = Field(default_factory=list)


class Manifest(_Facts):
    """What a bundle holds; `whole` is false for what is told between two bundles."""

    format: Literal["media-archive-bundle/1"] = "media-archive-bundle/1"
    whole: bool
    made_at: datetime
    program: str
    #: the revision of the catalogue's tables
    revision: str
    #: code -> name of the institutions
    archives: dict[str, str]
    #: the last event that it knows of
    event_id: UUID | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    #: environment variables that the profile asks for, as they were
    variables: dict[str, str] = Field(default_factory=dict)
    #: in the order in which they can be filled: what is named comes before what names it
    tables: dict[str, Rows]
    others: dict[str, Member] = Field(default_factory=dict)

    def rows(self, table: str) -> int:
        """How many rows of `table` there are."""
        return self.tables[table].rows if table in self.tables else 0


def member_of(table: str) -> str:
    """The name of the file that holds `table`."""
    return f"tables/{table}.jsonl"
