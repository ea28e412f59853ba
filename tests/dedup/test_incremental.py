"""Dedup in many runs gives the bytes of one run: whatever came, went or changed before, and however memory is cut."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.dedup.generated import generate
from benchmarks.dedup.scale import clean_table
from tasks import schema
from tasks.dedup import (
    candidates,
    carried,
    corpus,
    duplicates,
    growing,
    index,
    packed,
    pieces,
    regions,
    settling,
    work,
)
from tasks.dedup.audit import audit
from tasks.dedup.kept import recall_kept
from tasks.dedup.levels import Enough
from tasks.dedup.work import dedup, signatures
from tasks.settings import Settings
from tasks.stage import Shard
from tasks.versions.memo import parts_in
from tasks.versions.store import Store

ARTICLES = list(generate(0, 400))
FOOTER = "Every reader of this paper may write to the editors of the evening desk by post."


def batch(number: int, variant: int) -> pa.Table:
    """Twenty generated articles, in a variant with footers, other texts or fewer rows."""
    table = clean_table(ARTICLES[number * 20 : number * 20 + 20 - 5 * (variant == 2)])
    if variant == 1:
        longer = [f"{text}\n\n{FOOTER}" for text in table["text"].to_pylist()]
        at = schema.CLEAN.schema.get_field_index("text")
        table = table.set_column(at, schema.CLEAN.schema.field("text"), pa.array(longer, pa.large_string()))
    return table


def run(folder: Path, batches: dict[int, int], order: list[int]) -> tuple[object, ...]:
    """Duplicates of the batches {number: variant} in this order, in a data folder that may know much already."""
    store, given_settings = Store(folder), Settings(data=folder)
    cleaned = [store.write_part(schema.CLEAN, batch(number, batches[number])) for number in order]
    done = signatures([Shard("signatures", "b", {"clean": part}, ("r",)) for part in cleaned], given_settings)
    found = dedup([one.parts["signatures"] for one in done], cleaned, "r", given_settings)
    return found.pairs, found.clusters, dict(found.profile)


@settings(max_examples=8)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from([None, 0, 1, 2])), min_size=2, max_size=5),
    st.randoms(),
)
def test_runs_backfills_and_withdrawals_give_the_bytes_of_one_full_run(steps, dice):
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        batches = dict.fromkeys(range(10), 0)
        for number, variant in steps:
            batches.pop(number, None)
            if variant is not None:
                batches[number] = variant
            found = run(Path(one), batches, dice.sample(sorted(batches), len(batches)))
        assert found == run(Path(other), batches, sorted(batches))


def test_pairs_that_are_known_are_not_read_again(tmp_path, monkeypatch):
    batches = dict.fromkeys(range(10), 0)
    whole = run(tmp_path, batches, list(range(10)))
    monkeypatch.setattr(work.PartTranscripts, "read", lambda *_: pytest.fail("a transcript was read"))
    assert run(tmp_path, batches, list(range(9, -1, -1))) == whole


def test_small_batch_keeps_the_memory_that_it_frees_and_a_first_run_does_not(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(work, "keep_memory", lambda: kept.append(len(kept)))
    monkeypatch.setattr("tasks.dedup.memory._SMALL", 4)
    run(tmp_path, dict.fromkeys(range(9), 0), list(range(9)))
    assert not kept
    run(tmp_path, dict.fromkeys(range(10), 0), list(range(10)))
    assert len(kept) == 1


def test_pairs_of_documents_too_long_to_be_signed_whole_are_read_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.dedup.judged.MAX_SENTENCES", 1)
    batches = dict.fromkeys(range(10), 0)
    whole = run(tmp_path, batches, list(range(10)))
    kept = recall_kept(Store(tmp_path), "r")
    assert kept is not None
    assert not len(kept.judged["judged_joint"])
    assert run(tmp_path, batches, list(range(9, -1, -1))) == whole


def test_buckets_and_texts_in_files_give_the_same_bytes(tmp_path, monkeypatch):
    batches = dict.fromkeys(range(20), 0)
    whole = run(tmp_path / "a", batches, list(range(20)))
    monkeypatch.setattr(packed, "ENTRIES", 1_000)
    monkeypatch.setattr(corpus, "PIECED", 0)
    monkeypatch.setattr(growing, "DEALT_TEXTS", 50)
    monkeypatch.setattr(growing, "MET_BYTES", 20_000)
    monkeypatch.setattr(pieces, "HELD_PAIRS", 100)
    monkeypatch.setattr(candidates, "_AT_ONCE", 50)
    monkeypatch.setattr(regions, "REGION_WORDS", 2_000)
    monkeypatch.setattr(settling, "SETTLED_PAIRS", 10)
    monkeypatch.setattr(settling, "KNOWN_PAIRS", 10)
    monkeypatch.setattr("tasks.dedup.evidence.GROUP_DOCS", 16)
    monkeypatch.setattr("tasks.dedup.evidence.GROUP_WORDS", 2_000)
    assert run(tmp_path / "b", batches, random.Random(3).sample(range(20), 20)) == whole


def test_runs_whose_known_pairs_are_settled_in_pieces_give_the_bytes_of_one(tmp_path, monkeypatch):
    for room, name in (
        (regions, "REGION_WORDS"),
        (regions, "JUDGED_PAIRS"),
        (settling, "SETTLED_PAIRS"),
        (work, "MANY_DOCUMENTS"),
    ):
        monkeypatch.setattr(room, name, 20)
    for last in (8, 12, 14, 13):
        found = run(tmp_path / "many", dict.fromkeys(range(last), 0), list(range(last)))
    monkeypatch.undo()
    assert found == run(tmp_path / "fresh", dict.fromkeys(range(13), 0), list(range(13)))
    again = run(tmp_path / "many", dict.fromkeys(range(14), 0), list(range(14)))
    assert again == run(tmp_path / "fresh", dict.fromkeys(range(14), 0), list(range(14)))


def test_large_batch_beside_more_is_judged_in_pieces_and_settled_by_itself(tmp_path, monkeypatch):
    """Unless what it touches is too much for memory: then all pairs are settled in pieces."""
    fresh = {last: run(tmp_path / str(last), *first(last)) for last in (18, 19, 20)}
    monkeypatch.setattr(regions, "REGION_WORDS", 20)
    monkeypatch.setattr("tasks.dedup.memory._SMALL", 4)
    done = []
    for room, name in ((regions, "judge_regions"), (settling, "settle_pieces")):
        monkeypatch.setattr(room, name, noted(done, getattr(room, name)))
    for last, most, in_pieces in ((18, 1_000, True), (19, 1_000, False), (20, 9, True), (-18, 1_000, False)):
        done.clear()
        monkeypatch.setattr(settling, "JUDGED_PAIRS", most)
        assert run(tmp_path / "many", *first(last)) == fresh[abs(last)]
        assert set(done) == {"judge_regions", *["settle_pieces"] * in_pieces}


def noted(done: list[str], work):
    """The work, which is noted when it is done."""
    return lambda *given: done.append(work.__name__) or work(*given)


def first(n: int) -> tuple[dict[int, int], list[int]]:
    """The first batches, as `run` asks for them; the last of them first, if n is negative."""
    order = list(range(abs(n)))
    return dict.fromkeys(order, 0), order if n > 0 else order[::-1]


def test_index_of_few_texts_is_made_anew_for_many(tmp_path, monkeypatch):
    """Else its one bucket would hold them all."""
    monkeypatch.setattr(corpus, "PIECED", 1_000)
    monkeypatch.setattr(packed, "ENTRIES", 1_000)
    run(tmp_path / "a", {0: 0}, [0])
    many = dict.fromkeys(range(20), 0)
    assert run(tmp_path / "a", many, list(range(20))) == run(tmp_path / "b", many, list(range(20)))
    bits = [recall_kept(Store(tmp_path / name), "r").index.levels[0].bits for name in ("a", "b")]
    assert bits[0] == bits[1] > corpus.MORE_BITS


def test_judged_pairs_nobody_asks_for_are_let_go(tmp_path):
    for first in range(5):
        run(tmp_path / "many", dict.fromkeys(range(first, first + 10), 0), list(range(first, first + 10)))
    run(tmp_path / "fresh", dict.fromkeys(range(4, 14), 0), list(range(4, 14)))
    many, fresh = (recall_kept(Store(tmp_path / name), "r") for name in ("many", "fresh"))
    assert many is not None
    assert fresh is not None
    assert len(many.judged["judged_joint"]) == len(fresh.judged["judged_joint"])


def grown(monkeypatch):
    """Small caps, so that buckets of a small corpus go over them."""
    monkeypatch.setattr(candidates, "BUCKET", 3)
    monkeypatch.setattr(candidates, "CAPPED_FRAC", 0.02)
    monkeypatch.setattr(index, "ENOUGH", (Enough(4, counted=True), *index.ENOUGH[1:]))
    monkeypatch.setattr(packed, "ENTRIES", 1_000)
    monkeypatch.setattr(candidates, "_AT_ONCE", 50)


@pytest.mark.parametrize("seed", range(4))
def test_buckets_that_pass_their_cap_give_the_bytes_of_one_full_run(tmp_path, monkeypatch, seed):
    grown(monkeypatch)
    dice, batches = random.Random(seed), dict.fromkeys(range(3), 0)
    for _ in range(8):
        batches[dice.randrange(16)] = dice.choice((0, 0, 1))
        if dice.random() < 0.3:
            batches.pop(dice.choice(sorted(batches)))
        found = run(tmp_path / "many", batches, dice.sample(sorted(batches), len(batches)))
    assert found == run(tmp_path / "fresh", batches, sorted(batches))


def test_of_a_crowd_no_more_is_told_than_says_that_it_is_one(tmp_path, monkeypatch):
    grown(monkeypatch)
    told, plain = [], candidates.Runs.count
    monkeypatch.setattr(candidates.Runs, "count", lambda run, chosen: told.append(run) or plain(run, chosen))
    for last in (10, 16):
        told.clear()
        found = run(tmp_path / "many", dict.fromkeys(range(last), 0), list(range(last)))
    crowds = [int(size) for one in told for size, untold in zip(one.sizes, one.untold, strict=True) if untold]
    assert crowds
    assert max(crowds) < sum(int(one.untold.sum()) for one in told)
    assert found == run(tmp_path / "fresh", dict.fromkeys(range(16), 0), list(range(16)))


@pytest.mark.parametrize("harm", ["cut", "flip", "lose", "garble"])
def test_damaged_index_is_made_anew(tmp_path, harm):
    run(tmp_path, dict.fromkeys(range(8), 0), list(range(8)))
    room = tmp_path / "_data" / "index"
    for path in room.iterdir():
        data = bytearray(path.read_bytes())
        path.chmod(0o644)
        if harm == "lose":
            path.unlink()
        else:
            middle = len(data) // 16 * 8
            data[middle] ^= harm == "flip"
            path.write_bytes(data[: middle if harm == "cut" else None])
    if harm == "garble":
        next((tmp_path / "_data" / "_results" / "index").iterdir()).write_text('{"signed": 3}')
    batches = dict.fromkeys(range(9), 0)
    assert run(tmp_path, batches, list(range(9))) == run(tmp_path / "fresh", batches, list(range(9)))


def test_new_batch_reads_no_list_of_documents_that_were_there(tmp_path, monkeypatch):
    run(tmp_path, dict.fromkeys(range(12), 0), list(range(12)))
    read, plain = [], Store.read_part

    def noted(store, part, columns=None):
        read.append((part.path, tuple(columns or ())))
        return plain(store, part, columns)

    monkeypatch.setattr(Store, "read_part", noted)
    run(tmp_path, dict.fromkeys(range(13), 0), list(range(13)))
    assert sum("shingles" in columns for _, columns in read) == 1
    assert sum("text_hash" in columns for _, columns in read) == 1
    assert sum(columns == ("doc_id",) for _, columns in read) == 1


def test_transcript_that_is_not_as_it_was_written_is_read_by_its_page(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.dedup.part_transcripts.MOST_APART", 1)
    run(tmp_path / "a", dict.fromkeys(range(12), 0), list(range(12)))
    whole, asked, plain = run(tmp_path / "b", dict.fromkeys(range(13), 0), list(range(13))), [], Store.read_at

    def broken(store, part, places):
        asked.append(len(places))
        return [value[:-1] + b"?" for value in plain(store, part, places)]

    monkeypatch.setattr(Store, "read_at", broken)
    assert run(tmp_path / "a", dict.fromkeys(range(13), 0), list(range(13))) == whole
    assert sum(asked)


def test_clusters_that_a_batch_does_not_touch_are_taken_over(tmp_path, monkeypatch):
    settled, plain = [], carried.settle_all
    monkeypatch.setattr(
        carried,
        "settle_all",
        lambda measured, *rest: settled.append(len(measured.first)) or plain(measured, *rest),
    )
    chosen, choose = [], duplicates.choose
    monkeypatch.setattr(
        duplicates,
        "choose",
        lambda members, policy: chosen.append(len(members.starts)) or choose(members, policy),
    )
    for last in (18, 19):
        found = run(tmp_path / "many", dict.fromkeys(range(last), 0), list(range(last)))
    assert 0 < settled[1] < settled[0] / 2
    assert 0 < chosen[1] < chosen[0] / 2
    assert found == run(tmp_path / "fresh", dict.fromkeys(range(19), 0), list(range(19)))


def test_what_the_audit_finds_fault_with_is_audited_whole_by_the_next_run(tmp_path, monkeypatch):
    audited, plain = [], work.audit

    def faulty(ids, pairs, clusters):
        audited.append(sorted(ids.to_pylist()))
        return plain(ids, pairs, clusters) | {"n_unclustered": int(len(audited) == 1)}

    monkeypatch.setattr(work, "audit", faulty)
    for last in (4, 5, 6):
        run(tmp_path, dict.fromkeys(range(last), 0), list(range(last)))
        assert audited[-1] == sorted(one.doc_id for one in ARTICLES[: 20 * last])
        assert (recall_kept(Store(tmp_path), "r") is None) == (last == 4)


def test_corpus_comes_from_nothing_and_goes_to_nothing(tmp_path):
    nothing = run(tmp_path / "a", {}, [])
    some = run(tmp_path / "a", {0: 0}, [0])
    assert run(tmp_path / "a", {}, []) == nothing
    assert run(tmp_path / "a", {0: 0}, [0]) == some == run(tmp_path / "b", {0: 0}, [0])


@pytest.mark.parametrize("at_once", [1, 2, 1_000])
def test_audit_counts_what_the_gate_must_not_let_through(monkeypatch, at_once):
    monkeypatch.setattr("tasks.dedup.audit.AT_ONCE", at_once)
    monkeypatch.setattr("tasks.dedup.audit.SLICE", 2)
    ids = pa.chunked_array([["a", "b", "c"]])
    pairs = pa.table({"doc_id_a": ["a", "z"], "doc_id_b": ["b", "c"]})
    clusters = pa.table(
        {"cluster_id": ["a", "b", "b"], "doc_id": ["a", "a", "b"], "is_canonical": [True, True, True]}
    )
    assert audit(ids, pairs, clusters) == {
        "n_articles": 3, "n_unclustered": 1, "n_clustered_twice": 1, "n_bad_canonical": 1, "n_unknown_pair_ids": 1,
    }  # fmt: skip


@pytest.mark.parametrize("at_once", [7, 1_000])
def test_audit_of_sound_tables_looks_no_name_up(monkeypatch, at_once):
    monkeypatch.setattr("tasks.dedup.audit.AT_ONCE", at_once)
    monkeypatch.setattr("tasks.dedup.audit._audit", lambda *_: pytest.fail("a name was looked up"))
    ids = [f"{number:016x}" for number in range(50)]
    pairs = pa.table({"doc_id_a": ids[:20:2], "doc_id_b": ids[1:20:2]})
    names = [ids[number // 2 * 2] for number in range(50)]
    clusters = pa.table(
        {
            "cluster_id": names,
            "doc_id": ids,
            "is_canonical": [one != name for one, name in zip(ids, names, strict=True)],
        }
    )
    assert audit(pa.chunked_array([ids[30:], ids[:30]]), pairs, clusters) == {
        "n_articles": 50, "n_unclustered": 0, "n_clustered_twice": 0, "n_bad_canonical": 0, "n_unknown_pair_ids": 0,
    }  # fmt: skip


def test_an_index_that_another_took_the_place_of_is_deleted(tmp_path):
    for last in range(6, 11):
        run(tmp_path, dict.fromkeys(range(last), 0), list(range(last)))
    named = {part.path for part in parts_in(Store(tmp_path).look_up("index", "r"))}
    assert {
        path.relative_to(tmp_path).as_posix() for path in (tmp_path / "_data" / "index").iterdir()
    } == named


def test_run_whose_index_goes_while_it_reads_makes_it_anew(tmp_path, monkeypatch):
    run(tmp_path, dict.fromkeys(range(8), 0), list(range(8)))
    plain = work.recall_kept

    def gone(store, recipe):
        kept = plain(store, recipe)
        for path in (tmp_path / "_data" / "index").iterdir():
            path.unlink()
        return kept

    monkeypatch.setattr(work, "recall_kept", gone)
    batches = dict.fromkeys(range(9), 0)
    assert run(tmp_path, batches, list(range(9))) == run(tmp_path / "fresh", batches, list(range(9)))
