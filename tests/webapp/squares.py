"""Pictures of squares that all differ in colour, and the assets that show them."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from PIL import Image, ImageDraw

from media_archive.archive import Archive
from media_archive.catalogue.models import Kind, Progress
from media_archive.storage.models import Role
from tests.webapp import sample as samples

EDGE, EACH = 1000, 100
Colour = tuple[int, ...]


def colour(column: int, row: int) -> Colour:
    """The colour of a square: red grows to the right, green downwards, blue tells neighbours apart."""
    return 20 + column * 23, 20 + row * 23, (column * 7 + row * 3) % 10 * 23 + 20


def drawn(
    form: str = "PNG", mode: str = "RGB", colours: Callable[[int, int], Colour] = colour, **options: object
) -> bytes:
    """The ten by ten squares as a file."""
    picture = Image.new("RGB", (EDGE, EDGE))
    pen = ImageDraw.Draw(picture)
    for column in range(EDGE // EACH):
        for row in range(EDGE // EACH):
            left, top = column * EACH, row * EACH
            pen.rectangle((left, top, left + EACH - 1, top + EACH - 1), fill=colours(column, row))
    out = io.BytesIO()
    picture.convert(mode).save(out, form, **options)
    return out.getvalue()


def asset(
    archive: Archive, data: bytes, name: str = "squares.png", kind: Kind = Kind.PHOTO, *, published: bool = False
) -> UUID:
    """An asset whose original is `data`; nothing was rendered of it yet."""
    with archive.transaction() as session:
        made = samples._asset(session, samples._shoot(session, archive), kind, datetime(2020, 1, 1, tzinfo=UTC))
        made.rendered_at = None
        made.state = Progress.PUBLISHED if published else Progress.RECEIVED
        media_type = {"png": "image/png", "jpg": "image/jpeg", "mp4": "video/mp4"}.get(
            name.rsplit(".", 1)[-1], "image/tiff"
        )
        # originals differ in their bytes: readers pass over what follows the end, and in a film over an empty box
        mark = b"\0\0\0\x18free" + made.id.bytes
        file = samples._file(session, archive, made, Role.ORIGINAL, name, media_type, data + mark)
        file.format = {"jpg": "jpeg", "tif": "tiff"}.get(file.format, file.format)
        return made.id


def near(got: Colour, wanted: Colour, most: int = 5) -> bool:
    """Whether two colours differ no more than the official validator lets them."""
    return all(abs(one - other) <= most for one, other in zip(got, wanted, strict=True))
