"""Profiles as data: stores, tiers, and rules in order; the first rule that fits a file says where its copies lie."""

import hashlib
import json
from datetime import time
from typing import Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from media_archive.storage.models import Role
from media_archive.storage.profiles.checking import Faulty, faults
from media_archive.storage.profiles.places import Name, Part, StoreSpec, Tier, Words

#: roles of which a profile must say where they lie; cameras' proxies lie with the sidecars where no rule speaks of them
NEEDED = (Role.ORIGINAL, Role.SIDECAR, Role.RENDITION)


class When(Part):
    """Which files a rule is for: all that is said must hold. Lists mean one of them. Empty means every file."""

    roles: tuple[Role, ...] = ()
    kinds: tuple[Literal["photo", "film", "sound"], ...] = ()
    #: short names of formats, such as "jpeg", "mov"
    formats: tuple[str, ...] = ()
    #: bytes
    larger_than: NonNegativeInt | None = None
    smaller_than: NonNegativeInt | None = None
    #: days since the file came in
    older_than: NonNegativeInt | None = None
    younger_than: NonNegativeInt | None = None
    #: days since the asset was last opened by anybody, or came in where nobody has
    idle_for: NonNegativeInt | None = None
    #: stars; an asset without any has 0
    rating_at_least: int | None = Field(None, ge=0, le=5)
    rating_at_most: int | None = Field(None, ge=0, le=5)
    #: names of collections
    collections: tuple[str, ...] = ()
    #: codes or names of subjects, or those below them
    subjects: tuple[str, ...] = ()
    #: codes of retention classes
    retention: tuple[str, ...] = ()
    #: whether the asset is under a legal hold
    hold: bool | None = None
    #: codes of archives
    archives: tuple[str, ...] = ()

    @property
    def by_role_alone(self) -> bool:
        """Whether nothing but the role is looked at."""
        return not self.model_dump(exclude_defaults=True, exclude={"roles"})


class Rule(Part):
    """Files that fit `when` lie in the tiers of `copies`; the first of them that is online takes deposits."""

    name: str = ""
    when: When = When()
    #: names of tiers; a store that no tier speaks of is a tier of its own
    copies: list[Name] = Field(min_length=1)
    #: with so many verified copies a file counts as safe
    verified: PositiveInt = 1
    #: in so many places (see `site` of a store) its copies must lie
    sites: PositiveInt = 1
    #: every copy is read back and compared so often; None means never by itself
    audit_days: PositiveInt | None = 365
    #: whether audits also read copies that cost money or hours to read
    audit_offline: bool = False
    #: between the decision that a copy is no longer needed and its removal
    grace_days: NonNegativeInt = 30

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        """`roles` may stand beside `copies` where nothing else is asked."""
        if not isinstance(given, dict) or "roles" not in given:
            return given
        rest = {key: value for key, value in given.items() if key != "roles"}
        return {**rest, "when": {**rest.get("when", {}), "roles": given["roles"]}}

    @model_validator(mode="after")
    def _possible(self) -> "Rule":
        if len(set(self.copies)) < len(self.copies):
            raise ValueError("copies names a tier twice")
        if self.verified > len(self.copies):
            raise ValueError(f"verified asks for {self.verified} copies, but copies names {len(self.copies)} tiers")
        return self


class Nightly(Part):
    """When the plan is made and applied by itself, and how much of it a night."""

    #: local time of the archive
    at: time
    #: gigabytes that are moved a day; what is left waits for the next
    gigabytes: float = Field(1000, gt=0)


class Profile(Part):
    """A storage profile."""

    key: Name
    name: Words
    description: Words
    currency: str = "CNY"
    #: verified copies that no rule may leave an original with less of
    minimum: PositiveInt = 1
    stores: dict[Name, StoreSpec] = Field(min_length=1)
    tiers: dict[Name, Tier] = Field(default_factory=dict)
    rules: list[Rule] = Field(min_length=1)
    nightly: Nightly | None = None

    @model_validator(mode="before")
    @classmethod
    def _stores_are_tiers(cls, given: Any) -> Any:
        """A store that no tier speaks of is a tier of its own, of the same name; rules are named by number."""
        if not isinstance(given, dict) or not isinstance(given.get("stores"), dict):
            return given
        tiers = given.get("tiers") or {}
        spoken = {tier.get("store") for tier in tiers.values() if isinstance(tier, dict)}
        more = {name: {"store": name} for name in given["stores"] if name not in spoken and name not in tiers}
        return {**given, "tiers": {**tiers, **more}}

    @model_validator(mode="after")
    def _complete(self) -> "Profile":
        if found := faults(self):
            raise Faulty(found)
        return self

    def title(self, place: int) -> str:
        """What people call the rule at this place: its name, or its number from 1."""
        return self.rules[place].name or str(place + 1)

    def fitting(self, role: Role) -> list[Rule]:
        """The rules that may be for files of this role, in order, to the first that takes all of them."""
        found: list[Rule] = []
        for rule in self.rules:
            if not rule.when.roles or role in rule.when.roles:
                found.append(rule)
                if rule.when.by_role_alone:
                    return found
        return found or self.fitting(Role.SIDECAR)

    def landing(self, role: Role) -> Tier:
        """Where files of this role are deposited, before anything else is known of them."""
        rules = self.fitting(role)
        return next(tier for rule in reversed(rules) for tier in self.tiers_of(rule) if self.takes_deposits(tier))

    def tiers_of(self, rule: Rule) -> list[Tier]:
        """The tiers where `rule` wants copies, in its order."""
        return [self.tiers[name] for name in rule.copies]

    def takes_deposits(self, tier: Tier) -> bool:
        """Whether what is stored there can be read back at once, and in the class that it came in."""
        spec = self.stores[tier.store]
        return tier.online and not spec.read_only and self.class_of(tier) == spec.first_class

    def class_of(self, tier: Tier) -> str:
        """The storage class of objects of that tier."""
        return tier.storage_class or self.stores[tier.store].first_class

    def tier_at(self, store: str, storage_class: str) -> str | None:
        """The name of the tier that objects of this class of this store are in; None if the profile has none."""
        at = (name for name, tier in self.tiers.items() if (tier.store, self.class_of(tier)) == (store, storage_class))
        return next(at, None)

    def spreads(self, role: Role) -> bool:
        """Whether any rule wants files of this role elsewhere than where they were deposited."""
        first = self.landing(role)
        return any(tier != first for rule in self.fitting(role) for tier in self.tiers_of(rule))

    @property
    def placing(self) -> dict[str, Any]:
        """Everything in it that decides where copies lie and what that costs; rules by their names, else numbers."""
        rules = {
            rule.name or str(number): {"order": number, **rule.model_dump(mode="json", exclude_defaults=True)}
            for number, rule in enumerate(self.rules, 1)
        }
        tiers = {
            name: {
                **tier.model_dump(mode="json"),
                "storage_class": self.class_of(tier),
                "site": self.site_of(tier.store),
            }
            for name, tier in self.tiers.items()
        }
        return {"minimum": self.minimum, "rules": rules, "tiers": tiers}

    @property
    def edition(self) -> str:
        """A digest of `placing`: equal ones place alike."""
        return hashlib.sha256(json.dumps(self.placing, sort_keys=True).encode()).hexdigest()

    def site_of(self, store: str) -> str:
        """Where the store stands."""
        return self.stores[store].site or store
