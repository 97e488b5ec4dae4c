"""The Celery door: wakes workers, and lets them do what the catalogue's Job rows ask for."""
