"""`media-archive storage plan`."""

from collections.abc import Mapping
from typing import Any

import click

from media_archive.cli.choosing import chosen
from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, size, tell, told
from media_archive.cli.tables import print_table
from media_archive.words import Message

#: actions of steps, and reasons why something is not a step yet
WORDS = {
    "copy": Message("copy"),
    "reclass": Message("change class"),
    "release": Message("release"),
    "repair": Message("a damaged copy is to be repaired first"),
    "no-source": Message("there is no sound copy to read from"),
    "unverified": Message("the copy was not read back yet"),
    "later": Message("in the next plan, when the copies of this one are made"),
    "held": Message("under a legal hold or in the trash"),
    "read-only": Message("the store is read-only"),
    "elsewhere": Message("in a store that the profile does not know"),
    "no-rule": Message("no rule is for these files"),
}


@click.command(epilog="Example: media-archive storage plan --where 解放路")
@click.option("--where", metavar="QUERY", help="Only assets that a search for QUERY finds.")
@click.option(
    "--profile", metavar="PROFILE", help="Show what another profile (a name or a file) would do; keep no plan."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def plan(where: str | None, profile: str | None, as_json: bool) -> None:
    """Say what must be copied, changed in class or released so that every file lies where its rule wants it.

    Says why, how many bytes, what a month costs before and after, and what the moves cost once; first what the profile
    says otherwise than the plan that was applied last. Nothing is moved: `media-archive storage apply` does that.
    """
    from media_archive.placement import planner
    from media_archive.placement.planning import figures as sums
    from media_archive.storage.profiles import loading

    with opened() as archive:
        batches = None if where is None else chosen(archive, (), where)
        former = planner.last_applied(archive)
        if profile is not None:
            file = loading.find(profile, archive.settings)
            other = loading.load_file(file, archive.settings)
            figures = planner.preview(archive, other, chosen=batches).to_json()
            plan_id, placing = None, other.placing
        else:
            plan_id = str(planner.make(archive, who(), where or "", chosen=batches))
            figures = planner.plan_called(archive, plan_id).figures
            placing = archive.stores.profile.placing
    before = former.figures.get("placing", {}) if former else {}
    differences = [*sums.differences(before, placing)] if before else []
    if as_json:
        changed = [{"key": key, "before": old, "after": new} for key, old, new in differences]
        print_json({"plan": plan_id, "query": where or "", "differences": changed, **figures})
        return
    _tell_differences(differences)
    tell_figures(figures)
    if plan_id and figures["steps"]:
        inform("`media-archive storage apply {plan}` has it carried out.", plan=plan_id)


def _tell_differences(differences: list[tuple[str, Any, Any]]) -> None:
    if not differences:
        return
    tell(told(Message("The profile says otherwise than when a plan was last applied:")))
    for key, old, new in differences:
        nothing = told(Message("nothing"))
        tell(f"  {key}: {nothing if old is None else old} -> {nothing if new is None else new}")
    tell()


def tell_figures(figures: Mapping[str, Any]) -> None:
    """The figures of a plan as tables."""
    _tell_steps(figures)
    _tell_waiting(figures)
    tell_tiers(figures)
    month, once = figures["month"], figures["once"]
    inform(
        "{files} steps, {bytes}. A month costs {before} {currency} now, {after} afterwards, {settled} when every file lies"
        " as its rule wants it. Once: {retrieval} for reading, {penalty} for leaving early.",
        files=figures["total"]["files"],
        bytes=size(figures["total"]["bytes"]),
        currency=figures["currency"],
        **{name: f"{month[name]:,.2f}" for name in ("before", "after", "settled")},
        **{name: f"{once[name]:,.2f}" for name in ("retrieval", "penalty")},
    )


def _heads(*messages: Message) -> list[str]:
    return [told(message) for message in messages]


def _tell_steps(figures: Mapping[str, Any]) -> None:
    rows = [
        [
            told(WORDS[step["action"]]),
            step["rule"],
            step["from_tier"] or "-",
            step["to_tier"] or "-",
            f"{step['files']:,}",
            size(step["bytes"]),
            f"{step['retrieval'] + step['penalty']:,.2f}",
        ]
        for step in figures["steps"]
    ]
    heads = _heads(
        Message("action"),
        Message("rule"),
        Message("from"),
        Message("to"),
        Message("files"),
        Message("size"),
        Message("cost once"),
    )
    print_table(heads, rows, {4, 5, 6})
    if rows:
        tell()


def _tell_waiting(figures: Mapping[str, Any]) -> None:
    rows = [
        [told(WORDS[one["reason"]]), one["tier"] or "-", f"{one['files']:,}", size(one["bytes"])]
        for one in figures["waiting"]
    ]
    heads = _heads(Message("not in this plan"), Message("tier"), Message("files"), Message("size"))
    print_table(heads, rows, {2, 3})
    if rows:
        tell()


def tell_tiers(figures: Mapping[str, Any]) -> None:
    """What lies in each tier and what a month of it costs, before and after."""
    rows = [
        [
            tier["tier"] or tier["store"] or "-",
            f"{tier['before']['files']:,}",
            size(tier["before"]["bytes"]),
            f"{tier['months']['before']:,.2f}",
            size(tier["after"]["bytes"]),
            f"{tier['months']['after']:,.2f}",
            size(tier["settled"]["bytes"]),
            f"{tier['months']['settled']:,.2f}",
            f"{tier['audit']['files']:,}",
        ]
        for tier in figures["tiers"]
    ]
    heads = _heads(
        Message("tier"),
        Message("copies"),
        Message("now"),
        Message("a month"),
        Message("after the plan"),
        Message("a month"),
        Message("settled"),
        Message("a month"),
        Message("audits due"),
    )
    print_table(heads, rows, range(1, 9))
