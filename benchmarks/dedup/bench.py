"""Cleancopy's dedup next to datasketch, rensa and an exact hash, on the same texts in the same run.

    python -m benchmarks.dedup.bench PACK [--stress] [--repeat N] [--skip-datasketch]

Seconds are processor time of one thread, from records in memory to clusters, the best of N; the tools take turns. The
shipped judge was trained on this pack: its quality there is in-sample, `python -m benchmarks.dedup.train PACK --folds`
prints what it is worth on stories, edits and families it has not seen. With --stress the `aside` part of the stress set
takes the pack's place: its texts, places and persons were kept aside, its kinds of edits and families were not.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.dedup.pack import Pack, read_pack
from benchmarks.dedup.stress import stress_pack
from benchmarks.dedup.train import load_score
from tasks.dedup.records import dedup_records

WORD = re.compile(r"\w+")
PERMUTATIONS, THRESHOLD, BANDS, SHINGLE_WORDS = 128, 0.7, 16, 5  # 16 bands of 8 rows: about 0.7

Clusters = dict[str, str]
Tool = Callable[[Sequence[dict[str, Any]]], Clusters]


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
    parser.add_argument("--stress", action="store_true", help="the stress set's aside part, not the pack")
    parser.add_argument(
        "--skip-datasketch", action="store_true", help="it takes five times as long as the others"
    )
    options = parser.parse_args()
    pack = stress_pack(options.pack, "aside") if options.stress else read_pack(options.pack)
    tools: list[Tool] = [cleancopy, rensa, exact] + ([] if options.skip_datasketch else [datasketch])
    timed = _timed(tools, pack.records, options.repeat)
    base = timed["rensa"][0]
    found = {name: _quality(options.pack, pack, clusters) for name, (_, clusters) in timed.items()}
    print(f"{len(pack.records)} documents\n\ntool        secs  speed  pair P  pair R  pair F1  B-cubed")
    for name, (seconds, _) in timed.items():
        figures = (found[name][key] for key in ("pair_p", "pair_r", "pair_f1", "b3_f1"))
        print(
            f"{name:10s} {seconds:5.2f} {base / seconds:6.2f} ",
            "  ".join(f"{figure:.4f}" for figure in figures),
        )
    for title, key in (
        ("recall by kind", "recall_by_kind"), ("recall by family", "recall_by_family"),
        ("wrong pairs by family", "wrong_pairs_by_family"),
    ):  # fmt: skip
        _table(title, {name: quality[key] for name, quality in found.items()})


def _table(title: str, columns: Mapping[str, Mapping[str, float]]) -> None:
    rows = sorted({row for column in columns.values() for row in column})
    print(f"\n{title:24s}", "".join(f"{name:>12s}" for name in columns))
    for row in rows:
        print(f"{row:24s}", "".join(f"{column.get(row, 0):12.4g}" for column in columns.values()))


def _timed(
    tools: Sequence[Tool], records: Sequence[dict[str, Any]], repeat: int
) -> dict[str, tuple[float, Clusters]]:
    """Seconds and clusters of each tool, the best of some rounds; datasketch runs once."""
    best: dict[str, tuple[float, Clusters]] = {}
    for turn in range(repeat):
        for tool in tools:
            if turn and tool is datasketch:
                continue
            start = time.process_time()
            clusters = tool(records)
            seconds = time.process_time() - start
            if seconds < best.get(tool.__name__, (float("inf"), clusters))[0]:
                best[tool.__name__] = seconds, clusters
    return best


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
