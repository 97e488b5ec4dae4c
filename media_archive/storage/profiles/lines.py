"""At which line of a TOML file a key stands: the reader of the file does not tell."""

import re
from collections.abc import Mapping, Sequence

TABLE = re.compile(r"^\s*\[(\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")

Path = tuple[str | int, ...]


def lines_of(text: str) -> dict[Path, int]:
    """Line, from 1, of every table and key; entries of arrays of tables are counted from 0."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := TABLE.match(line):
            table = _below_last(_steps(header[2]), counts)
            if header[1]:
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif key := KEY.match(line):
            found.setdefault((*table, *_steps(key[1])), number)
    return found


def line_at(lines: Mapping[Path, int], where: Sequence[str | int]) -> int | None:
    """Line of the key, or of the nearest table around it."""
    for length in range(len(where), 0, -1):
        if (line := lines.get(tuple(where[:length]))) is not None:
            return line
    return None


def _steps(dotted: str) -> Path:
    return tuple(step.strip().strip("\"'") for step in dotted.split("."))


def _below_last(path: Path, counts: Mapping[Path, int]) -> Path:
    """The path with the number of the last entry put in behind every array of tables that it goes through."""
    whole: Path = ()
    for place, step in enumerate(path):
        whole = (*whole, step)
        if whole in counts and place < len(path) - 1:
            whole = (*whole, counts[whole])
    return whole
