"""Sums over the whole catalogue, worked out by the database."""
