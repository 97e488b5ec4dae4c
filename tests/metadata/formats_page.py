"""Writes the table of formats into docs/formats.md: what the samples show. `python -m tests.metadata.formats_page`."""

import re

from media_archive.config import PROJECT
from media_archive.metadata.formats import FORMATS
from media_archive.metadata.recognition import rules
from tests.metadata.samples import SAMPLES, Sample

PAGE = PROJECT / "docs" / "formats.md"
START, END = "<!-- formats: made by `python -m tests.metadata.formats_page` -->", "<!-- end of formats -->"
KINDS = {"photo": "photograph 照片", "film": "film 影片", "sound": "sound 录音", "sidecar": "sidecar 附属文件"}
HEADS = ("format", "version", "PRONOM", "name", "media type", "tested with")


def table() -> str:
    """The table, one part a kind; a format in the order of the program, its versions in the order of the samples."""
    lines: list[str] = []
    for kind, heading in KINDS.items():
        names = [one.name for one in FORMATS.values() if one.kind == kind]
        rows = [row for name in names for row in _rows(name)]
        lines += [f"### {heading[0].upper()}{heading[1:]}", _row(*HEADS), _row(*["---"] * len(HEADS)), *rows, ""]
    return "\n".join(lines)


def _rows(name: str) -> list[str]:
    """A row for each title, version and identifier, with every way it is tested."""
    seen: dict[tuple[str, ...], list[str]] = {}
    for sample in SAMPLES:
        if sample.format == name:
            seen.setdefault(_what(sample), []).append(sample.way)
    return [_row(*what, ", ".join(dict.fromkeys(ways))) for what, ways in seen.items()]


def _what(sample: Sample) -> tuple[str, ...]:
    media_type = sample.media_type or FORMATS[sample.format].media_type
    return title(sample), sample.version or "", sample.puid or "", f"`{sample.format}`", f"`{media_type}`"


def title(sample: Sample) -> str:
    """The title the sample names, else that of the first variety with its identifier."""
    if sample.title:
        return sample.title
    described = rules.rules().format[sample.format]
    for variety in described.variety:
        if variety.puid == sample.puid and variety.title and variety.puid != described.puid:
            return variety.title
    return described.title


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def renewed(page: str) -> str:
    """The page with the table as it should be."""
    return re.sub(
        f"{re.escape(START)}.*?{re.escape(END)}", lambda _: f"{START}\n{table()}\n{END}", page, flags=re.DOTALL
    )


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
