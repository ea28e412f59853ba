"""What `parse_page` returns: the flat text, its lines and containers as columns, the page's own metadata."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from tasks.clean.edits import Edit
from tasks.clean.page.evidence import HIDDEN_BITS, Bit

Ints = NDArray[np.int64]
DateKind = Literal["published", "modified"]
DateOrigin = Literal["meta", "jsonld", "text"]


@dataclass(frozen=True, slots=True)
class LineInfo:
    """One line of the flat text. `mask` is the union of the signs of all elements it stands in."""

    start: int
    end: int
    tag: str
    depth: int
    level: int  # of the heading, 0 where it is none
    link_chars: int
    mask: int

    def has(self, *bits: Bit) -> bool:
        """Whether the line stands in an element with one of these signs."""
        return any(self.mask >> bit & 1 for bit in bits)

    @property
    def is_hidden(self) -> bool:
        """Whether the page does not show the line, as far as attributes and class names tell."""
        return bool(self.mask & HIDDEN_BITS)


@dataclass(frozen=True, slots=True, eq=False)
class Lines(Sequence[LineInfo]):
    """The lines of a page as columns, each of shape (n_lines,); indexing makes a LineInfo.

    start, end: half-open span in the flat text, without the line break. node: innermost container.
    mask: union of the signs of all open elements (see `Bit`); inline: signs of spans inside the line.
    link_chars, bold_chars: characters inside links and buttons, inside bold. links: links opened in the line.
    gap: what parts it from the line before: 1 a <br>, 2 a block, 0 nothing (first). images: before its end.
    """

    start: Ints
    end: Ints
    node: Ints
    mask: Ints
    inline: Ints
    link_chars: Ints
    bold_chars: Ints
    links: Ints
    gap: Ints
    images: Ints
    nodes: Nodes

    def __len__(self) -> int:
        return len(self.start)

    @overload
    def __getitem__(self, index: int) -> LineInfo: ...
    @overload
    def __getitem__(self, index: slice) -> list[LineInfo]: ...
    def __getitem__(self, index: int | slice) -> LineInfo | list[LineInfo]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        node = int(self.node[index])
        return LineInfo(
            start=int(self.start[index]), end=int(self.end[index]), tag=self.nodes.tag[node],
            depth=int(self.nodes.depth[node]), level=int(self.nodes.level[node]),
            link_chars=int(self.link_chars[index]), mask=int(self.mask[index]) | int(self.inline[index]),
        )  # fmt: skip

    def __iter__(self) -> Iterator[LineInfo]:
        return (self[i] for i in range(len(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """The containers of a page in document order, as columns of shape (n_nodes,); node 0 is the page.

    parent: its node (0 for the page itself). mask: its own and inherited signs; own: its own alone.
    names: class names and id. first_line, end_line: the lines inside it. images: images inside it.
    level: of the nearest heading around it, 0 where there is none.
    """

    parent: Ints
    tag: tuple[str, ...]
    names: tuple[str, ...]
    own: Ints
    mask: Ints
    depth: Ints
    level: Ints
    first_line: Ints
    end_line: Ints
    images: Ints


@dataclass(frozen=True, slots=True)
class PageMeta:
    """What the page says about itself. Texts are stripped, empties left out, order is the page's.

    titles: (text, origin) in order of trust: og, twitter, jsonld, h1, title.
    dates: (text as found, origin, kind); origin text is a <time> element.
    free: what isAccessibleForFree or article:content_tier says; None where the page is silent.
    """

    titles: tuple[tuple[str, str], ...] = ()
    canonical_url: str | None = None
    og_url: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    site_name: str | None = None
    publisher: str | None = None
    lang: str | None = None
    og_type: str | None = None
    jsonld_types: tuple[str, ...] = ()
    dates: tuple[tuple[str, DateOrigin, DateKind], ...] = ()
    free: bool | None = None
    description: str | None = None
    image_captions: tuple[str, ...] = ()

    @property
    def title(self) -> str | None:
        """The most trusted title."""
        return self.titles[0][0] if self.titles else None


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """An HTML page as flat text, one block a line; `apply_edits(raw, edits) == flat`, exactly."""

    flat: str
    edits: tuple[Edit, ...]
    lines: Lines
    meta: PageMeta
