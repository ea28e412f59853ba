"""A cleaned document for an editor: the text line by line, what was cut beside its kind, the fields above."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from tasks.clean.clean import Cleaned
from tasks.clean.edits import Edit
from tasks.clean.kept import shown_line

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

COLOURS = {
    "title": "cyan", "duplicate_title": "cyan", "related": "magenta", "duplicate_block": "magenta",
    "caption": "yellow", "credit": "yellow", "dateline": "blue", "byline": "blue", "timestamp": "blue",
    "join_paragraph": "green", "encoding": "green",
}  # fmt: skip
OTHER_COLOUR = "red"
GUTTER_CHARS = 16  # "duplicate_block", and a blank
QUIET = frozenset({"markup", "whitespace"})
JOINED = "⏎"
_BLOCK = re.compile(
    r"<(?:/?(?:p|div|li|ul|ol|h\d|t[dr]|table|section|article|header|footer|figure|figcaption|blockquote|nav|aside|main)|br)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stays, or, with its edit, one that goes or comes in."""

    text: str
    edit: Edit | None = None
    comes: bool = False


@dataclass(slots=True)
class Shown:
    """One line as it is shown."""

    pieces: list[Piece] = field(default_factory=list)

    @property
    def stays(self) -> bool:
        """Whether anything of the line is in the clean text."""
        return any(piece.edit is None and piece.text.strip() for piece in self.pieces)

    @property
    def kinds(self) -> list[str]:
        """What was cut from it or changed in it, each kind once."""
        return list(dict.fromkeys(piece.edit.kind for piece in self.pieces if piece.edit is not None))


def shown_lines(raw: str, cleaned: Cleaned) -> list[Shown]:
    """The document in lines, tags and white space left out. Linear."""
    lines = [Shown()]
    for piece in _pieces(raw, cleaned):
        if piece is None:
            lines.append(Shown())
        else:
            lines[-1].pieces.append(piece)
    return [line for line in lines if any(piece.text.strip() for piece in line.pieces)]


def _pieces(raw: str, cleaned: Cleaned) -> Iterator[Piece | None]:
    """Pieces in order; None where a line ends."""
    at = 0
    is_page = any(edit.kind == "markup" for edit in cleaned.edits)
    for edit in cleaned.edits:
        yield from _split(raw[at : edit.start])
        at, gone = edit.end, raw[edit.start : edit.end]
        if edit.kind in QUIET:
            ends = _BLOCK.search(gone) if edit.kind == "markup" else _BREAK.search(gone)
            before = gone.startswith("&")  # an entity, and the tags behind it
            if ends and "\n" not in edit.inserted and not before:
                yield None
            yield from _split(edit.inserted)
            if ends and "\n" not in edit.inserted and before:
                yield None
        elif edit.kind == "join_paragraph":
            yield Piece(JOINED + edit.inserted, edit, comes=True)
        else:
            text = shown_line(gone)
            text = unescape(text) if is_page else text
            blank = " " if text[:1].isspace() else ""
            yield Piece(blank + " ".join(text.split()), edit)
            if edit.inserted:
                yield Piece(edit.inserted, edit, comes=True)
    yield from _split(raw[at:])


def _split(text: str) -> Iterator[Piece | None]:
    for number, line in enumerate(_BREAK.split(text)):
        if number:
            yield None
        if line:
            yield Piece(line)


def show_diff(raw: str, cleaned: Cleaned, *, marks: bool) -> RenderableType:
    """The whole view: fields, lines, a summary.

    A line with its kind before it goes; with `~` before the kind it stays but for a part. marks: [-cut-] and {+new+}
    inside such lines, for where no colour tells them.
    """
    from rich.console import Group  # noqa: PLC0415  only `--diff` pays for rich
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    fields = Table(box=None, show_header=False, pad_edge=False)
    for name, value in _fields(cleaned):
        fields.add_row(Text(name, style="bold"), Text(value))
    body = Table(box=None, show_header=False, pad_edge=False)
    body.add_column(width=GUTTER_CHARS, no_wrap=True)
    body.add_column(overflow="fold")
    after_cut = True
    for line in shown_lines(raw, cleaned):
        if line.stays and not after_cut:
            body.add_row()
        colour = COLOURS.get(line.kinds[0], OTHER_COLOUR) if line.kinds else ""
        gutter = f"{'~' * line.stays}{line.kinds[0]}" if line.kinds else ""
        body.add_row(Text(gutter, style=colour), _text(line, marks=marks))
        after_cut = False
    return Group(fields, Text(), body, Text(), Text(_summary(raw, cleaned), style="dim"))


def _text(line: Shown, *, marks: bool) -> Text:
    from rich.text import Text  # noqa: PLC0415

    out = Text()
    for piece in line.pieces:
        if piece.edit is None:
            out.append(_visible(piece.text))
            continue
        colour = COLOURS.get(piece.edit.kind, OTHER_COLOUR)
        inside = marks and line.stays
        if piece.comes:
            out.append(f"{{+{_visible(piece.text)}+}}" if inside else _visible(piece.text), style=colour)
            continue
        text = _visible(piece.text)
        out.append(f"[-{text}-]" if inside else text, style=f"strike {colour}")
        out.append(f" {piece.edit.rule_id} {piece.edit.confidence_frac:.2f} ", style=f"dim {colour}")
    out.rstrip()
    return out


def _visible(text: str) -> str:
    """Control characters as pictures of themselves: a document does not move the cursor."""
    return "".join(
        c if c >= " " and c != "\x7f" and not "\x80" <= c < "\xa0" else "\ufffd"
        for c in text.replace("\t", " ")
    )


def _fields(cleaned: Cleaned) -> Iterator[tuple[str, str]]:
    dating = cleaned.dating
    if cleaned.dropped_reason:
        yield "Dropped", f"{cleaned.dropped_reason}: {cleaned.evidence}"
    yield "Title", _visible(cleaned.title or "none")
    if dating.published_at is not None:
        yield (
            "Published",
            f"{dating.published_at:%Y-%m-%d %H:%M} UTC, to the {dating.published_precision}, from {dating.published_from}",
        )
    for name, values in (
        ("Authors", cleaned.authors),
        ("Agency", (cleaned.agency,)),
        ("Place", (cleaned.dateline_place,)),
        ("Language", (cleaned.language,)),
    ):
        if told := ", ".join(value for value in values if value):
            yield name, _visible(told)


def _summary(raw: str, cleaned: Cleaned) -> str:
    loud = [edit for edit in cleaned.edits if edit.kind not in QUIET]
    kinds = Counter(edit.kind for edit in loud)
    listed = ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items(), key=lambda one: (-one[1], one[0])))
    return f"{len(raw):,} characters raw, {len(cleaned.text):,} clean; {len(loud)} edits: {listed or 'none'}"
