"""Carrying plans out: steps, and how things stand with a file at the moment of each."""
