"""Speed of the whole cleaning next to trafilatura, page by page in one run: `uv run --group bench python benchmarks/clean/speed.py --shared ../shared`.

Both take the same pages in turn, so that what else the machine does falls on both alike. From a text dump ours cleans the
dump of the page that trafilatura gets as HTML. Processor seconds of one process; nothing is scored.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # one core; set before numpy is loaded

from bench import INPUTS, whole  # noqa: E402
from dataset import Row, read_rows  # noqa: E402
from peers import installed  # noqa: E402
from table import ASKED_SPEED, REFERENCE  # noqa: E402

WARM_UP = 10  # pages before the clock runs: imports, models, compiled rules


def timed_in_turn(rows: Sequence[Row], *, rounds: int) -> Mapping[str, float]:
    """Processor seconds a page of trafilatura and of ours from each input; the least of the rounds for each page.

    Rounds clean the same page again with what ours remembers of lines and tags, so one round is the honest figure
    for new pages, and the default.
    """
    reference = installed()[REFERENCE]
    cleaners = {given: whole(given) for given in INPUTS}
    spent = dict.fromkeys((REFERENCE, *INPUTS), 0.0)
    for number, row in enumerate((*rows[:WARM_UP], *rows)):
        best: dict[str, float] = {}
        for _ in range(rounds):
            for name in spent:
                raw = row["html"] if name == REFERENCE else row[name]
                start = time.process_time()
                reference(raw, row) if name == REFERENCE else cleaners[name](raw, row)
                best[name] = min(best.get(name, 1e9), time.process_time() - start)
        if number >= WARM_UP:
            spent = {name: secs + best[name] for name, secs in spent.items()}
    return {name: secs / len(rows) for name, secs in spent.items()}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with bench/clean/dev.jsonl.gz")
    parser.add_argument("--every", type=int, default=5, help="only every n-th page")
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)  # trafilatura logs every page
    rows = read_rows(args.shared / "bench" / "clean" / "dev.jsonl.gz")[:: args.every]
    gc.collect()
    secs = timed_in_turn(rows, rounds=args.rounds)
    print(f"{len(rows)} pages; {REFERENCE} {1000 * secs[REFERENCE]:.1f} ms a page")
    for given in INPUTS:
        ratio = secs[REFERENCE] / secs[given]
        print(
            f"{given:<11} {1000 * secs[given]:6.1f} ms   {ratio:5.2f} times as fast; asked {ASKED_SPEED[given]:.0f}"
        )


if __name__ == "__main__":
    main()
