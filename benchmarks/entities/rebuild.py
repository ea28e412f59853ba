"""Makes the tagger's weights from nothing: python -m benchmarks.entities.rebuild PACK FOLDER NEWS.jsonl.gz... --vectors V.

Three steps, each a command of its own, their files in FOLDER: `train` on the pack and invented lines (first.npz); `silver`
labels NEWS with that, whole documents at a time (lines.json, lines.npy); `train` goes on with those lines too
(cleancopy.npz). Seeded, one thread each: the same bytes on the same machine with the same torch. Prints a sha256 for each
file. A quarter of an hour of CPU. PACK, NEWS and V as in `train.py` and `silver.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

WORDS = ("--words", "600000")  # of news that the first weights label
FIRST = ("--epochs", "4", "--invented", "10000")
SECOND = ("--rate", "1.2e-3", "--epochs", "3", "--silver-lines", "10000", "--invented", "6000", "--seed", "1")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


def step(folder: Path, files: tuple[str, ...], module: str, *args: str) -> None:
    """Runs one command, unless its files are there from a run before; tells their sha256."""
    if not all((folder / name).exists() for name in files):
        command = [sys.executable, "-m", f"benchmarks.entities.{module}", *args]
        subprocess.run(command, check=True, env=os.environ | ONE_THREAD)
    for name in files:
        print(hashlib.sha256((folder / name).read_bytes()).hexdigest(), name, flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pack", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("news", nargs="+")
    parser.add_argument("--vectors", required=True)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    pack, vectors = str(args.pack), ("--vectors", args.vectors)
    first, lines, last = (str(args.folder / name) for name in ("first.npz", "lines", "cleancopy.npz"))
    step(args.folder, ("first.npz",), "train", pack, first, *vectors, *FIRST)
    step(args.folder, ("lines.json", "lines.npy"), "silver", first, *args.news, lines, *WORDS)
    go_on = ("--silver", lines, "--start", first, *SECOND)
    step(args.folder, ("cleancopy.npz",), "train", pack, last, *vectors, *go_on)


if __name__ == "__main__":
    main()
