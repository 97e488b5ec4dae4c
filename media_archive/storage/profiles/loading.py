"""Reading profiles from their files, with every mistake named by file and key."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from media_archive.config import Settings
from media_archive.errors import Invalid, NotFound
from media_archive.storage.profiles.checking import Fault, Faulty
from media_archive.storage.profiles.doubting import doubts
from media_archive.storage.profiles.lines import line_at, lines_of
from media_archive.storage.profiles.shape import Profile
from media_archive.storage.stores.store import Store
from media_archive.words import Message, Words, broken_rule

#: ${NAME} or ${NAME:-what is taken where it is unset}
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
UNSET = Message("the environment variable {name} is not set")
#: steps that tell kinds of stores apart, and stand in no file
KINDS = ("folder", "s3")


@dataclass(frozen=True)
class Remark:
    """Something about a key of a profile."""

    file: Path
    line: int | None
    key: str
    message: Message

    @property
    def told(self) -> Message:
        """With where it is."""
        facts: dict[str, Words] = {"line": self.line or 0, "key": self.key, "message": self.message}
        return Message("line {line}, {key}: {message}", facts) if self.line else Message("{key}: {message}", facts)


@dataclass(frozen=True)
class Checked:
    """A profile as far as it could be read."""

    file: Path
    profile: Profile | None
    mistakes: list[Remark]
    warnings: list[Remark]
    #: keys that are taken from the environment, where it does not have them
    unset: list[Remark]


def load(name: str, settings: Settings) -> Profile:
    """The profile in `profiles_folder`/name.toml; raises NotFound, or Invalid that names every mistake."""
    return load_file(_file_of(name, settings), settings)


def load_file(file: Path, settings: Settings) -> Profile:
    """The profile in a file, wherever it lies; raises Invalid that names every mistake."""
    checked = check(file, settings)
    for remark in checked.unset:
        raise Invalid(
            "The storage profile {file} takes {where} from the environment variable {name}, which is not set."
            " Set it, or choose another profile.",
            file=str(file),
            where=remark.key,
            **remark.message.facts,
        )
    if checked.profile is None:
        raise Invalid(
            "The storage profile {file} is refused: {reasons}. Mend the file.",
            file=str(file),
            reasons=joined([mistake.told for mistake in checked.mistakes]),
        )
    return checked.profile


def check(file: Path, settings: Settings) -> Checked:
    """What is wrong and what is doubtful in a profile; nothing is opened but the file. Invalid if it is no TOML."""
    _, document = _document(file)
    unset: list[tuple[tuple[str, ...], str]] = []
    filled = _filled(document, settings, unset)
    missing = remarks(file, [Fault(where, Message(UNSET.template, {"name": name})) for where, name in unset])
    try:
        profile = Profile.model_validate({**filled, "key": _key_of(file)})
    except ValidationError as exc:
        return Checked(file, None, remarks(file, [*_mistakes(exc)]), [], missing)
    return Checked(file, profile, [], remarks(file, doubts(profile)), missing)


def remarks(file: Path, faults: Sequence[Fault]) -> list[Remark]:
    """Faults with the lines of the file that they are about."""
    text, document = _document(file)
    lines = lines_of(text)
    return [
        Remark(file, line_at(lines, _as_written(lines, fault.where)), _named(document, fault.where), fault.message)
        for fault in faults
    ]


def _as_written(lines: Mapping[tuple[str | int, ...], int], where: Sequence[str | int]) -> tuple[str | int, ...]:
    """`roles` of a rule may stand beside `copies` instead of in `when`."""
    beside = (*where[:2], *where[3:])
    return beside if tuple(where[2:3]) == ("when",) and beside[:3] in lines else tuple(where)


def joined(messages: Sequence[Message]) -> Message:
    """Messages as one."""
    first, *others = messages
    return Message("{one}; {other}", {"one": first, "other": joined(others)}) if others else first


def find(name: str, settings: Settings) -> Path:
    """The file of a profile, by its name or by its path; NotFound."""
    file = Path(name)
    return file if file.suffix == ".toml" and file.is_file() else _file_of(name, settings)


def _file_of(name: str, settings: Settings) -> Path:
    file = settings.profiles_folder / f"{name}.toml"
    if not NAME.fullmatch(name) or not file.is_file():
        raise NotFound(
            "There is no storage profile {name}. Those in {folder} are: {known}.",
            name=name,
            folder=str(settings.profiles_folder),
            known=", ".join(known(settings)) or "-",
        )
    return file


def _key_of(file: Path) -> str:
    """What a profile of this file is called; any file may be checked, wherever it lies."""
    return file.stem if NAME.fullmatch(file.stem) else "checked"


def known(settings: Settings) -> list[str]:
    """Names of the profiles there are."""
    return sorted(file.stem for file in settings.profiles_folder.glob("*.toml"))


def open_stores(profile: Profile, settings: Settings) -> dict[str, Store]:
    """Every store of the profile by its name; nothing is connected to yet."""
    return {name: spec.open(name, settings) for name, spec in profile.stores.items()}


def _document(file: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = file.read_text("utf-8")
        return text, tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise Invalid(
            "{file} is not valid TOML: {reason}. Mend the line it names.", file=str(file), reason=str(exc)
        ) from exc
    except OSError as exc:
        raise Invalid(
            "{file} cannot be read: {reason}. Check its owner and mode.", file=str(file), reason=str(exc.strerror)
        ) from exc


def _filled(given: dict[str, Any], settings: Settings, unset: list[tuple[tuple[str, ...], str]]) -> dict[str, Any]:
    """`given` with variables and {home} filled in in what describes stores; notes which variables are not set."""

    def fill(where: tuple[str, ...], value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill((*where, key), each) for key, each in value.items()}
        return _fill(where, value, settings, unset) if isinstance(value, str) else value

    stores = given.get("stores")
    return {**given, "stores": fill(("stores",), stores)} if isinstance(stores, dict) else given


def _fill(where: tuple[str, ...], value: str, settings: Settings, unset: list[tuple[tuple[str, ...], str]]) -> str:
    def variable(match: re.Match[str]) -> str:
        name, otherwise = match.groups()
        found = os.environ.get(name) or otherwise
        if found is None:
            unset.append((where, name))
            # so that the rest of the profile can be looked at; two that are not set are not the same place
            return f"/unset-{name.lower()}" if where[-1] == "path" else f"unset-{name.lower()}"
        return str(found)

    return VARIABLE.sub(variable, value).replace("{home}", str(settings.home))


def _mistakes(exc: ValidationError) -> Iterator[Fault]:
    """What the reading of the shape found, each with its key."""
    for error in exc.errors():
        context = error.get("ctx", {})
        cause = context.get("error")
        where = tuple(step for step in error["loc"] if step not in KINDS)
        if isinstance(cause, Faulty):
            yield from cause.faults
        else:
            said = broken_rule({**error, "msg": str(error["msg"]).removeprefix("Value error, ")})
            yield Fault(where, said if isinstance(said, Message) else Message("{reason}", {"reason": said}))


def _named(document: dict[str, Any], where: Sequence[str | int]) -> str:
    """A key as people find it: rules are counted from 1, and called by their name where they have one."""
    if len(where) > 1 and where[0] == "rules" and isinstance(where[1], int):
        rules = document.get("rules")
        rule = rules[where[1]] if isinstance(rules, list) and where[1] < len(rules) else {}
        name = rule.get("name") if isinstance(rule, dict) else None
        steps = [f"rules[{where[1] + 1}]" + (f" ({name})" if name else ""), *where[2:]]
    else:
        steps = [*where]
    return ".".join(str(step) for step in steps) or "/"
