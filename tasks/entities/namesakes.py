"""Names with a Wikidata id that another place or thing bears too: what in a document speaks against the id."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.entities.gazetteer import Entry

_UNITED_STATES, _AMAZON = "Q30", "Q3884"
# id -> countries that speak for it, and countries that speak against it where none of the first is named
NAMESAKES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Q3579": (frozenset({"Q1016"}), frozenset({"Q822"})),  # Tripoli of Libya, of Lebanon
    "Q34692": (frozenset({"Q766"}), frozenset({"Q16", "Q408"})),  # Kingston of Jamaica, of Canada, of Australia
    "Q2887": (frozenset({"Q298"}), frozenset({"Q786", "Q241", "Q29"})),  # Santiago of Chile, Cuba, Spain ...
    "Q2907": (frozenset({"Q750"}), frozenset({"Q717", "Q739", "Q736"})),  # Sucre of Bolivia, Venezuela ...
    "Q37660": (  # East Sea as Vietnam says for the South China Sea, and Korea for the Sea of Japan
        frozenset({"Q881", "Q928", "Q148"}),
        frozenset({"Q884", "Q423", "Q17"}),
    ),
}  # fmt: skip


def settled(surface: str, before: str, entry: Entry | None, countries: frozenset[str]) -> Entry | None:
    """The entry, or None where the document speaks against it.

    before: the text in front of the mention. countries: ids of the places and peoples the document names.
    """
    if entry is None:
        return None
    if entry.qid == _AMAZON and before.endswith(("the ", "The ")):
        return None  # the river and its forest; the firm has no article
    if entry.qid == _UNITED_STATES and not surface.isascii():
        return None  # `América`: the continent, or a club
    own, others = NAMESAKES.get(entry.qid, (frozenset(), frozenset()))
    return None if countries & others and not countries & own else entry


def countries_of(entries: Sequence[Entry | None]) -> frozenset[str]:
    """Ids of what a document names."""
    return frozenset(entry.qid for entry in entries if entry is not None and entry.qid)
