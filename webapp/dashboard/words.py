"""What the charts of the dashboard are labelled with."""

from webapp.dashboard.tables import Table
from webapp.shown import size


def label(_by: str, name: str) -> str:
    """Labels are words already."""
    return name


def cell(table: Table, place: int, value: object) -> object:
    """A number as people read it."""
    sort = table.columns[place + 1][1]
    if sort == "size":
        return size(float(value))  # type: ignore[arg-type]
    return f"{value:,}" if sort == "number" else value
