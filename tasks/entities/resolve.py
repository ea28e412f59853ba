"""Which names of different documents mean the same entity.

Conservative and free of order: names join when their folded full forms are equal and their types may be one, when
they share a Wikidata id, when an acronym was defined the same way wherever it was defined, or when `aliases.toml`
says so. A person known by one word alone stays in the document. A union-find over sorted keys gives the sets.

The names are read twice, a shard at a time: first for what joins, then to be named and counted (`tally`). Held are
only the keys that something joins: linked names, acronyms, what `aliases.toml` lists. The others are their own sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.entities.aliases import Aliases, load_aliases
from tasks.entities.gazetteer import compact, is_acronym
from tasks.entities.local import entity_id, group_of
from tasks.entities.persons import person_tokens
from tasks.entities.spans import Key

DEFINED = ("ORG", "LAW", "EVENT")  # types whose acronyms are read as definitions
KNOWN_NAMES = 50_000  # folded names remembered: the frequent ones of a corpus


class _Sets:
    """Union-find whose roots are the smallest keys, so that the sets do not depend on the order."""

    def __init__(self, apart: frozenset[frozenset[Key]]) -> None:
        self._parent: dict[Key, Key] = {}
        self._apart: dict[Key, set[Key]] = defaultdict(set)
        for pair in apart:
            first, second = sorted(pair)
            self._apart[first].add(second)
            self._apart[second].add(first)
        self._members: dict[Key, list[Key]] = {}

    def find(self, key: Key) -> Key:
        parent = self._parent.get(key, key)
        while parent != key:
            above = self._parent.get(parent, parent)
            self._parent[key] = above
            key, parent = parent, above
        return key

    def members(self, key: Key) -> list[Key]:
        """All keys of the set that holds the key."""
        root = self.find(key)
        return self._members.get(root, [root])

    def join(self, first: Key, second: Key) -> None:
        """Makes one set of two, unless two of their names are kept apart or both have a Wikidata id."""
        low, high = sorted((self.find(first), self.find(second)))
        if low == high:
            return
        members = self._members.get(low, [low]), self._members.get(high, [high])
        if self._apart and any(
            self._apart[key] & set(members[1]) for key in members[0] if key in self._apart
        ):
            return
        if all(any(key[0] == "Q" for key in side) for side in members):
            return
        self._parent[high] = low
        self._members[low] = [*members[0], *members[1]]
        self._members.pop(high, None)


class Resolver:
    """Knows the entity of every name of a corpus.

    names: tables of schema.NAMES in any order; the entities are the same for every order.
    """

    def __init__(self, names: Iterable[pa.Table], aliases: Aliases | None = None) -> None:
        decided = load_aliases() if aliases is None else aliases
        self._sets = _Sets(decided.apart)
        linked: set[tuple[Key, Key]] = set()
        full: dict[Key, set[Key]] = defaultdict(set)
        for table in names:
            linked.update(_linked(table))
            for short, name in _definitions(table):
                if len(full[short]) < 2:
                    full[short].add(name)
        agreed = {(short, next(iter(meant))) for short, meant in full.items() if len(meant) == 1}
        for joined in [*decided.merges, *((("Q", qid), key) for key, qid in decided.qids)]:
            for key in joined[1:]:
                self._sets.join(joined[0], key)
        for pair in [*sorted(linked), *sorted(agreed)]:
            self._sets.join(*pair)

    def resolve(self, names: pa.Table) -> pa.Table:
        """schema.RESOLVED of some of the names, in their order."""
        columns = [names.column(name).to_pylist() for name in ("type", "name", "wikidata_qid", "doc_id")]
        ids = [self._entity_of(*row) for row in zip(*columns, strict=True)]
        return pa.Table.from_arrays(
            [names.column("doc_id"), names.column("local_id"), pa.array(ids, pa.string())],
            schema=schema.RESOLVED.schema,
        )

    def _entity_of(self, kind: str, name: str, qid: str | None, doc_id: str) -> str:
        members = self._sets.members(("Q", qid) if qid else _name_key(kind, name, doc_id))
        return next((key[1] for key in members if key[0] == "Q"), None) or entity_id(min(members))


def _linked(names: pa.Table) -> Iterator[tuple[Key, Key]]:
    """Wikidata ids with the names that have them."""
    rows = names.filter(pc.is_valid(names.column("wikidata_qid")))
    columns = [rows.column(name).to_pylist() for name in ("wikidata_qid", "type", "name", "doc_id")]
    for qid, kind, name, doc_id in zip(*columns, strict=True):
        yield ("Q", qid), _name_key(kind, name, doc_id)


def _definitions(names: pa.Table) -> Iterator[tuple[Key, Key]]:
    """Acronyms with the full names they stand for in a document."""
    rows = names.filter(pc.is_in(names.column("type"), value_set=pa.array(DEFINED)))
    columns = [rows.column(name).to_pylist() for name in ("type", "name", "aliases", "doc_id")]
    for kind, name, aliases, doc_id in zip(*columns, strict=True):
        if not is_acronym(name):
            for alias in aliases or ():
                if is_acronym(alias):
                    yield (group_of(kind), compact(alias)), _name_key(kind, name, doc_id)


def _name_key(kind: str, name: str, doc_id: str) -> Key:
    """The key under which a name joins others: its group and folded full form, a lone first name only in its document."""
    group, folded, is_whole = _folded(kind, name)
    return (group, folded if is_whole else f"{folded} {doc_id}")


@lru_cache(maxsize=KNOWN_NAMES)
def _folded(kind: str, name: str) -> tuple[str, str, bool]:
    if kind != "PERSON":
        return group_of(kind), compact(name), True
    tokens = person_tokens(name)
    return (
        ("PERSON", compact(" ".join(tokens)), True) if len(tokens) > 1 else ("PERSON", compact(name), False)
    )
