"""What the web server loads: `granian --interface wsgi webapp.wsgi:app`."""

from webapp.app import create_app
from workers.app import archive

app = create_app(archive())
