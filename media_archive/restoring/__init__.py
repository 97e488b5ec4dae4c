"""Originals brought back from offline storage."""
