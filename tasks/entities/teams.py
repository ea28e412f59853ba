"""Teams that are called by their country or city: `Brazil beat Ghana 3-0 in Doha` names two teams and one place.

A team is not the place it comes from, so such a mention gets no id of the place. What tells is the sentence: a verb
of winning or losing beside the name, and a score or a word of sport near it.
"""

from __future__ import annotations

import re

_WON = r"(?:beat|beats|beating|bowled out|crushed|defeated|defeating|drew with|edged|hammered|humbled|routed|stunned|thrashed|trounced)"
_PLAYED = (
    r"(?:advanced?|are out|batted|bowled|draws?|drew|faced?|faces|held|hosts?|hosted|lose|loses|lost|meets?|met|plays?|played|qualif(?:y|ied|ies)|"
    r"scored|slumped|trail|reach(?:ed|es)? the (?:semi|quarter|final|last|knock|round)|were (?:\d|beaten|eliminated|held|knocked out|relegated)|wins?|won)"
)
_NAME = r"(?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*"
_SPORT = re.compile(
    r"(?<![\w$€£-])\d{1,3}[-–]\d{1,3}(?![\w-])|\b(?:Asian Cup|basketball|batted|bowled|clean sheet|coach|cricket|derby|equalis\w+|extra time|"
    r"football|friendly (?:against|game|in|international|match|on|with)|goalkeeper|goals|group stage|hat-trick|hockey|innings|kick-?off|(?<!Arab )(?<!Awami )(?<!Muslim )League|midfielder|Nations Cup|ODI|Olympics|"
    r"on penalties|penalty shoot-?out|qualifiers?|quarter-?finals?|relegated|rugby|scored|SEA Games|semi-?finals?|striker|T20|Test match|"
    r"the final|the toss|Trophy|volleyball|wickets?|winger|World Cup)\b"
    r"|\b\d{1,3} for \d\b|\b(?:must|will|to|can) play (?:the )?[A-Z]"
    rf"|{_NAME} {_WON} {_NAME}"
)
_WON_BY = re.compile(rf" {_WON} (?:the )?[A-Z]")
_WON_OVER = re.compile(rf"\b{_WON} (?:the )?$")
_PLAYS = re.compile(
    rf"(?: and {_NAME})? (?:will |must |have |had |has |to )?{_PLAYED}\b(?! (?:its|their|his|talks|elections?)\b)"
)
_SCORE = re.compile(
    r"(?<![\w$€£-])\d{1,3}[-–]\d{1,3}(?![\w-])|\b(?:bowled|drew|goals?|scored|wickets?)\b|\blost to (?:the )?Xx"
)
_SMALL_WORD = re.compile(r"\b(?:at|by|for|over|to|with) (?:the )?$")  # of many things but sport
_PLAYED_BY = re.compile(
    rf"\b(?:against|at|by|for|over|to|versus|vs\.?|with|{_PLAYED})(?: {_NAME}(?: in {_NAME})? and)? (?:the )?$"
)
_STAFF = re.compile(r" (?:captain|coach|defender|forward|goalkeeper|midfielder|striker|winger)\b")
_PLACED = re.compile(r"\b(?:around|from|in|near|of|outside|reached|visit(?:ed|s)?) (?:the )?$", re.IGNORECASE)


def is_team(before: str, after: str) -> bool:
    """Whether the name of a place between these words, some hundred characters on both sides, is a team's."""
    if _PLACED.search(before) or after.startswith(("'s", "’s", "-")):
        return False
    if _WON_BY.match(after) or _WON_OVER.search(before):
        return True
    beside = _PLAYS.match(after) or _STAFF.match(after)
    told = _SPORT
    if beside is None:
        beside = _PLAYED_BY.search(before)
        told = _SCORE if _SMALL_WORD.search(before) else _SPORT
    return beside is not None and told.search(f"{before}Xx{after}") is not None
