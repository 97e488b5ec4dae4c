"""Which suggestions are meant: of a subject, a shoot, an asset, of what a query found, from a confidence on."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shown
from media_archive.catalogue.subjects.models import Subject, SubjectKind, Suggestion
from media_archive.errors import Invalid
from media_archive.suggesting.rules import rules

#: of a suggestion, for who needs nothing else of it
ID = Suggestion.id


@dataclass(frozen=True)
class Chosen:
    """What suggestions are narrowed to; None where it does not matter."""

    subject: UUID | None = None
    shoot: UUID | None = None
    asset: UUID | None = None
    kind: str | None = None
    rule: str | None = None
    #: the least confidence; None for the threshold of the rules
    above: float | None = None
    #: words of a search that finds the assets
    query: str = ""

    @property
    def least(self) -> float:
        """The confidence from which suggestions count."""
        return rules().thresholds.shown if self.above is None else self.above

    def plain(self) -> dict[str, Any]:
        """As JSON, for a job."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) if isinstance(value, UUID) else value for name, value in values.items() if value}

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Chosen":
        """The reverse of `plain`."""
        ids = {name: UUID(told[name]) for name in ("subject", "shoot", "asset") if told.get(name)}
        return cls(**{**told, **ids})


def open_ones(chosen: Chosen) -> Select[Suggestion]:
    """Those that wait for a decision, without the query: of assets that are shown and subjects that stand."""
    wanted = (
        select(Suggestion)
        .join(Asset, Asset.id == Suggestion.asset_id)
        .join(Subject, Subject.id == Suggestion.subject_id)
        .where(Suggestion.state == "open", Suggestion.confidence >= chosen.least, shown())
        .where(Subject.merged_into.is_(None))
    )
    if chosen.subject:
        wanted = wanted.where(Suggestion.subject_id == chosen.subject)
    if chosen.asset:
        wanted = wanted.where(Suggestion.asset_id == chosen.asset)
    if chosen.shoot:
        wanted = wanted.where(Asset.shoot_id == chosen.shoot)
    if chosen.kind:
        wanted = wanted.where(Subject.kind == chosen.kind)
    if chosen.rule:
        wanted = wanted.where(Suggestion.rule == chosen.rule)
    return wanted


def confidence(text: str | None) -> float | None:
    """A confidence as people write it: "0.8" or "80"; None for nothing, Invalid for anything else."""
    if not text or not text.strip():
        return None
    try:
        value = float(text.strip().rstrip("%"))
    except ValueError:
        value = -1.0
    value = value / 100 if value > 1 else value
    if not 0 <= value <= 1:
        raise Invalid("{text} is no confidence. Write a number from 0 to 1.", text=text[:32])
    return value


def kind(text: str | None) -> str | None:
    """A kind of subject, or None; Invalid for what is none."""
    if text and text not in list(SubjectKind):
        raise Invalid("There is no kind of subject called {kind}. Start again from the list.", kind=text[:80])
    return text or None
