"""How far a run is: bars in a terminal, a line a stage elsewhere, nothing under Prefect's own UI."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID


class Watch(Protocol):
    """Told how far the run is. A stage may begin and end others inside."""

    def begin(self, stage: str, n_shards: int) -> None:
        """A stage has so many shards, or pieces, to do."""

    def advance(self, n_shards: int) -> None:
        """So many of those of the stage that began last are done."""

    def end(self, stage: str, said: str) -> None:
        """The stage is done; in one line."""


_current: list[Watch] = []


class Silent:
    """Tells nobody."""

    def begin(self, stage: str, n_shards: int) -> None:
        """See Watch."""

    def advance(self, n_shards: int) -> None:
        """See Watch."""

    def end(self, stage: str, said: str) -> None:
        """See Watch."""


class Lines:
    """A line for every stage that ended: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begin(self, stage: str, n_shards: int) -> None:
        """See Watch."""

    def advance(self, n_shards: int) -> None:
        """See Watch."""

    def end(self, stage: str, said: str) -> None:
        """See Watch."""
        self._console.print(f"{stage:<16} {said}", highlight=False, markup=False, soft_wrap=True)


class Bars:
    """A bar for every stage, and for what a stage has pieces done of."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def begin(self, stage: str, n_shards: int) -> None:
        """See Watch."""
        self._tasks.pop(stage, None)  # begun last is last
        self._tasks[stage] = self._progress.add_task(stage, total=max(1, n_shards), said="")

    def advance(self, n_shards: int) -> None:
        """See Watch."""
        if self._tasks:
            self._progress.advance(next(reversed(self._tasks.values())), n_shards)

    def end(self, stage: str, said: str) -> None:
        """See Watch."""
        task = self._tasks.pop(stage, None)
        if task is not None:
            total = next(one.total for one in self._progress.tasks if one.id == task) or 1
            self._progress.update(task, completed=total, said=said)


@contextmanager
def watched(console: Console) -> Iterator[Watch]:
    """The watch of this process while a run goes on; a flow run inside finds it by `current_watch`."""
    if not console.is_terminal:
        _current.append(Lines(console))
        try:
            yield _current[-1]
        finally:
            _current.pop()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[said]}"),
    )
    with Progress(*columns, console=console) as progress:
        _current.append(Bars(progress))
        try:
            yield _current[-1]
        finally:
            _current.pop()


def current_watch() -> Watch | None:
    """The watch of the command that runs in this process, if there is one."""
    return _current[-1] if _current else None
