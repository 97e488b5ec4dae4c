"""Whether what the rules of a profile name is known: a name that nothing has fits no file, and nobody notices."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.subjects.models import Subject
from media_archive.storage.models import File
from media_archive.storage.profiles import Profile
from media_archive.storage.profiles.checking import Fault
from media_archive.storage.profiles.shape import When
from media_archive.words import Message


def strangers(session: Session, profile: Profile) -> list[Fault]:
    """Archives, collections, subjects, retention classes and formats that rules name and no row of the catalogue has."""
    return [
        Fault(
            ("rules", place, "when"),
            Message('the catalogue knows no "{name}" ({key} of "{rule}")', facts | {"rule": profile.title(place)}),
        )
        for place, rule in enumerate(profile.rules)
        for facts in _strange(session, rule.when)
    ]


def _strange(session: Session, when: When) -> Iterator[dict[str, str]]:
    looks = (
        ("archives", when.archives, Archive, (Archive.code,)),
        ("collections", when.collections, Collection, (Collection.name,)),
        ("subjects", when.subjects, Subject, (Subject.code, Subject.name)),
        ("retention", when.retention, Asset, (Asset.retention,)),
        ("formats", when.formats, File, (File.format,)),
    )
    for key, names, table, columns in looks:
        for name in names:
            there = select(table.id).where(or_(*(column == name for column in columns))).limit(1)
            if session.scalar(there) is None:
                yield {"key": key, "name": name}
