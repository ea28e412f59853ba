"""Cleancopy's dedup next to datasketch, rensa and an exact hash, on the same texts in the same run.

    python -m benchmarks.dedup.bench PACK [--repeat N] [--skip-datasketch]

Seconds are processor time of one thread, from records in memory to clusters, the best of N. Cleancopy's shipped judge
was trained on this pack: its quality here is in-sample, `python -m benchmarks.dedup.train PACK --folds` prints what it
is worth on stories and families it has not seen.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.dedup.pack import Pack, read_pack
from benchmarks.dedup.train import load_score
from tasks.dedup.records import dedup_records

WORD = re.compile(r"\w+")
PERMUTATIONS, THRESHOLD, BANDS, SHINGLE_WORDS = 128, 0.7, 16, 5  # 16 bands of 8 rows: about 0.7

Clusters = dict[str, str]


def cleancopy(records: Sequence[dict[str, Any]]) -> Clusters:
    """The whole of `cleancopy dedup` but reading and printing JSON; verification on the texts included."""
    return {line["id"]: line["cluster_id"] for line in dedup_records(records)[0]}


def exact(records: Sequence[dict[str, Any]]) -> Clusters:
    """Hash of the lower-case words."""
    return {
        r["id"]: hashlib.sha1(" ".join(WORD.findall(r["text"].lower())).encode()).hexdigest() for r in records
    }


def rensa(records: Sequence[dict[str, Any]]) -> Clusters:
    """MinHash LSH, connected components."""
    from rensa import RMinHash, RMinHashLSH

    index, hashes = RMinHashLSH(THRESHOLD, PERMUTATIONS, BANDS), []
    for place, record in enumerate(records):
        minhash = RMinHash(PERMUTATIONS, 1)
        minhash.update(_shingles(record["text"]))
        index.insert(place, minhash)
        hashes.append(minhash)
    return _components(records, (index.query(minhash) for minhash in hashes))


def datasketch(records: Sequence[dict[str, Any]]) -> Clusters:
    """MinHash LSH, connected components."""
    from datasketch import MinHash, MinHashLSH

    index, hashes = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS), []
    for place, record in enumerate(records):
        minhash = MinHash(PERMUTATIONS)
        minhash.update_batch([shingle.encode() for shingle in _shingles(record["text"])])
        index.insert(place, minhash)
        hashes.append(minhash)
    return _components(records, (index.query(minhash) for minhash in hashes))


def main() -> None:
    """Run the tools and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--skip-datasketch", action="store_true", help="it takes five times as long as the others"
    )
    options = parser.parse_args()
    pack = read_pack(options.pack)
    tools: list[Callable[[Sequence[dict[str, Any]]], Clusters]] = [cleancopy, rensa, exact]
    tools += [] if options.skip_datasketch else [datasketch]
    print("tool        secs  speed  pair P  pair R  pair F1  B-cubed  recall by kind; wrong pairs by family")
    base, rows = 0.0, []
    for tool in tools:
        seconds, found = _timed(tool, pack.records, 1 if tool is datasketch else options.repeat)
        base = seconds if tool is rensa else base
        rows.append((tool.__name__, seconds, _quality(options.pack, pack, found)))
    for name, seconds, quality in rows:
        figures = (quality[key] for key in ("pair_p", "pair_r", "pair_f1", "b3_f1"))
        print(f"{name:10s} {seconds:5.2f} {base / seconds:6.2f} ", "  ".join(f"{figure:.4f}" for figure in figures),
              json.dumps(quality["recall_by_kind"]), json.dumps(quality["wrong_pairs_by_family"]))  # fmt: skip


def _timed(
    tool: Callable[[Sequence[dict[str, Any]]], Clusters], records: Sequence[dict[str, Any]], repeat: int
) -> tuple[float, Clusters]:
    best, found = float("inf"), {}
    for _ in range(repeat):
        start = time.process_time()
        found = tool(records)
        best = min(best, time.process_time() - start)
    return best, found


def _quality(folder: Path, pack: Pack, found: Clusters) -> dict[str, Any]:
    score = load_score(folder)
    result, named = score.clusters(dict(pack.gold), found)
    return {**result, **score.breakdown(pack.gold, named, pack.meta)}


def _shingles(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return [
        " ".join(words[place : place + SHINGLE_WORDS])
        for place in range(max(1, len(words) - SHINGLE_WORDS + 1))
    ]


def _components(records: Sequence[dict[str, Any]], similar: Iterable[Iterable[int]]) -> Clusters:
    parent = list(range(len(records)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for place, others in enumerate(similar):
        for other in others:
            one, two = sorted((root(place), root(other)))
            parent[two] = one
    return {record["id"]: str(root(place)) for place, record in enumerate(records)}


if __name__ == "__main__":
    main()
