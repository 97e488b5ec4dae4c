"""No more requests of one person, program or address than people make: what guesses, floods or scrapes is told to wait."""

from flask import Flask, g, request
from flask_limiter import Limiter

from media_archive.config import Settings
from webapp import visitors

#: endpoint -> requests of one address, signed in or not: what lets somebody in. A whole house may come from one address;
#: whoever guesses at one account is stopped by its lock long before
DOORS = {
    "signin.sign_in": "60 per minute; 600 per hour",
    "signin.code": "60 per minute; 600 per hour",
    "signin.enter": "600 per minute",
    "signin.arrive": "120 per minute",
    # the password of a link: many may come from one house, and nobody guesses eight signs at that pace
    "shared.unlock": "20 per minute; 100 per hour",
}
#: of one person: what costs hours of work or fills disks
COSTLY = {
    "parcels.sheet": "60 per minute",
    "parcels.clip": "60 per minute",
    "renditions.ask": "120 per minute",
    "restoring.ask": "60 per minute",
    "lending.ask": "60 per minute",
    "lending.again": "60 per minute",
    "subjects.bring": "30 per minute",
    "bulk.ask": "60 per minute",
    "watermark.trial": "60 per minute",
}
#: changes of one person, and everything of one address that nobody has signed in from
CHANGES, STRANGERS = "1200 per minute", "6000 per minute"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Counts requests where the settings want that; a counter that does not answer keeps nobody out."""
    settings: Settings = app.extensions["archive"].settings
    if not settings.rate_limits:
        return
    # counting is what it is for: it counts without asking who it is where somebody tries to sign in
    Limiter(
        whose,
        app=app,
        storage_uri=storage(settings),
        application_limits=[_limit],
        application_limits_exempt_when=lambda: not _limit(),
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        strategy="fixed-window",
        headers_enabled=False,
    )


def storage(settings: Settings) -> str:
    """Where is counted: what all web servers share, else each process for itself."""
    if settings.rate_storage:
        return settings.rate_storage
    return settings.broker_url if settings.broker_url.startswith(("redis://", "rediss://")) else "memory://"


def whose() -> str:
    """Of whom is counted: the person, else the address."""
    door = request.endpoint in DOORS
    person = None if door else g.get("user")
    who = str(person.id) if person is not None else visitors.address()
    special = request.endpoint if door or (request.endpoint in COSTLY and request.method not in SAFE) else "all"
    return f"{who}/{special}"


def _limit() -> str:
    """How many of such requests."""
    if request.endpoint in DOORS and (request.method == "POST" or request.endpoint != "signin.sign_in"):
        return DOORS[request.endpoint]
    if request.endpoint in COSTLY and request.method not in SAFE:
        return COSTLY[request.endpoint]
    # a shoot arrives in thousands of pieces: what is bounded there are bytes
    if request.blueprint in ("health", "tus"):
        return ""
    if g.get("user") is not None:
        return CHANGES if request.method not in SAFE else ""
    return STRANGERS
