"""Places that a sentence names as teams."""

from __future__ import annotations

import pytest

from tasks.entities.gazetteer import load_gazetteer
from tasks.entities.local import resolve_document
from tasks.entities.spans import Mention
from tasks.entities.teams import is_team


def told(text: str) -> bool:
    before, after = text.split("_")
    return is_team(before, after)


@pytest.mark.parametrize(
    "text",
    [
        "_ beat Ghana 3-0 in Doha",
        "Brazil beat _ 3-0 in Doha",
        "_ lost 2-1 at Sevilla",
        "He scored twice for _ before the break",
        "France will play _ in Paris in a World Cup qualifier",
        "_ won the toss and batted",
        "_ reached the semi-finals after beating Portugal 1-0",
        "Sri Lanka were 92 for 6 against _ in Kandy",
        "Norway must play _ in Bergamo",
        "_ and Australia met in the final in Perth",
    ],
)
def test_a_place_beside_a_verb_of_sport_is_a_team(text: str) -> None:
    assert told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Brazil beat Ghana 3-0 in _ on Friday",
        "_ lost 1.3 million jobs",
        "_ held talks with Chad",
        "_'s central bank held its rate",
        "_ won a seat on the council",
        "Floods in _ killed 3",
        "_ hosted a summit on fertiliser",
    ],
)
def test_a_place_elsewhere_is_a_place(text: str) -> None:
    assert not told(text)


def test_a_team_has_no_id_of_its_country_and_the_country_keeps_its_own() -> None:
    text = "Brazil beat Ghana 3-0. The government of Brazil rejoiced."
    mentions = [
        Mention("text", at, at + 6, "GPE", "Brazil")
        for at in range(len(text))
        if text.startswith("Brazil", at)
    ]
    local = resolve_document(mentions, {"text": text, "title": ""}, load_gazetteer())
    assert [local.entities[i].qid for i in local.ids] == [None, "Q155"]
