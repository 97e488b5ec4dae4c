"""A photograph's renditions, by the reader process."""

from pathlib import Path

from media_archive.metadata.formats import FORMATS
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.parameters import Size
from media_archive.renditions.recipes import book
from media_archive.tools.isolation import reader
from media_archive.words import Message


def render_photo(order: Order) -> Rendered:
    """Everything that can be made of the photograph."""
    sizes = {one.name: one for one in order.recipes if one.made_by == "size"}
    plan = {
        "sizes": [{"recipe": name, **one.told(Size).model_dump()} for name, one in sizes.items()],
        "max_pixels": order.settings.max_pixels,
        "background": list(book("photo").common.background),
    }
    raw = order.format_name in FORMATS and FORMATS[order.format_name].raw
    made = reader().call(
        "media_archive.renditions.stills.making:make",
        *(str(order.source), order.format_name, raw, str(order.scratch), plan),
        timeout=order.settings.reader_seconds,
    )
    outputs = [
        Output(one["recipe"], sizes[one["recipe"]], Path(one["path"]), "image/jpeg", one["width"], one["height"])
        for one in made["outputs"]
    ]
    problem = Message.from_json(made["problem"]) if made["problem"] else None
    rendered = Rendered(outputs, width=made["width"], height=made["height"], pages=made["pages"], problem=problem)
    rendered.identify(made["fingerprint"], order.wanted("fingerprint"))
    return rendered
