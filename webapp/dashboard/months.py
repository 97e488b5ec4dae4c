"""Months as they are written: YYYY-MM."""

from datetime import datetime, timedelta

#: a month begins at midnight in China
EAST = timedelta(hours=8)


def of(moment: datetime) -> str:
    """The month of an instant."""
    return (moment + EAST).strftime("%Y-%m")


def before(last: str, count: int) -> list[str]:
    """`count` months in their order, of which that one is the last."""
    number = int(last[:4]) * 12 + int(last[5:]) - 1
    return [f"{one // 12:04}-{one % 12 + 1:02}" for one in range(number - count + 1, number + 1)]
