"""The Flask application: one factory, given the archive it opens the door to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from whitenoise import WhiteNoise

from media_archive.archive import secret_key
from media_archive.context import Context
from media_archive.logs import Log
from webapp import audit, built, languages, large_forms, limits, parts, refusals, security, shown, themes
from webapp.account.views import account
from webapp.api import page as interface
from webapp.api.views import api
from webapp.assets.views import assets
from webapp.bulk.views import bulk
from webapp.captions.views import captions
from webapp.collections.grants import grants
from webapp.collections.views import collections
from webapp.comparing import shown as comparing_shown
from webapp.comparing.views import comparing
from webapp.culling.views import culling
from webapp.cutting.views import cutting
from webapp.dashboard.views import dashboard
from webapp.describing.shoots import shoot_descriptions
from webapp.describing.views import describing
from webapp.disposal.views import trash
from webapp.door import EXTENSION, StrictUUID
from webapp.health.views import health
from webapp.iiif import views as iiif
from webapp.ingest.views import ingest
from webapp.jobs.views import jobs
from webapp.likeness.views import likeness
from webapp.listing import columns
from webapp.map import base as map_base
from webapp.map.views import blueprint as city_map
from webapp.marking.views import marking
from webapp.media.views import media
from webapp.pages.views import pages
from webapp.parcels.views import parcels
from webapp.placing.views import placing
from webapp.record.views import record
from webapp.renditions.views import renditions
from webapp.requests import shown as lending_words
from webapp.requests.views import lending
from webapp.restoring import shown as restoring_words
from webapp.restoring.views import restoring
from webapp.shares.public import shared
from webapp.shares.views import shares
from webapp.shoots.views import shoots
from webapp.signin import guard, outside
from webapp.signin.views import signin
from webapp.storage.views import storage
from webapp.subjects import importing, subjects
from webapp.suggesting import words as suggestion_words
from webapp.suggesting.linking import links
from webapp.suggesting.views import suggestions
from webapp.tasks.views import tasks
from webapp.texts.views import texts
from webapp.tokens.views import tokens
from webapp.uploads import forms as upload_forms
from webapp.uploads import shown as upload_words
from webapp.uploads import tus as upload_pieces
from webapp.uploads.everyones import everyones
from webapp.uploads.views import uploads
from webapp.users.institutions import institutions
from webapp.users.views import users
from webapp.watching.views import watching
from webapp.watermark import views as watermarks

HERE = Path(__file__).parent
BLUEPRINTS = (
    signin,
    assets,
    dashboard,
    describing,
    shoot_descriptions,
    tasks,
    bulk,
    collections,
    grants,
    shoots,
    culling,
    cutting,
    captions,
    placing,
    city_map,
    subjects,
    suggestions,
    links,
    comparing,
    likeness,
    ingest,
    jobs,
    storage,
    trash,
    parcels,
    shares,
    shared,
    lending,
    restoring,
    media,
    texts,
    renditions,
    watermarks.watermark,
    marking,
    health,
    api,
    interface.pages,
    tokens,
    account,
    users,
    institutions,
    record,
    upload_pieces.tus,
    uploads,
    everyones,
    watching,
    pages,
)
log = Log()


def create_app(archive: Context) -> Flask:
    """The application over `archive`, with every page, header and guard in place."""
    app = Flask(__name__, static_folder=None)
    app.extensions[EXTENSION] = archive
    app.config.update(_config(archive))
    app.url_map.converters["id"] = StrictUUID
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for part in (
        languages,
        shown,
        themes,
        built,
        parts,
        restoring_words,
        lending_words,
        comparing_shown,
        suggestion_words,
        security,
        refusals,
        watermarks,
        importing,
        large_forms,
        map_base,
        columns,
        upload_words,
        upload_forms,
        upload_pieces,
        guard,
        limits,
        audit,
        outside,
    ):
        part.install(app)
    # who comes to it with a browser's session is checked there: programs bring a token instead
    protection = CSRFProtect(app)
    for one in (api, upload_pieces.tus, uploads):
        protection.exempt(one)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    iiif.install(app)
    _serve_static_files(app)
    return app


def _config(archive: Context) -> dict[str, Any]:
    settings = archive.settings
    return {
        "SECRET_KEY": secret_key(settings),
        "MAX_CONTENT_LENGTH": 1 << 20,
        "SESSION_COOKIE_NAME": "archive_form",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "WTF_CSRF_TIME_LIMIT": None,
        # the token and the same-site cookie guard every change; a proxy may speak plain HTTP to us
        "WTF_CSRF_SSL_STRICT": False,
    }


def _serve_static_files(app: Flask) -> None:
    """Built assets carry their digest in the name and may be kept for ever; sources are served only while nothing is built."""
    served = WhiteNoise(app.wsgi_app, max_age=0, immutable_file_test=built.is_immutable)
    if built.FOLDER.is_dir():
        served.add_files(str(built.FOLDER), prefix="static/built/")
    served.add_files(str(built.STYLES), prefix="static/css/")
    served.add_files(str(HERE / "static" / "own"), prefix="static/own/")
    app.wsgi_app = served  # type: ignore[method-assign]
