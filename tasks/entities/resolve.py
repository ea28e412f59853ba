"""Which names of different documents mean the same entity.

Conservative and free of order: names join when their folded full forms are equal and their types may be one, when
they share a Wikidata id, when an acronym was defined the same way wherever it was defined, or when `aliases.toml`
says so. A person known by one word alone stays in the document. A union-find over sorted keys gives the sets.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from tasks import schema
from tasks.entities.aliases import Aliases, load_aliases
from tasks.entities.gazetteer import compact, is_acronym
from tasks.entities.local import entity_id, group_of
from tasks.entities.persons import person_tokens
from tasks.entities.spans import Key


@dataclass(frozen=True, slots=True)
class Resolved:
    """Entities of the corpus, which local entity each is, and figures for the gates."""

    entities: pa.Table  # schema.ENTITIES
    mapping: pa.Table  # schema.RESOLVED
    profile: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Name:
    doc_id: str
    local_id: int
    type: str
    name: str
    aliases: tuple[str, ...]
    qid: str | None
    n_mentions: int


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
        parent = self._parent.setdefault(key, key)
        while parent != key:
            above = self._parent[parent]
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
        members = self._members.setdefault(low, [low]), self._members.setdefault(high, [high])
        if self._apart and any(
            self._apart[key] & set(members[1]) for key in members[0] if key in self._apart
        ):
            return
        if all(any(key[0] == "Q" for key in side) for side in members):
            return
        self._parent[high] = low
        members[0].extend(members[1])
        del self._members[high]


def resolve_entities(names: pa.Table | Iterable[pa.Table], aliases: Aliases | None = None) -> Resolved:
    """Entities over all documents.

    names: schema.NAMES, one table or several, in any order. The result is the same for every order.
    """
    decided = load_aliases() if aliases is None else aliases
    rows = sorted(_rows(names), key=lambda row: (row.doc_id, row.local_id))
    known: dict[tuple[Key, ...], tuple[Key, ...]] = {}
    keys = [known.setdefault(group, group) for group in map(_keys_of, rows)]
    sets = _Sets(decided.apart)
    for joined in [*decided.merges, *((("Q", qid), key) for key, qid in decided.qids)]:
        for key in joined[1:]:
            sets.join(joined[0], key)
    for pair in sorted({(group[0], key) for group in keys for key in group[1:]}):
        sets.join(*pair)
    for pair in sorted(_agreed_acronyms(rows, keys)):
        sets.join(*pair)
    grouped: dict[Key, list[int]] = defaultdict(list)
    for at, group in enumerate(keys):
        grouped[sets.find(group[0])].append(at)
    return _tables(rows, grouped, sets)


def _rows(names: pa.Table | Iterable[pa.Table]) -> Iterable[_Name]:
    tables = [names] if isinstance(names, pa.Table) else names
    known: dict[Any, Any] = {}  # the same text of many rows is held once
    once = known.setdefault
    for table in tables:
        columns = [table.column(field.name).to_pylist() for field in schema.NAMES.schema]
        for doc_id, local_id, kind, name, forms, qid, n_mentions in zip(*columns, strict=True):
            aliases = tuple(once(form, form) for form in forms or ())
            yield _Name(
                once(doc_id, doc_id), local_id, once(kind, kind), once(name, name), once(aliases, aliases), qid, n_mentions
            )  # fmt: skip


def _keys_of(row: _Name) -> tuple[Key, ...]:
    """The keys under which a row joins others: its id, and its full name."""
    group = group_of(row.type)
    if row.type == "PERSON":
        tokens = person_tokens(row.name)
        name = (
            ("PERSON", compact(" ".join(tokens)))
            if len(tokens) > 1
            else ("PERSON", f"{compact(row.name)} {row.doc_id}")
        )
    else:
        name = (group, compact(row.name))
    return (("Q", row.qid), name) if row.qid else (name,)


def _agreed_acronyms(rows: Sequence[_Name], keys: Sequence[tuple[Key, ...]]) -> set[tuple[Key, Key]]:
    """Acronyms to the one full name they have wherever they have one."""
    full: dict[Key, set[Key]] = defaultdict(set)
    for row, group in zip(rows, keys, strict=True):
        if row.type in ("ORG", "LAW", "EVENT"):
            for alias in row.aliases:
                if is_acronym(alias) and not is_acronym(row.name):
                    full[(group_of(row.type), compact(alias))].add(group[-1])
    return {(short, next(iter(named))) for short, named in full.items() if len(named) == 1}


def _tables(rows: Sequence[_Name], grouped: Mapping[Key, list[int]], sets: _Sets) -> Resolved:
    entities = []
    entity_of = [""] * len(rows)
    for root, members in grouped.items():
        picked = [rows[at] for at in members]
        entity = _entity(picked, sets.members(root))
        entities.append(entity)
        for at in members:
            entity_of[at] = str(entity["entity_id"])
    entities.sort(key=lambda row: str(row["entity_id"]))
    columns = (
        [row.doc_id for row in rows],
        [row.local_id for row in rows],
        entity_of,
    )  # as the rows are sorted
    return Resolved(
        pa.Table.from_pylist(entities, schema=schema.ENTITIES.schema),
        pa.Table.from_pydict(
            dict(zip(schema.RESOLVED.schema.names, columns, strict=True)), schema=schema.RESOLVED.schema
        ),
        _profile(entities),
    )


def _entity(rows: Sequence[_Name], keys: Sequence[Key]) -> dict[str, object]:
    """One row of schema.ENTITIES: the set's id, its commonest type and full form, every form."""
    qid = next((key[1] for key in keys if key[0] == "Q"), None)
    mentions: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for row in rows:
        mentions[row.name] += row.n_mentions
        kinds[row.type] += row.n_mentions
    return {
        "entity_id": qid or entity_id(min(keys)),
        "type": min(kinds, key=lambda kind: (-kinds[kind], kind)),
        "name": min(mentions, key=lambda name: (is_acronym(name), -mentions[name], -len(name), name)),
        "aliases": sorted({form for row in rows for form in (*row.aliases, row.name)}),
        "wikidata_qid": qid,
        "n_mentions": sum(row.n_mentions for row in rows),
        "n_docs": len({row.doc_id for row in rows}),
    }


def _profile(entities: Sequence[Mapping[str, object]]) -> dict[str, float]:
    """Figures of one resolution: counts, and the share that is linked to Wikidata."""
    n_mentions = sum(int(str(row["n_mentions"])) for row in entities)
    linked = sum(int(str(row["n_mentions"])) for row in entities if row["wikidata_qid"])
    return {
        "n_entities": float(len(entities)),
        "n_mentions": float(n_mentions),
        "linked_frac": round(linked / n_mentions, 4) if n_mentions else 0.0,
    }
