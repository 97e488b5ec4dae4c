"""Nights and days as the archive's clock tells them."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from media_archive.config import Settings
from media_archive.db import now


def last(at: time, settings: Settings) -> datetime:
    """When it was last that time of day."""
    local = now().astimezone(ZoneInfo(settings.time_zone))
    today = datetime.combine(local.date(), at, local.tzinfo)
    return today if today <= local else datetime.combine(local.date() - timedelta(days=1), at, local.tzinfo)


def next_(at: time, settings: Settings) -> datetime:
    """When it will next be that time of day."""
    before = last(at, settings)
    return datetime.combine(before.date() + timedelta(days=1), at, before.tzinfo)
