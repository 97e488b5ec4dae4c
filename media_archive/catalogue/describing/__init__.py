"""What is said of assets: fields as data, values with their origin, changes with their history."""

from media_archive.catalogue.describing.history import Change, history, history_of_shoot, undo, undo_of_shoot
from media_archive.catalogue.describing.scheme import Field, Scheme, Term, Vocabulary, declared, shipped
from media_archive.catalogue.describing.service import (
    DEFAULT_ZONE,
    Changed,
    apply,
    columns,
    edit,
    edit_shoot,
    locked,
    take_again,
    take_over,
    touch_shoot,
)
from media_archive.catalogue.describing.values import Said, effective, of_shoot, value_of

#: what people may set of every asset -> the columns that it stands in
COLUMNS = columns()

__all__ = [
    "COLUMNS", "DEFAULT_ZONE", "Change", "Changed", "Field", "Said", "Scheme", "Term", "Vocabulary", "apply",
    "columns", "declared", "edit", "edit_shoot", "effective", "history", "history_of_shoot", "locked", "of_shoot",
    "shipped", "take_again", "take_over", "touch_shoot", "undo", "undo_of_shoot", "value_of",
]  # fmt: skip
