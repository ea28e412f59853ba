"""The canonical document of a cluster: who stands for it, and why. All clusters at once, rule by rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedup.words import I64, Bools
from tasks.errors import ConfigError

COLUMNS = ("source", "batch", "published_at", "agency", "n_words")  # that the policy asks for
_LATE = "\uffff"  # behind every date


@dataclass(frozen=True, slots=True)
class Policy:
    """Order of the rules that choose, and the sources from best to worst (Settings.canonical, .source_rank)."""

    order: tuple[str, ...] = ("agency", "published", "batch", "longest", "source_rank")
    source_rank: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = sorted(set(self.order) - set(_RULES))
        if unknown:
            raise ConfigError(f"canonical policy: unknown rule {unknown[0]!r}; known: {', '.join(_RULES)}")


@dataclass(frozen=True, slots=True)
class Members:
    """The documents of some clusters, cluster after cluster, in each by doc_id.

    columns: COLUMNS. starts: first document of each cluster.
    is_cut: another member contains it. is_damaged: its words are broken, as OCR breaks them.
    """

    columns: pa.Table
    starts: I64
    is_cut: Bools
    is_damaged: Bools


def earliest(members: Members) -> I64:
    """The member that names each cluster: the one whose batch is earliest, undated last; ties: the smallest doc_id."""
    day = _day(members, Policy())
    return _first(day == np.repeat(np.minimum.reduceat(day, members.starts), _sizes(members)), members.starts)


def choose(members: Members, policy: Policy) -> tuple[I64, list[str]]:
    """The canonical member of each cluster, and why: the rules that decided.

    A whole copy comes before a cut or damaged one, whatever the order says: a teaser of the agency does not
    stand for the article. Then the policy's rules in order, each among those the ones before left equal.
    """
    names = ["whole", *policy.order]
    sizes = _sizes(members)
    left, n_left = np.ones(len(members.is_cut), np.bool_), sizes
    decided = np.zeros(len(sizes), np.int64)  # a bit for each rule
    for bit, name in enumerate(names):
        rank = 2 * members.is_cut + members.is_damaged if name == "whole" else _RULES[name](members, policy)
        best = np.minimum.reduceat(np.where(left, rank, np.iinfo(np.int64).max), members.starts)
        left &= rank == np.repeat(best, sizes)
        n = np.add.reduceat(left, members.starts, dtype=np.int64)
        decided |= (n < n_left).astype(np.int64) << bit
        n_left = n
    decided |= (n_left > 1).astype(np.int64) << len(names)
    names.append("doc_id")
    reasons = {
        bits: " > ".join(name for bit, name in enumerate(names) if bits >> bit & 1) or "only"
        for bits in np.unique(decided).tolist()
    }
    return _first(left, members.starts), [reasons[bits] for bits in decided.tolist()]


Rule = Callable[[Members, Policy], I64]  # the rank of each member, least is best


def _sizes(members: Members) -> I64:
    return np.diff(members.starts, append=len(members.is_cut))


def _first(chosen: Bools, starts: I64) -> I64:
    """The first chosen member of each cluster."""
    return np.asarray(
        np.minimum.reduceat(np.where(chosen, np.arange(len(chosen)), len(chosen)), starts), np.int64
    )


def _of_distinct(column: pa.ChunkedArray, rank: Callable[[str], int | str]) -> I64:
    """The rank of each value, found once for each distinct one: ranks of text in their order."""
    column = column.cast(pa.string())
    distinct = pc.unique(column)
    ranks = [rank(value or "") for value in distinct.to_pylist()]
    place = {name: number for number, name in enumerate(sorted(set(ranks)))}
    numbers = np.array([place[name] for name in ranks], np.int64)
    return np.asarray(numbers[pc.index_in(column, value_set=distinct).to_numpy()], np.int64)


def rank_of_day(batches: pa.ChunkedArray) -> I64:
    """The rank of each batch's day, earliest first, undated last."""
    days = pc.utf8_slice_codeunits(batches.cast(pa.string()), -len("2024-01-02"), None)
    dated = pc.match_substring_regex(days, r"^\d{4}-\d\d-\d\d$")
    return _of_distinct(pc.if_else(dated, days, _LATE), str)


def _day(members: Members, _: Policy) -> I64:
    return rank_of_day(members.columns.column("batch"))


def _agency(members: Members, _: Policy) -> I64:
    """0: the agency's own document; 1: copy that names its agency; 2: no agency."""
    joined = pc.binary_join_element_wise(
        members.columns.column("agency").cast(pa.string()),
        members.columns.column("source").cast(pa.string()),
        "\n",
        null_handling="replace",
    )

    def rank(both: str) -> int:
        agency, _, source = both.partition("\n")
        return 2 if not agency else 0 if _bare(agency) == _bare(source) else 1

    return _of_distinct(joined, rank)


def _bare(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _published(members: Members, _: Policy) -> I64:
    column = members.columns.column("published_at")
    if pa.types.is_timestamp(column.type):
        return np.asarray(pc.fill_null(column.cast(pa.int64()), np.iinfo(np.int64).max).to_numpy(), np.int64)
    return _of_distinct(column, lambda time: time or _LATE)


def _by_source(members: Members, policy: Policy) -> I64:
    rank = {source: place for place, source in enumerate(policy.source_rank)}
    return _of_distinct(members.columns.column("source"), lambda source: rank.get(source, len(rank)))


_RULES: dict[str, Rule] = {
    "agency": _agency,
    "published": _published,
    "batch": _day,
    "longest": lambda members, _: -np.asarray(members.columns.column("n_words").to_numpy(), np.int64),
    "source_rank": _by_source,
}
