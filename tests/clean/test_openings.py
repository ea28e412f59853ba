"""Where a rule names a line for its beginning and the article goes on in it, only the beginning goes."""

from __future__ import annotations

import pytest

from tasks.clean.clean import clean_text
from tasks.clean.edits import apply_edits
from tasks.clean.rules import load_rules

RULES = load_rules()
FIRST = "The harbour of Kestmouth reopened on Monday after three weeks of repairs, the port authority said in the morning."
LAST = "The next storm is expected on Thursday, and the crane that fell in the last one still lies across the northern pier."


def _cleaned(line: str) -> str:
    raw = f"{FIRST}\n\n{line}\n\n{LAST}"
    found = clean_text(raw, RULES)
    assert apply_edits(raw, found.edits) == found.text
    return found.text


@pytest.mark.parametrize(
    ("opening", "story"),
    [
        ("Photo: Ines Holm", "The pilots were waiting on the quay. They had slept in the customs house."),
        ("Foto: Ines Holm", "Das Tor wurde am Montag geöffnet. Die Lotsen hatten im Zollhaus geschlafen."),
        ("photo-9.jpg", "The pilots were waiting on the quay. They had slept in the customs house."),
    ],
)
def test_a_paragraph_stays_without_what_was_run_into_its_beginning(opening: str, story: str) -> None:
    text = _cleaned(f"{opening} {story}")
    assert story in text
    assert opening not in text


@pytest.mark.parametrize(
    "line", ["Photo: Ines Holm", "Photo: Ines Holm / Kestmouth Gazette", "[photo] The quay."]
)
def test_a_credit_and_a_caption_go_as_one(line: str) -> None:
    assert line not in _cleaned(line)
