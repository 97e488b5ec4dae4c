"""Words for suggestions, their rules and roles."""

from flask import Flask

from media_archive.catalogue.subjects import kinds
from webapp.languages import chosen
from webapp.translated import gettext, lazy_gettext

RULES = {
    "position": lazy_gettext("Place"),
    "view": lazy_gettext("Direction of view"),
    "words": lazy_gettext("Words"),
    "neighbours": lazy_gettext("Neighbouring pictures"),
}
RULE_ICONS = {"position": "map-pin", "view": "camera", "words": "scan-text", "neighbours": "images"}
ROLES = {
    "shows": lazy_gettext("shows it"),
    "taken_from": lazy_gettext("taken from there"),
    "about": lazy_gettext("is about it"),
}


def install(app: Flask) -> None:
    """Gives templates the stages of projects."""
    app.jinja_env.globals.update(stages_of_projects=stages, stage_word=stage)


def stages() -> list[tuple[str, str]]:
    """Code and name of every stage of a project, in their order."""
    return [(one.code, one.zh if chosen() == "zh" else one.en) for one in kinds.rules().stages]


def stage(code: str) -> str:
    """The name of a stage."""
    return dict(stages()).get(code, code)


def rule(name: str) -> str:
    """The word for a rule."""
    return str(RULES.get(name, name))


def rule_icon(name: str) -> str:
    """The icon of a rule."""
    return RULE_ICONS.get(name, "info")


def role(name: str) -> str:
    """What an asset is to a subject."""
    return str(ROLES.get(name, name))


def decided(verdict: str, count: int) -> str:
    """What is said after a decision."""
    if verdict == "accepted":
        return gettext("%(n)s accepted: they are links now.", n=count)
    return gettext("%(n)s refused: they will not be suggested again.", n=count)


def under_way(verdict: str, count: int) -> str:
    """What is said where a job decides."""
    if verdict == "accepted":
        return gettext("%(n)s are being accepted. That takes a while; this page need not stay open.", n=count)
    return gettext("%(n)s are being refused. That takes a while; this page need not stay open.", n=count)
