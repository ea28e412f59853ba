"""How the last run of each flow went, and when the next is due: a few small files, read without any server."""

from __future__ import annotations

import errno
import json
import logging
import os
import socket
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tasks.errors import ConfigError
from tasks.settings import Settings

_LOG = logging.getLogger(__name__)

FLOWS = ("corpus", "backfill", "replay", "takedown", "rollback", "learn-profiles")
TROUBLE = ("Failed", "GateStopped", "BatchesHeld", "Crashed")
MESSAGE_CHARS = 400
RUNNING = "Running"


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of one flow. state: the name its flow run ended with, or Running. Times: ISO, UTC."""

    flow: str
    run: str
    began_at: str
    state: str = RUNNING
    message: str = ""
    ended_at: str = ""
    pid: int = field(default_factory=os.getpid)
    host: str = field(default_factory=socket.gethostname)

    @property
    def is_lost(self) -> bool:
        """Whether its process went away without an end."""
        return self.state == RUNNING and self.host == socket.gethostname() and not _is_process(self.pid)


def begin(settings: Settings, flow: str, run: str) -> LastRun:
    """Records that a run has begun. If it never says more, and its process is gone, it was killed."""
    last = LastRun(flow, run, _now())
    _write(settings, flow, asdict(last))
    return last


def finish(settings: Settings, last: LastRun, state: str, message: str) -> None:
    """Records how it ended."""
    ended = replace(last, state=state, message=message[:MESSAGE_CHARS], ended_at=_now())
    _write(settings, last.flow, asdict(ended))


def expect(settings: Settings) -> None:
    """From now on a run is due by the schedule: `up` and `deploy` say so."""
    _write(settings, "schedule", {"cron": settings.schedule, "since": _now(), "late_after_mins": settings.late_after_mins})  # fmt: skip


def expect_nothing(settings: Settings) -> None:
    """No run is due any more: `up` was ended."""
    (_folder(settings) / "schedule.json").unlink(missing_ok=True)


def troubles(settings: Settings, newest_version_at: str = "") -> list[str]:
    """One line for each flow whose last run ended badly, and for a scheduled run that did not happen.

    newest_version_at: when the newest version was committed; trouble before that is over.
    """
    found = []
    for flow in FLOWS:
        last = last_run(settings, flow)
        if last is None or (
            (last.ended_at or last.began_at) < newest_version_at and last.state != "BatchesHeld"
        ):
            continue
        if last.is_lost:
            found.append(f"The last {flow} run ({last.run}, {_minute(last.began_at)}) ended without a word: killed, or the machine went down. Run it again, it resumes.")  # fmt: skip
        elif last.state in TROUBLE:
            found.append(f"The last {flow} run ({last.run}, {_minute(last.ended_at)}) ended {last.state}: {last.message}")  # fmt: skip
    return found + _late(settings)


def last_run(settings: Settings, flow: str) -> LastRun | None:
    """The record of a flow's last run."""
    found = _read(settings, flow)
    try:
        return LastRun(**found) if found else None
    except TypeError:  # of another release
        return None


def due_before(cron: str, moment: datetime) -> datetime | None:
    """The last time the schedule names before a moment; None if it names none in the four years before."""
    from cronsim import CronSim, CronSimError  # noqa: PLC0415

    try:
        return next(CronSim(cron, moment, reverse=True), None)
    except CronSimError:
        return None


def due_after(cron: str, moment: datetime) -> datetime:
    """The next time the schedule names. Raises ConfigError if it cannot be read."""
    from cronsim import CronSim, CronSimError  # noqa: PLC0415

    try:
        return next(CronSim(cron, moment))
    except (CronSimError, StopIteration) as error:
        raise ConfigError(
            f"setting schedule: {cron!r} is no cron schedule; five fields in UTC, e.g. '0 4 * * *' "
            "for every day at four (CLEANCOPY_SCHEDULE or cleancopy.toml)"
        ) from error


def _late(settings: Settings) -> list[str]:
    plan = _read(settings, "schedule")
    if not {"cron", "since", "late_after_mins"} <= set(plan):  # none, or of another release
        return []
    latest = datetime.now(UTC) - timedelta(minutes=plan["late_after_mins"])
    due, last = due_before(plan["cron"], latest), last_run(settings, "corpus")
    if due is None or due.isoformat() <= plan["since"]:
        return []
    if last is not None and (
        last.began_at >= due.isoformat() or (last.state == RUNNING and not last.is_lost)
    ):
        return []
    return [f"Late: the run due at {_minute(due.isoformat())} UTC did not happen. Does `cleancopy up`, or the worker, run?"]  # fmt: skip


def _folder(settings: Settings) -> Path:
    return settings.data / ".runs"


def _read(settings: Settings, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((_folder(settings) / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none yet, or torn by a full disk: the next run writes it anew
        return {}
    return found


def _write(settings: Settings, name: str, value: dict[str, Any]) -> None:
    """Never an error of the run itself: a full disk is told by the run."""
    target = _folder(settings) / f"{name}.json"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        fresh.replace(target)
    except OSError as error:
        level = logging.INFO if error.errno == errno.ENOSPC else logging.WARNING
        _LOG.log(level, "the record of the last run could not be written: %s", error)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _minute(iso: str) -> str:
    return iso[:16].replace("T", " ")


def _is_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
