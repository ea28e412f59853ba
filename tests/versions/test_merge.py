"""Three-way merges of batches and decisions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_worlds import RECIPE

from tasks.errors import VersionConflict
from tasks.versions.manifest import Batch, Candidate
from tasks.versions.merge import merge_batches, merge_decisions

STATES = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("123"))


def at(version, states, decisions=()):
    batches = {name: Batch(state, RECIPE) for name, state in states.items()}
    made = Candidate(None, batches, "corpus1", {}, decisions=tuple(decisions))
    return replace(made.as_manifest("2024-01-01T00:00:00+00:00"), version=version)


@given(base=STATES, ours=STATES, head=STATES)
def test_a_merge_takes_the_side_that_changed_and_refuses_two_changes(base, ours, head):
    names = {*base, *ours, *head}
    clash = {n for n in names if len({base.get(n), ours.get(n), head.get(n)}) == 3} | {
        n for n in names if ours.get(n) != base.get(n) != head.get(n) != ours.get(n)
    }
    if clash:
        with pytest.raises(VersionConflict) as caught:
            merge_batches(at(1, base), at(0, ours).batches, at(7, head))
        assert (caught.value.batches, caught.value.version) == (tuple(sorted(clash)), 7)
        return
    merged = merge_batches(at(1, base), at(0, ours).batches, at(7, head))
    wanted = {n: ours.get(n) if ours.get(n) != base.get(n) else head.get(n) for n in names}
    assert {n: one.inventory_hash for n, one in merged.items()} == {n: s for n, s in wanted.items() if s}


def test_two_first_runs_merge_without_a_base():
    merged = merge_batches(None, at(0, {"a": "1"}).batches, at(1, {"b": "2"}))
    assert sorted(merged) == ["a", "b"]


def test_decisions_of_both_stay_and_those_taken_back_go():
    accept, pin, theirs, mine = ({"kind": kind} for kind in ("accept", "pin", "theirs", "mine"))
    base, head = at(1, {}, [accept, pin]), at(2, {}, [accept, pin, theirs])
    assert merge_decisions(base, [accept, mine], head) == (accept, theirs, mine)
    assert merge_decisions(None, [theirs], head) == (accept, pin, theirs)
