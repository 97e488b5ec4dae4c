"""Reading profiles from their files, with every mistake named by file and key."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from media_archive.config import Settings
from media_archive.errors import Invalid, NotFound
from media_archive.storage.profiles.shape import Profile
from media_archive.storage.stores.store import Store

#: ${NAME} or ${NAME:-what is taken where it is unset}
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")


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
