"""The suites of the gates. Great Expectations is imported here first, before any of them."""

from __future__ import annotations

import sys

# It imports every engine it finds, PySpark's 3 s and its warnings with it, for data that never leaves pandas.
_UNUSED = [name for name in ("pyspark",) if name not in sys.modules]
sys.modules.update(dict.fromkeys(_UNUSED))  # type: ignore[arg-type]  # None: not to be found
try:
    import great_expectations  # noqa: F401
finally:
    for name in _UNUSED:
        del sys.modules[name]
