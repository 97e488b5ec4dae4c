"""The home of an archive that is made again: its settings and its profile, as a bundle tells them."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Any

from media_archive import config
from media_archive.bundles import manifest as shape
from media_archive.bundles.opening import Opened
from media_archive.bundles.source import Source
from media_archive.config import FILE, UNFINISHED, Settings
from media_archive.errors import Conflict, Unavailable

#: what belongs to a machine and not to the archive: the new machine has its own
OF_THE_MACHINE = frozenset(
    {
        "home", "database_url", "broker_url", "profiles_folder", "ffmpeg", "font", "speech_model", "s3_ca_bundle",
        "keys_folder", "accel_prefix", "bind", "workers", "video_workers",
    }
)  # fmt: skip
#: a profile for what lies in a store that holds no bundle
PLAIN = {
    "name": {"zh": "重建", "en": "Rebuilt"},
    "description": {
        "zh": "由一个没有目录数据包的存储重建时写成；请按需要修改。",
        "en": "Written when the archive was made again from a store without a bundle. Change it as needed.",
    },
}
#: the one store that a drill writes to
DRILL = "drill"
BARE = re.compile(r"[A-Za-z0-9_-]+")


def ready(home: Path) -> None:
    """Refuses a home that holds anything."""
    try:
        if home.exists() and any(home.iterdir()):
            raise Conflict(
                "{home} is not empty: an archive is made again in a home of its own. Give a folder that is new.",
                home=str(home),
            )
        (home / "profiles").mkdir(parents=True)
        (home / UNFINISHED).touch()
    except OSError as exc:
        raise Unavailable(
            "The home {home} cannot be used: {reason}. Give another.", home=str(home), reason=exc.strerror or str(exc)
        ) from exc


def furnish(home: Path, source: Source, bundle: Opened | None, drill: bool = False) -> Settings:
    """Writes settings and profile, those of a `drill` if it is one; returns the settings of the new home."""
    told = bundle.manifest if bundle else None
    profile = tomllib.loads((bundle.other(shape.PROFILE) or b"").decode()) if bundle else {}
    profile = _with_variables(profile, told.variables if told else {}) or _plain(source)
    stores = profile["stores"]
    stores[source.name] = source.described(stores.get(source.name, {}))
    _without_classes(profile, source)
    profile = _for_a_drill(profile) if drill else profile
    name = str(told.settings.get("storage_profile", "rebuilt")) if told else "rebuilt"
    settings = _chosen(told.settings if told else {}) | {
        "storage_profile": name,
        "profiles_folder": str(home.absolute() / "profiles"),
    }
    (home / "profiles" / f"{name}.toml").write_text(to_toml(profile), "utf-8")
    (home / FILE).write_text(to_toml(settings), "utf-8")
    _lay_out(home, bundle)
    # what the environment says of another archive does not count here
    given = {key: value for key, value in settings.items() if key in {"storage_profile", "profiles_folder"}}
    return config.load(home=home, **given)


def _lay_out(home: Path, bundle: Opened | None) -> None:
    for name in bundle.manifest.others if bundle else ():
        if bundle and name in shape.DECLARED:
            (home / name).write_bytes(bundle.other(name) or b"")
        if bundle and name.startswith(shape.MAPPING):
            place = home / "mapping" / Path(name).name
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(bundle.other(name) or b"")


def _chosen(told: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that were other than the defaults, and still exist."""
    fields = Settings.model_fields
    return {
        name: value
        for name, value in told.items()
        if name in fields and name not in OF_THE_MACHINE and value != fields[name].default
    }


def _plain(source: Source) -> dict[str, Any]:
    rule = {"roles": ["original", "sidecar", "proxy", "rendition"], "copies": [source.name]}
    return {**PLAIN, "stores": {}, "rules": [rule]}


def _with_variables(profile: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """Variables of the environment without a default get the value they had as one."""

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: fill(each) for name, each in value.items()}
        if not isinstance(value, str):
            return value
        for name, had in variables.items():
            value = value.replace(f"${{{name}}}", f"${{{name}:-{had}}}") if "}" not in had else value
        return value

    return {**profile, "stores": fill(profile["stores"])} if "stores" in profile else profile


def _without_classes(profile: dict[str, Any], source: Source) -> None:
    """A folder has no storage classes: tiers of a store that lies in one now lose theirs."""
    if source.spec.kind == "folder":
        for tier in profile.get("tiers", {}).values():
            if tier.get("store") == source.name:
                tier.pop("storage_class", None)


def _for_a_drill(profile: dict[str, Any]) -> dict[str, Any]:
    """Nothing is written into or removed from any store of the real archive: what is new lies in the home of the drill."""
    stores = {name: {**spec, "read_only": True} for name, spec in profile["stores"].items()}
    rules = [{**rule, "copies": [*rule["copies"], DRILL]} for rule in profile["rules"]]
    stores[DRILL] = {"kind": "folder", "path": "{home}/store/" + DRILL}
    rest = {name: value for name, value in profile.items() if name != "nightly"}
    return {**rest, "stores": stores, "rules": rules}


def to_toml(document: Mapping[str, Any], under: str = "") -> str:
    """A document as TOML 1.0: plain values first, then its tables."""
    plain = {name: value for name, value in document.items() if not _is_table(value)}
    lines = [f"{_key(name)} = {_value(value)}" for name, value in plain.items() if value is not None]
    made = "\n".join(lines) + "\n"
    for name, value in document.items():
        if isinstance(value, Mapping):
            made += f"\n[{under}{_key(name)}]\n{to_toml(value, f'{under}{_key(name)}.')}"
        elif _is_table(value):
            made += "".join(f"\n[[{under}{_key(name)}]]\n{to_toml(one, f'{under}{_key(name)}.')}" for one in value)
    return made


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    )


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    # strings of JSON are strings of TOML, but for one sign
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
