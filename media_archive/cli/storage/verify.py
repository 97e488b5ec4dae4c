"""`media-archive storage verify`: the same as `media-archive verify`."""

from media_archive.cli.verify import verify

__all__ = ["verify"]
