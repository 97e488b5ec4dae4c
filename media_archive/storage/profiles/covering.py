"""Which conditions of rules take in others."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from media_archive.storage.profiles.shape import When

#: one of them is enough
LISTS = ("roles", "kinds", "formats", "collections", "subjects", "retention", "archives")
#: more takes in less
LOWER = ("larger_than", "older_than", "idle_for", "rating_at_least")
UPPER = ("smaller_than", "younger_than", "rating_at_most")


def covers(wide: "When", narrow: "When") -> bool:
    """Whether every file that fits `narrow` fits `wide`, as far as can be told without looking at files."""
    lists = all(
        not getattr(wide, name) or (getattr(narrow, name) and {*getattr(narrow, name)} <= {*getattr(wide, name)})
        for name in LISTS
    )
    lower = all(_within(getattr(wide, name), getattr(narrow, name), 1) for name in LOWER)
    upper = all(_within(getattr(wide, name), getattr(narrow, name), -1) for name in UPPER)
    return lists and lower and upper and wide.hold in {None, narrow.hold}


def _within(wide: int | None, narrow: int | None, sign: int) -> bool:
    return wide is None or (narrow is not None and sign * narrow >= sign * wide)


def fits_nothing(when: "When") -> bool:
    """Whether its bounds exclude each other."""
    sizes = when.larger_than is not None and when.smaller_than is not None and when.smaller_than <= when.larger_than + 1
    ages = when.older_than is not None and when.younger_than is not None and when.younger_than <= when.older_than
    stars = (when.rating_at_least or 0) > (5 if when.rating_at_most is None else when.rating_at_most)
    return sizes or ages or stars
