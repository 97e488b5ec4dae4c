"""Whether bytes can be read now, and what it takes to bring back those that lie offline.

A copy is offline where its store has to be asked for objects of its class before they are read (`offline_classes` of
an S3 store). What a tier costs and how long it takes, its profile says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from media_archive.errors import Offline
from media_archive.storage.models import Copy, File, Phase
from media_archive.storage.profiles.places import S3Spec
from media_archive.storage.profiles.shape import Profile
from media_archive.storage.stores.store import Thaw
from media_archive.words import Message

TERABYTE = 10**12
#: copies that are not whole yet, or about to go
PASSING = (Phase.COMING, Phase.GOING)
#: where the profile does not say how long a class takes: what S3 services promise for bulk restores from GLACIER
USUAL_HOURS = 12.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether something can be read now. `hours` and `price` are those of bringing it back, 0 where nothing is to be."""

    thaw: Thaw
    #: name of the tier it is offline in
    tier: str | None = None
    hours: float = 0.0
    #: in the profile's currency
    price: float = 0.0
    #: until when what was brought back can be read
    readable_until: datetime | None = None
    #: since when it is being brought back, and when it is likely to be ready
    since: datetime | None = None
    ready_about: datetime | None = None

    @property
    def readable(self) -> bool:
        """Whether it can be read now."""
        return self.thaw in (Thaw.ONLINE, Thaw.READY)


ONLINE = Standing(Thaw.ONLINE)


@dataclass(frozen=True, slots=True)
class Fetching:
    """What it takes to bring one object back."""

    tier: str | None
    hours: float
    price: float


def offline_places(profile: Profile) -> list[tuple[str, str]]:
    """Every store and class whose objects must be asked for before they are read."""
    return [
        (name, storage_class)
        for name, spec in profile.stores.items()
        if isinstance(spec, S3Spec)
        for storage_class in spec.offline_classes
    ]


def is_offline(profile: Profile, store: str, storage_class: str) -> bool:
    """Whether objects of that class of that store must be asked for before they are read."""
    spec = profile.stores.get(store)
    return isinstance(spec, S3Spec) and storage_class in spec.offline_classes


def can_be_read(profile: Profile, copy: Copy, moment: datetime) -> bool:
    """Whether the copy needs not be asked for: it is online, or was brought back and its time has not run out."""
    if not is_offline(profile, copy.store, copy.storage_class):
        return True
    return copy.readable_until is not None and copy.readable_until > moment


def fetching(profile: Profile, store: str, storage_class: str, size: int) -> Fetching:
    """Hours and price of bringing back `size` bytes from a class of a store."""
    name = profile.tier_at(store, storage_class)
    if name is None:
        return Fetching(None, USUAL_HOURS, 0.0)
    tier = profile.tiers[name]
    return Fetching(name, tier.hours or USUAL_HOURS, tier.retrieval_price * size / TERABYTE)


def cheapest(profile: Profile, copies: Sequence[tuple[str, str]], size: int) -> int:
    """Which of the offline (store, class) to bring back: the place in `copies` of the cheapest, of equals the quickest."""

    def cost(place: int) -> tuple[float, float]:
        found = fetching(profile, *copies[place], size)
        return found.price, found.hours

    return min(range(len(copies)), key=cost)


def of_file(profile: Profile, file: File, moment: datetime) -> Standing:
    """How a file stands by its copies alone, which must be loaded; whether it was asked for, `restoring` knows.

    Copies that are known to be bad do not count while there are others.
    """
    there = [copy for copy in file.copies if copy.store in profile.stores and copy.phase not in PASSING]
    sound = [copy for copy in there if copy.problem is None] or there
    readable = [copy for copy in sound if can_be_read(profile, copy, moment)]
    if not sound or any(not is_offline(profile, copy.store, copy.storage_class) for copy in readable):
        return ONLINE
    if readable:
        return Standing(Thaw.READY, readable_until=max(copy.readable_until for copy in readable if copy.readable_until))
    places = [(copy.store, copy.storage_class) for copy in sound]
    found = fetching(profile, *places[cheapest(profile, places, file.size)], file.size)
    return Standing(Thaw.OFFLINE, found.tier, found.hours, found.price)


def refusal(profile: Profile, file: File, moment: datetime) -> Offline:
    """What is said where the bytes of a file are needed that is offline."""
    found = of_file(profile, file, moment)
    return Offline(
        "{name} lies offline in the tier {tier}: to bring it back takes about {hours} hours and costs {price} {currency}."
        " Ask for it on the asset's page or with `media-archive restore ask`, then try again.",
        name=file.name,
        tier=found.tier or "-",
        hours=f"{found.hours:g}",
        price=f"{found.price:.2f}",
        currency=profile.currency,
        file=str(file.id),
    )


def waits_for(problem: Message, file_id: str) -> bool:
    """Whether `problem` is such a refusal of that file."""
    return problem.facts.get("file") == file_id and "lies offline" in problem.template
