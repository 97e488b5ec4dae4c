"""Measurements: ratios against a named rival in one run, never times."""
