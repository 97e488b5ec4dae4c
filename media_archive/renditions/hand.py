"""What a rendering works with on this machine: the originals at hand, and a folder that is gone afterwards."""

import errno
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from media_archive.context import Context
from media_archive.errors import NoSpace
from media_archive.renditions import dividing
from media_archive.renditions.orders import Order
from media_archive.renditions.planning import Holding
from media_archive.renditions.recipes import Recipe
from media_archive.storage.models import File


@contextmanager
def scratch(context: Context) -> Iterator[Path]:
    """An empty folder for work in progress, there only inside the block."""
    context.settings.scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=context.settings.scratch, prefix="render-"))
    try:
        yield folder
    except OSError as exc:
        if exc.errno != errno.ENOSPC:
            raise
        raise NoSpace("The disk of the scratch folder is full. Make room and try again.") from exc
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def order(context: Context, holding: Holding, recipes: Sequence[Recipe], paths: Sequence[Path], folder: Path) -> Order:
    """The order to make `recipes` of the files at `paths`, all those of one film, in `folder`."""
    source, record = holding.source, holding.asset.record
    several = len(paths) > 1
    return Order(
        paths[0] if paths else folder,
        source.format,
        record,
        recipes,
        folder,
        context.settings,
        lambda _: None,
        None,
        source.name,
        tuple(paths) if several else (),
        tuple(file.name for file in dividing.originals(holding)) if several else (),
    )


@contextmanager
def at_hand(context: Context, files: Sequence[File]) -> Iterator[list[Path]]:
    """Paths to the bytes of `files`, for reading only and only inside the block."""
    with ExitStack() as stack:
        yield [stack.enter_context(context.stores.at_hand(file)) for file in files]
