"""A person's own rules: one line that stays, or one that goes, written with its reason and its example.

They lie beside the rules that ship, in `rules/own.toml` for all sources and `rules/sources/<source>.toml` for
one: there they are part of the clean recipe like every other rule, have a history, are reviewed, run their
examples as tests, and do not depend on which data folder is in use or rolled back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from tasks.clean.keep import kept_key
from tasks.clean.kept import shown_line
from tasks.clean.rules import FOLDER, Rules, load_rules, read_rules, rule_cuts
from tasks.clean.sayings import MAX_LINE_CHARS, bare_line, is_plain
from tasks.errors import UsageError
from tasks.schema import EDIT_KINDS

ID_WORDS = 4
STAYS = "“{line}”, she said, and the others nodded."  # what a new cut must leave alone: the line inside a sentence
HEADER = "# Written by `cleancopy rules add`; yours to edit. Every example is run by the tests.\n"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for: a line that is to stay or to go, in one source or in all, and why."""

    line: str
    does: Literal["keep", "cut"]
    reason: str
    source: str | None = None
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Written:
    """The entry as it stands, or would stand, in the file."""

    path: Path
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the person's rules, for a reader. source: None for all."""

    source: str | None
    id: str
    does: str
    line: str
    about: str
    path: Path


def add_rule(wish: Wish, folder: Path = FOLDER, *, dry_run: bool = False) -> Written:
    """Writes the rule into its file, or only says what would be written.

    Raises UsageError if the line is empty or too long, if a rule says the same or the opposite, or if the rule
    would not do what it is for; nothing is written then.
    """
    line = " ".join(shown_line(wish.line).split())
    _check_wish(wish, line)
    known = load_rules.__wrapped__(folder)
    _check_new(wish, line, known)
    path = folder / "sources" / f"{wish.source}.toml" if wish.source else folder / "own.toml"
    name = _free_id(wish.source, line, known)
    text = _keep_entry(name, line, wish) if wish.does == "keep" else _cut_entry(name, line, wish)
    before = path.read_text(encoding="utf-8") if path.exists() else HEADER
    after = before.rstrip("\n") + "\n\n" + text
    _try(after, name, line, wish, path)
    if not dry_run:
        _write(path, after)
        load_rules.cache_clear()
    return Written(path, name, text)


def own_rules(folder: Path = FOLDER) -> list[Listed]:
    """Every rule of a person, those for all sources first."""
    files: list[tuple[str | None, Path]] = [(None, folder / "own.toml")]
    files += [(path.stem, path) for path in sorted((folder / "sources").glob("*.toml"))]
    found = []
    for source, path in files:
        if not path.exists():
            continue
        rules, keeps = read_rules(path, {})
        found += [Listed(source, one.id, "keep", one.line, one.about, path) for one in keeps]
        found += [Listed(source, r.id, f"cut as {r.kind}", r.cut[0], r.about, path) for r in rules]
    return found


def _check_wish(wish: Wish, line: str) -> None:
    if not line:
        raise UsageError("the line is empty: give it as it stands in the text, in quotes")
    if not wish.reason.strip():
        raise UsageError("a rule has a reason, for those who read it later: add --reason TEXT")
    if wish.source is not None and not re.fullmatch(r"[^/\\\0]{1,200}", wish.source.lstrip(".")):
        raise UsageError(f"source {wish.source!r}: a source is the name of a folder right under raw/")
    if wish.does == "cut" and wish.kind not in EDIT_KINDS:
        raise UsageError(f"kind {wish.kind!r} is not one of {', '.join(EDIT_KINDS)}")
    if wish.does == "cut" and (len(line) > MAX_LINE_CHARS or not bare_line(line)):
        raise UsageError(
            f"a line that goes has letters and at most {MAX_LINE_CHARS} characters; this has {len(line)}"
        )


def _check_new(wish: Wish, line: str, known: Rules) -> None:
    here = known.for_source(wish.source)
    keeps = (*known.source_keeps.get(wish.source or "", ()), *known.keeps)
    same = next((one for one in keeps if kept_key(one.line) == kept_key(line)), None)
    if same is not None:
        what = "keeps this line already" if wish.does == "keep" else "keeps this line: delete it there first"
        raise UsageError(f"{same.id} {what}")
    cutting = here.line_rule(line, bare_line(line)) if wish.does == "cut" else None
    if cutting is not None and not cutting.needs:
        raise UsageError(f"{cutting.id} cuts this line already, as {cutting.kind}")


def _free_id(source: str | None, line: str, known: Rules) -> str:
    room = re.sub(r"\W", "_", source.casefold()) if source else "own"
    room = room if re.match(r"[a-z]", room) else f"source_{room}"
    words = "_".join(re.findall(r"\w+", line.casefold())[:ID_WORDS]) or "line"
    rules = (known.rules, *known.sources.values())
    keeps = (known.keeps, *known.source_keeps.values())
    taken = {one.id for some in rules for one in some} | {one.id for some in keeps for one in some}
    names = (f"{room}.{words}" + (f"_{number}" if number > 1 else "") for number in range(1, len(taken) + 3))
    return next(name for name in names if name not in taken)


def _keep_entry(name: str, line: str, wish: Wish) -> str:
    return f"[[keep]]\nid = {_quoted(name)}\nline = {_quoted(line)}\nabout = {_quoted(wish.reason)}\n"


def _cut_entry(name: str, line: str, wish: Wish) -> str:
    bare = bare_line(line)
    if is_plain(bare):
        says = f"says = [{_quoted(bare)}]"
    else:  # braces and brackets are slots in a saying
        says = f"pattern = {_quoted(re.escape(line))}\nneedles = [{_quoted(line)}]"
    return (
        f"[[rule]]\nid = {_quoted(name)}\nkind = {_quoted(wish.kind)}\nconfidence = 1.0\n{says}\n"
        f"cut = [{_quoted(line)}]\nkeep = [{_quoted(STAYS.format(line=line))}]\nabout = {_quoted(wish.reason)}\n"
    )


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escapes = {"\\": "\\\\", '"': '\\"'}
    return (
        '"'
        + "".join(escapes.get(c) or (c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}") for c in text)
        + '"'
    )


def _try(text: str, name: str, line: str, wish: Wish, path: Path) -> None:
    """Raises UsageError unless the file can be read and the new rule does what it is for."""
    with TemporaryDirectory() as folder:
        probe = Path(folder) / path.name
        _write(probe, text)
        rules, keeps = read_rules(probe, {})
    kept = next((one for one in keeps if one.id == name), None)
    if wish.does == "keep":
        if kept is None or kept_key(line) not in Rules((), keeps=(kept,)).kept:
            raise UsageError(f"{line!r} cannot be written as a line that stays")
        return
    rule = next(one for one in rules if one.id == name)
    if rule_cuts(rule, line) != [(0, len(line))] or any(rule_cuts(rule, keep) for keep in rule.keep):
        raise UsageError(f"a rule for {line!r} would not cut just that line; write one by hand in {path}")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
