"""Speed of the whole cleaning next to trafilatura, page by page in one run: `uv run --group bench python benchmarks/clean/speed.py --shared ../shared`.

Both take the same pages in turn, so that what else the machine does falls on both alike. From a text dump ours cleans the
dump of the page that trafilatura gets as HTML. Processor seconds; nothing is scored.

Where Python's time goes is flat: of 90,000 calls a page and 50,000 a whole dump no function had a tenth. So what sees every
tag and edit of a page is C now (tasks/clean/page/README.md): pages took 0.77 of the time, parsing 2.0 instead of 6.5 ms,
composing 0.65 instead of 1.1. Judging some hundred texts at once would make light dumps 14 % faster and whole ones 6 %: of
the judge's 3.4 and 4.7 ms half and a quarter are the fixed cost of its calls to numpy.

Tried, with equal outputs, and no faster: literals read off each pattern and looked for before it (regular expressions are 8 %
of a dump), class names taken apart token by token, the title's words by numbers. Compiling 22 modules of the room with mypyc
made pages 10 % and dumps 6 % faster. Each closed `<nav>` without paragraphs taken out before the judge: pages 10 % faster, F1 of
models that had not seen the site 0.9587 to 0.9585 (on the folds kept aside 0.9628 to 0.9622), so it was left.
"""

from __future__ import annotations

import argparse
import logging
import os
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # one core; set before numpy is loaded

from bench import INPUTS, whole  # noqa: E402
from dataset import read_rows  # noqa: E402
from peers import Extract, installed  # noqa: E402
from table import ASKED_SPEED, REFERENCE  # noqa: E402

WARM_UP = 10  # pages before the clock runs: imports, models, compiled rules


def timed_in_turn(given: str, shared: Path, every: int) -> tuple[int, float, float]:
    """Number of pages, and the processor seconds a page of trafilatura and of ours from this input."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)  # trafilatura logs every page
    rows = read_rows(shared / "bench" / "clean" / "dev.jsonl.gz")[::every]
    cleaners: tuple[tuple[str, Extract], ...] = (("html", installed()[REFERENCE]), (given, whole(given)))
    spent = [0.0, 0.0]
    for number, row in enumerate((*rows[:WARM_UP], *rows)):
        for which, (name, cleaner) in enumerate(cleaners):
            start = time.process_time()
            cleaner(row[name], row)
            if number >= WARM_UP:
                spent[which] += time.process_time() - start
    return len(rows), spent[0] / len(rows), spent[1] / len(rows)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with bench/clean/dev.jsonl.gz")
    parser.add_argument("--every", type=int, default=5, help="only every n-th page")
    args = parser.parse_args()
    for given in INPUTS:
        # A process for each: what ours remembers of the lines of a page must not help with its dump.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            n, theirs, ours = pool.submit(timed_in_turn, given, args.shared, args.every).result()
        print(
            f"{given:<11} {n} pages  {REFERENCE} {1000 * theirs:5.1f} ms  cleancopy {1000 * ours:5.1f} ms   "
            f"{theirs / ours:.2f} times as fast; asked {ASKED_SPEED[given]:.0f}"
        )


if __name__ == "__main__":
    main()
