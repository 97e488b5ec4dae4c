"""Whatever lies where: what is decided never endangers a file, and comes to an end."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_archive.config import Settings
from media_archive.placement.models import Action
from media_archive.placement.planning.deciding import Decision, Layout, Reason, State, decide
from media_archive.storage.profiles import load
from media_archive.storage.profiles.shape import Rule
from tests.placement.small import HEAD, RULES

SOUND = (State.ABSENT, State.VERIFIED)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    folder = tmp_path_factory.mktemp("profiles")
    (folder / "trial.toml").write_text(HEAD + RULES, "utf-8")
    return Layout(load("trial", Settings(home=folder / "home", profiles_folder=folder)))


def rules() -> st.SearchStrategy[Rule]:
    """Rules that want up to three copies, one a store."""
    copies = st.tuples(
        st.sampled_from([None, "hot"]), st.sampled_from([None, "warm", "ice"]), st.sampled_from([None, "cold"])
    )
    wanted = copies.map(lambda names: [name for name in names if name]).filter(bool)
    return wanted.flatmap(
        lambda names: st.integers(1, len(names)).map(lambda verified: Rule(copies=names, verified=verified))
    )


def one_a_store(states: list[State], layout: Layout) -> bool:
    stores = [layout.slots[place].store for place, state in enumerate(states) if state > State.ABSENT]
    return len(set(stores)) == len(stores)


def lie(layout_slots: int, known: tuple[State, ...] = tuple(State)) -> st.SearchStrategy[list[State]]:
    return st.lists(st.sampled_from(known), min_size=layout_slots, max_size=layout_slots)


def carry_out(layout: Layout, decision: Decision, states: list[State], rule: Rule) -> list[State]:
    """Does the moves in order; what was safe stays safe at every step."""
    order = sorted(decision.moves, key=lambda move: [*Action].index(move.action))
    lying = list(states)
    safe = sum(state.verified for state in lying) >= rule.verified
    for move in order:
        before = lying[move.source]
        assert before.sound
        if move.action == Action.COPY:
            assert move.target is not None
            lying[move.target] = State.VERIFIED
        elif move.action == Action.RECLASS:
            assert move.target is not None
            assert layout.slots[move.target].store == layout.slots[move.source].store
            lying[move.source], lying[move.target] = State.ABSENT, before
        else:
            lying[move.source] = State.ABSENT
            assert sum(state.verified for state in lying) >= rule.verified
        assert not safe or sum(state.verified for state in lying) >= rule.verified
    return lying


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_no_step_leaves_fewer_verified_copies_than_the_rule_asks_for(layout: Layout, data: st.DataObject) -> None:
    rule = data.draw(rules())
    states = data.draw(lie(len(layout.slots)).filter(lambda states: one_a_store(states, layout)))
    held = data.draw(st.booleans())
    for _ in range(4):
        decision = decide(layout, rule, held, states)
        assert not held or all(move.action != Action.RELEASE for move in decision.moves)
        sources = [move.source for move in decision.moves if move.action == Action.RELEASE]
        assert not any(layout.slots[place].store is None for place in sources)
        states = carry_out(layout, decision, states, rule)
    assert decide(layout, rule, held, states).moves == ()


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_sound_copies_end_exactly_where_the_rule_wants_them(layout: Layout, data: st.DataObject) -> None:
    rule = data.draw(rules())
    known = lie(len(layout.slots) - 1, SOUND).map(lambda states: [*states, State.ABSENT])
    states = data.draw(known.filter(lambda states: State.VERIFIED in states and one_a_store(states, layout)))
    for _ in range(4):
        states = carry_out(layout, decide(layout, rule, False, states), states, rule)
    there = {place for place, state in enumerate(states) if state > State.ABSENT}
    assert there == set(layout.wanted(rule))


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_a_damaged_copy_is_neither_read_nor_removed(layout: Layout, data: st.DataObject) -> None:
    rule = data.draw(rules())
    states = data.draw(lie(len(layout.slots)).filter(lambda states: State.DAMAGED in states))
    for move in decide(layout, rule, False, states).moves:
        assert states[move.source] != State.DAMAGED


def test_the_online_copy_stays_until_the_others_are_made(layout: Layout) -> None:
    rule = Rule(copies=["ice", "cold"], verified=2)
    states = [State.ABSENT] * len(layout.slots)
    states[layout.places["warm"]] = State.VERIFIED
    first = decide(layout, rule, False, states)
    assert [move.action for move in first.moves] == [Action.COPY]
    assert [wait.reason for wait in first.waits] == [Reason.LATER]
    second = decide(layout, rule, False, carry_out(layout, first, states, rule))
    assert [move.action for move in second.moves] == [Action.RECLASS]


def test_without_a_rule_nothing_is_done(layout: Layout, tmp_path: Path) -> None:
    decision = decide(layout, None, False, [State.VERIFIED] * len(layout.slots))
    assert (decision.moves, [wait.reason for wait in decision.waits]) == ((), [Reason.NO_RULE])
