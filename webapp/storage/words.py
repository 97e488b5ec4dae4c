"""Words for tiers, plans and their steps."""

from media_archive.placement.models import Action, PlanState, StepState
from media_archive.placement.planning.deciding import Reason
from webapp.shown import word
from webapp.terms import file_role
from webapp.translated import lazy_gettext

ACTIONS = {
    Action.COPY: lazy_gettext("copy"),
    Action.RECLASS: lazy_gettext("change the class"),
    Action.RELEASE: lazy_gettext("release"),
    Action.AUDIT: lazy_gettext("read back"),
}
STATES = {
    PlanState.MADE: lazy_gettext("waits to be applied"),
    PlanState.APPLYING: lazy_gettext("being carried out"),
    PlanState.DONE: lazy_gettext("done"),
    PlanState.CANCELLED: lazy_gettext("cancelled"),
}
LOOKS = {
    PlanState.MADE: ("warn", "clock"),
    PlanState.APPLYING: ("warn", "loader"),
    PlanState.DONE: ("good", "circle-check"),
    PlanState.CANCELLED: ("idle", "circle-x"),
}
STEPS = {
    StepState.PLANNED: lazy_gettext("still to do"),
    StepState.DONE: lazy_gettext("done"),
    StepState.FAILED: lazy_gettext("failed"),
    StepState.DROPPED: lazy_gettext("dropped: no longer right"),
}
#: why something that a rule asks for is not in a plan
REASONS = {
    Reason.REPAIR: lazy_gettext("a damaged copy is to be repaired first"),
    Reason.NO_SOURCE: lazy_gettext("there is no sound copy to read from"),
    Reason.UNVERIFIED: lazy_gettext("the copy was not read back yet"),
    Reason.LATER: lazy_gettext("in the next plan, when the copies of this one are made"),
    Reason.HELD: lazy_gettext("under a legal hold or in the trash"),
    Reason.READ_ONLY: lazy_gettext("the store is read-only"),
    Reason.ELSEWHERE: lazy_gettext("in a store that the profile does not know"),
    Reason.NO_RULE: lazy_gettext("no rule is for these files"),
}
SUMS = {
    "tier": lazy_gettext("By tier"),
    "archive": lazy_gettext("By archive"),
    "project": lazy_gettext("By project"),
    "kind": lazy_gettext("By kind"),
    "role": lazy_gettext("By role"),
    "age": lazy_gettext("By year of arrival"),
}


def action(name: str) -> str:
    """What a step does."""
    return str(ACTIONS.get(Action(name), name))


def state(name: str) -> str:
    """How far a plan is."""
    return str(STATES[PlanState(name)])


def look(name: str) -> tuple[str, str]:
    """Its colour and its icon."""
    return LOOKS[PlanState(name)]


def step(name: str) -> str:
    """How far steps are."""
    return str(STEPS[StepState(name)])


def reason(name: str) -> str:
    """Why something waits."""
    return str(REASONS[Reason(name)])


def sums(name: str) -> str:
    """What sums are by."""
    return str(SUMS[name])


def label(by: str, name: str) -> str:
    """What a line of such sums is called."""
    return word(name) if by == "kind" else file_role(name) if by == "role" else name


def money(value: float) -> str:
    """Two decimals below 100, none above: 3.20, 1,204."""
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
