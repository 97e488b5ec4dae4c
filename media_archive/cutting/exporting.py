"""The forms in which a cut leaves."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from media_archive.cutting import edl, fcpxml, otio
from media_archive.cutting.cuts import Cut
from media_archive.delivery.tables import harmless
from media_archive.metadata.normal import timecodes


@dataclass(frozen=True)
class Form:
    """A format: what writes it, and its media type."""

    write: Callable[[Cut], str]
    media_type: str


def table(cut: Cut) -> str:
    """The clips as CSV for table programs: number, title, file, in, out, length, note."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(("number", "title", "file", "in", "out", "seconds", "note"))
    for number, piece in enumerate(cut.pieces, 1):
        first = piece.starts + piece.source.first
        points = [
            timecodes.say(one, piece.timing.rate, drop=piece.timing.drop) for one in (first, first + piece.source.count)
        ]
        length = f"{float(piece.source.count / piece.timing.rate):.3f}"
        words = (harmless(piece.title), harmless(piece.file))
        rows.writerow((number, *words, *points, length, harmless(piece.note)))
    return "\ufeff" + out.getvalue()


#: by the ending of the file
FORMS = {
    "edl": Form(edl.write, "text/plain"),
    "fcpxml": Form(fcpxml.write, "application/xml"),
    "otio": Form(otio.write, "application/json"),
    "csv": Form(table, "text/csv"),
}
