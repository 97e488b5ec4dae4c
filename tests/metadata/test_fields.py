"""The page of the record's fields is the model's own word."""

from media_archive.config import PROJECT
from media_archive.metadata import fields
from media_archive.metadata.record import Record

PAGE = PROJECT / "docs" / "metadata-record.md"


def test_the_page_of_the_record_is_up_to_date() -> None:
    written = PAGE.read_text("utf-8")
    command = "python -m media_archive.metadata.fields docs/metadata-record.md"
    assert fields.page(written) == written, f"run `{command}`"


def test_every_part_of_the_record_has_a_table_and_every_field_a_row() -> None:
    told = fields.tables()
    assert all(f"| `{name}` |" in told for name in Record.model_fields)
    assert "| `lat` | number, at least -90, at most 90 | Degrees, north positive. |" in told
    assert "### TrackPoint" in told
