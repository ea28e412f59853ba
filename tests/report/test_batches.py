"""The batches to look at, with the way to redo each, and all at once."""

from __future__ import annotations

from tasks.report.batches import Look, form_of, look_table
from tasks.report.html import OPEN_ROWS, folded


def looks(*batches: str) -> list[Look]:
    return [Look(batch, "set aside", "1 document set aside", form_of(batch, "failed")) for batch in batches]


def test_several_batches_are_redone_by_one_backfill() -> None:
    asked = []
    look_table(
        looks("a/2024-02-03", "b/undated", "a/2024-02-01"), lambda form: asked.append(form) or "http://x/"
    )
    assert asked[-1] | {"reprocess": "failed"} == asked[-1]
    at_once = [form for form in asked if form["start"] != form["end"]]
    assert [(one["start"], one["end"], one["sources"], one["undated"]) for one in at_once] == [
        ("2024-02-01", "2024-02-03", ["a", "b"], True)
    ]


def test_two_batches_are_redone_one_by_one() -> None:
    assert "at once" not in look_table(looks("a/2024-02-01", "a/2024-02-02"), None)
    said = look_table(looks(*(f"s{n}/2024-02-0{n}" for n in range(1, 7))), None).replace(
        "</span> <span>", " "
    )
    assert "The 6 that were held or have documents set aside, at once" in said
    assert "backfill --from 2024-02-01 --to 2024-02-06 --reprocess failed --dry-run" in said


def test_the_rest_of_a_long_table_is_folded_away() -> None:
    assert "<details" not in folded(("n",), [(n,) for n in range(OPEN_ROWS)])
    long = folded(("n",), [(n,) for n in range(OPEN_ROWS * 3)])
    assert f"{OPEN_ROWS * 2} more" in long
    assert long.count("<td") == OPEN_ROWS * 3
