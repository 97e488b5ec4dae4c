"""A small archive of an invented city, drawn by the project itself: for a first look, and for tests."""

from media_archive.demo.making import Shoot, make

__all__ = ["Shoot", "make"]
