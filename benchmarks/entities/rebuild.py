"""Makes the tagger's weights from nothing: python -m benchmarks.entities.rebuild PACK FOLDER NEWS.jsonl.gz... --vectors V.

Six steps, each a command of its own, their files in FOLDER: `train` on the pack and invented lines (first.npz); twice,
`silver` labels NEWS with the newest weights, whole documents at a time, and `train` goes on with those lines too
(second.npz, third.npz); then once more with our own paragraphs (cleancopy.npz). Seeded, one thread each: the same bytes on the same machine with the same torch. Prints a
sha256 for each file. Forty minutes on one busy core. PACK, NEWS and V as in `train.py` and `silver.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

FIRST = ("--epochs", "4", "--invented", "10000")
ROUNDS = (  # weights, their lines, words of news labelled, and how `train` goes on
    ("second.npz", "lines", "600000", ("--rate", "1.2e-3", "--epochs", "3", "--silver-lines", "10000", "--invented", "6000", "--seed", "1")),
    ("third.npz", "lines2", "1000000", ("--rate", "6e-4", "--epochs", "2", "--silver-lines", "12000", "--invented", "5000", "--seed", "2")),
    ("cleancopy.npz", "lines2", "1000000", ("--rate", "6e-4", "--epochs", "2", "--silver-lines", "5000", "--invented", "4000", "--seed", "3", "--paragraphs", "8", "--breaks", "0.04")),
)  # fmt: skip
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
    weights = "first.npz"
    step(args.folder, (weights,), "train", pack, str(args.folder / weights), *vectors, *FIRST)
    for last, stem, words, options in ROUNDS:
        before, lines = str(args.folder / weights), str(args.folder / stem)
        step(
            args.folder,
            (f"{stem}.json", f"{stem}.npy"),
            "silver",
            before,
            *args.news,
            lines,
            "--words",
            words,
        )
        go_on = ("--silver", lines, "--start", before, *options)
        step(args.folder, (last,), "train", pack, str(args.folder / last), *vectors, *go_on)
        weights = last


if __name__ == "__main__":
    main()
