"""The whole pipeline on a generated corpus: documents per second and peak memory of each stage, and of the whole.

    python -m benchmarks.run.bench [--documents 20000] [--small 5000] [--folder DIR] [--workers 1] [--skip-prefect]

Generates the corpus (benchmarks/run/corpus.py), and runs in processes of their own: the corpus with `--direct` and with
Prefect, then 1 % new documents, then nothing new, then the small corpus for its memory. Seconds are processor time of
one process with one thread (a busy machine does not lengthen it); wall time stands beside it. Start-up (imports,
models, Prefect's temporary server) is paid once a run, whatever its size, and is reported apart.

Measured in November 2026, one process: 20,000 documents at 39 a second in their stages, gates 0.3 % of that, all else
0.9 %; with Prefect 0.3 % and 1.5 % (its server apart). 200 new ones beside 20,000: stages 10.2 s, gates 5.1 %, all else
9.8 %, half of it the report. Peak memory of the whole run for 5,000 and 20,000 documents: 619 and 747 MB, both in dedup
(see benchmarks/dedup), of which Python, models and Arrow are some 370. Of a step in a process of its own, above its
start, for 5,000, 10,000 and 20,000: resolve 29, 44 and 47 MB (it writes 100,000 names at a time), export 117, 119 and
141 MB (it follows the largest published file: 5,000, 5,201 and 6,086 documents, 6,144 at most).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.run.corpus import write_corpus

STAGES = ("ingest", "clean", "entities", "signatures", "dedup", "resolve", "export")
BESIDE = ("plan", "gates", "commit", "report", "artifacts")
NEW_DAY = date(2025, 1, 1)
SAMPLE_SECS = 0.05
NOTHING_SECS = 0.02  # a stage that had nothing to do


def resident_mb(pid: int) -> float:
    """Memory of a process and of the workers it started; 0 once it is gone. Prefect's server is not counted."""
    total = 0.0
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        total = int(status.split("VmRSS:")[1].split()[0]) / 1_000
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if b"uvicorn" not in Path(f"/proc/{child}/cmdline").read_bytes():
                total += resident_mb(int(child))
    except (OSError, IndexError):
        pass
    return total


def run(raw: Path, data: Path, *, workers: int, prefect: bool = False) -> dict[str, Any]:
    """One run; what the child tells, and `peak_mb` by stage."""
    command = [sys.executable, "-m", "benchmarks.run.child", str(raw), str(data), "--workers", str(workers)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PREFECT_HOME": str(data.parent / "prefect")}
    child = subprocess.Popen(
        [*command, *(["--prefect"] if prefect else [])], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment,
    )  # fmt: skip
    now, peaks, told = ["start-up"], defaultdict[str, float](float), list[str]()

    def follow() -> None:
        for line in child.stderr or ():
            if line.startswith("mark "):
                now[0] = line.split()[1]
            else:
                told.append(line)

    def sample() -> None:
        while child.poll() is None:
            at = now[0]
            peaks[at] = max(peaks[at], resident_mb(child.pid))
            time.sleep(SAMPLE_SECS)

    threads = [threading.Thread(target=follow), threading.Thread(target=sample)]
    for thread in threads:
        thread.start()
    answer = child.stdout.read() if child.stdout else ""
    for thread in threads:
        thread.join()
    if child.wait():
        sys.exit(f"the run failed:\n{''.join(told)}")
    return {**json.loads(answer.strip().splitlines()[-1]), "peak_mb": dict(peaks)}


def table(name: str, n: int, found: dict[str, Any]) -> None:
    """Prints one run."""
    spans, work, peaks = found["spans"], found["work"], found["peak_mb"]
    print(f"\n{name}: {n:,} documents")
    print(f"{'':12} {'docs/s':>8} {'cpu s':>8} {'wall s':>8} {'peak MB':>8}")
    for stage in (one for one in (*STAGES, *BESIDE) if one in spans):
        wall, processor = spans[stage]
        rate = f"{n / processor:,.0f}" if stage in STAGES and processor > NOTHING_SECS else ""
        print(f"{stage:12} {rate:>8} {processor:8.2f} {wall:8.2f} {peaks.get(stage, 0):8.0f}")
    stages = sum(work.values()) or sum(spans[s][1] for s in STAGES if s in spans)
    print(f"{'all stages':12} {n / stages:8,.0f} {stages:8.2f}")
    whole = found["processor"]
    print(f"{'whole run':12} {n / whole:8,.0f} {whole:8.2f} {found['wall']:8.2f} {max(peaks.values()):8.0f}")
    gates = spans.get("gates", [0, 0])[1]
    print(
        f"gates {gates / stages:.1%} and all else {(whole - stages - gates) / stages:.1%} of the stages' work"
    )
    print("start-up: " + ", ".join(f"{what} {secs:.1f} s" for what, secs in found["startup"].items()))


def main() -> None:
    """Everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--small", type=int, default=5_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--skip-prefect", action="store_true")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="cleancopy-bench-"))
    raw, n = folder / "raw", given.documents
    print(f"{write_corpus(raw, n) / 1e6:.0f} MB in {n:,} documents in {folder}")
    results = {"direct": run(raw, folder / "direct", workers=given.workers)}
    table("--direct", n, results["direct"])
    if not given.skip_prefect:
        results["prefect"] = run(raw, folder / "prefect-data", workers=given.workers, prefect=True)
        table("with Prefect", n, results["prefect"])
    new = max(1, n // 100)
    write_corpus(raw, new, seed=2, first_day=NEW_DAY)
    results["new"] = run(raw, folder / "direct", workers=given.workers)
    table("1 % new documents", new, results["new"])
    results["nothing"] = run(raw, folder / "direct", workers=given.workers)
    print(f"\nnothing new: {results['nothing']['processor']:.2f} s cpu behind the start-up")
    began = time.monotonic()
    command = [
        sys.executable,
        "-c",
        "from flows.cli import main; main()",
        "run",
        "--raw",
        raw,
        "--data",
        folder / "direct",
    ]
    subprocess.run(command, check=True, capture_output=True)
    print(f"`cleancopy run` that finds nothing new: {time.monotonic() - began:.2f} s from start to end")
    if given.small:
        write_corpus(folder / "small", given.small)
        results["small"] = run(folder / "small", folder / "small-data", workers=given.workers)
        table("--direct, small", given.small, results["small"])
        print(f"\npeak MB for {given.small:,} and {n:,} documents")
        for stage in (*STAGES, "report"):
            small, large = (results[name]["peak_mb"].get(stage, 0.0) for name in ("small", "direct"))
            print(f"{stage:12} {small:8.0f} {large:8.0f}")
    (folder / "results.json").write_text(json.dumps(results, indent=1))
    if not given.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
