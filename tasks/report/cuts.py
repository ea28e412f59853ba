"""What was cut, source by source: kinds, the lines that come again and again, and documents worth a look.

Added up from what is kept of every shard (`shard_cuts`), so the edits of old batches are not read again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tasks.report.reading import Row, batch_parts
from tasks.report.shard_cuts import (
    LineKey,
    Sample,
    ShardCuts,
    least_sure,
    most_cut,
    most_frequent,
    shard_cuts,
)
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store

HELD_LINES = 20_000  # lines counted at a time for one source; beyond, the rarest are forgotten
RARE_FRAC = 0.01  # of the most frequent line: headlines cut once among menus cut 1,667 times are no line of the source


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A text that was cut: how sure at the least, how often."""

    confidence_frac: float
    n: int
    text: str
    kind: str
    rule_id: str


@dataclass(slots=True)
class SourceCuts:
    """The cuts of one source.

    kinds, chars: edits and raw characters by kind. forgot: lines left out of the count.
    """

    source: str
    n_documents: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    chars: Counter[str] = field(default_factory=Counter)
    most_cut: tuple[Sample, ...] = ()
    least_sure: tuple[Sample, ...] = ()
    forgot: int = 0
    _lines: dict[LineKey, tuple[int, float]] = field(default_factory=dict)

    def lines(self, n: int) -> list[Line]:
        """The n most frequent lines, without rare ones, those the rules were least sure of first."""
        frequent = most_frequent(self._lines, n)
        found = [
            Line(sure, count, text, kind, rule)
            for (text, kind, rule), (count, sure) in frequent
            if count >= RARE_FRAC * frequent[0][1][0]
        ]
        return sorted(found, key=lambda one: (one.confidence_frac, -one.n, one.text))

    @property
    def n_lines(self) -> int:
        """Different lines counted."""
        return len(self._lines)

    def add(self, cuts: ShardCuts) -> None:
        """The cuts of one shard."""
        self.n_documents += cuts.n_documents
        for kind, (n, chars) in cuts.kinds.items():
            self.kinds[kind] += n
            self.chars[kind] += chars
        self._add_lines(cuts)
        self.most_cut = most_cut([*self.most_cut, *cuts.most_cut])
        self.least_sure = least_sure([*self.least_sure, *cuts.least_sure])

    def _add_lines(self, cuts: ShardCuts) -> None:
        self.forgot += cuts.forgot
        for key, (count, sure) in cuts.lines.items():
            n, least = self._lines.get(key, (0, 1.0))
            self._lines[key] = (n + count, min(sure, least))
        if len(self._lines) > HELD_LINES:
            kept = dict(most_frequent(self._lines, HELD_LINES // 2))
            self.forgot += len(self._lines) - len(kept)
            self._lines = kept


def cuts_by_source(store: Store, manifest: Manifest) -> list[SourceCuts]:
    """The cuts of every source of the version, the one with most documents first."""
    found: dict[str, SourceCuts] = {}
    for batch in sorted(manifest.batches):
        source = batch.rsplit("/", 1)[0]
        cuts = found.setdefault(source, SourceCuts(source))
        parts = (batch_parts(manifest, batch, name) for name in ("clean", "edits"))
        for clean, edits in zip(*parts, strict=True):
            cuts.add(shard_cuts(store, batch, clean, edits))
    return sorted(found.values(), key=lambda one: (-one.n_documents, one.source))


def kind_table(sources: list[SourceCuts]) -> tuple[list[str], list[Row]]:
    """The kinds that occur, the most frequent first, and for each source its edits by kind."""
    total: Counter[str] = Counter()
    for one in sources:
        total.update(one.kinds)
    kinds = sorted(total, key=lambda kind: (-total[kind], kind))
    return kinds, [{"source": one.source, **one.kinds} for one in sources]
