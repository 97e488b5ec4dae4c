"""Plans of where copies must lie, and what carries them out."""
