"""Taggers of other libraries by one setting: a spaCy pipeline made here, a classifier's answers, clear errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from tasks import schema
from tasks.entities.gazetteer import load_gazetteer
from tasks.entities.mentions import tag_documents
from tasks.entities.spans import Span
from tasks.entities.taggers import adapters, load_tagger
from tasks.entities.taggers.adapters import TYPES, Labelled, Labels, pieces
from tasks.entities.taggers.huggingface import HuggingFaceTagger
from tasks.errors import ConfigError

CLEANCOPY = Path(sys.executable).with_name("cleancopy")
PATTERNS = {
    "Zyx Quorl": "PERSON", "Vormak Union": "ORG", "Qarn": "GPE", "The Long Dune": "WORK_OF_ART", "Zarnish": "LANGUAGE",
    "Oblo": "MISC",
}  # fmt: skip
TEXT = "🙂 Zyx Quorl of the Vormak Union wrote The Long Dune in Zarnish.\n\nÑandú 𝒳 \u200b Qarn welcomed Zyx Quorl."
WORDS = st.sampled_from([*PATTERNS, "🙂", "é", "e\u0301", "\u200b", "𝒳", "\n\n", "\ud800", "&nbsp;", "said", ".", "x" * 90])  # fmt: skip


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    """The setting of a spaCy pipeline that knows PATTERNS."""
    nlp = spacy.blank("en")
    rules = [{"label": label, "pattern": surface} for surface, label in PATTERNS.items()]
    nlp.add_pipe("entity_ruler").add_patterns(rules)
    folder = tmp_path_factory.mktemp("pipelines") / "made here"
    nlp.to_disk(folder)
    return f"spacy:{folder}"


@pytest.fixture(scope="module")
def tagger(setting):
    return load_tagger(setting)


def surfaces(text, spans):
    return [(text[s.start : s.end], s.type) for s in spans]


def test_spacys_entities_become_spans_at_code_points_with_our_types(tagger):
    (spans,) = tagger.tag([TEXT])
    assert surfaces(TEXT, spans) == [
        ("Zyx Quorl", "PERSON"), ("Vormak Union", "ORG"), ("The Long Dune", "WORK"), ("Qarn", "GPE"), ("Zyx Quorl", "PERSON"),
    ]  # fmt: skip
    assert {(s.score_frac, s.method) for s in spans} == {(1.0, "spacy")}


def test_the_batch_and_its_order_change_nothing(tagger):
    texts = [TEXT, "", "Qarn", " \n", TEXT * 9]
    alone = [tagger.tag([text])[0] for text in texts]
    assert tagger.tag(texts) == alone
    assert tagger.tag(texts[::-1]) == alone[::-1]


def test_a_long_text_is_cut_at_paragraphs_and_loses_no_mention(tagger, monkeypatch):
    text = "\n\n".join(["Zyx Quorl said 🙂 so."] * 40)
    whole = tagger.tag([text])
    monkeypatch.setattr(tagger, "_limit_chars", 100)
    assert tagger.tag([text]) == whole
    assert len(whole[0]) == 40


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_spans_of_any_text_are_sorted_and_apart(tagger, text):
    (spans,) = tagger.tag([text])
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[s.start : s.end] in PATTERNS for s in spans)


@given(st.text(st.sampled_from("ab. \n🙂"), max_size=80), st.integers(1, 20))
def test_pieces_are_short_enough_and_miss_only_white_space(text, limit):
    cut = list(pieces(text, limit))
    assert all(text[start : start + len(piece)] == piece and len(piece) <= limit for start, piece in cut)
    assert "".join("".join(piece.split()) for _, piece in cut) == "".join(text.split())


def test_the_stage_writes_the_same_table_with_any_tagger(tagger):
    row = {"doc_id": "d", "content_sha256": "", "source": "s", "text": TEXT, "raw_path": "", "encoding": "utf-8", "batch": "s/2024-02-05",
           "n_raw_chars": len(TEXT), "n_chars": len(TEXT), "n_words": 0, "language": "en"}  # fmt: skip
    clean = pa.Table.from_pylist([row], schema=schema.CLEAN.schema)
    found = tag_documents(clean, schema.EDITS.empty(), tagger, load_gazetteer())
    tagged = found.tables["tagged"]
    assert tagged.schema.equals(schema.TAGGED.schema)
    assert {"Zyx Quorl", "Vormak Union", "Qarn"} <= set(tagged["surface"].to_pylist())
    check = found.tables["checks"].to_pylist()[0]
    assert all(value for name, value in check.items() if name.startswith(("spans_", "surfaces_", "types_")))


def tag(setting, text, tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "text": text, "language": "en"}) + "\n")
    return subprocess.run(
        [CLEANCOPY, "tag", "in.jsonl"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "CLEANCOPY_TAGGER": setting},
    )  # fmt: skip


def test_the_setting_chooses_the_tagger_of_the_command(setting, tmp_path):
    done = tag(setting, TEXT, tmp_path)
    assert done.returncode == 0, done.stderr
    mentions = json.loads(done.stdout)["mentions"]
    assert ("Zyx Quorl", "PERSON") in [(TEXT[m["start"] : m["end"]], m["type"]) for m in mentions]


def test_a_path_without_a_pipeline_is_a_usage_error_that_names_it(tmp_path):
    done = tag("spacy:/no/such/folder", TEXT, tmp_path)
    assert done.returncode == 2
    assert "/no/such/folder is no spacy pipeline" in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "content", ["", "[nlp]\nlang = 'en'", '[nlp]\nlang = "en"\npipeline = ["nobody"]', "{{"]
)
def test_a_broken_pipeline_is_a_config_error_that_names_its_path(tmp_path, content):
    (tmp_path / "config.cfg").write_text(content)
    with pytest.raises(ConfigError, match=str(tmp_path)):
        load_tagger(f"spacy:{tmp_path}")


@pytest.mark.parametrize(
    ("setting", "module"),
    [
        ("spacy:/path", "spacy"),
        ("hf:/path", "transformers"),
        ("gliner:/path", "gliner"),
        ("stanza:/path", "stanza"),
    ],
)
def test_a_missing_library_is_named_with_its_extra(monkeypatch, setting, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigError, match=f"library {module}.*uv run --extra {setting.split(':')[0]}"):
        load_tagger(setting)


@pytest.mark.parametrize("setting", ["spacy", "spacy:"])
def test_a_setting_without_a_path_shows_how_it_is_written(setting):
    with pytest.raises(ConfigError, match='CLEANCOPY_TAGGER="spacy:/path/to/pipeline"'):
        load_tagger(setting)


def test_every_type_is_in_the_contract_and_an_unknown_label_is_told_once(caplog):
    assert set(TYPES.values()) == set(schema.ENTITY_TYPES)
    labels = Labels("spacy")
    assert labels.spans("Oblo Oblo", [Labelled(0, 4, "MISC", 1.0), Labelled(5, 9, "MISC", 1.0)]) == []
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "tagger spacy: label MISC has no type here"
    ]


def test_a_classifiers_answers_become_spans_shifted_and_trimmed(monkeypatch):
    tagger = object.__new__(HuggingFaceTagger)
    answer = {"entity_group": "PER", "score": 0.98765, "word": "Zyx", "start": 0, "end": 4}
    tagger._classify, tagger._labels = (lambda piece: [answer] if "Zyx" in piece else []), Labels("hf")
    monkeypatch.setattr("tasks.entities.taggers.huggingface.PIECE_CHARS", 5)
    assert tagger.tag(["🙂🙂\n\nZyx ", ""]) == [[Span(4, 7, "PERSON", 0.9877, "hf")], []]


# gliner and stanza bring torch: `benchmarks/entities/check_adapters.py` runs them on models made there, by hand.
class Gliner:
    """Answers as GLiNER gives them."""

    def inference(self, texts, labels, **_settings):
        (text,) = texts
        assert "person" in labels
        at = text.find("Qarn")
        found = {"start": at, "end": at + 5, "text": "Qarn", "label": "country, city or state", "score": 0.75}
        return [[found] if at >= 0 else []]


def test_gliner_is_asked_in_words_and_answers_in_our_types(tmp_path, monkeypatch):
    (tmp_path / "gliner_config.json").write_text("{}")
    asked = []
    library = SimpleNamespace(
        GLiNER=SimpleNamespace(from_pretrained=lambda *a, **k: asked.append((a, k)) or Gliner())
    )
    monkeypatch.setitem(sys.modules, "gliner", library)
    tagger = load_tagger(f"gliner:{tmp_path}")
    monkeypatch.setattr("tasks.entities.taggers.gliner.PIECE_CHARS", 8)
    assert tagger.tag(["🙂 so.\n\nQarn ", "", "no"]) == [[Span(7, 11, "GPE", 0.75, "gliner")], [], []]
    assert asked == [((str(tmp_path),), {"local_files_only": True, "map_location": "cpu"})]


def test_stanzas_entities_become_spans_and_nothing_is_downloaded(tmp_path, monkeypatch):
    (tmp_path / "resources.json").write_text("{}")
    asked = {}

    def pipeline(lang, **settings):
        asked.update(settings, lang=lang)
        one = SimpleNamespace(start_char=0, end_char=4, type="WORK_OF_ART")
        return lambda piece: SimpleNamespace(ents=[one] if piece.startswith("Qarn") else [])

    monkeypatch.setitem(sys.modules, "stanza", SimpleNamespace(Pipeline=pipeline))
    tagger = load_tagger(f"stanza:{tmp_path}")
    monkeypatch.setattr("tasks.entities.taggers.stanza.PIECE_CHARS", 8)
    assert tagger.tag(["🙂 so.\n\nQarn", ""]) == [[Span(7, 11, "WORK", 1.0, "stanza")], []]
    assert asked["download_method"] is None
    assert asked["dir"] == str(tmp_path)


@pytest.mark.parametrize(("kind", "name"), [("gliner", "GLiNER"), ("stanza", "Pipeline")])
def test_a_model_that_does_not_load_is_named_by_its_folder(tmp_path, monkeypatch, kind, name):
    def broken(*_args, **_settings):
        raise ValueError("half a file")

    made = SimpleNamespace(from_pretrained=broken) if kind == "gliner" else broken
    monkeypatch.setitem(sys.modules, kind, SimpleNamespace(**{name: made}))
    for mark in ("gliner_config.json", "resources.json"):
        (tmp_path / mark).write_text("{}")
    with pytest.raises(ConfigError, match=f"{kind} cannot load {tmp_path}: half a file"):
        load_tagger(f"{kind}:{tmp_path}")


def test_adapters_load_no_library_before_they_are_asked_for():
    code = (
        "import sys, tasks.entities.taggers, tasks.entities.taggers.spacy as s; print('spacy' in sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(adapters.__file__).parents[3],
    )
    assert out.stdout.strip() == "False"
