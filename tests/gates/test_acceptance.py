"""What a person accepted is good for that rule, at those inventories and recipes."""

from __future__ import annotations

from dataclasses import replace

from tasks.gates.acceptance import Acceptances, accept, decisions
from tasks.gates.report import CORPUS, GateReport, Verdict

STATE = {"inventory_hash": "a" * 64, "recipe": {"ingest": "1", "clean": "2", "entities": "3"}}
HELD = Verdict("clean", "not_overcut", "alpha/2024-02-05", "hold", "held", "0.7", 1, 1, 0.2, "why")
STOPPED = Verdict("dedup", "largest_cluster", CORPUS, "stop", "stopped", "200", 1, 1, 200.0, "why")


def report(*verdicts: Verdict) -> GateReport:
    return GateReport("clean", verdicts)


def test_an_accepted_hold_lets_the_batch_go_on() -> None:
    done = accept(report(HELD), Acceptances(frozenset({"not_overcut"})))
    assert done.held == {}
    assert [verdict.rule for verdict in done.accepted] == ["not_overcut"]


def test_another_rule_stays_held() -> None:
    assert accept(report(HELD), Acceptances(frozenset({"text_length"}))).held == {
        "alpha/2024-02-05": ("not_overcut",)
    }


def test_an_earlier_decision_holds_for_the_same_state_only() -> None:
    now = Acceptances(frozenset({"not_overcut"}), states={HELD.batch: STATE})
    kept = decisions([accept(report(HELD), now)], now, reason="a new layout", by="ana")
    assert accept(report(HELD), Acceptances(earlier=kept, states={HELD.batch: STATE})).held == {}
    changed = {**STATE, "inventory_hash": "b" * 64}
    assert accept(report(HELD), Acceptances(earlier=kept, states={HELD.batch: changed})).held


def test_a_corpus_rule_stays_accepted_until_it_gets_worse() -> None:
    now = Acceptances(frozenset({"largest_cluster"}))
    kept = decisions([accept(report(STOPPED), now)], now, reason="a press release everybody ran", by="ana")
    assert accept(report(replace(STOPPED, excess=150.0)), Acceptances(earlier=kept)).stops == ()
    assert accept(report(replace(STOPPED, excess=201.0)), Acceptances(earlier=kept)).stops


def test_a_decision_names_rule_batch_state_reason_and_person() -> None:
    now = Acceptances(frozenset({"not_overcut"}), states={HELD.batch: STATE})
    (decision,) = decisions([accept(report(HELD), now)], now, reason="a new layout", by="ana")
    assert decision == {
        "kind": "accept", "stage": "clean", "rule": "not_overcut", "batch": HELD.batch, "state": STATE,
        "observed": "0.7", "excess": 0.2, "reason": "a new layout", "by": "ana",
    }  # fmt: skip


def test_passing_rules_leave_no_decision() -> None:
    passed = replace(HELD, status="passed")
    now = Acceptances(frozenset({"not_overcut"}))
    assert decisions([accept(report(passed), now)], now, reason="r", by="ana") == ()
