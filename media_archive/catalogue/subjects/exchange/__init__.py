"""Subjects from tables of other systems and to them: mapping, preview, import, export."""
