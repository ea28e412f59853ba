"""Labels plain news with the tagger's own weights, whole documents at a time, as training lines for `train.py`.

    python -m benchmarks.entities.silver WEIGHTS.npz NEWS.jsonl.gz... STEM [--words N]

NEWS are records with `text` or `gold_text`, and perhaps `title`; of others than English (`lang`) and of templates'
fillings nothing is read. A label is what the second pass says of the document; where it speaks against the first,
the line learns what only the document could tell. Writes STEM.json (words of each line) and STEM.npy (certainty of
each label, 0..255, a row a word). Deterministic: no network, no chance but a seeded shuffle.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.entities.corpus import LABELS, NUMBER, read_jsonl
from tasks.entities.spans import Span
from tasks.entities.taggers.cleancopy import CleancopyTagger
from tasks.entities.taggers.network import VALUE
from tasks.entities.taggers.words import Segment, segments

SURE = 0.9  # certainty of a label that the second pass set
SHORTEST, LONGEST = 30, 1200  # characters of a line
DOCUMENTS = 200  # tagged at once


def documents(paths: Sequence[Path]) -> Iterator[str]:
    """Texts of English records, in order; of the dedup pack without what was made there from others or from templates."""
    for path in paths:
        meta = path.with_name(path.name.split("_")[0] + "_meta.jsonl")
        made = {r["id"] for r in read_jsonl(meta) if not _is_real(r)} if meta.exists() else set()
        for r in read_jsonl(path):
            if r.get("lang", "en") == "en" and r["id"] not in made:
                yield f"{r.get('title') or ''}\n{r.get('gold_text') or r.get('text') or ''}"


def _is_real(meta: dict[str, str]) -> bool:
    family = meta["family"]
    return (
        meta["kind"] in {"orig", "natural", "real"}
        and family != "positive_es"
        and not family.startswith("template")
    )


def corrected(segment: Segment, soft: NDArray[np.float64], spans: Sequence[Span]) -> NDArray[np.float64]:
    """The first pass's certainties, with the document's labels where its best one is another."""
    wanted = [0] * len(segment.words)
    for span in spans:
        hit = [i for i, s in enumerate(segment.starts) if s < span.end and segment.ends[i] > span.start]
        for n, i in enumerate(hit):
            wanted[i] = 1 + 2 * NUMBER[span.type] + (n > 0)
    out = soft.copy()
    for i, label in enumerate(wanted):
        if out[i].argmax() != label:
            out[i] *= (1 - SURE) / max(1e-9, out[i].sum() - out[i, label])
            out[i, label] = SURE
    return out


def labelled(
    tagger: CleancopyTagger, text: str, spans: Sequence[Span]
) -> Iterator[tuple[list[str], NDArray]]:
    """Words and certainties of each fitting line of a document."""
    at = 0
    for segment in segments(text):
        here: list[Span] = []
        while at < len(spans) and spans[at].start < segment.ends[-1]:
            here.append(spans[at])
            at += 1
        if SHORTEST < segment.ends[-1] - segment.starts[0] < LONGEST:
            odds = np.exp(tagger.label_scores(segment.words) / VALUE)
            soft = corrected(segment, odds / odds.sum(1, keepdims=True), here)
            yield list(segment.words), np.rint(soft * 255).astype(np.uint8)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", type=Path)
    parser.add_argument("news", type=Path, nargs="+")
    parser.add_argument("stem", type=Path)
    parser.add_argument("--words", type=int, default=2_500_000)
    args = parser.parse_args()
    texts = list(dict.fromkeys(documents(args.news)))
    random.Random(7).shuffle(texts)
    tagger = CleancopyTagger(args.weights)
    seen: dict[str, None] = {}
    lines: list[list[str]] = []
    marks: list[NDArray] = []
    left = args.words
    for start in range(0, len(texts), DOCUMENTS):
        some = texts[start : start + DOCUMENTS]
        for text, spans in zip(some, tagger.tag(some), strict=True):
            for words, mark in labelled(tagger, text, spans):
                key = " ".join(words)
                if key not in seen:
                    seen[key] = None
                    lines.append(words)
                    marks.append(mark)
                    left -= len(words)
        if left <= 0:
            break
    args.stem.with_suffix(".json").write_text(json.dumps(lines, ensure_ascii=False), encoding="utf8")
    rows = np.concatenate(marks)
    np.save(args.stem.with_suffix(".npy"), rows)
    print(
        f"{len(texts)} documents; {len(lines)} lines, {len(rows)} words, {(rows[:, 1:].max(1) > rows[:, 0]).mean():.3f} in names"
    )
    assert rows.shape[1] == LABELS


if __name__ == "__main__":
    main()
