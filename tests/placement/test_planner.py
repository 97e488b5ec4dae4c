"""Plans: small catalogues and the steps expected of them, on both databases."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from media_archive.db import now
from media_archive.errors import NotFound
from media_archive.placement import planner
from media_archive.placement.models import Plan, PlanState, Step
from media_archive.placement.planning.deciding import Layout
from media_archive.placement.planning.ranks import Ranks
from media_archive.storage.models import Role
from media_archive.storage.profiles import load
from tests.placement.small import AT, RULES, Small, write

pytestmark = pytest.mark.slow


@pytest.fixture
def small(tmp_path: Path, database_url: str) -> Iterator[Small]:
    made = Small(tmp_path, database_url)
    yield made
    made.context.close()


def waiting(figures: dict[str, Any]) -> dict[str, int]:
    return {one["reason"]: one["files"] for one in figures["waiting"]}


def tier(figures: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in figures["tiers"] if one["tier"] == name)
    return found


BAD = {"problem": {"template": "bad", "facts": {}}, "verified_at": None}
SINCE = {"class_since": now() - timedelta(days=40)}


def test_each_file_gets_what_its_rule_asks_for(small: Small) -> None:
    small.add(["hot", "warm"], days=10)
    small.add(["hot"], days=10)
    small.add(["hot", "warm"], days=400)
    small.add(["hot", "warm"], days=400, opened_at=now() - timedelta(days=3))
    small.add(["hot", "warm"], days=400, rating=5)
    small.add(["hot", "warm", "cold"], days=400)
    small.add(["hot", "ice"], days=1)
    small.add(["hot", "cold"], role=Role.RENDITION)
    small.add(["hot", "warm"], role=Role.PROXY, days=400)
    plan = planner.make(small.context, "me")
    assert small.steps(plan) == [
        (2, "copy", "hot", "warm", "rest"),
        (3, "copy", "hot", "cold", "idle"),
        (9, "copy", "hot", "cold", "idle"),
        (7, "reclass", "ice", "warm", "rest"),
        (6, "release", "hot", None, "idle"),
        (8, "release", "cold", None, "shown"),
    ]
    assert waiting(small.figures(plan)) == {"later": 2}


def test_money_now_afterwards_and_once(small: Small) -> None:
    small.add(["hot", "warm"], days=400)
    small.add(["hot", ("ice", SINCE)], days=40)
    small.add(["hot", ("cold", SINCE)], role=Role.RENDITION, days=40)
    plan = planner.make(small.context, "me")
    figures = small.figures(plan)
    steps = {(one["action"], one["from_tier"]): one for one in figures["steps"]}
    assert figures["month"]["before"] == pytest.approx(3 * 200 + 100 + 40 + 20)
    # a further copy in the cold, the iced one warm, the cold rendition gone; the idle one leaves the NAS next time
    assert figures["month"]["after"] == pytest.approx(3 * 200 + 100 + 20 + 100)
    assert figures["month"]["settled"] == pytest.approx((100 + 20) + (200 + 100) + 200)
    assert steps["reclass", "ice"]["retrieval"] == pytest.approx(50)
    assert steps["reclass", "ice"]["penalty"] == pytest.approx(40 * (90 - 40) / (365.25 / 12), rel=0.05)
    # it stays for its grace of 7 days, and those count
    assert steps["release", "cold"]["penalty"] == pytest.approx(20 * (180 - 47) / (365.25 / 12), rel=0.05)
    assert figures["once"]["total"] == pytest.approx(figures["once"]["retrieval"] + figures["once"]["penalty"])
    assert steps["copy", "hot"]["retrieval"] == 0


def test_a_copy_is_read_from_where_it_is_cheapest(small: Small) -> None:
    small.add(["cold", "warm"])
    small.add(["cold"])
    small.add([("hot", BAD), "warm"], days=400)
    plan = planner.make(small.context, "me")
    steps = small.steps(plan)
    assert (1, "copy", "warm", "hot", "rest") in steps
    assert {step[2] for step in steps if step[0] == 2} == {"cold"}
    assert (3, "copy", "warm", "cold", "idle") in steps
    cold = [one for one in small.figures(plan)["steps"] if one["from_tier"] == "cold"]
    assert [(one["retrieval"], one["hours"]) for one in cold] == [(90, 12), (90, 12)]


@pytest.mark.parametrize(
    ("copies", "asset", "reason"),
    [
        ([("hot", BAD), "warm"], {}, "repair"),
        ([("hot", BAD)], {}, "no-source"),
        ([], {}, "no-source"),
        (["hot", "warm", "cold"], {"hold": {"reason": "court"}}, "held"),
        (["hot", "warm", "cold"], {"trashed_at": now()}, "held"),
        (["hot", "warm", "attic"], {}, "elsewhere"),
        (["hot", ("ice", {"verified_at": None})], {}, "unverified"),
        (["hot", ("warm", {"verified_at": None}), "cold"], {}, "later"),
        # two objects of one file in one store: which of them is good is not counted on
        (["hot", ("hot", {"key": "other"}), "warm", "cold"], {}, "later"),
    ],
)
def test_what_is_not_planned_is_told_with_its_reason(
    small: Small, copies: list[Any], asset: dict[str, Any], reason: str
) -> None:
    small.add(copies, **asset)
    plan = planner.make(small.context, "me")
    assert small.steps(plan) == []
    assert reason in waiting(small.figures(plan))


def test_nothing_rests_on_a_copy_that_is_just_being_removed(small: Small) -> None:
    small.add(["hot", ("warm", {"phase": "going"}), "cold"])
    plan = planner.make(small.context, "me")
    assert small.steps(plan) == [(1, "copy", "hot", "warm", "rest")]
    assert waiting(small.figures(plan)) == {"later": 1}


def test_a_plan_for_some_assets_leaves_the_others_alone(small: Small) -> None:
    small.add(["hot"])
    file = small.add(["hot"])
    from media_archive.storage.models import File

    with small.context.reading() as session:
        asset = session.get_one(File, file).asset_id
    plan = planner.make(small.context, "me", "解放路", chosen=iter([[asset], []]))
    assert [step[0] for step in small.steps(plan)] == [2]


def test_a_preview_writes_nothing_and_takes_other_rules(small: Small, tmp_path: Path) -> None:
    small.add(["hot", "warm"])
    assert planner.preview(small.context).to_json()["steps"] == []
    rules = '[[rules]]\nroles = ["original", "sidecar", "rendition"]\ncopies = ["hot", "cold"]\nverified = 2\n'
    write(tmp_path, rules)
    other = load("trial", small.context.settings)
    [step] = planner.preview(small.context, other).to_json()["steps"]
    assert (step["action"], step["to_tier"], step["files"]) == ("copy", "cold", 1)
    with small.context.reading() as session:
        assert session.scalar(select(func.count()).select_from(Plan)) == 0


def test_audits_that_are_due_are_counted(small: Small) -> None:
    small.add(["hot", "warm"], days=370, opened_at=now())
    small.add(["hot", "warm", "cold"], days=30)
    figures = planner.preview(small.context).to_json()
    assert [tier(figures, name)["audit"]["files"] for name in ("hot", "warm", "cold")] == [1, 1, 0]


def test_how_often_copies_are_audited_changes_no_step(small: Small, tmp_path: Path) -> None:
    """With several intervals a number has no room for all slots."""
    chance = random.Random(3)
    for _ in range(40):
        conditions: list[dict[str, Any]] = [{}, {}, BAD, {"audited_at": None, "verified_at": None}]
        conditions.append({"condemned_at": now()})
        names = chance.sample([*AT], chance.randint(0, 4))
        copies = [(name, {"key": name, **chance.choice(conditions)}) for name in names]
        small.add(copies, days=chance.choice([5, 400]), rating=chance.choice([None, 5]))
    few = planner.preview(small.context).to_json()
    rules = RULES.replace("verified = 2\n[[", "verified = 2\naudit_days = 30\n[[", 1)
    write(tmp_path, rules.replace("grace_days = 7", "grace_days = 7\naudit_days = 60"))
    profile = load("trial", small.context.settings)
    assert Ranks(Layout(profile)).packing.nothing == "0,0"
    many = planner.preview(small.context, profile).to_json()
    assert few["steps"]
    for name in ("steps", "waiting", "month", "once"):
        assert many[name] == few[name]


def test_a_plan_that_nobody_applied_is_forgotten(small: Small) -> None:
    small.add(["hot"])
    old = planner.make(small.context, "me", moment=now() - timedelta(days=3))
    assert len(small.steps(old)) == 1
    new = planner.make(small.context, "me")
    assert (small.steps(old), len(small.steps(new))) == ([], 1)
    with small.context.reading() as session:
        assert session.get_one(Plan, old).state == PlanState.CANCELLED
    assert planner.plan_called(small.context).id == new
    with pytest.raises(NotFound):
        planner.plan_called(small.context, "nonsense")


def test_plans_come_to_an_end_and_tell_the_truth(small: Small) -> None:
    chance = random.Random(5)
    files = [
        small.add(
            chance.sample([name for name in AT if name not in {"attic", "odd", "ice"}], chance.randint(1, 3)),
            role=chance.choice([Role.ORIGINAL, Role.ORIGINAL, Role.RENDITION, Role.SIDECAR]),
            size=chance.randint(1, 10**12),
            days=chance.choice([5, 100, 500]),
            rating=chance.choice([None, 1, 5]),
        )
        for _ in range(60)
    ]
    for _ in range(4):
        plan = planner.make(small.context, "me")
        figures = small.figures(plan)
        small.carry_out(plan)
        after = planner.preview(small.context).to_json()
        for name in ("hot", "warm", "ice", "cold"):
            assert tier(after, name)["before"] == tier(figures, name)["after"]
        assert after["month"]["before"] == pytest.approx(figures["month"]["after"])
        assert after["month"]["settled"] == pytest.approx(figures["month"]["settled"])
        if not figures["steps"]:
            break
        with small.context.reading() as session:
            kept = session.execute(select(func.count(), func.sum(Step.bytes)).where(Step.plan_id == plan)).one()
        assert tuple(kept) == (figures["total"]["files"], figures["total"]["bytes"])
    assert (figures["steps"], figures["waiting"]) == ([], [])
    assert figures["month"]["before"] == pytest.approx(figures["month"]["settled"])
    assert all(small.lying(file) in (["hot", "warm"], ["cold", "warm"], ["hot"]) for file in files)
