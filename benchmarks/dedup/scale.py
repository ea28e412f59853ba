"""How dedup grows: seconds, seconds a document and peak memory by the size of the corpus, and the share of a new batch.

    python -m benchmarks.dedup.scale [--sizes 10000 100000 1000000] [--workers 1 2] [--folder DIR] [--check]

Generated news (see generated.py) is written as the shard results of `clean`, which is not counted. Counted are the
signatures of every shard and the step over the whole corpus, with all reading and writing of the data folder, by so
many worker processes (1: this one does all): then, by one, the same again with one day more, a hundredth of the corpus.
Seconds are of processors, the workers' start included in `sign`. Each size runs in a process of its own, for its peak
memory. --check makes the larger corpus once more in an empty data folder, by one process, and compares the bytes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.dedup.generated import Article, generate
from flows.engine import DirectEngine, Workers, workers_of
from tasks import schema
from tasks.dedup.work import DuplicatesRef, dedup, signatures
from tasks.settings import Settings
from tasks.stage import Shard
from tasks.versions.parts import Part
from tasks.versions.store import Store

SHARD_DOCS = 2_000
RECIPE = "scale"


def clean_table(articles: Iterable[Article]) -> pa.Table:
    """The articles as `clean` would hand them on."""
    blank = dict.fromkeys(schema.CLEAN.schema.names)
    rows = [
        {
            **blank, "doc_id": a.doc_id, "content_sha256": "", "source": a.source, "raw_path": "", "encoding": "",
            "batch": f"{a.source}/{date(2020, 1, 1) + timedelta(days=a.day)}", "title": a.title, "text": a.text,
            "n_chars": len(a.text), "n_raw_chars": len(a.text), "n_words": a.text.count(" ") + 1,
        }
        for a in articles
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema.CLEAN.schema)


def write_clean(store: Store, start: int, end: int) -> list[Part]:
    """Generated documents start to end, in shards."""
    return [
        store.write_part(schema.CLEAN, clean_table(generate(at, min(end, at + SHARD_DOCS))))
        for at in range(start, end, SHARD_DOCS)
    ]


def run(
    cleaned: list[Part], settings: Settings, workers: Workers
) -> tuple[DuplicatesRef, tuple[float, float]]:
    """Signatures and duplicates, and the processor time of either; what is stored is not made again."""
    engine = DirectEngine(workers)
    start = cpu_secs()
    shards = [Shard("signatures", "scale", {"clean": part}, (RECIPE,)) for part in cleaned]
    done = engine.map("signatures", signatures, shards, lambda _: None)
    signed = cpu_secs()
    found = dedup(
        [one.parts["signatures"] for one in done], cleaned, RECIPE, settings,
        lambda name, work, pieces: engine.map(name, work, pieces, lambda _: None),
    )  # fmt: skip
    return found, (signed - start, cpu_secs() - signed)


def cpu_secs() -> float:
    """Processor time of this process and of those that it started, as Linux tells it of those that live."""
    told = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    for child in multiprocessing.active_children():
        fields = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
        told += sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return told


def measure(n: int, folder: str, n_workers: int, *, check: bool) -> dict[str, Any]:
    """One size."""
    settings = Settings(data=Path(folder) / "data", workers=n_workers)
    store = Store(settings.data)
    cleaned = write_clean(store, 0, n)
    new = write_clean(store, n, n + n // 100)
    generated = time.monotonic()
    with workers_of(settings) as workers:
        _, full = run(cleaned, settings, workers)
        row = {"n": n, "wall": time.monotonic() - generated, "sign": full[0], "dedup": full[1]}
    row["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    row["peak_worker"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    alone = settings.model_copy(update={"workers": 1})  # nobody else is worth starting for a batch
    found, batch = run([*cleaned, *new], alone, workers_of(alone))
    row |= {"batch": sum(batch), "share": sum(batch) / sum(full), "profile": dict(found.profile)}
    if check:
        apart = Settings(data=Path(folder) / "apart", workers=1)
        other = Store(apart.data)
        again, _ = run(
            [*write_clean(other, 0, n), *write_clean(other, n, n + n // 100)], apart, workers_of(apart)
        )
        row["same"] = (again.pairs, again.clusters, again.profile) == (
            found.pairs,
            found.clusters,
            found.profile,
        )
    return row


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument(
        "--folder", type=Path, help="where the data folders lie for a while; 5 GB for a million"
    )
    parser.add_argument("--workers", type=int, nargs="+", default=[1])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    print("docs       workers   secs   sign  dedup  us a doc   wall  peak MB  worker MB  +1 % secs  share  clusters"
          "  largest  candidates", flush=True)  # fmt: skip
    for n, workers in product(options.sizes, options.workers):
        folder = tempfile.mkdtemp(prefix="cleancopy-scale-", dir=options.folder)
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            row = pool.submit(measure, n, folder, workers, check=options.check).result()
        shutil.rmtree(folder)
        total, profile = row["sign"] + row["dedup"], row["profile"]
        print(f"{n:9,d} {workers:8} {total:7.1f} {row['sign']:6.1f} {row['dedup']:6.1f} {1e6 * total / n:9.0f} {row['wall']:6.0f}"
              f" {row['peak']:8.0f} {row['peak_worker']:10.0f} {row['batch']:10.2f} {row['share']:6.1%}  {profile['n_clusters']:8,d}"
              f" {profile['largest_cluster']:8,d} {profile['n_candidates']:11,d}",
              "" if "same" not in row else f" same bytes: {row['same']}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
