"""Golden documents: before and after, for taste. Change one only with a reason in the commit.

`PYTHONPATH=. python tests/clean/test_golden.py` prints what the code says now, by rules alone.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.clean.clean import Given, clean_text
from tasks.clean.rules import load_rules

GOLDEN = Path(__file__).parent.parent / "golden"
UNSEEN = {"whitespace", "markup"}


def golden_of(path):
    """What the code makes of a golden document, in the form of its .out.json."""
    raw = path.read_text(encoding="utf-8")
    given = Given(media_type="html" if path.suffix == ".html" else "text")
    cleaned = clean_text(raw, load_rules(), given, judge=None)
    return {
        "title": cleaned.title,
        "paragraphs": cleaned.text.split("\n\n"),
        "published": str(cleaned.dating.published_at),
        "authors": list(cleaned.authors),
        "agency": cleaned.agency,
        "place": cleaned.dateline_place,
        "captions": list(cleaned.captions),
        "cuts": [
            [edit.kind, raw[edit.start : edit.end]] for edit in cleaned.edits if edit.kind not in UNSEEN
        ],
    }


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.in.*")), ids=lambda path: path.name)
def test_a_golden_document_comes_out_as_it_should(path):
    wanted = json.loads((GOLDEN / f"{path.name.split('.')[0]}.out.json").read_text(encoding="utf-8"))
    assert golden_of(path) == wanted


if __name__ == "__main__":
    for document in sorted(GOLDEN.glob("*.in.*")):
        print(document.name, json.dumps(golden_of(document), ensure_ascii=False, indent=1))  # noqa: T201
