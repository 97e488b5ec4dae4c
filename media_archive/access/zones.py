"""Zones of the network: from where somebody comes decides how much is shown and what may be done at most."""

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.access import grants
from media_archive.access.models import Part, User
from media_archive.access.service import may
from media_archive.catalogue.models import Archive
from media_archive.catalogue.seeing.viewer import Sight, Viewer
from media_archive.config import Settings
from media_archive.errors import Invalid


class Zone(StrEnum):
    """From where somebody comes."""

    INTERNET = "internet"
    GOVERNMENT = "government"
    IN_HOUSE = "in-house"


#: how much is shown at most; in the house the roles decide
SIGHTS = {Zone.INTERNET: Sight.PUBLISHED, Zone.GOVERNMENT: Sight.UNCLASSIFIED, Zone.IN_HOUSE: Sight.EVERYTHING}
#: what may be done at most; None where the roles decide
ACTIONS: dict[Zone, frozenset[str] | None] = {
    Zone.INTERNET: frozenset({"look"}),
    Zone.GOVERNMENT: None,
    Zone.IN_HOUSE: None,
}
#: for what collections of others are opened: to look, and to put assets into them; never to change or take away assets
OPENING = frozenset({"look", "arrange"})


def zone_of(settings: Settings, address: str, said: str | None) -> Zone:
    """The zone of a request from `address` whose header says `said`.

    Where a header is set, a request that does not come through one of the trusted proxies, or of which the proxy says
    nothing that is known, gets the zone that shows least.
    """
    if not settings.zone_header:
        return Zone(settings.zone)
    if not is_proxy(settings, address) or said not in set(Zone):
        return Zone.INTERNET
    return Zone(said)


def is_proxy(settings: Settings, address: str) -> bool:
    """Whether the address is that of a front server that is believed."""
    try:
        given = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return any(given in network for network in networks(settings.trusted_proxies))


def networks(written: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks, apart by commas; Invalid where one is none."""
    try:
        return [ip_network(one.strip(), strict=False) for one in written.split(",") if one.strip()]
    except ValueError as exc:
        raise Invalid(
            "The setting trusted_proxies is refused: {reason}. Write addresses or networks, apart by commas.",
            reason=str(exc),
        ) from exc


def viewer(session: Session, user: User, zone: Zone, actions: Iterable[str]) -> Viewer:
    """How much of which archives `user` is shown who comes from `zone` to do one of `actions`; none where it is only to
    look. Archives where no role of theirs allows it are left out.
    """
    wanted = tuple(actions)
    sights: dict[UUID, Sight] = {}
    for archive_id, roles in user.roles().items():
        if not wanted or any(may(user, action, archive_id) for action in wanted):
            sights[archive_id] = min(_sight(roles), SIGHTS[zone])
    every = session.scalars(select(Archive.id)).all()
    everything = all(sights.get(one) == Sight.EVERYTHING for one in every)
    opens = not everything and (not wanted or OPENING.intersection(wanted)) and may(user, "look")
    return Viewer(
        tuple(sorted(sights.items())), everything, grants.opened(session, user, SIGHTS[zone]) if opens else ()
    )


def _sight(roles: frozenset[Part]) -> Sight:
    return Sight.EVERYTHING if roles - {Part.READER} else Sight.OPEN


def anybody(session: Session) -> Viewer:
    """What is shown to everybody, signed in or not: what is published and open, of every archive."""
    return Viewer(tuple((one, Sight.PUBLISHED) for one in sorted(session.scalars(select(Archive.id)))))
