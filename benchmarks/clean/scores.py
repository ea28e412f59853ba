"""The set's measure: 4-word windows, as in scrapinghub's article-extraction-benchmark; macro over the sets."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dataset import Lines

WORD = re.compile(r"\w+")
WIDTH = 4


@dataclass(frozen=True, slots=True)
class DocScore:
    """One document: precision and recall (None where undefined), its own F1, and words held, lost, extra, kept."""

    precision: float | None
    recall: float | None
    f1: float
    held: int
    lost: int
    extra: int
    kept: int


def windows(words: list[str]) -> Counter[tuple[str, ...]]:
    """The multiset of 4-word windows; a text of 1 to 3 words is one window."""
    bag = Counter(tuple(words[k : k + WIDTH]) for k in range(max(1, len(words) - WIDTH + 1)))
    bag.pop((), None)
    return bag


def score(gold: str, given: str, text: str) -> DocScore:
    """Compare a prediction with the gold. given: the input as text, to know what could be kept."""
    gold_words, words, held_words = WORD.findall(gold), WORD.findall(text), Counter(WORD.findall(given))
    one, two = windows(gold_words), windows(words)
    hit = sum((one & two).values())
    n_gold, n_pred = sum(one.values()), sum(two.values())
    in_gold, in_pred = Counter(gold_words), Counter(words)
    held = lost = extra = kept = 0
    for word, n in held_words.items():
        held += min(n, in_gold[word])
        lost += max(0, min(n, in_gold[word]) - in_pred[word])
        extra += max(0, n - in_gold[word])
        kept += max(0, min(n, in_pred[word]) - in_gold[word])
    return DocScore(
        hit / n_pred if n_pred else None, hit / n_gold if n_gold else None,
        2 * hit / (n_gold + n_pred) if n_gold + n_pred else 1.0, held, lost, extra, kept,
    )  # fmt: skip


def _mean(values: Iterable[float | None]) -> float:
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else 0.0


def summary(docs: Iterable[DocScore]) -> dict[str, float]:
    """Means over documents; words lost and left are pooled."""
    docs = list(docs)
    precision, recall = _mean(doc.precision for doc in docs), _mean(doc.recall for doc in docs)
    return {
        "P": precision,
        "R": recall,
        "F1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "docF1": _mean(doc.f1 for doc in docs),
        "lost": sum(doc.lost for doc in docs) / max(1, sum(doc.held for doc in docs)),
        "left": sum(doc.kept for doc in docs) / max(1, sum(doc.extra for doc in docs)),
    }


def grouped(docs: Mapping[str, DocScore], key: Callable[[str], str]) -> dict[str, dict[str, float]]:
    """Summaries by group, and `macro`: their plain mean."""
    groups: dict[str, list[DocScore]] = defaultdict(list)
    for name, doc in docs.items():
        groups[key(name)].append(doc)
    out = {name: summary(members) for name, members in sorted(groups.items())}
    out["macro"] = {what: _mean(group[what] for group in out.values()) for what in next(iter(out.values()))}
    return out


def report(lines: Lines, values: np.ndarray[Any, np.dtype[np.float64]], label: str) -> None:
    """Print the macro scores of keeping the lines above some thresholds, over all folds and on fold 4."""
    bounds = lines.bounds()
    for given in sorted(set(lines.given) - {"short"}):  # made texts are trained on, not scored
        held = "text_full" if given == "html" else given
        chosen = [i for i, kind in enumerate(lines.given) if kind == given]
        for keep_at in (0.3, 0.4, 0.5):
            docs: dict[str, DocScore] = {}
            for i in chosen:
                row, kept = lines.rows[i], values[bounds[i] : bounds[i + 1]] >= keep_at
                text = "\n".join(line for line, keep in zip(lines.texts[i], kept, strict=True) if keep)
                docs[row["id"]] = score(row["gold_text"], row[held], text)
            fold_of = {lines.rows[i]["id"]: int(lines.rows[i]["fold"]) for i in chosen}
            set_of = {lines.rows[i]["id"]: str(lines.rows[i]["set"]) for i in chosen}
            parts = []
            for name, folds in (("all", {0, 1, 2, 3, 4}), ("tune", {0, 1, 2, 3}), ("fold 4", {4})):
                some = {key: doc for key, doc in docs.items() if fold_of[key] in folds}
                found = grouped(some, set_of.__getitem__)
                sets = " ".join(
                    f"{key[:5]} {value['F1']:.3f}" for key, value in found.items() if key != "macro"
                )
                macro = found["macro"]
                parts.append(
                    f"{name} F1 {macro['F1']:.4f} lost {macro['lost']:.4f} left {macro['left']:.3f} ({sets})"
                )
            print(f"{given} {label} at {keep_at}: " + " | ".join(parts), flush=True)
