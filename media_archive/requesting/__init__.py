"""Asking an archive for originals or for a use, and what follows."""
