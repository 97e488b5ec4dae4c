"""Handing out copies: the catalogue's description is written into the copy, never into what the archive keeps."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from media_archive.catalogue import facts as known
from media_archive.catalogue.models import Rendition
from media_archive.context import Context
from media_archive.delivery import places, statements
from media_archive.errors import ArchiveError, Crashed, Damaged, Invalid, NotFound, Unavailable, Unreadable
from media_archive.events import service as events
from media_archive.metadata.writing.embed import EXTENDED
from media_archive.metadata.writing.statement import Statement
from media_archive.storage.models import File, Role
from media_archive.storage.service import Stores
from media_archive.storage.stores.streams import pour
from media_archive.tools.isolation import bound, reader
from media_archive.words import Message

Form = Literal["original", "jpeg", "proxy", "edit"]
WRITING = "media_archive.metadata.writing.embed"
#: renditions that stand for an asset as a JPEG, the best first
PICTURES = ("large", "screen", "poster")
#: renditions that stand for a film or a recording, to be watched, and what the names of those for cutting begin with
PLAYED = ("proxy", "audio")
EDIT = "edit-proxy"


@dataclass(frozen=True)
class Handed:
    """One file that was handed out."""

    path: Path
    source: str
    #: SHA-256 of the bytes the archive keeps
    sha256: str
    #: how the description went with it: "embedded", "sidecar", or "none"
    description: Literal["embedded", "sidecar", "none"]
    sidecar: Path | None = None
    #: why it could not be embedded
    reason: Message | None = None


@dataclass(frozen=True)
class Delivered:
    """What became of one asset."""

    asset_id: UUID
    files: list[Handed] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "asset": str(self.asset_id),
            "files": [
                {
                    "path": str(one.path),
                    "source": one.source,
                    "sha256": one.sha256,
                    "description": one.description,
                    **({"sidecar": str(one.sidecar)} if one.sidecar else {}),
                    **({"reason": one.reason.to_json()} if one.reason else {}),
                }
                for one in self.files
            ],
        }


def deliver(
    context: Context, asset_id: UUID, form: Form, to: Path, *, metadata: bool = True, who: str = "system"
) -> Delivered:
    """Copies the asset's originals, or its largest picture as JPEG, into the folder `to`; records the delivery.

    The description goes into the copies where their format allows it safely, else into an XMP file beside them.
    Nothing in `to` is ever replaced. Raises Damaged if no copy in the archive matches the digest any more.
    """
    bound(context.settings)
    places.refuse_own(to, context.own_folders)
    places.folder(to)
    done = hand_out(context, asset_id, form, to, metadata=metadata)
    with context.transaction() as session:
        _record(session, done, form, to, who)
    return done


def hand_out(context: Context, asset_id: UUID, form: Form, to: Path, *, metadata: bool = True) -> Delivered:
    """The same into any folder, recorded by nobody: for those who take the copies from there and record that."""
    with context.reading() as session:
        facts = known.of_assets(session, [asset_id])
        files = _wanted(session, asset_id, form)
        beside = _sidecars(session, asset_id) if metadata and form == "original" else []
    if not facts or not files:
        raise NotFound("There is no asset {name}. `media-archive search` finds them by words.", name=str(asset_id))
    said = statements.of(facts[0]) if metadata else None
    name = PurePath(facts[0]["file"].get("name") or str(asset_id)).stem
    done = Delivered(asset_id)
    for file in files:
        # what editing programs relink by, and tracks of sound, stay as they were made
        words = said if form == "original" or file.media_type == "image/jpeg" else None
        target = places.free_name(to, *_named(file, name if form in ("jpeg", "proxy") else None))
        done.files.append(_hand(context.stores, file, target, words, beside, [one.path for one in done.files]))
    return done


def _wanted(session: Session, asset_id: UUID, form: Form) -> list[File]:
    if form == "original":
        return _originals(session, asset_id)
    names = Rendition.recipe.startswith(EDIT) if form == "edit" else Rendition.recipe.in_(PLAYED)
    query = select(Rendition).where(Rendition.asset_id == asset_id, names).order_by(Rendition.recipe)
    with_copies = query.options(joinedload(Rendition.file).selectinload(File.copies))
    made = [] if form == "jpeg" else list(session.scalars(with_copies))
    # a film has one proxy; a photograph has none, and goes as a picture
    return [one.file for one in (made[-1:] if form == "proxy" else made)] or _picture(session, asset_id)


def _record(session: Session, done: Delivered, form: Form, to: Path, who: str) -> None:
    told = [{"name": one.path.name, "source": one.sha256, "description": one.description} for one in done.files]
    events.record(session, who, "dissemination", "asset", done.asset_id, form=form, folder=str(to), files=told)


def _originals(session: Session, asset_id: UUID) -> list[File]:
    return _files(session, asset_id, Role.ORIGINAL)


def _sidecars(session: Session, asset_id: UUID) -> list[File]:
    return [file for file in _files(session, asset_id, Role.SIDECAR) if file.format == "xmp"]


def _files(session: Session, asset_id: UUID, role: Role) -> list[File]:
    query = select(File).where(File.asset_id == asset_id, File.role == role)
    return list(session.scalars(query.order_by(File.created_at, File.id).options(selectinload(File.copies))))


def _picture(session: Session, asset_id: UUID) -> list[File]:
    query = select(Rendition).where(Rendition.asset_id == asset_id, Rendition.recipe.in_(PICTURES))
    with_copies = query.options(joinedload(Rendition.file).selectinload(File.copies))
    made = sorted(session.scalars(with_copies), key=lambda one: PICTURES.index(one.recipe))
    if not made:
        raise Invalid(
            "The asset {name} has no picture to deliver as JPEG. Deliver the original, or wait until it is rendered.",
            name=str(asset_id),
        )
    return [made[0].file]


def _named(file: File, stem: str | None) -> tuple[str, str]:
    """Stem and suffix of the copy: the name that the file came with."""
    if stem is not None:
        return stem, PurePath(file.name).suffix or ".jpg"
    name = PurePath(file.name)
    return name.stem, name.suffix


def _hand(
    stores: Stores, file: File, target: Path, said: Statement | None, beside: Sequence[File], mates: Sequence[Path]
) -> Handed:
    """The file's bytes under the name `target`, with what is said of it inside or beside."""
    with places.draft(target) as draft:
        fetch(stores, file, draft)
        trouble = _embed(stores, file, draft, said) if said else None
    if said is None:
        return Handed(target, file.name, file.sha256, "none")
    if trouble is None:
        return Handed(target, file.name, file.sha256, "embedded")
    sidecar = places.free_name(target.parent, _sidecar_stem(target, mates), ".xmp")
    base = next((one for one in beside if PurePath(one.name).stem.split(".")[0] == PurePath(file.name).stem), None)
    _write_sidecar(stores, sidecar, said, base)
    return Handed(target, file.name, file.sha256, "sidecar", sidecar, trouble)


def _sidecar_stem(target: Path, mates: Sequence[Path]) -> str:
    """The copy's stem, or its whole name where another asset's copy has that stem: "stem.xmp" would be for both."""
    pattern = f"{glob.escape(target.stem)}.*"
    others = [one for one in target.parent.glob(pattern) if one != target and one not in mates]
    return target.name if others else target.stem


def _embed(stores: Stores, file: File, draft: Path, said: Statement) -> Message | None:
    """Writes into the draft; the reason where that cannot be done, the draft then being the original's bytes."""
    written = places.beside(draft, "written")
    try:
        name = "jpeg" if file.role == Role.RENDITION else file.format
        reader().call(f"{WRITING}:embed", str(draft), str(written), name, said.model_dump(mode="json"))
        written.replace(draft)
    except Unreadable as exc:
        if isinstance(exc, Crashed) or file.format in EXTENDED:
            fetch(stores, file, draft)
        return exc.message
    finally:
        written.unlink(missing_ok=True)
    return None


def _write_sidecar(stores: Stores, target: Path, said: Statement, base: File | None) -> None:
    """What is said as XMP, over what the sidecar that came with the file says, if that can be read."""
    told = said.model_dump(mode="json")
    with places.draft(target) as draft:
        if base:
            had = places.beside(draft, "base")
            try:
                fetch(stores, base, had)
                reader().call(f"{WRITING}:sidecar", str(draft), told, str(had))
                return
            except (Unreadable, Damaged):
                pass  # it lies in the archive unharmed; the description alone goes out
            finally:
                had.unlink(missing_ok=True)
        reader().call(f"{WRITING}:sidecar", str(draft), told, None)


def fetch(stores: Stores, file: File, target: Path) -> None:
    """The file's bytes from the first copy that still matches its digest; Damaged if none does, Offline if it must be
    brought back first.
    """
    trouble: ArchiveError = Unavailable(
        "No store that is set up holds another copy of {name}. See `media-archive verify`.", name=file.name
    )
    for copy in stores.readable(file):
        try:
            source = stores.open(copy.store, copy.key)
        except ArchiveError as exc:
            trouble = exc
            continue
        try:
            with source, target.open("wb") as sink:
                if pour(source, sink.write)[0] == file.sha256:
                    return
        except (Damaged, NotFound) as exc:
            trouble = exc
            continue
        trouble = Damaged(
            "The copy of {name} in the store {store} no longer matches its digest. Run `media-archive verify`.",
            name=file.name,
            store=copy.store,
        )
    raise trouble
