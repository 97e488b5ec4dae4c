"""From where somebody comes."""

import pytest

from media_archive.access import zones
from media_archive.access.zones import Zone
from media_archive.config import Settings
from media_archive.errors import Invalid

HEADER = Settings(zone_header="X-Archive-Zone", trusted_proxies="10.0.0.1, 10.1.0.0/16")


@pytest.mark.parametrize(
    ("address", "said", "zone"),
    [
        ("10.0.0.1", "government", Zone.GOVERNMENT),
        ("10.1.2.3", "in-house", Zone.IN_HOUSE),
        ("10.0.0.1", None, Zone.INTERNET),
        ("10.0.0.1", "IN-HOUSE", Zone.INTERNET),
        ("10.0.0.1", "in-house, in-house", Zone.INTERNET),
        ("10.0.0.2", "in-house", Zone.INTERNET),
        ("", "in-house", Zone.INTERNET),
        ("::1", "in-house", Zone.INTERNET),
    ],
)
def test_only_a_trusted_front_server_says_the_zone(address: str, said: str | None, zone: Zone) -> None:
    assert zones.zone_of(HEADER, address, said) is zone


def test_without_a_header_the_web_server_has_one_zone_whatever_is_sent() -> None:
    assert zones.zone_of(Settings(), "203.0.113.5", "internet") is Zone.IN_HOUSE
    assert zones.zone_of(Settings(zone="government"), "127.0.0.1", "in-house") is Zone.GOVERNMENT


def test_addresses_that_are_none_are_refused() -> None:
    with pytest.raises(Invalid):
        zones.networks("front.example")
