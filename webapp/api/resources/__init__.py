"""The routes, by what they are about."""

from webapp.api.resources import (
    archive,
    arranging,
    assets,
    bulk,
    collections,
    editing,
    happenings,
    keeping,
    linking,
    restores,
    searching,
    shoots,
    states,
    subjecting,
    subjects,
    suggestions,
    work,
)
from webapp.api.routes import Routes

TOPICS: tuple[Routes, ...] = (
    searching.lists,
    assets.routes,
    editing.routes,
    states.routes,
    searching.routes,
    assets.files,
    shoots.routes,
    subjects.routes,
    subjecting.routes,
    linking.routes,
    suggestions.routes,
    collections.routes,
    arranging.routes,
    bulk.routes,
    keeping.routes,
    restores.routes,
    work.routes,
    archive.routes,
    happenings.routes,
)
