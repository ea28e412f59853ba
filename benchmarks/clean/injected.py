"""Articles with boilerplate put in at known offsets, scored by the set's own scorer."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dataset import read_rows

SURE_CHARS = 100  # kinds with fewer characters cut are no measure of precision


def score_injected(bench: Path, use: Any = None) -> dict[str, Any]:
    """What the scorer says of `clean_record` on every row. use: called before a row, to change models by its fold."""
    from tasks.clean.lines import clean_record

    truth = bench / "injected_dev.jsonl.gz"
    with tempfile.TemporaryDirectory() as folder:
        said, out = Path(folder) / "said.jsonl", Path(folder) / "out.json"
        with said.open("w", encoding="utf-8") as lines:
            for row in read_rows(truth):
                if use is not None:
                    use(row)
                record = clean_record({"id": row["id"], "text": row["text"], "title": None})
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")
        command = [sys.executable, str(bench / "score_edits.py"), str(truth), str(said), "--json", str(out)]
        subprocess.run(command, check=True, capture_output=True)
        found: dict[str, Any] = json.loads(out.read_text())
    return found


def told(found: Mapping[str, Any]) -> list[str]:
    """The figures in a few lines."""
    right = sum(kind["right"] for kind in found["true"].values()) / sum(
        kind["gone"] for kind in found["true"].values()
    )
    precise = {
        name: kind.get("good", 0) / kind["chars"]
        for name, kind in sorted(found["predicted"].items())
        if kind.get("chars", 0) >= SURE_CHARS
    }
    joined = f"paragraphs joined {found['joined']} of {found['joins']}"
    titles = f"titles right {found['title_right']} of {found['titles']}"
    return [
        f"  spans found {found['recall']:.4f}, characters cut under the right kind {right:.4f}",
        f"  article characters cut {found['article_lost_per_10k']:.1f} of 10,000 ({found['control_lost_per_10k']:.1f} where nothing was put in)",
        f"  traps touched {found['traps_lost']} of {found['traps']}, {joined}, {titles}, edits replay {found['edits_replay_exact']}",
        "  precision by kind: " + "  ".join(f"{name} {value:.3f}" for name, value in precise.items()),
    ]
