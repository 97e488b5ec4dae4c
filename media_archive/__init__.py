"""An audiovisual media asset manager for urban-construction archives."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("media-archive")
except PackageNotFoundError:  # run from a tree that was never installed
    __version__ = "0"
