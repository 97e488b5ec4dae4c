"""Assets without files, for tests of what is said of them."""

from typing import Any
from uuid import UUID

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset, Kind, Shoot


def shoot_of(archive: Archive, name: str = "解放路改造", **said: Any) -> UUID:
    """A shoot; `said` is what it says for its assets."""
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        shoot = catalogue.open_shoot(session, institution, name, caption="老街与新路", photographer="李明")
        shoot.fields = said
        return shoot.id


def assets_of(archive: Archive, shoot_id: UUID, count: int, **said: Any) -> list[UUID]:
    """So many assets of a shoot, photographs of 2017 unless `said`, which are columns, has it otherwise."""
    with archive.transaction() as session:
        archive_id = session.get_one(Shoot, shoot_id).archive_id
        made = [
            Asset(archive_id=archive_id, shoot_id=shoot_id, **({"kind": Kind.PHOTO, "year": 2017} | said))
            for _ in range(count)
        ]
        session.add_all(made)
        session.flush()
        return [one.id for one in made]
