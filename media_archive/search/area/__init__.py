"""Parts of the map: which cells cover them, and what lies along their edges."""
