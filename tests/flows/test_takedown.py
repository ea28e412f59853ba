"""A document that is taken down leaves every version, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.cli.takedown import takedown as command
from flows.dag import Dag
from flows.progress import Silent
from flows.takedown import find, lift, takedown, taken
from tasks.errors import UsageError, VersionConflict
from tasks.report.pages import write_report
from tasks.settings import Settings
from tasks.takedown.purge import purge
from tasks.takedown.receipt import receipt_key, unfinished
from tasks.tombstones import Tombstone
from tasks.versions.folder import LocalFolder
from tasks.versions.memo import CUTS, RESULTS
from tasks.versions.publish import release_files, release_folder
from tasks.versions.store import utc_now
from tests.flows.conftest import World, article, note, put_copy
from tests.flows.processes import Commands


def wire(name: str, seed: int, url: str | None = None) -> bytes:
    return json.dumps({"id": name, "text": article(seed), "title": f"Number {seed}", "url": url}).encode()


@pytest.fixture(scope="module")
def two_versions_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions: a document and its copy, one that is too short, and others; the document is in both."""
    folder = tmp_path_factory.mktemp("two-versions")
    world = World(Settings(raw=folder / "raw", data=folder / "data", workers=1))
    world.put("alpha/2024-02-05/one.txt", article(1))
    world.put("alpha/2024-02-05/two.txt", article(2))
    world.put("alpha/2024-02-05/note.txt", note(5))
    world.put(
        "beta/2024-02-06/copy.txt",
        article(1) + "\n\nPrinted here with thanks to the harbour office of the town.\n",
    )
    world.run()
    world.put("beta/2024-02-07/three.txt", article(3))
    world.run()
    return folder


@pytest.fixture
def two_versions(two_versions_once: Path, world: World) -> World:
    """A copy of them."""
    put_copy(two_versions_once, world.settings.raw.parent)
    return world


def doc_id(world: World, raw_path: str, version: int = 2) -> str:
    manifest = world.store.manifest(version)
    rows = world.store.read_table(manifest, "articles", ["doc_id", "raw_path"]).to_pylist()
    return next(row["doc_id"] for row in rows if row["raw_path"] == raw_path)


def take_down(world: World, ref: str, reason: str = "the author asked") -> Any:
    _, found = find(world.store, ref, reason)
    return takedown(world.settings, found, watch=Silent())


def words_of(data: Path) -> Iterator[tuple[Path, str]]:
    """Everything in the data folder as text, tables unpacked."""
    for path in sorted(data.rglob("*")):
        if path.suffix == ".parquet":
            yield path, json.dumps(pq.read_table(path).to_pylist(), default=str, ensure_ascii=False)
        elif path.is_file():
            yield path, path.read_bytes().decode(errors="replace")


def test_no_byte_of_the_text_is_left_in_the_data_folder(two_versions: World) -> None:
    only_there = "thanks to the harbour office"
    assert any(only_there in text for _, text in words_of(two_versions.settings.data))
    take_down(two_versions, "copy.txt")
    assert [path for path, text in words_of(two_versions.settings.data) if only_there in text] == []


def test_no_line_that_was_cut_from_it_is_left_by_a_report(two_versions: World) -> None:
    only_there = "Follow the Quillby harbour office on Facebook"
    two_versions.put("beta/2024-02-07/four.txt", f"{article(4)}\n\n{only_there}\n")
    two_versions.run()
    write_report(two_versions.store, two_versions.head())
    records = two_versions.settings.data / RESULTS / CUTS
    assert any(only_there in path.read_text() for path in records.iterdir())
    take_down(two_versions, "four.txt")
    assert [path for path, text in words_of(two_versions.settings.data) if only_there in text] == []
    assert list(records.iterdir())  # of the others' cuts


def test_other_documents_keep_their_rows_in_every_version(two_versions: World) -> None:
    gone = doc_id(two_versions, "alpha/2024-02-05/one.txt")
    before = [
        two_versions.store.read_table(two_versions.store.manifest(v), "edits").to_pylist() for v in (1, 2)
    ]
    take_down(two_versions, gone)
    after = [
        two_versions.store.read_table(two_versions.store.manifest(v), "edits").to_pylist() for v in (1, 2)
    ]
    assert after == [[row for row in rows if row["doc_id"] != gone] for rows in before]


def test_a_cluster_that_loses_its_canonical_document_gets_another(two_versions: World) -> None:
    gone, copy = (
        doc_id(two_versions, "alpha/2024-02-05/one.txt"),
        doc_id(two_versions, "beta/2024-02-06/copy.txt"),
    )
    take_down(two_versions, gone)
    for version in (1, 2, 3):
        manifest = two_versions.store.manifest(version)
        articles = {
            row["doc_id"]: row for row in two_versions.store.read_table(manifest, "articles").to_pylist()
        }
        clusters = {
            row["doc_id"]: row for row in two_versions.store.read_table(manifest, "clusters").to_pylist()
        }
        assert gone not in articles
        assert gone not in clusters
        assert articles[copy]["is_canonical"]
        assert articles[copy]["canonical_doc_id"] == copy
        assert clusters[copy]["is_canonical"]
        assert clusters[copy]["why_canonical"]


def test_the_law_of_rows_holds_in_every_version(two_versions: World) -> None:
    take_down(two_versions, "one.txt")
    for version in (1, 2, 3):
        manifest = two_versions.store.manifest(version)
        for batch in manifest.batches.values():
            counts = batch.counts
            assert all(c["rows_in"] == c["kept"] + c["dropped"] + c["quarantined"] for c in counts.values())
            assert counts["ingest"]["kept"] == counts["clean"]["rows_in"]
        kept = sum(batch.counts["entities"]["kept"] for batch in manifest.batches.values())
        dropped = two_versions.store.read_table(manifest, "dropped").to_pylist()
        assert manifest.tables["articles"].rows == kept
        assert [row["reason"] for row in dropped] == ["taken_down"]


def test_the_tables_are_those_of_a_full_rebuild_under_the_same_decision(two_versions: World) -> None:
    take_down(two_versions, "one.txt")
    published, batches = two_versions.bytes_of_tables(), two_versions.head().batches
    two_versions.backfill(reprocess="all")
    assert two_versions.bytes_of_tables() == published
    for name, batch in two_versions.head().batches.items():
        assert (name, batch.counts, batch.profile) == (name, batches[name].counts, batches[name].profile)


def test_the_same_content_or_address_is_not_ingested_under_another_name(new_world) -> None:
    world = new_world()
    world.put("wire/2024-02-05/a.jsonl", wire("a", 7, "https://wire.example/7"))
    world.put("wire/2024-02-05/b.txt", article(8))
    world.put("wire/2024-02-05/c.txt", article(9))
    world.run()
    take_down(world, "https://wire.example/7")
    take_down(world, "b.txt")
    world.put("wire/2024-02-06/again.jsonl", wire("z", 17, "https://wire.example/7"))
    world.put("wire/2024-02-06/again.txt", article(8))
    world.put("wire/2024-02-06/new.txt", article(10))
    world.run()
    paths = [row["raw_path"] for row in world.rows("articles")]
    assert sorted(paths) == ["wire/2024-02-05/c.txt", "wire/2024-02-06/new.txt"]
    evidence = {row["raw_path"]: row["evidence"] for row in world.rows("dropped")}
    assert evidence["wire/2024-02-06/again.txt"].endswith(": the author asked")


def test_set_aside_rows_go_too(two_versions: World) -> None:
    aside = "Ferry notice 5"
    assert any(aside in text for _, text in words_of(two_versions.settings.data))
    take_down(two_versions, "note.txt")
    assert not any(aside in text for _, text in words_of(two_versions.settings.data))


def test_the_same_record_in_a_held_batch_goes_from_what_was_set_aside_and_stored(world: World) -> None:
    world.put("alpha/2024-02-05/a.jsonl", b"\n".join(wire(str(seed), seed) for seed in (7, 8)))
    world.put("beta/2024-02-06/b.jsonl", b"\n".join([wire("7", 7)] * 8 + [wire("9", 9)]))
    outcome = world.run()
    assert outcome is not None
    assert "beta/2024-02-06" in outcome.held
    done = take_down(world, "alpha/2024-02-05/a.jsonl#7")
    assert [path for path, text in words_of(world.settings.data) if "number 7 opens" in text] == []
    receipt = json.loads(done.receipt.read_text())
    assert receipt["raw_paths"] == ["alpha/2024-02-05/a.jsonl#7", "beta/2024-02-06/b.jsonl#7"]
    assert len(receipt["quarantine_rewritten"]) == 1
    assert [row["raw_path"] for row in world.rows("articles")] == ["alpha/2024-02-05/a.jsonl#8"]


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("call", ["put", "delete", "remove_folder", "assemble", "create"])
def test_killed_at_any_write_it_finishes_when_done_again(
    new_world, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    world = new_world()
    world.put("alpha/2024-02-05/one.txt", article(1))
    world.put("alpha/2024-02-05/two.txt", article(2))
    world.run()
    original, left = getattr(LocalFolder, call), [0]

    def dying(self: LocalFolder, *args: Any, **given: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return original(self, *args, **given)

    monkeypatch.setattr(LocalFolder, call, dying)
    reason, kills = "the court asked", 0
    for nth in (1, 2, 3, 4, 6, 9, 13, 18, 24, 31, 39, 48, 58, 200):
        left[0] = nth
        try:
            take_down(world, "alpha/2024-02-05/one.txt", reason)
        except Killed:
            kills += 1
            assert world.store.versions() in ([1], [1, 2])
            continue
        break
    assert kills
    left[0] = 0
    assert not unfinished(world.store, world.head())
    assert [row["raw_path"] for row in world.rows("articles")] == ["alpha/2024-02-05/two.txt"]
    assert not any("number 1 opens" in text for _, text in words_of(world.settings.data))
    assert world.backfill(reprocess="all") is None or world.head().version == 2


@pytest.mark.parametrize("nth", [4, 5, 6])  # the first three are those of version 1
def test_a_newest_version_that_was_half_rewritten_is_whole_after_the_next_begin(
    two_versions: World, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    store, gone = two_versions.store, doc_id(two_versions, "alpha/2024-02-05/one.txt")
    _, found = find(store, gone, "the court asked")
    left = [0]

    def dies(call: str) -> Callable[..., Any]:
        original = getattr(LocalFolder, call)

        def dying(self: LocalFolder, key: str, *args: Any, **given: Any) -> Any:
            left[0] -= key.startswith(("versions", "releases"))
            if left[0] == 0:
                raise Killed
            return original(self, key, *args, **given)

        return dying

    for call in ("put", "remove_folder", "assemble"):
        monkeypatch.setattr(LocalFolder, call, dies(call))
    for at in (nth, 99):
        left[0] = at
        with suppress(Killed):
            purge(store, found, by="nobody", now=utc_now())
        left[0] = 0
        store.begin()
        release = store.backend.path(release_folder(2))
        there = {path.relative_to(release).as_posix() for path in release.rglob("*.parquet")}
        assert there == set(release_files(two_versions.head()))
    assert gone not in {row["doc_id"] for row in two_versions.rows("articles")}


def test_a_run_that_read_the_document_before_it_was_taken_down_publishes_nothing(
    two_versions: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = Dag._candidate

    def slow(self: Dag, *args: Any) -> Any:
        made = candidate(self, *args)
        if not self.request.decisions:
            take_down(two_versions, "one.txt")
        return made

    two_versions.put("gamma/2024-02-08/again.txt", article(1))
    monkeypatch.setattr(Dag, "_candidate", slow)
    with pytest.raises(VersionConflict):
        two_versions.run()
    monkeypatch.undo()
    two_versions.run()
    assert "gamma/2024-02-08/again.txt" not in [row["raw_path"] for row in two_versions.rows("articles")]


def test_a_copy_that_a_run_publishes_before_or_during_the_takedown_goes_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put("alpha/2024-02-05/one.txt", article(1))
    world.put("alpha/2024-02-05/two.txt", article(2))
    world.run()
    _, found = find(world.store, "one.txt", "the author asked")
    candidate, paths = Dag._candidate, ["beta/2024-02-06/again.txt", "beta/2024-02-07/again.txt"]

    def deliver() -> None:
        world.put(paths.pop(), article(1))
        world.run()

    def slow(self: Dag, *args: Any) -> Any:
        made = candidate(self, *args)
        if self.request.decisions and paths:
            deliver()
        return made

    deliver()
    monkeypatch.setattr(Dag, "_candidate", slow)
    done = takedown(world.settings, found, watch=Silent())
    assert (done.version, done.purged.rewritten) == (4, (1, 2, 3))
    assert len(done.targets.documents) == 3
    assert not any("number 1 opens" in text for _, text in words_of(world.settings.data))


def test_a_takedown_can_be_lifted_and_a_backfill_brings_the_document_back(two_versions: World) -> None:
    published = two_versions.bytes_of_tables()
    gone = doc_id(two_versions, "alpha/2024-02-05/one.txt")
    take_down(two_versions, gone)
    lift(two_versions.settings, gone, reason="the wrong one")
    two_versions.backfill(reprocess="all")
    assert two_versions.bytes_of_tables() == published


def test_a_document_of_an_older_version_is_found_whatever_its_name_says(two_versions: World) -> None:
    two_versions.put("alpha/2024-02-08/what-it-means.txt", article(9))
    two_versions.run()
    two_versions.store.rollback(2, "the wrong files", "nobody")
    known, found = find(two_versions.store, "alpha/2024-02-08/what-it-means.txt")
    assert known.raw_path == "alpha/2024-02-08/what-it-means.txt"
    assert found.versions == (3,)


def test_a_takedown_is_lifted_by_the_path_it_was_asked_for_with(two_versions: World) -> None:
    stone = take_down(two_versions, "alpha/2024-02-05/one.txt").targets.stone
    assert taken(two_versions.store, "alpha/2024-02-05/one.txt") == stone
    with pytest.raises(UsageError, match=f"is not taken down; taken down are {stone.doc_id}"):
        taken(two_versions.store, "alpha/2024-02-05/two.txt")


def test_the_beginning_of_two_ids_lifts_neither(two_versions: World, monkeypatch: pytest.MonkeyPatch) -> None:
    both = (Tombstone("abc1", frozenset(), None), Tombstone("abc2", frozenset(), None))
    monkeypatch.setattr("flows.takedown.tombstones", lambda _: both)
    assert taken(two_versions.store, "abc2") is both[1]
    with pytest.raises(UsageError, match=r"abc means 2 takedowns: abc1, abc2\. Name one"):
        taken(two_versions.store, "abc")


def test_a_dry_run_lifts_nothing(two_versions: World, capsys: pytest.CaptureFixture[str]) -> None:
    gone = take_down(two_versions, "alpha/2024-02-05/one.txt").targets.stone.doc_id
    command(gone, lift=True, dry_run=True, reason="the wrong one", data=two_versions.settings.data)
    assert f"Dry run: the takedown of {gone} would be taken back" in capsys.readouterr().out
    assert two_versions.store.versions() == [1, 2, 3]


def test_a_takedown_without_a_reason_or_of_nothing_changes_nothing(two_versions: World) -> None:
    before = sorted(two_versions.settings.data.rglob("*"))
    with pytest.raises(UsageError, match="needs a reason"):
        take_down(two_versions, "one.txt", "  ")
    with pytest.raises(UsageError, match="near are"):
        take_down(two_versions, "0000000000000000")
    assert sorted(two_versions.settings.data.rglob("*")) == before


def test_the_receipt_says_what_went_and_which_copies_stay(two_versions: World) -> None:
    gone, copy = (
        doc_id(two_versions, "alpha/2024-02-05/one.txt"),
        doc_id(two_versions, "beta/2024-02-06/copy.txt"),
    )
    done = take_down(two_versions, gone)
    again = take_down(two_versions, gone, "another reason")
    receipt = json.loads((two_versions.settings.data / receipt_key(gone)).read_text())
    assert again.version == done.version == receipt["first_version_without"] == 3
    assert receipt["versions_rewritten"] == [1, 2]
    assert receipt["raw_paths"] == ["alpha/2024-02-05/one.txt"]
    assert receipt["copies_that_stay"] == [copy]
    assert receipt["reason"] == "the author asked"
    assert [mark["doc_ids"] for mark in two_versions.store.manifest(1).redacted] == [[gone]]


def test_the_command_says_what_it_would_do_and_then_does_it(world: World, commands: Commands) -> None:
    world.put("alpha/2024-02-05/one.txt", article(1))
    world.put("alpha/2024-02-05/two.txt", article(2))
    world.run()
    where = ("--data", world.settings.data)
    dry = commands("takedown", "one.txt", "--dry-run", *where)
    assert dry.code == 0
    assert "goes" in dry.stdout
    assert world.store.versions() == [1]
    assert commands("takedown", "one.txt", *where).code == 2
    assert commands("takedown", *where, "--reason", "x").code == 2
    done = commands("takedown", "one.txt", "--reason", "the author asked", "--json", *where)
    assert done.json["versions_rewritten"] == [1]
    gone = done.json["doc_id"]
    assert f"decision: takedown {gone}: the author asked" in commands("show", *where).stdout
    assert f"redacted: {gone}: the author asked" in commands("show", "1", *where).stdout
    assert "Why it was taken down" in commands("trace", done.json["doc_id"], *where).stdout
    world.store.backend.delete(receipt_key(done.json["doc_id"]))
    assert "is not finished" in commands("versions", *where).stdout
