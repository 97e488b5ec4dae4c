"""An audiovisual media asset manager for urban-construction archives."""

import os
from functools import lru_cache

# none is wanted, and to look for some pydantic reads the metadata of every package that is installed
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


@lru_cache(maxsize=1)
def version() -> str:
    """The version that is installed; "0" for a tree that never was."""
    # what reads it costs a tenth of a second, and few ask
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("media-archive")
    except PackageNotFoundError:
        return "0"


def program() -> str:
    """This program and its version, as findings and events name it."""
    return f"media-archive {version()}"
