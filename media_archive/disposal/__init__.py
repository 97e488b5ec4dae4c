"""Trash, retention, holds, and deleting for good."""
