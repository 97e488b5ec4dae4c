"""What the catalogue knows of the picture behind an identifier."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue import shown
from media_archive.catalogue.models import Asset, Kind, Rendition
from media_archive.catalogue.seeing import viewer
from media_archive.catalogue.seeing.viewer import Sight
from media_archive.errors import ArchiveError, NotFound
from media_archive.iiif.identifiers import Identifier
from media_archive.renditions.planning import best_source
from media_archive.storage.models import File, Role
from media_archive.words import Message


@dataclass(frozen=True)
class Source:
    """Files with their copies, loaded, so that no session is needed any more."""

    asset_id: UUID
    kind: Kind
    #: whether everybody may see it: it is published, and nothing holds it back
    published: bool
    #: classified, not open, or under embargo: shown to nobody by the address alone
    withheld: bool
    original: File
    #: the stored pyramid of a large still
    pyramid: File | None
    #: what is played in place of a film
    proxy: File | None
    #: frames a second of a film
    rate: Fraction
    duration: float | None
    #: address of a licence or statement of rights, where the files name one
    rights: str | None
    #: why nothing can be shown of it
    problem: dict[str, Any] | None

    def moment(self, identifier: Identifier) -> Fraction | None:
        """Seconds from the start of the film that the identifier means; None for a still.

        NotFound for a moment of something that is no film, or past its end.
        """
        named = identifier.seconds is not None or identifier.frame is not None
        if self.kind != Kind.FILM:
            if named:
                raise NotFound("Only films have moments, and this is none. Leave out what follows “_”.")
            return None
        seconds = identifier.seconds or Fraction(0)
        if identifier.frame is not None:
            # the middle of the frame, which no rounding of clocks moves into another
            seconds = Fraction(2 * identifier.frame + 1, 2) / self.rate
        if self.duration is not None and seconds >= Fraction(self.duration) + 1:
            raise NotFound(
                "The film lasts {duration} s; there is nothing at {seconds} s.",
                duration=round(self.duration, 3),
                seconds=round(float(seconds), 3),
            )
        return seconds


def find(session: Session, asset_id: UUID) -> Source:
    """The source of an asset's pictures; NotFound where there is no such asset, or it has no picture."""
    asset = session.get(Asset, asset_id)
    if asset is None or asset.trashed_at is not None:
        raise NotFound(
            "There is no picture {identifier}. Take its address from the asset's page.", identifier=str(asset_id)
        )
    shown.note(session, asset)
    if asset.kind == Kind.SOUND:
        raise NotFound("This is a sound recording, which has no picture.")
    wanted = select(File).where(File.asset_id == asset_id).order_by(File.created_at, File.id)
    files = {file.id: file for file in session.scalars(wanted.options(selectinload(File.copies)))}
    made = {one.recipe: one for one in session.scalars(select(Rendition).where(Rendition.asset_id == asset_id))}
    withheld = shown.is_withheld(asset)
    originals = [file for file in files.values() if file.role == Role.ORIGINAL]
    pyramid, proxy = made.get("pyramid"), made.get("proxy")
    return Source(
        asset_id=asset_id,
        kind=Kind(asset.kind),
        published=viewer.is_shown(asset, Sight.PUBLISHED, viewer.today()),
        withheld=withheld,
        original=_best(originals, asset),
        pyramid=files.get(pyramid.file_id) if pyramid else None,
        proxy=files.get(proxy.file_id) if proxy else None,
        rate=_rate(asset, proxy),
        duration=asset.duration,
        rights=((asset.record or {}).get("description") or {}).get("rights_url"),
        problem=asset.problem if asset.rendered_at and not made else None,
    )


def _best(originals: Sequence[File], asset: Asset) -> File:
    try:
        return best_source(originals, asset.kind)
    except ArchiveError as exc:
        raise NotFound(exc.message.template, **exc.message.facts) from exc


def _rate(asset: Asset, proxy: Rendition | None) -> Fraction:
    """The film's own rate, else its proxy's."""
    tracks = (asset.record or {}).get("video") or [{}]
    for said in (tracks[0].get("frame_rate"), proxy.frame_rate if proxy else None):
        try:
            if said and (rate := Fraction(said)) > 0:
                return rate
        except (ValueError, ZeroDivisionError):
            continue
    return Fraction(25)


def refuse_unshown(source: Source) -> None:
    """NotFound with the reason where it was found out already that nothing can be shown."""
    if source.problem:
        problem = Message.from_json(source.problem)
        raise NotFound(problem.template, **problem.facts)
