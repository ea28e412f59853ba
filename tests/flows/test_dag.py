"""The DAG end to end, without Prefect: what is published, held, stopped, kept."""

from __future__ import annotations

import json

import pytest

from flows.cli.render import print_summary
from flows.dag import Outcome
from flows.progress import Silent
from flows.summary import summarize
from flows.takedown import find, takedown
from tasks import schema
from tasks.errors import GateStopped, UsageError
from tests.flows.conftest import World, article, note


def fill(world: World, n: int = 6) -> None:
    for seed in range(n):
        world.put(f"alpha/2024-02-0{seed % 3 + 1}/{seed}.txt", article(seed))


def test_documents_become_every_table_of_one_version(world: World) -> None:
    fill(world)
    outcome = world.run()
    assert outcome is not None
    assert outcome.committed.is_new
    manifest = world.head()
    assert manifest.version == 1
    assert set(manifest.tables) == set(schema.PUBLISHED)
    assert manifest.tables["articles"].rows == 6
    for name, table in schema.PUBLISHED.items():
        assert world.store.read_table(manifest, name).schema.equals(table.schema)


def test_a_second_run_finds_nothing_to_do(world: World) -> None:
    fill(world)
    world.run()
    assert world.run() is None
    assert world.store.versions() == [1]


def test_rows_in_are_kept_dropped_or_set_aside_at_every_stage(world: World) -> None:
    fill(world)
    world.put("alpha/2024-02-01/empty.txt", "")
    world.put("alpha/2024-02-01/short.txt", article(50, paragraphs=1)[:150])
    world.put("alpha/2024-02-01/broken.jsonl", '{"id": 1, "text": "cut o')
    outcome = world.run()
    assert outcome is not None
    for counts in outcome.counts.values():
        assert counts["rows_in"] == counts["kept"] + counts["dropped"] + counts["quarantined"]
    assert outcome.counts["ingest"] == {"rows_in": 9, "kept": 7, "dropped": 1, "quarantined": 1}
    assert "empty" in {row["reason"] for row in world.rows("dropped")}


def test_a_row_that_fails_a_rule_is_in_quarantine_with_the_rule_and_the_whole_row(world: World) -> None:
    fill(world)
    world.put("alpha/2024-02-01/short.txt", note(1))
    outcome = world.run()
    assert outcome is not None
    paths = [path for work in outcome.works for path in work.quarantine]
    assert len(paths) == 1
    import pyarrow.parquet as pq

    (row,) = pq.read_table(paths[0]).to_pylist()
    assert (row["stage"], row["rules"]) == ("clean", ["text_length"])
    assert "The ferry to Hanoi" in json.loads(row["row_json"])["text"]


def test_a_batch_beyond_its_tolerance_is_held_and_the_others_are_published(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(world)
    for seed in range(8):
        world.put(f"beta/2024-02-01/{seed}.txt", note(seed))
    outcome = world.run()
    assert outcome is not None
    assert outcome.held == {"beta/2024-02-01": ("text_length",)}
    head = world.head()
    assert head.batches["beta/2024-02-01"].status == "held"
    assert {row["source"] for row in world.rows("articles")} == {"alpha"}
    print_summary(summarize(outcome, world.settings), as_json=False)
    told = " ".join(capsys.readouterr().out.split())
    assert f"Look at {world.settings.data}/quarantine, then accept the rule" in told
    assert world.run() is None


def test_a_held_batch_goes_on_when_its_rule_is_accepted_with_a_reason(world: World) -> None:
    fill(world)
    for seed in range(8):
        world.put(f"beta/2024-02-01/{seed}.txt", article(60 + seed) if seed < 2 else note(seed))
    world.run()
    with pytest.raises(UsageError, match="reason"):
        world.run(accept=["text_length"])
    outcome = world.run(accept=["text_length"], reason="short notes are fine here")
    assert outcome is not None
    assert outcome.held == {}
    head = world.head()
    assert head.batches["beta/2024-02-01"].status == "published"
    assert [(d["rule"], d["batch"], d["reason"]) for d in head.decisions] == [
        ("text_length", "beta/2024-02-01", "short notes are fine here")
    ]
    assert {row["source"] for row in world.rows("articles")} == {"alpha", "beta"}


def test_a_rule_that_does_not_exist_cannot_be_accepted(world: World) -> None:
    fill(world)
    with pytest.raises(UsageError, match=r"no such rule: text_lenght; .*text_length"):
        world.run(accept=["text_lenght"], reason="a slip")
    assert world.store.versions() == []


def test_a_held_batch_keeps_what_the_last_version_has_of_it(world: World) -> None:
    fill(world)
    world.run()
    before = {row["doc_id"]: row["text"] for row in world.rows("articles")}
    for seed in range(8):
        world.put(f"alpha/2024-02-01/note{seed}.txt", note(seed))
    outcome = world.run()
    assert outcome is not None
    assert outcome.held
    assert {row["doc_id"]: row["text"] for row in world.rows("articles")} == before


def test_a_stop_publishes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(world)
    world.run()
    world.put("alpha/2024-02-09/9.txt", article(9))
    import tasks.dedup.work as dedup_work

    monkeypatch.setattr(
        dedup_work,
        "audit",
        lambda *_: {
            "n_articles": 7,
            "n_unclustered": 1,
            "n_clustered_twice": 0,
            "n_bad_canonical": 0,
            "n_unknown_pair_ids": 0,
        },
    )
    with pytest.raises(GateStopped, match="every_article_clustered"):
        world.run()
    assert world.store.versions() == [1]


def test_a_changed_file_replaces_its_document(world: World) -> None:
    fill(world)
    world.run()
    world.put("alpha/2024-02-01/0.txt", article(70))
    world.run()
    titles = {row["raw_path"]: row["title"] for row in world.rows("articles")}
    assert titles["alpha/2024-02-01/0.txt"] == "New harbour number 70 opens in Lagos".replace(
        "harbour", "theatre"
    )
    assert len(titles) == 6


def test_a_file_that_vanished_keeps_its_rows(world: World) -> None:
    fill(world)
    world.run()
    before = world.bytes_of_tables()
    (world.settings.raw / "alpha/2024-02-01/0.txt").unlink()
    assert world.run() is None
    world.put("alpha/2024-02-01/new.txt", article(80))
    outcome = world.run()
    assert outcome is not None
    assert len(world.rows("articles")) == 7
    warned = {v.rule for report in outcome.reports for v in report.warnings}
    assert "raw_missing" in warned
    assert before != world.bytes_of_tables()


def missed(outcome: Outcome | None) -> str:
    """What the gate behind ingest saw gone from raw/."""
    assert outcome is not None
    (seen,) = (v for report in outcome.reports for v in report.verdicts if v.rule == "raw_missing")
    assert seen.status == ("warned" if int(seen.observed) else "passed")
    return seen.observed


def test_what_vanished_is_missed_by_every_run_also_in_batches_it_leaves_alone(world: World) -> None:
    fill(world)
    first = world.run()
    assert missed(first) == "0"
    world.put("gamma/2024-03-01/8.txt", article(8))
    assert missed(world.run()) == "0"
    n_gone = 0
    for file in sorted((world.settings.raw / "alpha").rglob("*.txt")):
        file.unlink()
        n_gone += 1
    (world.settings.raw / "gamma/2024-03-01/8.txt").unlink()
    assert world.run() is None
    world.put("gamma/2024-03-02/9.txt", article(9))
    assert missed(world.run()) == str(n_gone + 1)
    assert world.run() is None
    assert missed(world.backfill(reprocess="all", sources=("gamma",))) == str(n_gone + 1)
    assert missed(world.backfill(reprocess="all")) == str(n_gone + 1)
    world.put("gamma/2024-03-01/8.txt", article(8))
    assert missed(world.backfill(reprocess="all", sources=("gamma",))) == str(n_gone)


def test_a_file_that_was_taken_down_is_not_missed(world: World) -> None:
    fill(world)
    world.run()
    path = "alpha/2024-02-01/0.txt"
    _, targets = find(world.store, path, "asked")
    takedown(world.settings, targets, watch=Silent())
    (world.settings.raw / path).unlink()
    world.put("gamma/2024-03-01/8.txt", article(8))
    assert missed(world.run()) == "0"
    world.put("alpha/2024-02-01/new.txt", article(80))
    assert missed(world.run()) == "0"


def test_a_rollback_pins_and_a_run_leaves_the_pinned_batch_alone(world: World) -> None:
    fill(world)
    world.run()
    first = world.bytes_of_tables()
    world.put("alpha/2024-02-01/new.txt", article(80))
    world.run()
    world.store.rollback("1", reason="the new file was wrong", by="ana")
    assert world.bytes_of_tables() == first
    assert world.run() is None
    assert world.head().batches["alpha/2024-02-01"].status == "pinned"
    world.backfill(reprocess="all", reason="the file is right after all")
    assert len(world.rows("articles")) == 7
    assert world.head().batches["alpha/2024-02-01"].status == "published"


def test_a_backfill_that_replaces_needs_a_reason_and_changes_nothing_twice(world: World) -> None:
    fill(world)
    world.run()
    with pytest.raises(UsageError, match="say why"):
        world.backfill(reprocess="all", reason="")
    outcome = world.backfill(reprocess="all")
    assert outcome is not None
    assert not outcome.committed.is_new
    assert world.backfill() is None


def test_a_backfill_from_entities_reads_no_raw_file(world: World) -> None:
    fill(world)
    world.run()
    before = world.bytes_of_tables()
    for path in world.settings.raw.rglob("*.txt"):
        path.unlink()
    outcome = world.backfill(reprocess="all", from_stage="entities")
    assert outcome is not None
    assert world.bytes_of_tables() == before
