"""The house: imports point one way, nothing phones home, errors survive a process border."""

from __future__ import annotations

import inspect
import os
import pickle
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tasks import errors, schema

CHECKOUT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def test_imports_point_one_way() -> None:
    done = subprocess.run([BIN / "lint-imports"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_phones_home() -> None:
    from flows.prefect_home import DEFAULTS, prepare

    prepare()
    assert os.environ["DO_NOT_TRACK"] == "1"
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert DEFAULTS["PREFECT_HOME"].startswith(str(CHECKOUT))


def test_a_stage_alone_opens_no_connection() -> None:
    code = (
        "import sys\n"
        "def told(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.sendto'): sys.exit(f'{event} {args}')\n"
        "sys.addaudithook(told)\n"
        "sys.argv = ['cleancopy', 'tag', '-']\n"
        "from flows.cli import main\n"
        "main()\n"
    )
    line = b'{"id": 1, "text": "Ana Silva met Joao Costa in Lisbon on Monday."}\n'
    done = subprocess.run(
        [sys.executable, "-c", code], input=line, cwd=CHECKOUT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"Lisbon" not in done.stderr


ERRORS = [
    kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.CleancopyError)
]
EVIDENCE = {errors.GateStopped: ("clean", ("a rule",)), errors.VersionConflict: (("alpha/2024-02-05",), 7)}


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_pickles_with_its_evidence_and_has_an_exit_code(
    kind: type[errors.CleancopyError],
) -> None:
    error = kind(*EVIDENCE.get(kind, ("what, where, what next",)))
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.exit_code) == (kind, str(error), error.exit_code)
    assert vars(again) == vars(error)


def test_every_column_says_what_it_means() -> None:
    tables = [value for value in vars(schema).values() if isinstance(value, schema.Table)]
    silent = [
        f"{t.name}.{f.name}" for t in tables for f in t.schema if not (f.metadata or {}).get(b"description")
    ]
    assert silent == []


def test_keys_and_sort_columns_are_columns() -> None:
    for table in (value for value in vars(schema).values() if isinstance(value, schema.Table)):
        assert {*table.key, *table.sort} <= set(table.schema.names)


def test_no_wheel_holds_the_rooms() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["bypass-selection"] is True


def test_the_whole_tree_is_pinned_and_names_no_registry() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    pins = project["tool"]["uv"]["constraint-dependencies"]
    assert len(pins) > 150
    assert all("==" in pin and "://" not in pin for pin in pins)
