"""Tracks of satellite receivers, and where pictures were taken by them."""
