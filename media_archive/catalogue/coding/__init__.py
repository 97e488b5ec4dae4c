"""Accession codes (档号): templates as data, numbers without gaps, old codes as aliases."""
