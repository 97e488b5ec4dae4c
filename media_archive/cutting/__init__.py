"""Markers on films, clips kept in bins, and rough cuts that leave for editing programs."""
