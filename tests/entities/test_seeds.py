"""The whole chain against the hand labels of the five seed articles (they steered the rules: a floor, not a measure)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tasks.entities.gazetteer import load_gazetteer
from tasks.entities.record import tag_records
from tasks.entities.taggers import load_tagger


@pytest.fixture(scope="module")
def gold(shared):
    """The labelled seed articles."""
    lines = (shared / "seeds/gold/entities.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def tagged(gold):
    """The answers of `cleancopy tag`, in order."""
    records = [{key: record.get(key) for key in ("id", "text", "published_at")} for record in gold]
    return list(tag_records(records, load_tagger("cleancopy"), load_gazetteer()))


@pytest.mark.parametrize(("options", "least"), [([], 92.0), (["--coarse", "--trim"], 97.0)])
def test_spans_and_types_reach_the_aim(shared, tagged, tmp_path, options, least):
    path = tmp_path / "tagged.jsonl"
    path.write_text("".join(json.dumps(answer) + "\n" for answer in tagged), encoding="utf-8")
    command = [
        sys.executable,
        str(shared / "bench/entities/score.py"),
        str(shared / "seeds/gold/entities.jsonl"),
        str(path),
    ]
    result = subprocess.run([*command, "--json", *options], capture_output=True, text=True, check=True)
    assert json.loads(result.stdout)["all"]["f1"] >= least


def hits(gold, tagged):
    """(gold mention, answer) of the main text where the spans are the same."""
    for record, answer in zip(gold, tagged, strict=True):
        found = {(mention["start"], mention["end"]): mention for mention in answer["mentions"]}
        for mention in record["mentions"]:
            spans = [[mention["start"], mention["end"]], *mention["alternatives"]]
            match = next((found[tuple(span)] for span in spans if tuple(span) in found), None)
            if match is not None and mention["zone"] == "main":
                yield mention, match


def test_values_are_those_of_the_labels(gold, tagged):
    wrong = [
        (m["text"], m["value"], p["value"])
        for m, p in hits(gold, tagged)
        if m["value"] and m["value"] != p["value"]
    ]
    assert wrong == []


def test_links_to_wikidata_are_those_of_the_labels(gold, tagged):
    pairs = [(m["wikidata_qid"], p["entity_id"]) for m, p in hits(gold, tagged) if m["wikidata_qid"]]
    assert len(pairs) > 60
    assert all(known == found for known, found in pairs)
