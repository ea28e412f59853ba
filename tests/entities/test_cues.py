"""Types of names told by the words beside them."""

from __future__ import annotations

import pytest

from tasks.entities.cues import with_cues
from tasks.entities.gazetteer import load_gazetteer
from tasks.entities.spans import Span


def typed(text: str, *names: tuple[str, str]) -> dict[str, set[str]]:
    """Types of each surface after the cues; every occurrence of a name is a span of the type given."""
    spans = [
        Span(at, at + len(name), kind, 0.7, "model")
        for name, kind in names
        for at in range(len(text))
        if text.startswith(name, at)
    ]
    out: dict[str, set[str]] = {}
    for span in with_cues(text, sorted(spans), load_gazetteer()):
        out.setdefault(text[span.start : span.end], set()).add(span.type)
    return out


@pytest.mark.parametrize(
    ("text", "name", "wrong", "right"),
    [
        ("The rescue agency Basarkom said so.", "Basarkom", "PERSON", "ORG"),
        ("His company, Yak Valley Treks, had no map.", "Yak Valley Treks", "WORK", "ORG"),
        ("Members of Quelmin will strike.", "Quelmin", "PERSON", "ORG"),
        ("Buildings burned by the Zelhari militia.", "Zelhari", "PERSON", "ORG"),
        ("Danseong president Baek Do left.", "Danseong", "GPE", "ORG"),
        ("Narhteh, 46, sells fish.", "Narhteh", "GPE", "PERSON"),
        ("She saw his wife, Mirancho, there.", "Mirancho", "ORG", "PERSON"),
        ("The spokesman Tolgar denied it.", "Tolgar", "GPE", "PERSON"),
        ("A spokesman for the armed group, Nyi Rang, denied it.", "Nyi Rang", "ORG", "PERSON"),
        ("In the town of Belquis it rained.", "Belquis", "ORG", "GPE"),
        ("He was caught in Belquis with a gun.", "Belquis", "PERSON", "GPE"),
        ("Farmers in Lagos and Ntchele lost maize.", "Ntchele", "ORG", "GPE"),
        ("They found arsenic in the Koksa, he said.", "Koksa", "PERSON", "LOC"),
        ("The Marojel forest burned.", "Marojel", "PERSON", "LOC"),
        ("Police hold elders of the Tzubal people.", "Tzubal", "GPE", "NORP"),
    ],
)
def test_the_word_beside_a_name_tells_its_type(text: str, name: str, wrong: str, right: str) -> None:
    assert typed(text, (name, wrong), ("Lagos", "GPE"))[name] == {right}


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("The company Hassan founded is broke.", "Hassan", "PERSON"),
        ("He puts trust in Marapo, who won.", "Marapo", "PERSON"),
        ("The regional bank Kenya needs is here.", "Kenya", "GPE"),
        ("The federation's chairman, Salt Growers Association, left.", "Salt Growers Association", "ORG"),
        ("Kenya president Baek Do left.", "Kenya", "GPE"),
    ],
)
def test_a_name_keeps_its_type_where_the_words_beside_it_tell_nothing(
    text: str, name: str, kind: str
) -> None:
    assert typed(text, (name, kind))[name] == {kind}


def test_what_one_mention_is_told_holds_for_all() -> None:
    text = "Walhani sued the state. Environment group Walhani has long asked for it. Walhani won."
    assert typed(text, ("Walhani", "PERSON"))["Walhani"] == {"ORG"}
