"""Stores whose objects are encrypted here, before they leave the house."""

from media_archive.storage.stores.encrypted.keys import Key, Keys
from media_archive.storage.stores.encrypted.store import EncryptedStore

__all__ = ["EncryptedStore", "Key", "Keys"]
