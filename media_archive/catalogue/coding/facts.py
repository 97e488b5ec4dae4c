"""What the fields of an accession code are filled with: the archive's own, and what is known of each asset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import retention
from media_archive.catalogue.coding.codes import Codes
from media_archive.catalogue.coding.grammar import Grammar
from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind
from media_archive.errors import Invalid
from media_archive.words import Message

BATCH = 500
#: what to do about a value that is missing
ADVICE = {
    "fonds": Message('Write it into codes.toml in the home: [values] fonds = "…".'),
    "year": Message("Give it a date first."),
    "retention": Message("Give it a retention class first."),
    "project": Message("Link it to one project that has a code first."),
}
_ELSE = Message("Fill the field of that name, or write it into codes.toml in the home.")


@dataclass(frozen=True)
class Known:
    """What is known of a batch of assets."""

    codes: Codes
    archives: Mapping[UUID, str]
    #: codes of the projects that each shows
    projects: Mapping[UUID, list[str]]

    @classmethod
    def of(cls, session: Session, assets: Sequence[Asset], codes: Codes) -> "Known":
        """Reads what the assets' codes may want, with a few queries."""
        archives = {one.id: one.code for one in session.scalars(select(Archive))}
        projects: dict[UUID, list[str]] = {}
        ids = [asset.id for asset in assets]
        for start in range(0, len(ids), BATCH):
            shows = select(Link.asset_id, Subject.code).join(Subject, Subject.id == Link.subject_id).distinct()
            shows = shows.where(Link.asset_id.in_(ids[start : start + BATCH]), Subject.kind == SubjectKind.PROJECT)
            for asset_id, code in session.execute(shows.where(Subject.code.is_not(None))):
                projects.setdefault(asset_id, []).append(str(code))
        return cls(codes, archives, projects)

    def values(self, asset: Asset, grammar: Grammar) -> dict[str, str]:
        """The values of the template's fields; Invalid names the one that is missing."""
        found = {}
        for name in grammar.names:
            value = self._value(asset, name)
            if not value:
                spec = self.codes.fields[name]
                raise Invalid(
                    "Its code needs {field}, which is not known. {advice}",
                    field=spec.label,
                    advice=ADVICE.get(name, _ELSE),
                )
            found[name] = value
        grammar.format(found | {part.name: "1".zfill(part.width) for part in grammar.parts if part.width})
        return found

    def _value(self, asset: Asset, name: str) -> str | None:
        if fixed := self.codes.fixed(self.archives[asset.archive_id]).get(name):
            return fixed
        if name == "category":
            return self.codes.categories.get(str(asset.kind))
        if name == "year":
            return f"{asset.year:04}" if asset.year else None
        if name == "retention":
            return _present(asset.retention)
        if name == "project":
            codes = self.projects.get(asset.id, [])
            return codes[0] if len(codes) == 1 else None
        value = asset.fields.get(name)
        return None if value is None else str(value)


def _present(code: str | None) -> str | None:
    """The class of the present scheme that a class stands for."""
    found = next((one for one in retention.classes() if one.code == code), None)
    return (found.follows or found.code) if found else code
