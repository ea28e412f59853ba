"""A document while it is being cleaned: its lines, what was decided about each, and the fields found.

Every step of the room takes a `Draft` and adds verdicts to its lines; only `assemble` makes edits of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tasks.clean.sayings import MAX_LINE_CHARS, bare_line
from tasks.clean.words import ends_sentence

_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ODD_BREAKS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_WORD = re.compile(r"\w+")
_NO_WORD = {code: " " for code in range(128) if _WORD.match(chr(code)) is None}
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_FIRST_WIDE, _WIDE_QUOTES = "\u0e00", frozenset("「『（【〈《［")
_GAP = re.compile(r"[\s|•·*–…/»>:-]{0,3}\Z")
HALF_CHARS = 15  # shorter halves are chants and cries
PROSE_CHARS = 80  # a shorter line is a caption, a subheading or a menu item as often as a paragraph
LONG_CHARS = 200  # a line of this length is prose, however it ends
WIDE_SCALE = 2.5  # one Chinese or Japanese character holds as much as 2.5 of English
# Bits of `Line.signs`; see `signs`. BRACKET is also ©.
DIGIT, BETWEEN, BRACKET, CREDIT_WORD, MARK, SITE_WORD = 1, 2, 4, 8, 16, 32
SIGNS_BETWEEN = "·|•/"  # part the items of a row


class Verdict(NamedTuple):
    """Why a line, or a part of it, goes."""

    kind: str
    rule_id: str
    confidence_frac: float


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line that goes; start and end count from the line's own beginning."""

    start: int
    end: int
    verdict: Verdict


@dataclass(slots=True)
class Line:
    """One line without outer white space. start, end: its place in the flat text; block: lines between blank ones."""

    start: int
    end: int
    text: str
    block: int
    bare: str = ""
    weight: float = 0.0  # length in characters, those of dense scripts scaled to alphabetic ones
    is_prose: bool = False  # looks like a paragraph of an article
    verdict: Verdict | None = None
    maybe: Verdict | None = None  # a rule spoke that needs neighbours or a place
    needs: str = ""
    takes: bool = False
    # What it is cut for, a label's words or a heading above, a sentence may have too.
    may_be_sentence: bool = False
    stays: bool = False  # a person said so: no step may cut it
    element_kind: str | None = None  # what the page's elements say it is
    parts: list[Part] = field(default_factory=list)
    near: int = -1  # which patterns of the rules may match in it: see `Rules.near`
    signs: int = -1  # what stands in it, by bits; all where nobody looked
    whole: Line | None = None  # the paragraph that it is a sentence of, see `edges`
    heard: bool = False  # asked whether a site speaks to its reader in it
    _key: str | None = None

    @property
    def key(self) -> str:
        """What two lines that say the same have in common: words, lower case."""
        if self._key is None:
            self._key = folded(self.text) if self.bare else self.text
        return self._key

    def may_begin(self, initials: Collection[str]) -> bool:
        """Whether its key may begin with one of these characters: told of most lines without making the key."""
        first = self.text[:1]
        return not first.isalnum() or first.lower()[:1] in initials

    @property
    def rest(self) -> str:
        """What the parts that go leave of the line."""
        at, pieces = 0, []
        for part in self.parts:
            pieces.append(self.text[at : part.start])
            at = part.end
        return "".join([*pieces, self.text[at:]])

    def cut(self, kind: str, rule_id: str, confidence_frac: float) -> None:
        """Decides that the whole line goes, unless something was decided before."""
        if self.verdict is None and not self.stays:
            self.verdict = Verdict(kind, rule_id, confidence_frac)


@dataclass(slots=True)
class Draft:
    """The lines of a document and the fields found on the way."""

    text: str
    lines: list[Line]
    titles: tuple[str, ...] = ()  # as the record or the page give them
    title: str | None = None
    captions: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    agency: str | None = None
    dateline_place: str | None = None
    dateline_date: str | None = None  # as written: "Feb. 12", "12 février 2024"
    page_lines: list[int] = field(default_factory=list)  # for a page: its line that each line comes from

    def kept(self) -> Iterator[tuple[int, Line]]:
        """Lines without a verdict, with their numbers."""
        return ((number, line) for number, line in enumerate(self.lines) if line.verdict is None)

    def body(self) -> tuple[int, int]:
        """Numbers of the first and last undecided line that looks like a paragraph; (n, -1) if there is none."""
        lines = self.lines  # seven steps ask: from both ends few are looked at
        n = len(lines)
        first = next(
            (number for number in range(n) if lines[number].is_prose and lines[number].verdict is None), n
        )
        if first == n:
            return n, -1
        return first, next(
            number
            for number in range(n - 1, -1, -1)
            if lines[number].is_prose and lines[number].verdict is None
        )


def folded(text: str) -> str:
    """Words in lower case: what two spellings of a line have in common."""
    low = text.lower()
    # In ASCII, where most texts are, a table of its letters does in a third of the time what the pattern does.
    return " ".join(low.translate(_NO_WORD).split() if low.isascii() else _WORD.findall(low))


def split_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    lines: list[Line] = []
    block = 0
    for start, raw in _pieces(text):
        stripped = raw.strip()
        if not stripped:
            block += bool(lines) and lines[-1].block == block
            continue
        n_chars = len(stripped)
        low = start if len(raw) == n_chars else start + len(raw) - len(raw.lstrip())
        lines.append(line_of(low, stripped, block))
    return lines


def line_of(start: int, text: str, block: int) -> Line:
    """A line with this text, which has no white space around it."""
    n_chars = len(text)
    bare = bare_line(text) if n_chars <= MAX_LINE_CHARS else ""
    is_wide = text[0] >= _FIRST_WIDE and _WIDE.match(text, text[0] in _WIDE_QUOTES) is not None
    weight = n_chars * (WIDE_SCALE if is_wide else 1.0)
    is_prose = weight >= LONG_CHARS or (weight >= PROSE_CHARS and ends_sentence(text))
    return Line(start, start + n_chars, text, block, bare, weight, is_prose)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    if not any(map(text.__contains__, _ODD_BREAKS)):  # nine quick scans: a tenth of the time of a pattern
        for piece in text.split("\n"):
            yield at, piece
            at += len(piece) + 1
        return
    for found in _BREAK.finditer(text):
        yield at, text[at : found.start()]
        at = found.end()
    yield at, text[at:]


def doubled(text: str) -> str | None:
    """The half of a line that says the same thing twice, or None."""
    n_chars = len(text)
    for gap in range(n_chars % 2, 4, 2):
        half = (n_chars - gap) // 2
        if half < HALF_CHARS:
            break
        if (
            text[0] == text[half + gap]
            and text[:half] == text[half + gap :]
            and _GAP.match(text[half : half + gap])
            and " " in text[:half].strip()
        ):
            return text[:half].strip()
    return None
