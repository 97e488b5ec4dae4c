"""Films by HLS: the playlists that were made with the proxies, with addresses that a player can load."""

import re
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Rendition
from media_archive.errors import NotFound
from media_archive.storage.models import File
from webapp.assets.queries import files
from webapp.media.addresses import extension, of_digest
from webapp.media.source import text

MEDIA_TYPE = "application/vnd.apple.mpegurl"
_NAME = re.compile(r'(?P<before>^|URI=")(?P<name>[a-z][a-z0-9-]*)\.mp4(?P<after>$|")', re.MULTILINE)
_SEGMENT = re.compile(r"^#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@", re.MULTILINE)

Renditions = dict[str, tuple[Rendition, File]]


def media(session: Session, asset_id: UUID, name: str) -> str:
    """The playlist `name` of a film, with the address of the film's file put in for its name."""
    made = files(session, asset_id)
    playlist = _text(made, name)
    addresses = {
        one: of_digest(file.id, file.sha256, extension(file.media_type, file.name)) for one, (_, file) in made.items()
    }
    return _NAME.sub(lambda at: at["before"] + addresses.get(at["name"], at["name"]) + at["after"], playlist)


def choice(session: Session, asset_id: UUID) -> str:
    """The playlist that names all of a film's, with what each asks of the line: a player takes what it can follow."""
    made = files(session, asset_id)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for name, (_, file) in sorted(made.items()):
        if file.media_type == MEDIA_TYPE:
            shown = made.get(name.replace("hls", "proxy"))
            size = f",RESOLUTION={shown[0].width}x{shown[0].height}" if shown and shown[0].width else ""
            lines.append(f"#EXT-X-STREAM-INF:BANDWIDTH={_bandwidth(_text(made, name))}{size}")
            lines.append(url_for("assets.playlist", asset_id=asset_id, name=name))
    if len(lines) == 3:
        raise _missing()
    return "\n".join([*lines, ""])


def _text(made: Renditions, name: str) -> str:
    _, file = made.get(name, (None, None))
    if file is None or file.media_type != MEDIA_TYPE:
        raise _missing()
    return text(file)


def _missing() -> NotFound:
    return NotFound("This film cannot be played by HLS. Its preview may still be in the making: reload the page later.")


def _bandwidth(playlist: str) -> int:
    """Bits a second of the largest segment (RFC 8216, 4.3.4.2)."""
    return max(
        (round(int(size) * 8 / max(float(seconds), 0.001)) for seconds, size in _SEGMENT.findall(playlist)), default=1
    )
