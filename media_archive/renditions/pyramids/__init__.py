"""Pyramids: a picture in tiles, at its full size and at a half, a quarter, an eighth ... of it, so that any part is read at once."""
