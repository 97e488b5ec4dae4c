"""What the grid and the asset's page read beyond the core's own queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Rendition, Shoot
from media_archive.catalogue.subjects.models import Subject
from media_archive.errors import NotFound
from media_archive.search.service import Facet
from media_archive.storage.models import File
from webapp.assets.choice import SUBJECTS, Choice
from webapp.media.addresses import extension, of_digest


@dataclass(frozen=True)
class Made:
    """A rendition as a page uses it."""

    recipe: str
    url: str
    media_type: str
    width: int | None
    height: int | None
    duration: float | None
    frame_rate: str | None


def renditions(session: Session, asset_id: UUID) -> dict[str, Made]:
    """The renditions of an asset by recipe."""
    query = select(Rendition, File).join(File, File.id == Rendition.file_id).where(Rendition.asset_id == asset_id)
    return {made.recipe: _made(made, file) for made, file in session.execute(query)}


def files(session: Session, asset_id: UUID) -> dict[str, tuple[Rendition, File]]:
    """The renditions of an asset by recipe, each with its file and where that lies."""
    query = select(Rendition, File).join(File, File.id == Rendition.file_id).where(Rendition.asset_id == asset_id)
    return {made.recipe: (made, file) for made, file in session.execute(query.options(selectinload(File.copies)))}


def _made(made: Rendition, file: File) -> Made:
    url = of_digest(file.id, file.sha256, extension(file.media_type, file.name))
    return Made(made.recipe, url, file.media_type, made.width, made.height, made.duration, made.frame_rate)


def chosen_names(session: Session, choice: Choice) -> dict[str, str]:
    """What to call the subjects and the shoot that are filtered by; NotFound where one is gone."""
    names: dict[str, str] = {}
    for field in (*SUBJECTS, "shoot"):
        value = getattr(choice, field)
        if value:
            thing = session.get(Shoot, UUID(value)) if field == "shoot" else session.get(Subject, UUID(value))
            if thing is None:
                raise NotFound("What the address filters by is gone. Start again.")
            names[field] = thing.name
    if choice.collection:
        found = session.get(Collection, UUID(choice.collection))
        names["collection"] = found.name if found else ""
    return names


def offered(facets: dict[str, list[Facet]], choice: Choice) -> dict[str, list[Facet]]:
    """Facets worth offering: those with a choice left, or chosen already."""
    return {name: values for name, values in facets.items() if _is_choice(values, getattr(choice, name, ""))}


def _is_choice(values: Sequence[Facet], chosen: str) -> bool:
    return any(value.value != chosen for value in values)
