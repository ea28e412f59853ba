"""Carried: what a run found out about texts and documents, and the next one need not find out again.

Clusters and relations of texts follow from the measured pairs among them and from who is capped, and from nothing outside
of their component of such pairs; canonical documents from the members of a cluster and their flaws. Where these are as
they were, so is the result: it is taken over, and the published bytes are the same with it and without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np
import numpy.typing as npt

from tasks.dedup.evidence import Measured
from tasks.dedup.judged import Near
from tasks.dedup.linkage import connected
from tasks.dedup.readings import I32
from tasks.dedup.relations import Relations, relate
from tasks.dedup.roundups import settle
from tasks.dedup.words import I64, U8, Bools, Floats

ONLY = "only"  # why a document is canonical that is alone
_CAPPED, _CUT, _WORN = 1, 2, 4
_CONTAINS, _JOINS, _WIDEST = 1, 2, 4

Arrays = Mapping[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Settled:
    """What was found of texts, by slot, and their relations.

    label: the slot that names the cluster. n_pairs: measured pairs of the text. flags: _CAPPED, _CUT, _WORN.
    The rest, of each relation: slots, _CONTAINS, _JOINS, _WIDEST, and as relations.Relations has them.
    """

    label: I32
    n_pairs: I32
    flags: U8
    first: I32
    second: I32
    kinds: U8
    similarity: Floats
    containment: Floats
    shared_chars: I64


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was found of documents, sorted by id: the row of the one that names the cluster, why it is canonical (-1: it is not).

    flaw: see `duplicates`. reasons: what `why` numbers; the first is ONLY.
    """

    named: I32
    why: I32
    flaw: U8
    reasons: npt.NDArray[np.str_]


@dataclass(slots=True)
class Carried:
    """From one run to the next. slots: of each place of the corpus, as the run before had it, -1 where it had none.

    rows: of the documents of the run before, in its order; None if one of them is not there any more. Afterwards settled and
    chosen are those of this run; n_pairs: measured pairs of each place.
    """

    slots: I64
    rows: I64 | None
    settled: Settled | None = None
    chosen: Chosen | None = None
    n_pairs: I64 | I32 = field(default_factory=lambda: np.zeros(0, np.int64))

    def reached(self, pairs: Near, capped: Bools) -> Bools:
        """Places in pairs whose component has something new in it; all places where nothing is known of any."""
        n = len(capped)
        self.n_pairs = np.bincount(pairs.first, minlength=n) + np.bincount(pairs.second, minlength=n)
        if self.settled is None:
            return np.ones(n, np.bool_)
        before, known = self.settled, np.flatnonzero(self.slots >= 0)
        slots, touched = self.slots.take(known), np.ones(n, np.bool_)
        touched[known] = before.n_pairs.take(slots) != self.n_pairs.take(known)
        touched[known] |= (before.flags.take(slots) & _CAPPED != 0) != capped.take(known)
        touched[pairs.first[pairs.fresh]] = touched[pairs.second[pairs.fresh]] = True
        return _reached(touched, pairs.first, pairs.second)

    def settle(
        self, some: Measured, probability: Floats, capped: Bools, active: Bools
    ) -> tuple[I64, Relations]:
        """The cluster of each place and its relations: found for places that are `reached`, taken over for others.

        some: the measured pairs of those.
        """
        if self.settled is None:
            return settle_all(some, probability, capped)
        before, known = self.settled, np.flatnonzero(self.slots >= 0)
        carries = ~active & (self.n_pairs > 0)
        items, carried = np.flatnonzero(active), np.flatnonzero(carries)
        label, relations = _settle_some(items, some, probability, capped)
        place = np.full(len(before.label), -1)
        place[self.slots.take(known)] = known
        slots = self.slots.take(carried)
        label[carried] = place.take(before.label.take(slots))
        for flaw, bit in ((relations.cut, _CUT), (relations.worn, _WORN)):
            flaw[carried] = before.flags.take(slots) & bit != 0
        return label, _joined(relations, _taken_over(before, place, carries))

    def keep(self, slots: I64, capped: Bools, found: tuple[I64, Relations]) -> None:
        """What was found of the texts, for the next run. slots: of each place, from now on."""
        label, relations = found
        n_slots = int(slots.max(initial=-1)) + 1
        flags = capped * _CAPPED + relations.cut * _CUT + relations.worn * _WORN
        kinds = relations.contains * _CONTAINS + relations.joins * _JOINS + relations.widest * _WIDEST
        of_slots = np.zeros((3, n_slots), np.int32)
        of_slots[:, slots] = slots[label], self.n_pairs, flags
        self.settled = Settled(
            of_slots[0], of_slots[1], of_slots[2].astype(np.uint8), slots[relations.first].astype(np.int32),
            slots[relations.second].astype(np.int32), kinds.astype(np.uint8), relations.similarity,
            relations.containment, relations.shared_chars,
        )  # fmt: skip

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """What is kept."""
        return {
            f"{name}_{one.name}": getattr(kept, one.name)
            for name, kept in (("settled", self.settled), ("chosen", self.chosen))
            if kept is not None
            for one in fields(kept)
        }

    @classmethod
    def of(cls, arrays: Arrays, slots: I64, rows: I64 | None) -> Carried:
        """From `arrays`, if there are any."""
        if not arrays:
            return cls(slots, rows)
        settled, chosen = (
            kind(*(arrays[f"{name}_{one.name}"] for one in fields(kind)))  # type: ignore[arg-type]  # as kept
            for name, kind in (("settled", Settled), ("chosen", Chosen))
        )
        return cls(slots, rows, settled, chosen)  # type: ignore[arg-type]  # one of each


def settle_all(measured: Measured, probability: Floats, capped: Bools) -> tuple[I64, Relations]:
    """The cluster of each place, and its relations."""
    label = settle(measured, probability, capped)
    return label, relate(measured, probability, label)


def _reached(touched: Bools, first: I64, second: I64) -> Bools:
    """Places in pairs whose component has a touched one."""
    inside = np.zeros(len(touched), np.bool_)
    inside[first] = inside[second] = True
    number = np.cumsum(inside, dtype=np.int32) - np.int32(1)
    component = connected(int(number[-1]) + 1 if len(number) else 0, number.take(first), number.take(second))
    hit = np.zeros(len(component), np.bool_)
    hit[component.compress(touched.compress(inside))] = True
    active = np.zeros(len(touched), np.bool_)
    active[np.flatnonzero(inside)] = hit.take(component)
    return active


def _settle_some(items: I64, measured: Measured, probability: Floats, capped: Bools) -> tuple[I64, Relations]:
    """What `settle_all` says of the items, which the pairs are of; any other place is alone."""
    n = len(capped)
    first, second = (np.searchsorted(items, places) for places in (measured.first, measured.second))
    some = replace(measured, first=first, second=second)
    of_items, found = settle_all(some, probability, capped[items])
    label = np.arange(n)
    label[items] = items[of_items]
    cut, worn = np.zeros((2, n), np.bool_)
    cut[items], worn[items] = found.cut, found.worn
    return label, Relations(
        items[found.first], items[found.second], found.contains, found.joins, found.similarity,
        found.containment, found.shared_chars, found.widest, cut, worn,
    )  # fmt: skip


def _taken_over(before: Settled, place: I64, carries: Bools) -> Relations:
    """Relations among places that are carried. place: of each slot, -1 without one."""
    ends = place[before.first], place[before.second]
    kept = (ends[0] >= 0) & (ends[1] >= 0)
    kept[kept] = carries[ends[0][kept]] & carries[ends[1][kept]]
    kinds, none = before.kinds[kept], np.zeros(0, np.bool_)
    return Relations(
        ends[0][kept], ends[1][kept], kinds & _CONTAINS != 0, kinds & _JOINS != 0, before.similarity[kept],
        before.containment[kept], before.shared_chars[kept], kinds & _WIDEST != 0, none, none,
    )  # fmt: skip


def _joined(one: Relations, other: Relations) -> Relations:
    """The relations of both; which places have a flaw says the first."""
    columns = [one.name for one in fields(Relations) if one.name not in {"cut", "worn"}]
    both = {name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in columns}
    return Relations(**both, cut=one.cut, worn=one.worn)
