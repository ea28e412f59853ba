"""JSON lines: a bad line costs only itself."""

from __future__ import annotations

import hashlib
import json

import pytest

from tasks.ingest.sources import FieldMap, Source, Sources


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_a_record_has_its_own_id_else_its_line_number(raw):
    raw.put(
        "a/x.jsonl", b"\n" + lines({"id": "k1", "text": "one"}, {"id": 7, "text": "two"}, {"text": "three"})
    )
    read = raw.read()
    assert [row["raw_path"] for row in read.kept] == ["a/x.jsonl#k1", "a/x.jsonl#7", "a/x.jsonl#4"]
    assert read.n_in == 3


@pytest.mark.parametrize("given", [None, "", True, 1.5, [1], {"a": 1}])
def test_an_id_that_is_none_gives_the_line_number(raw, given):
    raw.put("a/x.jsonl", lines({"id": given, "text": "one"}))
    assert raw.read().kept[0]["raw_path"] == "a/x.jsonl#1"


def test_a_long_id_is_kept_as_its_hash(raw):
    raw.put("a/x.jsonl", lines({"id": "k" * 5_000, "text": "one"}))
    assert raw.read().kept[0]["raw_path"] == "a/x.jsonl#" + hashlib.sha256(b"k" * 5_000).hexdigest()


def test_a_repeated_id_gives_two_rows_with_one_doc_id(raw):
    raw.put("a/x.jsonl", lines({"id": 1, "text": "one"}, {"id": 1, "text": "two"}))
    read = raw.read()
    assert read.texts == ["one", "two"]
    assert len({row["doc_id"] for row in read.kept}) == 1


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b'{"text": "cut', "bad_json"),
        (b"{'text': 'python'}", "bad_json"),
        (b'{"text": "a"} {"text": "b"}', "bad_json"),
        (b"[1, 2]", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"title": "alone"}', "no_text"),
        (b'{"text": null}', "no_text"),
        (b'{"text": 5}', "no_text"),
        (b'{"text": "x", "n": ' + b"9" * 5_000 + b"}", "bad_json"),
        (b'{"text": "x", "deep": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "bad_json"),
        (b'{"text": "x", "deep": ' + b'{"a":' * 200_000, "bad_json"),
        (b"\xff\xfe\xfd", "bad_json"),
        (b"\0\0\0\0", "bad_json"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_where(raw, line, rule):
    raw.put("a/x.jsonl", lines({"text": "before"}) + line + b"\n" + lines({"text": "after"}))
    read = raw.read(record_max_bytes=2_000_000)
    assert (read.texts, read.rules, read.n_in) == (["before", "after"], [rule], 3)
    assert read.quarantined[0]["raw_path"] == "a/x.jsonl#2"
    assert rule == "no_text" or "line 2" in read.quarantined[0]["detail"]


def test_brackets_inside_strings_do_not_count_as_nesting(raw):
    raw.put("a/x.jsonl", lines({"text": '[{"' * 500}))
    assert raw.read().texts == ['[{"' * 500]


def test_an_unclosed_string_full_of_escapes_takes_linear_time(raw):
    raw.put("a/x.jsonl", b'{"text": "' + b'\\"[' * 300_000)
    assert raw.read().rules == ["bad_json"]


def test_a_record_with_an_empty_text_is_dropped_as_empty(raw):
    raw.put("a/x.jsonl", lines({"text": ""}, {"text": " "}))
    read = raw.read()
    assert [row["raw_path"] for row in read.dropped] == ["a/x.jsonl#1"]
    assert read.texts == [" "]


def test_lone_surrogates_become_replacement_characters_and_are_counted(raw):
    raw.put(
        "a/x.jsonl",
        rb"""{"text": "a\ud800b\udc00", "title": "\ud800", "id": "\udfff"}
{"text": "\ud83d\ude00"}""",
    )
    first, second = raw.read().kept
    assert (first["raw_text"], first["n_replaced"], first["title"]) == ("a\ufffdb\ufffd", 2, "\ufffd")
    assert (second["raw_text"], second["n_replaced"]) == ("😀", 0)


def test_nan_is_read_and_of_equal_keys_the_last_counts(raw):
    raw.put("a/x.jsonl", b'{"text": "one", "n": NaN, "m": 1e999, "text": "two"}')
    assert raw.read().texts == ["two"]


def test_the_content_hash_is_that_of_the_canonical_json(raw):
    raw.put("a/x.jsonl", '{ "text" : "\\u00e9" , "a": 1}\n{"a":1,"text":"é"}\n')
    first, second = raw.read().kept
    canonical = '{"a":1,"text":"é"}'.encode()
    assert first["content_sha256"] == second["content_sha256"] == hashlib.sha256(canonical).hexdigest()
    assert first["n_bytes"] == len(canonical)


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_windows_line_ends_and_a_byte_order_mark_are_no_trouble(raw, mark):
    raw.put("a/x.jsonl", mark + b'{"text": "one\\r\\ntwo"}\r\n\r\n{"text": "three"}')
    assert raw.read().texts == ["one\r\ntwo", "three"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_file_in_a_wide_encoding_is_read(raw, encoding):
    raw.put("a/x.jsonl", '{"text": "eins ü"}\r\n{"text": "zwei \u0a0a"}\r\n'.encode(encoding))
    read = raw.read()
    assert read.texts == ["eins ü", "zwei \u0a0a"]
    assert read.kept[0]["encoding"] == encoding


def test_lines_in_an_old_encoding_are_read_and_say_so(raw):
    text = "Le ministre a présenté jeudi un projet très attendu à l’Assemblée, où il était invité."
    raw.put(
        "a/x.jsonl",
        json.dumps({"text": text}, ensure_ascii=False).encode("cp1252") + b"\n" + lines({"text": "é"}),
    )
    read = raw.read()
    assert read.texts == [text, "é"]
    assert [row["encoding"] for row in read.kept] == ["cp1252", "utf-8"]


def test_a_line_is_too_long_only_above_the_limit(raw):
    line = json.dumps({"text": "x" * 989}).encode()
    assert len(line) == 1_001
    raw.put("a/x.jsonl", line + b"\n" + line + b"\r\n" + line)
    assert len(raw.read(record_max_bytes=1_001).texts) == 3
    assert raw.read(record_max_bytes=1_000).rules == ["too_long"] * 3


def test_html_of_a_record_is_seen_by_its_field_or_by_its_tags(raw):
    raw.put("a/x.jsonl", lines(
        {"html": "plain"}, {"text": "<p>x</p>"}, {"body": "<p>x</p>"}, {"content": "1 < 2 > 0"}, {"text": "", "html": "<b>"}
    ))  # fmt: skip
    assert [row["media_type"] for row in raw.read().kept] == ["html", "text", "html", "text", "html"]


def test_a_mapped_source_is_read_by_its_own_names(raw):
    records = FieldMap(id=("meta.key",), text=("story.full",), html=(), either=(), title=("a.b",))
    sources = Sources({"a": Source("a", "Asia/Tokyo", None, records)})
    raw.put("a/x.jsonl", lines({
        "meta": {"key": "k"}, "story": {"full": "words"}, "a.b": "dotted", "text": "not this", "fetched_at": "2026-01-02T09:00:00"
    }))  # fmt: skip
    row = raw.read(sources=sources).kept[0]
    assert (row["raw_path"], row["raw_text"], row["title"], row["time_zone"]) == (
        "a/x.jsonl#k",
        "words",
        "dotted",
        "Asia/Tokyo",
    )
    assert row["fetched_at"].isoformat() == "2026-01-02T00:00:00+00:00"
