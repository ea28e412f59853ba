"""Names that several places or people bear: which of them a document means, as far as it says so.

An id that the gazetteer has for a name is taken back where the document speaks against it; a name it lists
without an id gets one where the document speaks for it. The pairs are in `namesakes.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.entities.gazetteer import Entry, fold
from tasks.entities.teams import is_team

TABLE = Path(__file__).with_name("namesakes.toml")
_TABLE = tomllib.loads(TABLE.read_text(encoding="utf-8"))
_UNITED_STATES, _AMAZON = "Q30", "Q3884"
_AMERICAN: frozenset[str] = frozenset(_TABLE["american_cities"])
_STATES = "|".join(re.escape(name) for name in _TABLE["states"])
_IN_A_STATE = re.compile(rf",? (?:{_STATES})(?!\w)|,? (?:County|Parish)\b")
_IS_A_STATE = re.compile(
    r" [Ss]tate\b(?! (?:\w+ )?(?:TV|television|media|news|visit|senator|lawmaker|representative|broadcaster))"
)
_LIVELIHOOD = re.compile(rf", an? (?:[a-z]+ |\d+-year-old )?(?:{'|'.join(_TABLE['livelihoods'])})\b")
_PLACED = re.compile(
    r"\b(?:in|of|to|from|near|at|across|into|throughout|leaves?|visit(?:ed|s)?) $", re.IGNORECASE
)
_SURNAME = re.compile(rf" (?!(?:{'|'.join(_TABLE['titles_behind'])})\b)[A-Z][^\W\d_A-Z]+")
_PROVINCE = re.compile(r" (?:[Pp]rovince|[Gg]overnorate)\b")
_STATE_BEFORE = re.compile(rf"\b(?:{'|'.join(_TABLE['towns_of_washington'])}), $")
_CALLED = re.compile(
    r"\b(?:film|movie|novel|album|song|musical|documentary|opera|sitcom|rock band|yacht|racehorse)(?: called)? $"
)
_SMALL_PLACE = re.compile(
    r", an? (?:[a-z-]+ )?(?:town|village|hamlet|township) (?:in|on|near|of) [A-Z]"
)  # no country, no capital
_GOODS = re.compile(
    r" (?:beans?|cups?|dolls?|plates?|porcelain|saucers?|teacups?|teapots?|vases?)\b"
)  # `China plates`, `Lima beans`
LOOK_AROUND = 110  # characters before and behind a name that are read


@dataclass(frozen=True, slots=True)
class _Pair:
    """An id, and the ids of what speaks for it and against it."""

    qid: str
    own: frozenset[str]
    others: frozenset[str]


def _pairs(rows: Mapping[str, Mapping[str, list[str]]]) -> dict[str, _Pair]:
    return {qid: _Pair(qid, frozenset(row["for"]), frozenset(row["against"])) for qid, row in rows.items()}


_TAKEN_BACK = _pairs(_TABLE["taken_back"])
_GIVEN: dict[str, tuple[_Pair, ...]] = {
    name: tuple(_pairs(rows).values()) for name, rows in _TABLE["given"].items()
}


@dataclass(frozen=True, slots=True)
class Around:
    """A mention: its surface and type, and the text on both sides of it."""

    surface: str
    type: str
    before: str
    after: str


def settled(mentions: Sequence[Around], known: Sequence[Entry | None]) -> list[Entry | None]:
    """The entry of each mention of a document, without an id where the document speaks against it.

    known: what the gazetteer says of each.
    """
    named = frozenset(entry.qid for entry in known if entry is not None and entry.qid)
    people = frozenset(
        word for m in mentions if m.type == "PERSON" and " " in m.surface for word in fold(m.surface).split()
    )
    strangers = {
        fold(m.surface) for m, entry in zip(mentions, known, strict=True) if entry and _is_another(m, entry)
    }
    return [
        entry if entry is None else _judged(m, entry, named, people, strangers)
        for m, entry in zip(mentions, known, strict=True)
    ]


def _judged(
    mention: Around, entry: Entry, named: frozenset[str], people: frozenset[str], strangers: set[str]
) -> Entry | None:
    if not entry.qid:
        return _chosen(mention, entry, named)
    name = fold(mention.surface)
    if name in strangers or _is_another_here(mention, entry):
        return None
    if mention.type in ("GPE", "LOC") and name in people and not _PLACED.search(mention.before):
        return None  # `Kenya`, of whom the document says that she is Kenya Barris
    pair = _TAKEN_BACK.get(entry.qid)
    return None if pair and named & pair.others and not named & pair.own else entry


def _is_another_here(mention: Around, entry: Entry) -> bool:
    """What is told of one mention alone: a river, a first name, a team, a film, goods, a province called by its town."""
    if entry.qid == _AMAZON and mention.before.endswith(("the ", "The ")):
        return True  # the river and its forest; the firm has no article
    if entry.qid == _UNITED_STATES and not mention.surface.isascii():
        return True  # `América`: the continent, or a club
    if mention.surface in _TABLE["given_names"] and _SURNAME.match(mention.after):
        return True
    return mention.type == "GPE" and bool(
        _CALLED.search(mention.before)
        or _SMALL_PLACE.match(mention.after)
        or _GOODS.match(mention.after)
        or (entry.qid in _TABLE["beside_provinces"] and _PROVINCE.match(mention.after))
        or (mention.surface == "Washington" and _STATE_BEFORE.search(mention.before))
        or is_team(mention.before, mention.after)
    )


def _is_another(mention: Around, entry: Entry) -> bool:
    """`Athens, Georgia`; `Lima, Ohio`; `Washington state`; the river Niger; Tim Cook, a farmer."""
    if mention.type == "PERSON":
        return bool(entry.qid and _LIVELIHOOD.match(mention.after))
    if mention.type not in ("GPE", "LOC") or not entry.qid:
        return False
    if (
        _IN_A_STATE.match(mention.after)
        and entry.qid not in _AMERICAN
        and mention.surface not in _TABLE["states"]
    ):
        return True
    if _IS_A_STATE.match(mention.after) and mention.surface not in _TABLE["states"]:
        return True
    return entry.qid in _TABLE["rivers"] and mention.before.endswith(("the ", "The "))


def _chosen(mention: Around, entry: Entry, named: frozenset[str]) -> Entry:
    """The id of a name of several, where the document names what speaks for one and nothing that speaks against it."""
    if mention.before.endswith(("the ", "The ")):
        return entry
    for pair in _GIVEN.get(fold(mention.surface), ()):
        if named & pair.own and not named & pair.others:
            return replace(entry, qid=pair.qid)
    return entry
