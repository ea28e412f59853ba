"""Reads `world.txt`, `regions.txt`, `regions2.txt`, `regions3.txt` and `sentences.txt`: invented news, labelled by hand, for measuring."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "world.txt"
REGIONS = PATH.with_name("regions.txt")
REGIONS_2 = PATH.with_name("regions2.txt")
REGIONS_3 = PATH.with_name("regions3.txt")
SENTENCES = PATH.with_name("sentences.txt")
_NAME = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)\]")


def record(marked: str, name: str, source: str) -> dict[str, Any]:
    """A record {id, text, entities, source} of a text with [name|TYPE] marks."""
    text, entities, at = "", [], 0
    for m in _NAME.finditer(marked):
        text += marked[at : m.start()]
        entities.append([len(text), len(text) + len(m[1]), m[2]])
        text += m[1]
        at = m.end()
    return {"id": name, "text": text + marked[at:], "entities": entities, "source": source}


def load_world(path: Path = PATH) -> list[dict[str, Any]]:
    """Articles; `source` is the region."""
    out = []
    for block in re.split(r"(?m)^== ", path.read_text(encoding="utf8"))[1:]:
        region, marked = block.split("\n", 1)
        out.append(record(marked.strip(), f"{path.stem}-{len(out):02}", region.strip()))
    return out


def load_sentences(path: Path = SENTENCES) -> list[dict[str, Any]]:
    """One sentence a record; `source` is how it is written."""
    return [
        record(line, f"{block['id']}-{i}", block["source"])
        for block in _marked_blocks(path)
        for i, line in enumerate(block["lines"])
    ]


def _marked_blocks(path: Path) -> list[dict[str, Any]]:
    out = []
    for block in re.split(r"(?m)^== ", path.read_text(encoding="utf8"))[1:]:
        kind, lines = block.split("\n", 1)
        out.append({"id": kind.replace(" ", "-"), "source": kind, "lines": lines.strip().split("\n")})
    return out
