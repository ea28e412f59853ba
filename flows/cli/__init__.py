"""The command line. `cleancopy --help` must not pay for pandas, GX or Prefect: commands import what they need."""

from __future__ import annotations

import importlib
import io
import sys

import typer

# Each adds its commands to `app`, in the order of the help.
COMMANDS = ("run", "serve", "versions", "verify", "takedown", "report", "gates", "profiles", "rules", "filters")  # fmt: skip
INTERRUPTED_EXIT = 130  # 128 + SIGINT, as shells have it
STOPPED = "stopped; run again, it resumes from the shards that are done"

app = typer.Typer(
    name="cleancopy",
    help="Scraped news documents in; clean, de-duplicated, entity-tagged, versioned Parquet out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Runs the command and turns every error into one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):  # a terminal of another encoding shows escapes, and no traceback
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_guarded())


def _guarded() -> int:
    try:
        for commands in COMMANDS:
            importlib.import_module(f"flows.cli.{commands}")
        app(standalone_mode=True)
    except SystemExit as done:
        return _exit_code(done)
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)  # noqa: T201
        return INTERRUPTED_EXIT
    except BrokenPipeError:  # the reader of our output went away: nothing is wrong
        sys.stderr.close()
        return 0
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        _tell(f"{error.strerror or error}{where}")
        return 1
    except Exception as error:
        code = getattr(error, "exit_code", None)
        if code is None:
            raise
        _tell(str(error))
        return int(code)
    return 0


def _exit_code(done: SystemExit) -> int:
    if isinstance(done.__context__, BrokenPipeError):  # `... | head -1`: Typer makes a failure of it
        return 0
    if done.code == INTERRUPTED_EXIT:  # Typer makes it of Ctrl-C
        print(STOPPED, file=sys.stderr)  # noqa: T201
    return done.code if isinstance(done.code, int) else 1


def _tell(message: str) -> None:
    """One error. It may name a file that somebody else named: nothing in it acts on the terminal."""
    from tasks.report.showing import visible  # noqa: PLC0415

    print(f"error: {visible(message)}", file=sys.stderr)  # noqa: T201
