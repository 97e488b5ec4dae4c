"""Then and now, shaped for templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Rendition
from media_archive.catalogue.queries import title_of
from media_archive.storage.models import File
from media_archive.suggesting.comparing import pairing, saving
from media_archive.suggesting.comparing.pairing import Pair
from media_archive.suggesting.comparing.saving import Kept
from media_archive.suggesting.comparing.series import Place
from webapp.door import reading
from webapp.media.addresses import of_digest
from webapp.translated import gettext

#: renditions that show a picture, the best first
PICTURES = ("large", "screen", "poster", "thumb")
#: pairs and comparisons on a subject's page
FEW = 4


@dataclass(frozen=True)
class Side:
    """One of the two pictures."""

    id: UUID
    title: str
    taken: str | None
    asset: Asset
    url: str | None
    width: int | None
    height: int | None


def install(app: Flask) -> None:
    """Gives templates what a subject's page shows of then and now."""
    app.jinja_env.globals.update(then_and_now_of=of_subject, pair_words=said)


def sides(session: Session, ones: Sequence[Asset]) -> list[Side]:
    """These assets with the largest picture of each."""
    ids = [one.id for one in ones]
    wanted = select(Rendition, File.id, File.sha256).join(File, File.id == Rendition.file_id)
    made: dict[UUID, tuple[Rendition, UUID, str]] = {}
    for rendition, file_id, sha256 in session.execute(
        wanted.where(Rendition.asset_id.in_(ids), Rendition.recipe.in_(PICTURES))
    ):
        there = made.get(rendition.asset_id)
        if there is None or PICTURES.index(rendition.recipe) < PICTURES.index(there[0].recipe):
            made[rendition.asset_id] = rendition, file_id, sha256
    return [_side(one, made.get(one.id)) for one in ones]


def _side(one: Asset, made: tuple[Rendition, UUID, str] | None) -> Side:
    url = of_digest(made[1], made[2], "jpg") if made else None
    width, height = (made[0].width, made[0].height) if made else (None, None)
    return Side(one.id, title_of(one), one.taken_text, one, url, width, height)


@dataclass(frozen=True)
class OfSubject:
    """What a subject's page shows: comparisons that were kept, and pairs that might be."""

    kept: list[Kept]
    pairs: list[Pair]


def of_subject(subject_id: UUID) -> OfSubject:
    """The latest comparisons of a subject, and its best pairs that are not kept yet."""
    with reading() as session:
        kept, _ = saving.kept(session, subject=subject_id, limit=FEW)
        there = {(one.then.id, one.now.id) for one in kept}
        pairs = pairing.pairs(session, Place(subject=subject_id), most=2 * FEW)
    return OfSubject(kept, [one for one in pairs if (one.then.id, one.now.id) not in there][:FEW])


def said(pair: Pair) -> str:
    """Why two pictures go together, in a line."""
    parts = [gettext("%(n)s years apart", n=round(pair.years))]
    if pair.metres is not None:
        parts.append(gettext("%(n)s m from camera to camera", n=round(pair.metres)))
    if pair.degrees is not None:
        parts.append(gettext("directions differ by %(n)s°", n=round(pair.degrees)))
    if pair.bits is not None:
        parts.append(gettext("differs in %(n)s of 64", n=pair.bits))
    return " · ".join(parts)
