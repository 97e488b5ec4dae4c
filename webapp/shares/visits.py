"""Who has opened a link already: in the signed cookie of forms, for a day or until key or password change."""

import time

from flask import session as cookie

from media_archive.sharing import opening
from media_archive.sharing.models import Share

NAME = "visits"
LASTS_SECONDS = 24 * 3600
#: links that one browser has open at a time
MOST = 12


def begin(share: Share) -> None:
    """This browser has opened it."""
    kept = list(cookie.get(NAME, {}).items())[-MOST + 1 :]
    cookie[NAME] = dict([*kept, (str(share.id), [opening.mark(share), int(time.time())])])


def under_way(share: Share) -> bool:
    """Whether this browser has opened it."""
    mark, since = cookie.get(NAME, {}).get(str(share.id), ("", 0))
    return bool(mark == opening.mark(share) and time.time() - since < LASTS_SECONDS)
