"""The routes, by what they are about."""

from webapp.api.resources import (
    archive,
    assets,
    collections,
    editing,
    happenings,
    keeping,
    linking,
    restores,
    shoots,
    subjecting,
    subjects,
    work,
)
from webapp.api.routes import Routes

TOPICS: tuple[Routes, ...] = (
    assets.routes,
    editing.routes,
    assets.finding,
    assets.files,
    shoots.routes,
    subjects.routes,
    subjecting.routes,
    linking.routes,
    collections.routes,
    keeping.routes,
    restores.routes,
    work.routes,
    archive.routes,
    happenings.routes,
)
