"""What was cut, source by source: kinds, the lines that come again and again, and documents worth a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from tasks.report.reading import Row, batch_parts
from tasks.report.showing import FAMILIES, QUIET, one_line
from tasks.versions.manifest import Manifest
from tasks.versions.parts import Part, open_part
from tasks.versions.store import Store

LINE_CHARS = 200  # longer cuts do not come twice; they show in the samples
HELD_LINES = 20_000  # lines counted at a time for one source; beyond, the rarest are forgotten
SAMPLES = 3  # documents of each sort, for one source
SAMPLE_CHARS = 60_000  # markup apart: a longer document is no sample, nobody reads it
SAMPLE_RAW_CHARS = 2_000_000  # with its markup, which the pages of news sites mostly are
COLUMNS = ("doc_id", "kind", "rule_id", "confidence_frac", "raw_start", "raw_end", "removed")
_COUNTS = [("confidence_frac", "min"), ([], "count_all")]


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A text that was cut: how sure at the least, how often."""

    confidence_frac: float
    n: int
    text: str
    kind: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A document to look at. cut_frac: share of its text, markup apart, that was cut. least: surest at least."""

    doc_id: str
    batch: str
    cut_frac: float
    least_frac: float


@dataclass(slots=True)
class SourceCuts:
    """The cuts of one source. kinds, chars: edits and raw characters by kind. forgot: lines left out of the count."""

    source: str
    n_documents: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    chars: Counter[str] = field(default_factory=Counter)
    most_cut: list[Sample] = field(default_factory=list)
    least_sure: list[Sample] = field(default_factory=list)
    forgot: int = 0
    _lines: dict[tuple[str, str, str], tuple[int, float]] = field(default_factory=dict)

    def lines(self, n: int) -> list[Line]:
        """The n most frequent lines, those the rules were least sure of first."""
        kept = sorted(self._lines.items(), key=lambda one: (-one[1][0], one[0]))[:n]
        found = [Line(sure, count, text, kind, rule) for (text, kind, rule), (count, sure) in kept]
        return sorted(found, key=lambda one: (one.confidence_frac, -one.n, one.text))

    @property
    def n_lines(self) -> int:
        """Different lines counted."""
        return len(self._lines)

    def add(self, edits: pa.Table, sizes: dict[str, int], batch: str) -> None:
        """The edits of one shard. sizes: doc_id -> raw characters."""
        n_chars = pc.subtract(edits["raw_end"], edits["raw_start"])
        edits = edits.append_column("n", n_chars)
        for one in edits.group_by("kind").aggregate([("n", "sum"), ([], "count_all")]).to_pylist():
            self.kinds[one["kind"]] += one["count_all"]
            self.chars[one["kind"]] += one["n_sum"]
        quiet = pc.is_in(edits["kind"], value_set=pa.array(QUIET))
        loud = edits.filter(pc.invert(quiet))
        moved = pc.is_in(loud["kind"], value_set=pa.array(FAMILIES["moved"]))
        short = pc.less_equal(pc.utf8_length(loud["removed"]), LINE_CHARS)
        self._add_lines(loud.filter(pc.and_(short, pc.invert(moved))))
        self._add_samples(edits.filter(pc.equal(edits["kind"], "markup")), loud, sizes, batch)

    def _add_lines(self, short: pa.Table) -> None:
        for one in short.group_by(["removed", "kind", "rule_id"]).aggregate(_COUNTS).to_pylist():
            text = one_line(one["removed"])
            if text:
                key = (text, one["kind"], one["rule_id"])
                n, sure = self._lines.get(key, (0, 1.0))
                self._lines[key] = (n + one["count_all"], min(sure, one["confidence_frac_min"]))
        if len(self._lines) > HELD_LINES:
            kept = sorted(self._lines.items(), key=lambda one: (-one[1][0], one[0]))[: HELD_LINES // 2]
            self.forgot += len(self._lines) - len(kept)
            self._lines = dict(kept)

    def _add_samples(self, markup: pa.Table, loud: pa.Table, sizes: dict[str, int], batch: str) -> None:
        hidden = {
            one["doc_id"]: one["n_sum"]
            for one in markup.group_by("doc_id").aggregate([("n", "sum")]).to_pylist()
        }
        grouped = loud.group_by("doc_id").aggregate([("n", "sum"), ("confidence_frac", "min")])
        for one in grouped.to_pylist():
            doc_id, n_raw = one["doc_id"], sizes.get(one["doc_id"], 0)
            shown = max(1, n_raw - hidden.get(doc_id, 0))
            if 0 < n_raw <= SAMPLE_RAW_CHARS and shown <= SAMPLE_CHARS:
                cut = round(min(1.0, one["n_sum"] / shown), 4)
                sample = Sample(doc_id, batch, cut, one["confidence_frac_min"])
                self.most_cut.append(sample)
                self.least_sure.append(sample)
        self.most_cut = sorted(self.most_cut, key=lambda s: (-s.cut_frac, s.doc_id))[:SAMPLES]
        self.least_sure = sorted(self.least_sure, key=lambda s: (s.least_frac, -s.cut_frac, s.doc_id))[
            :SAMPLES
        ]


def cuts_by_source(store: Store, manifest: Manifest) -> list[SourceCuts]:
    """The cuts of every source of the version, the one with most documents first."""
    found: dict[str, SourceCuts] = {}
    for batch in sorted(manifest.batches):
        source = batch.rsplit("/", 1)[0]
        cuts = found.setdefault(source, SourceCuts(source))
        sizes: dict[str, int] = {}
        for part in batch_parts(manifest, batch, "clean"):
            rows = store.read_part(part, ["doc_id", "n_raw_chars"])
            sizes |= dict(zip(rows["doc_id"].to_pylist(), rows["n_raw_chars"].to_pylist(), strict=True))
        cuts.n_documents += len(sizes)
        for edits in _pieces(store, batch_parts(manifest, batch, "edits")):
            cuts.add(edits, sizes, batch)
    return sorted(found.values(), key=lambda one: (-one.n_documents, one.source))


def _pieces(store: Store, parts: tuple[Part, ...]) -> Iterator[pa.Table]:
    """The edits, one row group at a time."""
    for part in parts:
        file = open_part(store.backend, part)
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=list(COLUMNS))


def kind_table(sources: list[SourceCuts]) -> tuple[list[str], list[Row]]:
    """The kinds that occur, the most frequent first, and for each source its edits by kind."""
    total: Counter[str] = Counter()
    for one in sources:
        total.update(one.kinds)
    kinds = sorted(total, key=lambda kind: (-total[kind], kind))
    return kinds, [{"source": one.source, **one.kinds} for one in sources]
