"""Rules as data: what is boilerplate, said plainly in rules/*.toml, each with what it cuts and what it keeps.

    [[rule]]
    id = "en.read_more"            # language or `any`, dot, name; a source's rules begin with its name
    kind = "related"               # one of schema.EDIT_KINDS
    where = "line"                 # line | prefix | suffix | inline
    says = ["read (more|also): {any}"]      # see sayings.py; or `pattern`, a regular expression, with `needles`
    confidence = 0.97
    cut = ["Read more: Storm nears the coast"]       # for prefix, suffix, inline: [[the part]] that goes
    keep = ["She said she would read more about it."]

`needs` ties a line rule to its place: `run` (a neighbour in its block is cut too), `top` (before the article's
second paragraph), `end` (after its last), `edge` (either). `takes = "items"` makes the line a heading whose list
goes with it. `reach` is how many characters of a line's beginning or end a prefix or suffix rule sees. All languages
are loaded together: sites mix them. People's own rules, and `[[keep]]` with `id`, `line`, `about` for lines that
stay, are in `own.toml` and `sources/<source>.toml`: see `own_rules`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from tasks.clean.keep import Keep, kept_key
from tasks.clean.needles import Needles
from tasks.clean.rule import EDGE_CHARS, Rule, Span, begins_with_bracket, has_needle, spans_of
from tasks.clean.sayings import (
    MAX_LINE_CHARS,
    Saying,
    SayingError,
    bare_line,
    compile_saying,
    is_plain,
)
from tasks.clean.sayings_filed import Filed, Runs
from tasks.errors import ConfigError
from tasks.schema import EDIT_KINDS

R = TypeVar("R")
FOLDER = Path(__file__).parent / "rules"
_ID = r"[a-z]\w*(\.\w+)+"
_WHERE = ("line", "prefix", "suffix", "inline")
_NEEDS = ("", "run", "top", "end", "edge")
_TAKES = ("", "items")
_KEYS = frozenset({"id", "kind", "where", "says", "pattern", "needles", "confidence", "needs", "takes", "max_chars", "reach", "cut", "keep", "about"})  # fmt: skip
_OPEN, _CLOSE = tuple("([【（"), tuple(")]】）")
_NO_SENTENCE = frozenset({"related", "navigation"})  # "More on that later." is no heading
KNOWN_LINES = 20_000  # answers held: 4 MB at most
KNOWN_MASKS = 10_000
ALL = -1  # the mask of all patterns


@dataclass(slots=True)
class Rules:
    """All rules, filed so that a line meets only the few that may match it."""

    rules: tuple[Rule, ...]
    sources: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    keeps: tuple[Keep, ...] = ()
    source_keeps: Mapping[str, tuple[Keep, ...]] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    _plain: dict[str, Rule] = field(default_factory=dict)
    _filed: Filed[Rule] = field(default_factory=lambda: Filed(()))
    _patterns: dict[str, list[tuple[int, Rule]]] = field(
        default_factory=lambda: {where: [] for where in _WHERE}
    )  # each with its bit in the masks of `near`
    _near: dict[str, dict[int, list[Rule]]] = field(default_factory=lambda: {where: {} for where in _WHERE})
    _inside: int = 0  # the mask of all patterns but those of whole lines
    _far: int = 0  # the mask of patterns of whole lines longer than MAX_LINE_CHARS
    _needles: Needles = field(default_factory=lambda: Needles(()))
    _known: dict[str, Rule | None] = field(default_factory=dict)
    _merged: dict[str, Rules] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kept = frozenset(kept_key(one.line) for one in self.keeps)
        slotted: list[tuple[Saying, Rule]] = []
        for rule in self.rules:
            for saying in rule.says:
                if is_plain(saying):
                    self._plain.setdefault(_fold(saying), rule)
                else:
                    slotted.append((compile_saying(saying), rule))
        self._filed = Filed(slotted)
        looked = [rule for rule in self.rules if rule.pattern is not None]
        at_end = {number for number, rule in enumerate(looked) if rule.where == "suffix"}
        reach = max((looked[number].reach for number in at_end), default=0)
        self._needles = Needles([rule.needles for rule in looked], at_end, reach)
        for number, rule in enumerate(looked):
            self._patterns[rule.where].append((Needles.bit(number), rule))
            self._inside |= Needles.bit(number) if rule.where != "line" else 0
            reaches = rule.where == "line" and rule.max_chars > MAX_LINE_CHARS
            self._far |= Needles.bit(number) if reaches else 0

    def for_source(self, source: str | None) -> Rules:
        """These rules with those of one source before them."""
        if source is None or source not in self.sources:
            return self
        if source not in self._merged:
            keeps = (*self.source_keeps.get(source, ()), *self.keeps)
            self._merged[source] = Rules((*self.sources[source], *self.rules), keeps=keeps)
        return self._merged[source]

    def near(self, texts: Sequence[str]) -> list[int]:
        """For each line of a document a mask of the patterns that may match in it: told to the methods below, it saves most of their time."""
        return self._needles.near(texts)

    def runs(self, texts: Sequence[str]) -> list[Runs]:
        """For each line of a document the words under which sayings are filed that it may have: told below, it saves time too."""
        return self._filed.runs(texts)

    def line_rule(self, text: str, bare: str, near: int = ALL, runs: Runs = None) -> Rule | None:
        """The rule that names a whole line, or None. bare: the line as `bare_line` gives it; near, runs: see there."""
        if len(text) > MAX_LINE_CHARS:  # the few patterns that say so reach further
            far = near & self._far
            return self._pattern_rule(text, far) if far else None
        if text not in self._known:  # menus come again in every document of a source
            if len(self._known) >= KNOWN_LINES:
                self._known.clear()
            self._known[text] = self._line_rule(text, bare, near, runs)
        return self._known[text]

    def _line_rule(self, text: str, bare: str, near: int, runs: Runs) -> Rule | None:
        if bare[:1] in _OPEN and bare[-1:] in _CLOSE:
            bare = bare_line(bare[1:-1])
        if "İ" in bare:  # its lower case has two characters
            bare, runs = bare.replace("İ", "I"), None
        low = _fold(bare)
        plain = self._plain.get(low)
        if plain is not None:  # "[Image]" is a sign for a picture before it is a section's name
            bracketed = bool(plain.needs) and text[:1] in _OPEN
            return (self._pattern_rule(text, near) or plain) if bracketed else plain
        stopped = text[-1:] in {".", "。", "।"} and text[-3:] != "..."
        tied: Rule | None = None  # a rule tied to its place gives way to one that is sure without
        for saying, rule in self._filed.near(low, runs):
            unfit = len(text) > rule.max_chars or (
                stopped and not saying.labelled and rule.kind in _NO_SENTENCE
            )
            if not unfit and not (tied and rule.needs) and saying.matches(bare):
                if not rule.needs:
                    return rule
                tied = rule
        return self._pattern_rule(text, near) or tied

    def _pattern_rule(self, text: str, near: int) -> Rule | None:
        """The first rule whose pattern is the whole line."""
        for rule in self._patterns_near("line", near):
            fits = len(text) <= rule.max_chars and has_needle(rule, text)
            if fits and rule.pattern is not None and rule.pattern.fullmatch(text):
                return rule
        return None

    def _patterns_near(self, where: str, near: int) -> list[Rule]:
        """The patterns of a mask. A few masks serve nearly all lines."""
        known = self._near[where]
        if near not in known:
            if len(known) >= KNOWN_MASKS:
                known.clear()
            known[near] = [rule for bit, rule in self._patterns[where] if near & bit]
        return known[near]

    def has_spans(self, near: int) -> bool:
        """Whether `spans` may find anything in a line of this mask."""
        return bool(near & self._inside)

    def spans(self, text: str, where: str, near: int = ALL) -> list[Span]:
        """Parts of a line that prefix, suffix or inline rules name, in order, not overlapping. near: see there."""
        rules = self._patterns_near(where, near)
        return spans_of(rules, text, where) if rules else []


def _fold(bare: str) -> str:
    return bare.lower().replace("’", "'")


def rule_cuts(rule: Rule, example: str) -> list[tuple[int, int]]:
    """The spans that one rule alone cuts from an example: what its tests look at."""
    alone = Rules((rule,))
    if rule.where == "line":
        return [(0, len(example))] if alone.line_rule(example, bare_line(example)) else []
    return [(span.start, span.end) for span in alone.spans(example, rule.where)]


@cache
def load_rules(folder: Path = FOLDER) -> Rules:
    """The rules of a folder: `*.toml` for all sources, `sources/<source>.toml` for one.

    Raises ConfigError, naming file and rule, for anything that is not exactly as it should be.
    """
    seen: dict[str, str] = {}
    files = [read_rules(path, seen) for path in sorted(folder.glob("*.toml"))]
    sources = {path.stem: read_rules(path, seen) for path in sorted((folder / "sources").glob("*.toml"))}
    return Rules(
        tuple(rule for rules, _ in files for rule in rules),
        {source: rules for source, (rules, _) in sources.items()},
        tuple(keep for _, keeps in files for keep in keeps),
        {source: keeps for source, (_, keeps) in sources.items()},
    )


def read_rules(path: Path, seen: dict[str, str]) -> tuple[tuple[Rule, ...], tuple[Keep, ...]]:
    """The rules of one file, and the lines it keeps. seen: the file of every id so far. Raises ConfigError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}. Fix the file.") from error
    if strange := set(tables) - {"rule", "keep"}:
        raise ConfigError(f"{path}: only [[rule]] and [[keep]] tables are known, not {sorted(strange)}")
    rules = [_made(path, entry, n, _rule, seen) for n, entry in enumerate(tables.get("rule", []), 1)]
    keeps = [_made(path, entry, n, _keep, seen) for n, entry in enumerate(tables.get("keep", []), 1)]
    return tuple(rules), tuple(keeps)


def _made(
    path: Path,
    entry: Mapping[str, Any],
    number: int,
    make: Callable[[Mapping[str, Any]], R],
    seen: dict[str, str],
) -> R:
    name = entry.get("id", f"number {number}")
    try:
        made = make(entry)
        _check(name not in seen, f"{seen.get(name)} has a rule of that name")
    except (ValueError, TypeError, re.error) as error:
        raise ConfigError(f"{path}: rule {name}: {error}") from error
    seen[name] = str(path)
    return made


def _keep(entry: Mapping[str, Any]) -> Keep:
    strange = set(entry) - {"id", "line", "about"}
    _check(not strange, f"unknown keys {sorted(strange)}; a line that stays has id, line and about")
    _check(re.fullmatch(_ID, entry.get("id", "")) is not None, "an id is `source.name`")
    _check(
        isinstance(entry.get("line"), str) and bool(entry["line"].strip()), "it needs the `line` that stays"
    )
    return Keep(entry["id"], entry["line"], entry.get("about", ""))


def _rule(entry: Mapping[str, Any]) -> Rule:  # Any: TOML values, checked here
    _check(not set(entry) - _KEYS, f"unknown keys {sorted(set(entry) - _KEYS)}; known are {sorted(_KEYS)}")
    where, says, pattern = entry.get("where", "line"), entry.get("says", []), entry.get("pattern")
    _check(re.fullmatch(_ID, entry.get("id", "")) is not None, "an id is `language.name`")
    _check(
        entry.get("kind") in EDIT_KINDS, f"kind {entry.get('kind')!r} is not one of {', '.join(EDIT_KINDS)}"
    )
    _check(where in _WHERE, f"where is one of {_WHERE}")
    _check(bool(says) != bool(pattern), "it needs either `says` or `pattern`")
    _check(where == "line" or bool(pattern), "sayings are for whole lines")
    _check(
        pattern is None or bool(entry.get("needles")),
        "a pattern needs `needles`: literals one of which occurs",
    )
    _check(0 < entry.get("confidence", 0) <= 1, "confidence is above 0 and at most 1")
    _check(
        entry.get("needs", "") in _NEEDS and entry.get("takes", "") in _TAKES, "unknown `needs` or `takes`"
    )
    for saying in says:
        _check(is_plain(saying) or bool(compile_saying(saying)), "")
        _check(
            not is_plain(saying) or saying == bare_line(saying),
            f"{saying!r} is not what a bare line looks like",
        )
    compiled = re.compile(pattern) if pattern else None
    _check(bool(entry.get("cut")) and bool(entry.get("keep")), "it needs examples `cut` and `keep`")
    return Rule(
        entry["id"], entry["kind"], where, tuple(says), compiled,
        tuple(entry.get("needles", ())), float(entry["confidence"]), entry.get("needs", ""), entry.get("takes", ""),
        int(entry.get("max_chars", MAX_LINE_CHARS)), tuple(entry["cut"]), tuple(entry["keep"]), entry.get("about", ""),
        int(entry.get("reach", EDGE_CHARS)), compiled is not None and begins_with_bracket(compiled.pattern),
    )  # fmt: skip


def _check(fine: bool, message: str) -> None:  # noqa: FBT001  an assertion
    if not fine:
        raise SayingError(message)
