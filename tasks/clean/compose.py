"""Two steps of edits made one: raw -> flat and flat -> clean become raw -> clean.

The runs of changed raw text are walked once as *atoms*: a piece of raw text, what it becomes, and the
edit that owns it. A cut of the second step owns the markup between its own characters; markup at its
border stays markup, so that a cut headline does not claim the page's whole head.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tasks.clean.edits import Edit, edit_of


@dataclass(slots=True)
class _Atom:
    """One piece of a changed run. owner: number of the second step's edit, or -1 for the first step's."""

    start: int
    end: int
    owner: int
    first: Edit | None = None
    out: list[str] = field(default_factory=list)
    touched: int = -1  # a second edit that changed what the first one had put in
    shown: bool = False  # it touched characters that can be seen


def compose(first: Sequence[Edit], second: Sequence[Edit], raw: str) -> tuple[Edit, ...]:
    """Edits raw -> clean, exact, with as few edits as can be.

    first: raw -> flat, second: flat -> clean, both in order. A run cut by one second edit takes its kind
    and rule and the markup inside it; neighbouring edits of one kind and rule collapse.
    """
    if not first:
        return tuple(second)
    cuts, runs = _Cuts(second), _Runs(second)
    raw_at = flat_at = 0
    for edit in first:
        copied_to = flat_at + edit.start - raw_at
        if cuts.next_start <= copied_to:
            cuts.over_copy(flat_at, copied_to, raw_at - flat_at, runs)
        flat_at = copied_to + len(edit.inserted)
        if cuts.next_start >= flat_at:
            runs.add_whole(edit, -1)
        elif (blank := cuts.blank_for(copied_to, edit.inserted)) is not None:
            runs.add_whole(edit if blank == edit.inserted else edit_of((*edit[:-1], blank)), -1)
        else:
            atom = _Atom(edit.start, edit.end, -1, edit)
            cuts.over_inserted(atom, copied_to, edit.inserted)
            runs.add(atom)
        raw_at = edit.end
    cuts.over_copy(flat_at, flat_at + len(raw) - raw_at, raw_at - flat_at, runs, last=True)
    runs.close()
    return tuple([edit for edit in runs.edits if edit.inserted != raw[edit.start : edit.end]])


class _Runs:
    """Atoms in raw order, gathered into runs of those that touch; each run becomes edits when the next begins."""

    def __init__(self, second: Sequence[Edit]) -> None:
        self.second = second
        self.edits: list[Edit] = []
        self.run: list[_Atom] = []
        self.whole: list[
            tuple[Edit, int]
        ] = []  # the run as long as all its atoms are whole edits, with owners
        self.end = -1  # of the last atom

    def add(self, atom: _Atom) -> None:
        """The next atom."""
        if atom.start != self.end:
            self.close()
        elif self.whole:
            self.run = [_atom(edit, owner) for edit, owner in self.whole]
            self.whole = []
        self.run.append(atom)
        self.end = atom.end

    def add_whole(self, edit: Edit, owner: int) -> None:
        """The next atom, where it is all of an edit of either step: nearly all runs are of such alone."""
        if edit.start != self.end:
            self.close()
        if self.run:
            self.run.append(_atom(edit, owner))
        else:
            self.whole.append((edit, owner))
        self.end = edit.end

    def close(self) -> None:
        """The run has ended."""
        if self.whole:
            self._close_whole()
        elif self.run:
            self.edits.extend(_close(self.run, self.second))
            self.run = []

    def _close_whole(self) -> None:
        """As `_close`, for a run in which no second edit has two pieces or changed what the first step put in."""
        last, last_owner = self.whole[0]
        for edit, owner in self.whole[1:]:
            alike = owner < 0 and last_owner < 0 and edit[2:4] == last[2:4]
            if alike or last.start == edit.end:  # one span has one edit
                last = edit_of((last.start, edit.end, *last[2:5], last.inserted + edit.inserted))
            else:
                self.edits.append(last)
                last, last_owner = edit, owner
        self.edits.append(last)
        self.whole = []


def _atom(edit: Edit, owner: int) -> _Atom:
    return _Atom(edit.start, edit.end, owner, edit if owner < 0 else None, [edit.inserted])


class _Cuts:
    """The second step's edits, consumed from left to right over flat positions."""

    def __init__(self, second: Sequence[Edit]) -> None:
        self.second = second
        self.at = 0
        self.said = -1  # the last edit whose inserted text was given out
        self.next_start = second[0].start if second else sys.maxsize  # of the next edit, or the one begun

    def _step(self) -> None:
        self.at += 1
        self.next_start = self.second[self.at].start if self.at < len(self.second) else sys.maxsize

    def blank_for(self, low: int, text: str) -> str | None:
        """What the next edit makes of white space that the first step put in at flat position low, if that is all it changes."""
        edit = self.second[self.at]
        if (
            edit.start != low
            or edit.end != low + len(text)
            or edit.kind != "whitespace"
            or not text.isspace()
        ):
            return None
        self._step()
        return edit.inserted

    def _speak(self, number: int) -> str:
        """The inserted text of an edit, once: at its first piece."""
        if number == self.said:
            return ""
        self.said = number
        return self.second[number].inserted

    def over_copy(self, low: int, high: int, shift: int, runs: _Runs, *, last: bool = False) -> None:
        """Adds the pieces of copied text, flat low..high, that the second step changes."""
        while self.next_start <= high and self.at < len(self.second):
            edit = self.second[self.at]
            start, end = edit.start, edit.end
            if low <= start and end <= high:  # all of it
                runs.add_whole(edit_of((start + shift, end + shift, *edit[2:])), self.at)
            else:
                if start == high and end > high and not last:
                    break
                start, end = max(start, low), min(end, high)
                text = self._speak(self.at)
                if end > start or text:
                    runs.add(_Atom(start + shift, end + shift, self.at, None, [text]))
                if edit.end > high:
                    break
            self._step()

    def over_inserted(self, atom: _Atom, low: int, text: str) -> None:
        """What is left of a text that the first step put in at flat position low."""
        high, at = low + len(text), low
        while self.at < len(self.second) and self.second[self.at].start < high:
            edit = self.second[self.at]
            start, end = max(edit.start, low), min(edit.end, high)
            atom.out.append(text[at - low : start - low])
            atom.out.append(self._speak(self.at))
            if atom.touched < 0 or self.second[atom.touched].kind == "whitespace":
                atom.touched = self.at
            atom.shown |= not text[start - low : end - low].isspace() and end > start
            at = end
            if edit.end > high:
                break
            self._step()
        atom.out.append(text[at - low :])


def _close(run: list[_Atom], second: Sequence[Edit]) -> Iterator[Edit]:
    """The edits of one changed run."""
    for atom in run:
        if atom.owner < 0 and atom.shown:
            atom.owner = atom.touched
    _own_markup_inside(run)
    seen = {atom.owner for atom in run if atom.end > atom.start}
    for atom in run:
        if atom.owner >= 0 or atom.touched < 0 or atom.touched in seen:
            continue
        if second[atom.touched].kind != "whitespace":
            atom.owner = atom.touched
    merged: list[tuple[tuple[str, str, int], _Atom]] = []
    for atom in run:
        label = _label(atom, second)
        if merged and (merged[-1][0] == label or merged[-1][1].start == atom.end):  # one span has one edit
            merged[-1][1].end = atom.end
            merged[-1][1].out.extend(atom.out)
        else:
            merged.append((label, atom))
    for (kind, rule_id, _), atom in merged:
        sure = second[atom.owner].confidence_frac if atom.owner >= 0 else _sureness(atom)
        text = "".join(atom.out)
        if text or atom.end > atom.start:
            yield edit_of((atom.start, atom.end, kind, rule_id, sure, text))


def _own_markup_inside(run: list[_Atom]) -> None:
    """First-step pieces between two pieces of one second edit belong to it."""
    last_at: dict[int, int] = {}
    for number, atom in enumerate(run):
        if atom.owner < 0:
            continue
        for between in range(last_at.get(atom.owner, number) + 1, number):
            run[between].owner = atom.owner
        last_at[atom.owner] = number


def _label(atom: _Atom, second: Sequence[Edit]) -> tuple[str, str, int]:
    if atom.owner >= 0:
        return second[atom.owner].kind, second[atom.owner].rule_id, atom.owner
    assert atom.first is not None  # noqa: S101  owner -1 is the first step's
    return atom.first.kind, atom.first.rule_id, -1


def _sureness(atom: _Atom) -> float:
    return atom.first.confidence_frac if atom.first else 1.0
