"""Reads `world.txt`: invented articles of the regions the pack lacks, labelled by hand, for measuring only."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "world.txt"
_NAME = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)\]")


def load_world(path: Path = PATH) -> list[dict[str, Any]]:
    """Records {id, text, entities, source}; `source` is the region."""
    out = []
    for block in re.split(r"(?m)^== ", path.read_text(encoding="utf8"))[1:]:
        region, marked = block.split("\n", 1)
        text, entities, at = "", [], 0
        marked = marked.strip()
        for m in _NAME.finditer(marked):
            text += marked[at : m.start()]
            entities.append([len(text), len(text) + len(m[1]), m[2]])
            text += m[1]
            at = m.end()
        out.append(
            {
                "id": f"world-{len(out):02}",
                "text": text + marked[at:],
                "entities": entities,
                "source": region.strip(),
            }
        )
    return out
