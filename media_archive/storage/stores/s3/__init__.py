"""Stores in buckets of S3 services."""

from media_archive.storage.stores.s3.client import Service
from media_archive.storage.stores.s3.store import S3Store

__all__ = ["S3Store", "Service"]
