"""Makes `page.wasm` of the C sources: `uv run --group wasm python -m tasks.clean.page.build`, after a change of them.

The compiler is a package (`ziglang`, its version pinned), so that anyone gets the same bytes; a test builds it
again and compares.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROGRAM = HERE / "page.wasm"
_FLAGS = (
    "-target", "wasm32-freestanding", "-Os", "-nostdlib", "-Wall", "-Wextra", "-Werror",
    "-Wl,--no-entry", "-Wl,--export=__heap_base", "-Wl,--strip-all",
)  # fmt: skip


def build(path: Path) -> None:
    """Compiles the program to this file."""
    sources = sorted(source.name for source in HERE.glob("*.c"))
    subprocess.run(  # noqa: S603  our own sources
        [sys.executable, "-m", "ziglang", "cc", *_FLAGS, "-o", str(path.absolute()), *sources],
        cwd=HERE,
        check=True,
    )
    path.chmod(0o644)


if __name__ == "__main__":
    build(PROGRAM)
