"""What a rendering works with on this machine: the originals at hand, and a folder that is gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from media_archive.context import Context
from media_archive.storage.models import File


@contextmanager
def scratch(context: Context) -> Iterator[Path]:
    """An empty folder for work in progress, there only inside the block."""
    context.settings.scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=context.settings.scratch, prefix="render-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def at_hand(context: Context, files: Sequence[File]) -> Iterator[list[Path]]:
    """Paths to the bytes of `files`, for reading only and only inside the block."""
    with ExitStack() as stack:
        yield [stack.enter_context(context.stores.at_hand(file)) for file in files]
