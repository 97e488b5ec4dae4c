"""The fields of the normalised record as a page for people, told by the model itself."""

from collections.abc import Iterator
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from media_archive.metadata.record import Part, Record

BEGIN, END = "<!-- fields: begin -->", "<!-- fields: end -->"
NAMES = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    datetime: "ISO 8601, UTC",
    Any: "anything",
}


def page(text: str) -> str:
    """`text` with what stands between the markers replaced by tables of the record's fields as they are now."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def tables() -> str:
    """A table for the record, and one for each of its parts, as Markdown."""
    return "\n\n".join(_table(part) for part in _parts(Record))


def _parts(part: type[Part], known: list[type[Part]] | None = None) -> list[type[Part]]:
    """The part and those below it, each once, in the order in which the record names them."""
    known = [] if known is None else known
    known.append(part)
    for field in part.model_fields.values():
        for below in _models(field.annotation):
            if below not in known:
                _parts(below, known)
    return known


def _models(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _table(part: type[Part]) -> str:
    heading = "The record" if part is Record else part.__name__
    says = " ".join((part.__doc__ or "").split())
    rows = [_row(name, field) for name, field in part.model_fields.items()]
    return "\n".join([f"### {heading}", "", says, "", "| field | type | what it is |", "|---|---|---|", *rows])


def _row(name: str, field: FieldInfo) -> str:
    below = next(_models(field.annotation), None)
    says = field.description or (" ".join((below.__doc__ or "").split()) if below else "")
    if not field.is_required() and field.default not in (None, [], {}, "") and not isinstance(field.default, Part):
        says = f"{says} Default: {field.default}.".strip()
    bounds = _bounds(field)
    typed = _typed(field.annotation) + (f", {bounds}" if bounds else "")
    told = says.replace("|", "\\|")
    return f"| `{name}` | {typed} | {told} |" if told else f"| `{name}` | {typed} | |"


def _bounds(field: FieldInfo) -> str:
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    found = [(name, getattr(one, name, None)) for one in field.metadata for name in words]
    return ", ".join(f"{words[name]} {value}" for name, value in found if value is not None)


def _typed(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {UnionType, Union}:
        return " or ".join(_typed(one) for one in inner if one is not NoneType)
    if origin is Literal:
        return ", ".join(f"`{str(one).lower() if isinstance(one, bool) else one}`" for one in inner)
    made = {Annotated: "{}", list: "list of {}", dict: "object, {} by name"}.get(origin)
    if made:
        return made.format(_typed(inner[1] if origin is dict else inner[0]))
    name = getattr(annotation, "__name__", str(annotation))
    return f"[{name}](#{name.lower()})" if any(_models(annotation)) else NAMES.get(annotation, name)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    written = Path(sys.argv[1])
    written.write_text(page(written.read_text("utf-8")), "utf-8")
