"""Great Expectations spared work that it does hundreds of times in one validation: for its rules and for the ids of its metrics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PLAIN = frozenset({str, int, float, bool, type(None)})


@contextmanager
def settled() -> Iterator[None]:
    """Rules do not change while they are judged. For the whole process, so under the judge's lock."""
    with _settled_configurations(), _plain_ids():
        yield


@contextmanager
def _settled_configurations() -> Iterator[None]:
    """The configuration of every rule is made 170 times in one validation: 40 % of a small gate.

    Inside, it is made once and handed out in copies.
    """
    from great_expectations.expectations.expectation import Expectation  # noqa: PLC0415  GX's import costs seconds

    made: Any = Expectation.configuration
    known: dict[int, tuple[Any, Any]] = {}

    def configuration(rule: Any) -> Any:  # noqa: ANN401  GX's
        if id(rule) not in known:
            known[id(rule)] = rule, made.fget(rule)  # the rule is held: its id is no other's
        kept = known[id(rule)][1]
        found = object.__new__(type(kept))  # a third of the time of `copy`
        found.__dict__.update(kept.__dict__)
        found.kwargs = dict(kept.kwargs)
        return found

    Expectation.configuration = property(configuration)
    try:
        yield
    finally:
        Expectation.configuration = made


@contextmanager
def _plain_ids() -> Iterator[None]:
    """The id of a metric is the hash of its JSON, for which each value is held against 20 types: a tenth of a small gate.

    Inside, what is plain JSON is taken as it is.
    """
    from great_expectations.core import id_dict  # noqa: PLC0415

    made: Any = id_dict.convert_to_json_serializable

    def convert(data: dict[str, Any]) -> Any:  # noqa: ANN401  GX's
        return data if all(type(value) in _PLAIN for value in data.values()) else made(data=data)

    id_dict.convert_to_json_serializable = convert
    try:
        yield
    finally:
        id_dict.convert_to_json_serializable = made
