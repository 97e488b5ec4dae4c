"""Storage profiles: which stores there are, and where the copies of which files must lie. Data, one TOML file each."""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from media_archive.config import Settings
from media_archive.errors import Invalid, NotFound
from media_archive.storage.folder import FolderStore
from media_archive.storage.models import Role
from media_archive.storage.s3 import S3Store
from media_archive.storage.s3_client import Service
from media_archive.storage.store import Store

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
#: ${NAME} or ${NAME:-what is taken where it is unset}
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class FolderSpec(_Part):
    """A store in a folder. `keep_free` overrides the setting of that name."""

    kind: Literal["folder"]
    path: str = Field(min_length=1)
    keep_free: int | None = Field(None, ge=0)

    @property
    def place(self) -> str:
        """What no other store may share."""
        return os.path.realpath(self.path)

    def open(self, name: str, settings: Settings) -> Store:
        """The store, not yet looked at. One inside the home cannot be absent alone, so it founds itself."""
        root = Path(self.path)
        inside = root.resolve().is_relative_to(settings.home.resolve())
        keep_free = settings.keep_free if self.keep_free is None else self.keep_free
        return FolderStore(name, root, keep_free, founds_itself=inside)


class S3Spec(_Part):
    """A store in a bucket. What is left empty comes from the settings; keys are never written in a profile."""

    kind: Literal["s3"]
    bucket: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$")
    prefix: str = Field("", pattern=r"^([^/].*/)?$")
    endpoint: str = ""
    region: str = ""
    addressing: Literal["auto", "path", "virtual"] = "auto"
    #: a class that can be read at once: what is stored is read back
    storage_class: Literal["STANDARD", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "INTELLIGENT_TIERING"] = "STANDARD"

    @property
    def place(self) -> str:
        """What no other store may share."""
        return f"{self.endpoint}/{self.bucket}/{self.prefix}"

    def open(self, name: str, settings: Settings) -> Store:
        """The store, not yet looked at."""
        service = Service(
            endpoint=self.endpoint or settings.s3_endpoint,
            region=self.region or settings.s3_region,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            ca_bundle=settings.s3_ca_bundle,
            addressing=self.addressing,
        )
        return S3Store(
            name,
            self.bucket,
            service,
            settings.scratch,
            prefix=self.prefix,
            storage_class=self.storage_class,
            keep_free=settings.keep_free,
        )


StoreSpec = Annotated[FolderSpec | S3Spec, Field(discriminator="kind")]


class Rule(_Part):
    """Files of these roles lie in these stores; deposits go to the first, the others follow."""

    roles: list[Role] = Field(min_length=1)
    copies: list[Name] = Field(min_length=1)
    #: with so many verified copies a file counts as safe
    verified: int = Field(1, ge=1)

    @model_validator(mode="after")
    def _possible(self) -> "Rule":
        if len(set(self.copies)) < len(self.copies):
            raise ValueError("copies names a store twice")
        if self.verified > len(self.copies):
            raise ValueError(f"verified asks for {self.verified} copies, but copies names {len(self.copies)} stores")
        return self


class Profile(_Part):
    """A storage profile."""

    key: Name
    name: Words
    description: Words
    stores: dict[Name, StoreSpec] = Field(min_length=1)
    rules: list[Rule] = Field(min_length=1)

    def rule_of(self, role: Role) -> Rule:
        """The rule for files of this role; cameras' proxies lie with the sidecars where no rule speaks of them."""
        found = next((rule for rule in self.rules if role in rule.roles), None)
        return found or self.rule_of(Role.SIDECAR)

    def copies_of(self, role: Role) -> list[str]:
        """Names of the stores where files of this role must lie, the one that takes deposits first."""
        return list(self.rule_of(role).copies)

    @model_validator(mode="after")
    def _complete(self) -> "Profile":
        faults = [*self._faults_of_roles(), *self._faults_of_stores()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _faults_of_roles(self) -> list[str]:
        ruled = [role for rule in self.rules for role in rule.roles]
        faults = [
            f'rules give files of the role "{role}" no copies' for role in set(Role) - {Role.PROXY} if role not in ruled
        ]
        return faults + [f'two rules speak of the role "{role}"' for role in Role if ruled.count(role) > 1]

    def _faults_of_stores(self) -> list[str]:
        used = {name for rule in self.rules for name in rule.copies}
        faults = [f'rules name the store "{name}", which is not among the stores' for name in used - set(self.stores)]
        places: dict[str, str] = {}
        for name, spec in self.stores.items():
            if spec.place in places:
                faults.append(f'the stores "{places[spec.place]}" and "{name}" are the same place')
            places[spec.place] = name
            if isinstance(spec, FolderSpec) and not Path(spec.path).is_absolute():
                faults.append(f'the path of the store "{name}" is not absolute: begin it with {{home}} or /')
        return sorted(faults)


def load(name: str, settings: Settings) -> Profile:
    """The profile in `profiles_folder`/name.toml; raises NotFound, or Invalid that names every mistake."""
    file = settings.profiles_folder / f"{name}.toml"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name) or not file.is_file():
        raise NotFound(
            "There is no storage profile {name}. Those in {folder} are: {known}.",
            name=name,
            folder=str(settings.profiles_folder),
            known=", ".join(known(settings)) or "-",
        )
    text = _text(file)
    try:
        return Profile.model_validate({**_filled(text, file, settings), "key": name})
    except ValidationError as exc:
        raise Invalid(
            "The storage profile {file} is refused: {reasons}. Mend the file.",
            file=str(file),
            reasons="; ".join(_reason(dict(error)) for error in exc.errors()),
        ) from exc


def known(settings: Settings) -> list[str]:
    """Names of the profiles there are."""
    return sorted(file.stem for file in settings.profiles_folder.glob("*.toml"))


def open_stores(profile: Profile, settings: Settings) -> dict[str, Store]:
    """Every store of the profile by its name; nothing is connected to yet."""
    return {name: spec.open(name, settings) for name, spec in profile.stores.items()}


def _text(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise Invalid(
            "{file} is not valid TOML: {reason}. Mend the line it names.", file=str(file), reason=str(exc)
        ) from exc
    except OSError as exc:
        raise Invalid(
            "{file} cannot be read: {reason}. Check its owner and mode.", file=str(file), reason=str(exc.strerror)
        ) from exc


def _filled(given: dict[str, Any], file: Path, settings: Settings) -> dict[str, Any]:
    """`given` with variables and {home} filled in in what describes stores."""

    def fill(where: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(f"{where}.{key}", each) for key, each in value.items()}
        return _fill(where, value, file, settings) if isinstance(value, str) else value

    stores = given.get("stores")
    return {**given, "stores": fill("stores", stores)} if isinstance(stores, dict) else given


def _fill(where: str, value: str, file: Path, settings: Settings) -> str:
    def variable(match: re.Match[str]) -> str:
        name, otherwise = match.groups()
        found = os.environ.get(name) or otherwise
        if found is None:
            raise Invalid(
                "The storage profile {file} takes {where} from the environment variable {name}, which is not set."
                " Set it, or choose another profile.",
                file=str(file),
                where=where,
                name=name,
            )
        return str(found)

    return VARIABLE.sub(variable, value).replace("{home}", str(settings.home))


def _reason(error: dict[str, Any]) -> str:
    where = ".".join(str(step) for step in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
