"""What a run's log says: names from outside as letters, and errors that were told in words without a traceback."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from functools import cache
from typing import Any

from rich.console import Console

from tasks.errors import CleancopyError
from tasks.report.showing import ACTIVE, visible

# What the command line says itself, once, at the end; the run's page has it from these.
TOLD_BY_THE_COMMAND = ("flows.ending", "prefect.flow_runs", "prefect.task_runs")


class _Told(logging.Filter):
    """Drops Prefect's traceback of an error that was told in words: no line of it helps whoever reads the run's page."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], CleancopyError))


def fall_silent(console: Console) -> None:
    """Of a terminal or runner that is gone nothing more is said. Rich by itself ends the process, in the midst of a run."""
    console.quiet = True
    with suppress(OSError, ValueError):  # a stream without a descriptor
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, console.file.fileno())  # what is left in its buffer would be an error at the end
        os.close(nowhere)


@cache
def tell_plainly() -> None:
    """For this process, once. The log of a run is read in a terminal, where an escape sequence in a file's name would act."""
    setattr(Console, "on_broken_pipe", fall_silent)  # noqa: B010  for Prefect's console, which is not ours to make
    for name in ("prefect.flow_runs", "prefect.engine"):
        logging.getLogger(name).addFilter(_Told())
    make = logging.getLogRecordFactory()

    def made(*args: Any, **given: Any) -> logging.LogRecord:  # noqa: ANN401  as the logging module has it
        record = make(*args, **given)
        with suppress(TypeError, ValueError):  # arguments that do not fit: logging itself tells of it
            said = record.getMessage()
            if ACTIVE.search(said):
                record.msg, record.args = visible(said), ()
        return record

    logging.setLogRecordFactory(made)


def tell_once() -> None:
    """For a run of the command line: its error stands on the terminal once, as the command's own last word."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(
            lambda record: record.levelno < logging.ERROR or record.name not in TOLD_BY_THE_COMMAND
        )
