"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real articles and development sets; only our own machines have it."""
    folder = Path(os.environ.get("CLEANCOPY_SHARED", CHECKOUT.parent / "shared"))
    if not (folder / "seeds").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{folder} is missing: in CI nothing is skipped")
        pytest.skip(f"{folder} is not here: the real articles are not part of the project")
    return folder
