"""Pins the whole tree of dependencies in pyproject.toml, from a fresh resolve.

    uv run --no-project --python 3.11 .ci/pin.py

`uv.lock` holds the addresses of a registry and is not committed; `constraint-dependencies` is honoured by
`uv run` and names versions only. A package of which different Pythons get different versions stays free.
"""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections import defaultdict
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
PYPROJECT = CHECKOUT / "pyproject.toml"
BLOCK = re.compile(r"constraint-dependencies = \[\n.*?^\]\n", re.DOTALL | re.MULTILINE)


def resolve() -> dict[str, str]:
    """Every package of a fresh resolve that has one version for all Pythons."""
    (CHECKOUT / "uv.lock").unlink(missing_ok=True)
    subprocess.run(["uv", "lock", "--quiet"], cwd=CHECKOUT, check=True)
    versions = defaultdict(set)
    for package in tomllib.loads((CHECKOUT / "uv.lock").read_text())["package"]:
        if "registry" in package["source"]:
            versions[package["name"]].add(package["version"])
    return {name: found.pop() for name, found in sorted(versions.items()) if len(found) == 1}


def main() -> None:
    """Rewrites the block, resolves, and writes the block again."""
    text = PYPROJECT.read_text()
    PYPROJECT.write_text(BLOCK.sub(lambda _: "constraint-dependencies = [\n]\n", text))
    try:
        pins = resolve()
    except BaseException:
        PYPROJECT.write_text(text)
        raise
    lines = "".join(f'    "{name}=={version}",\n' for name, version in pins.items())
    PYPROJECT.write_text(BLOCK.sub(lambda _: f"constraint-dependencies = [\n{lines}]\n", text))
    print(f"pinned {len(pins)} packages")


if __name__ == "__main__":
    main()
