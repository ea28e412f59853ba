"""Training records with partial labels: what each set does not annotate stays open instead of being "no name".

An example is a list of words and, for each word, the set of labels it may have, as a bit mask.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.entities.taggers.words import segments

TYPES = ("PERSON", "ORG", "LOC", "FAC", "NORP", "EVENT", "LAW", "WORK", "PRODUCT")
NUMBER = {t: i for i, t in enumerate(TYPES)}
LABELS = 1 + 2 * len(TYPES)
PARAGRAPHS = Path(__file__).with_name("paragraphs")
KINDS = {
    "P": "PERSON",
    "O": "ORG",
    "L": "LOC",
    "F": "FAC",
    "N": "NORP",
    "E": "EVENT",
    "A": "LAW",
    "W": "WORK",
    "R": "PRODUCT",
}
_MARKED = re.compile(r"\[([^\[\]|]+)\|([A-Z])\]")
OTHER = frozenset({"NORP", "EVENT", "LAW", "WORK", "PRODUCT"})


@dataclass(frozen=True, slots=True)
class Policy:
    """What a set's labels mean: the types a label may stand for, and what an unlabelled word may still be."""

    means: dict[str, frozenset[str]]
    open: frozenset[str]


def _same(*types: str) -> dict[str, frozenset[str]]:
    return {t: frozenset({t}) for t in types}


_COARSE = {
    "PER": frozenset({"PERSON"}),
    "ORG": frozenset({"ORG"}),
    "LOC": frozenset({"LOC", "FAC"}),
    "MISC": OTHER,
}
POLICIES = {
    "men": Policy(_same(*TYPES), frozenset()),
    "wikigold": Policy(_COARSE, frozenset()),
    "coarse": Policy(_COARSE, OTHER),
    "crossner": Policy(
        {
            **_same("PERSON", "ORG", "EVENT", "WORK"),
            "GPE": frozenset({"LOC"}),
            "LOC": frozenset({"LOC", "FAC"}),
            "PRODUCT": frozenset({"PRODUCT", "-"}),  # algorithms and theories, which news would not mark
        },
        frozenset({"NORP", "LAW"}),
    ),
    "full": Policy(_same(*TYPES), frozenset()),
}
FILES = {  # file of the training sets -> policy, weight of its words
    "men_train": ("men", 1.0),
    "wikigold": ("wikigold", 1.0),
    "uner_ewt_test": ("coarse", 1.0),
    "btc": ("coarse", 0.7),
    "crossner_other": ("crossner", 0.7),
    "synth_vn": ("coarse", 0.5),
}


@dataclass(frozen=True, slots=True)
class Record:
    """A text with labelled spans and how to read them."""

    text: str
    entities: tuple[tuple[int, int, str], ...]
    policy: str
    weight: float


@dataclass(frozen=True, slots=True)
class Example:
    """Words of one segment, the labels each may have (bit masks), and their weight."""

    words: list[str]
    allowed: list[int]
    weight: float


def read_jsonl(path: Path) -> Iterator[dict]:
    """Records of a JSONL file, gzipped or not."""
    with (
        gzip.open(path, "rt", encoding="utf8")
        if path.suffix == ".gz"
        else path.open(encoding="utf8") as lines
    ):
        for line in lines:
            if line.strip():
                yield json.loads(line)


def load_records(folder: Path, synth: int = 5000) -> list[Record]:
    """All training records of the pack's `train` folder."""
    out = []
    for name, (policy, weight) in FILES.items():
        for i, r in enumerate(read_jsonl(folder / f"{name}.jsonl.gz")):
            if name == "synth_vn" and i >= synth:
                break
            out.append(Record(r["text"], tuple((s, e, t) for s, e, t in r["entities"]), policy, weight))
    return out


def load_paragraphs(path: Path) -> list[Record]:
    """Our own labelled paragraphs of a file or of a folder's text files, a line each; a name is written [name|K], K a key of KINDS."""
    if path.is_dir():
        return [record for file in sorted(path.glob("*.txt")) for record in load_paragraphs(file)]
    out = []
    for line in path.read_text(encoding="utf8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, entities, at = "", [], 0
        for m in _MARKED.finditer(line):
            text += line[at : m.start()]
            entities.append((len(text), len(text) + len(m[1]), KINDS[m[2]]))
            text, at = text + m[1], m.end()
        out.append(Record(text + line[at:], tuple(entities), "full", 1.0))
    return out


def mask_of(types: Iterable[str], *, begins: bool) -> int:
    """Labels of types as a bit mask; "-" is no name."""
    mask = 0
    for t in types:
        mask |= 1 if t == "-" else 1 << (1 + 2 * NUMBER[t] + (not begins))
    return mask


def examples(record: Record) -> Iterator[Example]:
    """Examples of a record, one a segment."""
    policy = POLICIES[record.policy]
    free = 1 | mask_of(policy.open, begins=True) | mask_of(policy.open, begins=False)
    spans = sorted(record.entities, key=lambda x: (x[0] - x[1], x[0]))
    for words, starts, ends in segments(record.text):
        allowed = [free] * len(words)
        taken = [False] * len(words)
        lo, hi = starts[0], ends[-1]
        for s, e, t in spans:
            if e <= lo or s >= hi or t not in policy.means:
                continue
            hit = [i for i in range(len(words)) if starts[i] < e and s < ends[i]]
            if not hit or any(taken[i] for i in hit):
                continue
            for n, i in enumerate(hit):
                taken[i] = True
                allowed[i] = mask_of(policy.means[t], begins=n == 0)
        yield Example(list(words), allowed, record.weight)
