"""Learns the profile of a source: which lines come again and again, and how many cuts a document has.

Every document is read as it would be cleaned without a profile, so that learning the same documents again,
after a backfill too, gives the same profile. Of copies of one story one is counted: a text that was delivered
five times is no boilerplate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tasks.clean.clean import Given, read_draft
from tasks.clean.decide import Judge, learned_judge
from tasks.clean.draft import Draft, Line
from tasks.clean.repeated import line_key
from tasks.clean.rules import Rules
from tasks.profiles import MIN_STORIES, SHORT_STORIES, Profile, SeenLine

MAX_STORIES = 2_000  # of one source are read; 25 ms each, and shares no longer change
MAX_LINES = 5_000  # the most frequent ones are kept: 1 MB of profile
COUNTED_LINES = 400_000  # held while counting; beyond, those seen once are forgotten
SAMPLE_CHARS = 200


@dataclass(slots=True)
class _Count:
    n: int
    n_cut: int
    kinds: Counter[str]
    is_prose: bool
    sample: str


@dataclass(slots=True)
class _Counts:
    lines: dict[str, _Count] = field(default_factory=dict)
    n_stories: int = 0
    n_cuts: int = 0


def learn_profile(
    source: str, documents: Iterable[tuple[str, Given]], rules: Rules, judge: Judge | None = learned_judge
) -> Profile | None:
    """The profile of a source from raw texts, one for each of its stories; None where there are too few.

    documents: (raw text, what the record says), in an order that does not depend on the run.
    """
    counts = _Counts()
    for raw, given in documents:
        if counts.n_stories == MAX_STORIES:
            break
        draft, dropped = read_draft(raw, rules, given, judge)
        if dropped is None:
            _count(counts, draft)
    if counts.n_stories < MIN_STORIES:
        return None
    return _profile(source, counts)


def _count(counts: _Counts, draft: Draft) -> None:
    counts.n_stories += 1
    counts.n_cuts += sum(line.verdict is not None for line in draft.lines)
    counts.n_cuts += sum(len(line.parts) for _, line in draft.kept())
    lines: dict[str, Line] = {}
    for line in draft.lines:
        key = line_key(line.text)
        if key and (key not in lines or lines[key].verdict is None):  # cut at one place is cut
            lines[key] = line
    for key, line in lines.items():
        one = counts.lines.setdefault(key, _Count(0, 0, Counter(), line.is_prose, line.text[:SAMPLE_CHARS]))
        one.n += 1
        if line.verdict is not None:
            one.n_cut += 1
            one.kinds[line.verdict.kind] += 1
    if len(counts.lines) > COUNTED_LINES:
        counts.lines = {key: one for key, one in counts.lines.items() if one.n > 1}


def _profile(source: str, counts: _Counts) -> Profile:
    often = [(key, one) for key, one in counts.lines.items() if one.n >= SHORT_STORIES]
    often.sort(key=lambda item: (-item[1].n, item[0]))
    lines = {key: _seen(one) for key, one in sorted(often[:MAX_LINES])}
    plain = Profile(source, counts.n_stories, 0.0, lines)
    extra = sum(
        line.n_stories * (1 - line.cut_frac) for line in lines.values() if plain.says_boilerplate(line)
    )
    return Profile(source, counts.n_stories, round((counts.n_cuts + extra) / counts.n_stories, 2), lines)


def _seen(one: _Count) -> SeenLine:
    kinds = sorted(one.kinds.items(), key=lambda item: (-item[1], item[0]))
    return SeenLine(
        one.n, round(one.n_cut / one.n, 4), kinds[0][0] if kinds else None, one.is_prose, one.sample
    )
