"""Where a text says it came from: the address in its source line."""

from __future__ import annotations

import re

from tasks.clean.draft import Draft

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]{3,900}")


def address_in(draft: Draft) -> str | None:
    """The address of the first source line, or None."""
    for line in draft.lines:
        if line.verdict is not None and line.verdict.kind == "source_link":
            found = _ADDRESS.search(line.text)
            if found is not None:
                return found[0].rstrip(".,;")
    return None
