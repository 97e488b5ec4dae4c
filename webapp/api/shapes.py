"""What bodies are made of: shapes of requests, of answers, and what several of them share."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LONGEST_LIST = 1000


def _whole(value: Any) -> Any:
    """A number without a fraction is whole, however it is written (JSON Schema: 1.0 is an integer)."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
#: text that every database can keep
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Name = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
#: "1987", "1987-05" or "1987-05-01"
Date = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=LONGEST_LIST)]


class Body(BaseModel):
    """What a request sends as JSON: nothing that is not named here, and no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Query(BaseModel):
    """What a request says in its query string."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Paged(Query):
    """A list's query."""

    cursor: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] | None = Field(
        None, description="Where to go on: `next` of the page before."
    )
    limit: int = Field(100, ge=1, le=LONGEST_LIST, description="At most so many.")


class Told(BaseModel):
    """What is answered."""

    model_config = ConfigDict(from_attributes=True)


Item = TypeVar("Item", bound=BaseModel)


class Page(Told, Generic[Item]):
    """A page of a list; the next one is asked for with `next` as `cursor`, until it is null."""

    items: list[Item]
    next: str | None = None


class Said(Told):
    """A message in the language of the request."""

    detail: str


class Fault(Told):
    """What is wrong with one value of a request."""

    where: str = Field(description="The place of the value: `body.title`, `query.limit`.")
    detail: str


class Problem(Told):
    """What was refused, and what to do (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    at: int | None = Field(None, description="The character of a query that cannot be read, from 0.")
    faults: list[Fault] = Field(default=[], description="What is wrong with which value of the request.")


class Accepted(Told):
    """Work that was asked for; `self` tells how far it is."""

    job: UUID | None = None
    self: str


class Happened(Told):
    """What was done to a thing: a link of the archive's chain of events."""

    id: UUID
    at: datetime
    who: str
    what: str
    outcome: str
    tool: str
    detail: dict[str, Any]
    position: int | None = Field(description="Its place in the chain; null until it is sealed, within seconds.")
