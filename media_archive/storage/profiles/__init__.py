"""Storage profiles: which stores there are, and where the copies of which files must lie. Data, one TOML file each."""

from media_archive.storage.profiles.loading import known, load, open_stores
from media_archive.storage.profiles.shape import Profile

__all__ = ["Profile", "known", "load", "open_stores"]
