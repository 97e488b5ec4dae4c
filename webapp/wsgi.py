"""What the web server loads: `granian --interface wsgi webapp.wsgi:app`."""

from media_archive import config
from media_archive.archive import Archive
from webapp.app import create_app
from workers.outlet import CeleryOutlet

app = create_app(Archive.open(config.load(), CeleryOutlet()))
