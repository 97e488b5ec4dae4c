"""What the catalogue takes, and what it refuses."""

import pytest

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import Subject, SubjectKind, SubjectName
from media_archive.errors import Invalid


def _street(archive: Archive, *formers: SubjectName) -> Subject:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        names = [SubjectName(name="解放路"), *formers]
        return city.add_subject(session, institution, SubjectKind.STREET, "解放路", names=names)


def test_former_names_keep_when_they_were_in_force(archive: Archive) -> None:
    made = _street(archive, SubjectName(name="中山街", kind="former", valid_from="1949-10", valid_to="1966"))
    with archive.reading() as session:
        former = session.merge(made, load=True).names
        assert {(one.name, one.valid_from, one.valid_to) for one in former} == {
            ("解放路", None, None),
            ("中山街", "1949-10", "1966"),
        }


@pytest.mark.parametrize(
    "former",
    [
        SubjectName(name=" ", kind="former"),
        SubjectName(name="中山街", kind="former", valid_from="194"),
        SubjectName(name="中山街", kind="former", valid_from="1949-13"),
        SubjectName(name="中山街", kind="former", valid_from="1966", valid_to="1949-10"),
        SubjectName(name="中山街", kind="former", valid_from="解放前"),
        SubjectName(name="x" * 300, kind="former"),
    ],
)
def test_a_name_that_cannot_be_or_never_was_in_force_is_refused(archive: Archive, former: SubjectName) -> None:
    with pytest.raises(Invalid):
        _street(archive, former)
    with archive.reading() as session:
        assert session.query(Subject).count() == 0


def test_too_long_a_photographer_is_refused_in_words(archive: Archive) -> None:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        with pytest.raises(Invalid, match="300 characters"):
            catalogue.open_shoot(session, institution, "一", photographer="王" * 300)
