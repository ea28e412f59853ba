"""One document explained: where it came from, what was done to it, and where it is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest

from tasks.errors import UsageError
from tasks.report import reading
from tasks.report.record import trace_record
from tasks.report.spans import clean_text, explain_char
from tasks.report.trace import Trace, Tracer, trace_document
from tasks.versions.store import Store
from tests.flows.conftest import World

WIDTH = 80
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def traced(corpus: World, ref: str, version: int | str = "latest") -> Trace:
    return trace_document(corpus.store, corpus.store.manifest(version), ref)


def call(corpus: World, *args: str) -> subprocess.CompletedProcess[str]:
    command = "from flows.cli import main; main()"
    return subprocess.run([sys.executable, "-c", command, "trace", *args, "--data", str(corpus.settings.data)],
                          capture_output=True, text=True, timeout=120, check=False)  # fmt: skip


def test_every_character_of_every_article_is_explained(corpus: World) -> None:
    for row in corpus.rows("articles"):
        trace = traced(corpus, row["doc_id"])
        assert clean_text(trace.raw_text or "", trace.edits) == row["text"]
        for span in trace.spans:
            clean = row["text"][span.clean_start : span.clean_end]
            raw = (trace.raw_text or "")[span.raw_start : span.raw_end]
            assert clean == (raw if span.edit is None else trace.edits[span.edit]["inserted"])


def test_articles_traced_together_have_the_traces_they_have_alone(
    corpus: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = {row["doc_id"]: row["batch"] for row in corpus.rows("articles")}
    alone = {one: Tracer(corpus.store, corpus.head()).trace_article(one, documents[one]) for one in documents}
    together = Tracer(corpus.store, corpus.head())
    together.fetch(documents)
    looked: list[tuple[str, str]] = []
    real = reading.rows_where

    def look(store: Store, listed: Any, column: str, values: Any, columns: Any = None) -> Any:
        looked.extend((part.path.split("/")[1], column) for part in listed)
        return real(store, listed, column, values, columns)

    monkeypatch.setattr(reading, "rows_where", look)
    assert {one: together.trace_article(one, documents[one]) for one in documents} == alone
    read = {"articles", "clean", "edits", "tagged", "mentions", "clusters", "entities"} & {
        one for one, _ in looked
    }
    assert not read, f"{read} read again"


def test_the_rows_of_a_trace_are_those_of_the_published_tables(corpus: World) -> None:
    edits, mentions = ({name: [row for row in corpus.rows(table) if row["doc_id"] == name] for name in {one["doc_id"] for one in corpus.rows("articles")}} for table in ("edits", "mentions"))  # fmt: skip
    for row in corpus.rows("articles"):
        trace = Tracer(corpus.store, corpus.head()).trace_article(row["doc_id"], row["batch"])
        assert trace.article == row
        assert (list(trace.edits), list(trace.mentions)) == (edits[row["doc_id"]], mentions[row["doc_id"]])


def test_a_character_is_found_in_the_bytes_of_its_file(corpus: World) -> None:
    trace = traced(corpus, "old.txt")
    assert trace.article is not None
    position = trace.article["text"].index("ø")
    found = explain_char(trace.raw_text or "", trace.edits, position, trace.encoded)
    stored = (corpus.settings.raw / trace.identity.raw_path).read_bytes()
    assert stored[found.byte_start : found.byte_end] == b"\xf8"


def test_the_record_is_complete_json(corpus: World) -> None:
    record: dict[str, Any] = json.loads(json.dumps(trace_record(traced(corpus, "site/2024-02-03/page.html"))))
    assert clean_text(record["raw_text"], record["edits"]) == record["article"]["text"]
    assert record["mentions"]
    assert {gate["stage"] for gate in record["gates"]} == {"ingest", "clean", "entities", "dedup", "export"}
    assert record["recipe"].keys() == {"ingest", "clean", "entities"}
    assert [one["version"] for one in record["versions"]] == [1, 2, 3]
    assert record["file_sha256"] == record["document"]["content_sha256"]


@pytest.mark.parametrize("ref", ["2.txt", "alpha/2024-02-01/2.txt", "raw/alpha/2024-02-01/2.txt"])
def test_a_document_is_meant_by_its_path(corpus: World, ref: str) -> None:
    assert traced(corpus, ref).identity.raw_path == "alpha/2024-02-01/2.txt"


def test_a_document_is_meant_by_its_url_and_by_the_beginning_of_its_id(corpus: World) -> None:
    doc_id = traced(corpus, "https://wire.example/1").identity.doc_id
    assert traced(corpus, doc_id[:9]).identity.raw_path == "wire/2024-02-03/w.jsonl#W1"


def test_a_dropped_document_says_why_and_shows_its_raw_text(corpus: World) -> None:
    empty, menu = traced(corpus, "empty.txt"), traced(corpus, "menu.txt")
    assert (empty.left or {})["reason"] == "empty"
    assert (menu.left or {})["stage"] == "clean"
    assert (menu.raw_text or "").startswith("Home")


def test_a_document_that_could_not_be_read_names_its_rule(corpus: World) -> None:
    trace = traced(corpus, "w.jsonl#3")
    assert trace.identity.state == "quarantined"
    assert (trace.left or {})["rules"] == ["bad_json"]
    assert (trace.left or {})["evidence"]


def test_a_document_of_a_held_batch_is_found_among_those_set_aside(corpus: World) -> None:
    trace = traced(corpus, "gamma/2024-02-05/g3.txt")
    assert trace.identity.state in {"quarantined", "dropped"}
    assert trace.batch is not None
    assert trace.batch.status == "held"


def test_a_copy_names_its_cluster_and_the_evidence(corpus: World) -> None:
    cluster = traced(corpus, "copy.txt").cluster
    assert cluster is not None
    assert len(cluster.members) >= 2
    assert any(
        one.pair["relation"] == "exact" and one.other["raw_path"] == "alpha/2024-02-01/1.txt"
        for one in cluster.pairs
    )


def test_the_versions_say_where_the_row_changed(corpus: World) -> None:
    revised, other = traced(corpus, "alpha/2024-02-01/0.txt"), traced(corpus, "alpha/2024-02-01/3.txt")
    assert [one.what for one in revised.versions] == ["new", "changed", "same"]
    assert {"text", "content_sha256"} <= set(revised.versions[1].columns)
    assert [one.what for one in other.versions] == ["new", "same", "same"]


def test_a_version_is_traced_as_it_was(corpus: World) -> None:
    before, after = traced(corpus, "alpha/2024-02-01/0.txt", 1), traced(corpus, "alpha/2024-02-01/0.txt", 2)
    assert "one more sentence" not in (before.raw_text or "")
    assert "one more sentence" in (after.raw_text or "")
    assert [one.version for one in before.versions] == [1]


def test_an_unknown_id_is_told_with_near_ones(corpus: World) -> None:
    known = traced(corpus, "2.txt").identity.doc_id
    wrong = known[:-1] + ("0" if known[-1] != "0" else "1")
    with pytest.raises(UsageError, match=f"near are {known}"):
        traced(corpus, wrong)
    with pytest.raises(UsageError, match=r"near are .*alpha/2024-02-01/2\.txt"):
        traced(corpus, "alpha/2024-02-01/22.txt")


def test_what_is_like_nothing_there_has_nothing_near(corpus: World) -> None:
    with pytest.raises(UsageError, match=r"no document 'zzz'\. A doc_id or its beginning, a path in raw/ or"):
        traced(corpus, "zzz")


def test_a_headline_names_the_document_to_ask_for(corpus: World) -> None:
    known = traced(corpus, "2.txt")
    assert known.article is not None
    with pytest.raises(UsageError, match=f'near are {known.identity.doc_id} "New bakery number 2'):
        traced(corpus, "bakery number 2")


def test_a_beginning_that_several_ids_have_names_them(corpus: World) -> None:
    with pytest.raises(UsageError, match=r"means .* documents: [0-9a-f]{16} \(\w+/2024-"):
        traced(corpus, _shared_beginning(corpus))


def _shared_beginning(corpus: World) -> str:
    firsts = sorted(row["doc_id"][0] for row in corpus.rows("articles"))
    return next(one for one, two in pairwise(firsts) if one == two)


def test_the_terminal_shows_eighty_columns_and_acts_on_nothing(corpus: World) -> None:
    done = call(corpus, "hostile.txt")
    assert done.returncode == 0, done.stderr
    plain = ESCAPES.sub("", done.stdout)
    assert max(map(len, plain.splitlines())) <= WIDTH
    assert not set(plain) & set("\x1b\x07\u202e")
    assert "␛[31mred" in plain


def test_a_character_is_explained_in_the_terminal_and_as_json(corpus: World) -> None:
    told = call(corpus, "2.txt", "--char", "5").stdout
    assert "kept as it stands" in told
    assert re.search(r"^in +… The \w+ of Lima told ", told)
    record = json.loads(call(corpus, "2.txt", "--char", "5", "--json").stdout)
    assert record["position"] == 5
    assert call(corpus, "2.txt", "--char", "99999").returncode == 2
    assert call(corpus, "empty.txt", "--char", "0").returncode == 2
