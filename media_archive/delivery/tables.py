"""A shoot as a table for Excel: the elements of a set as columns, one asset a row (RFC 4180, UTF-8 with BOM)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from media_archive.metadata.mapping.elements import row
from media_archive.metadata.mapping.rules import Rules

BOM = b"\xef\xbb\xbf"
#: what a spreadsheet takes for the start of a formula, full-width forms too (OWASP: CSV injection)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
#: rows written at once
BATCH = 200


@dataclass
class Written:
    """How many assets became rows, how many are of kinds that the set does not describe, and of what was missing."""

    rows: int = 0
    left_out: int = 0
    #: name of a required element -> assets without it
    missing: dict[str, int] | None = None


def write(rules: Rules, assets: Iterable[Mapping[str, Any]], target: BinaryIO) -> Written:
    """Writes heading and rows to `target` as they come; memory does not grow with their number."""
    done = Written(missing={})
    target.write(BOM)
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    for number, cells in enumerate(_table(rules, assets, done)):
        lines.writerow([harmless(cell) for cell in cells])
        if number % BATCH == 0:
            _flush(text, target)
    _flush(text, target)
    return done


def _table(rules: Rules, assets: Iterable[Mapping[str, Any]], done: Written) -> Iterator[list[str]]:
    yield [one.name for one in rules.element]
    missing: dict[str, int] = {}
    done.missing = missing
    for facts in assets:
        if facts["asset"]["kind"] not in rules.kinds:
            done.left_out += 1
            continue
        done.rows += 1
        cells = row(rules, facts)
        for rule, cell in zip(rules.element, cells, strict=True):
            if rule.required and cell == "" and rule.is_for(facts["asset"]["kind"]):
                missing[rule.name] = missing.get(rule.name, 0) + 1
        yield cells


def harmless(cell: str) -> str:
    """`cell`, never taken for a formula: an apostrophe stands before what begins like one and is no number."""
    return f"'{cell}" if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell) else cell


def _flush(text: io.StringIO, target: BinaryIO) -> None:
    target.write(text.getvalue().encode("utf-8", "replace"))
    text.seek(0)
    text.truncate()
