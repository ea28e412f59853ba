"""Makes the tagger's weights from nothing: python -m benchmarks.entities.rebuild PACK FOLDER NEWS.jsonl.gz... --encoder E --vectors V.

Four steps, each a command of its own, their files in FOLDER: `train` on the pack and invented lines (first.npz); `teacher fit` on
the same (teacher.pt); `teacher label` on NEWS (taught.json, taught.npy); `train` goes on with those lines (cleancopy.npz).
Seeded, one thread each: the same bytes on the same machine with the same torch. Prints a sha256 for each file. About half an
hour of CPU. PACK, NEWS, E and V as in `train.py` and `teacher.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

WORDS = 300_000  # of news that the teacher labels
FIRST = ("--epochs", "4", "--invented", "10000")
SECOND = ("--rate", "1e-3", "--epochs", "2", "--silver-lines", "9000", "--invented", "6000", "--seed", "1")
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
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--vectors", required=True)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    pack, encoder, vectors = str(args.pack), ("--encoder", args.encoder), ("--vectors", args.vectors)
    first, teacher, taught, last = (
        str(args.folder / name) for name in ("first.npz", "teacher.pt", "taught", "cleancopy.npz")
    )
    step(args.folder, ("first.npz",), "train", pack, first, *vectors, *FIRST)
    step(args.folder, ("teacher.pt",), "teacher", "fit", pack, teacher, *encoder)
    labels = ("label", teacher, *args.news, taught, *encoder, "--own", first, "--words", str(WORDS))
    step(args.folder, ("taught.json", "taught.npy"), "teacher", *labels)
    go_on = ("--silver", taught, "--start", first, *SECOND)
    step(args.folder, ("cleancopy.npz",), "train", pack, last, *vectors, *go_on)


if __name__ == "__main__":
    main()
