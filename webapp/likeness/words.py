"""Words for sets of alike pictures and for what is said of them."""

from webapp.translated import gettext, lazy_gettext

TABS = {
    "alike": lazy_gettext("Look the same"),
    "burst": lazy_gettext("Bursts"),
    "decided": lazy_gettext("Decided"),
}
VERDICTS = {
    "same": lazy_gettext("Same picture"),
    "different": lazy_gettext("Different pictures"),
    "kept": lazy_gettext("All wanted"),
    "burst": lazy_gettext("Burst"),
}
VERDICT_ICONS = {"same": "copy", "different": "x", "kept": "check", "burst": "layers"}
DECIDED = {
    "same": lazy_gettext("Noted: one picture, the others are copies of it."),
    "different": lazy_gettext("Noted: they are different pictures."),
    "kept": lazy_gettext("Noted: alike, and all of them are wanted."),
    "burst": lazy_gettext("Noted: one burst."),
}


def tab(name: str) -> str:
    """The title of a list."""
    return str(TABS[name])


def verdict(name: str) -> str:
    """The word for a decision."""
    return str(VERDICTS.get(name, name))


def icon_of(name: str) -> str:
    """The icon of a decision."""
    return VERDICT_ICONS.get(name, "check")


def decided(name: str) -> str:
    """What is said after a decision."""
    return str(DECIDED[name])


def standing(name: str | None, is_top: bool) -> str:
    """What a picture beside another is to that."""
    if name is None:
        return gettext("not decided")
    if is_top:
        return gettext("the picture to use") if name == "same" else gettext("stands for the burst")
    return verdict(name)
