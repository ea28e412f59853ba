"""Expectations that are asked for their configuration once: they do not change while they are judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any


@contextmanager
def settled_configurations() -> Iterator[None]:
    """Great Expectations makes the configuration of every rule 170 times in one validation: 40 % of a small gate.

    Inside, it is made once and handed out in copies. For the whole process, so under the judge's lock.
    """
    from great_expectations.expectations.expectation import Expectation  # noqa: PLC0415  GX's import costs seconds

    made: Any = Expectation.configuration
    known: dict[int, tuple[Any, Any]] = {}

    def configuration(rule: Any) -> Any:  # noqa: ANN401  GX's
        if id(rule) not in known:
            known[id(rule)] = rule, made.fget(rule)  # the rule is held: its id is no other's
        found = copy(known[id(rule)][1])
        found.kwargs = dict(found.kwargs)
        return found

    Expectation.configuration = property(configuration)
    try:
        yield
    finally:
        Expectation.configuration = made
