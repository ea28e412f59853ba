"""Features of a page's lines: the line, its neighbours, its containers, what looks the same elsewhere.

Language plays no part but for the word groups of short lines. Everything is columns over lines or
containers; the only loops in Python run over containers and over short lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.clean.judge.columns import Columns
from tasks.clean.judge.lines import (
    COMMA,
    DIGIT,
    SIGN,
    STOP,
    UPPER,
    Floats,
    Ints,
    LineChars,
    read_lines,
    title_overlap,
)
from tasks.clean.judge.records import records_of
from tasks.clean.judge.second import Shape, Windows, distance, shift
from tasks.clean.judge.tokens import words_of
from tasks.clean.judge.tree import Sums, common_depth, holder_of, main_of, styles
from tasks.clean.judge.words import NAMES, word_groups
from tasks.clean.page import Bit, Lines, Page

PROSE_CHARS = 80.0  # characters outside links from which a line with a comma or stop counts as a paragraph
_CHAIN = 5  # containers above a line that are looked at one by one
_MOST_WIDTH, _MOST_LINES, _MOST_IMAGES = (
    2000.0,
    30.0,
    5,
)  # beyond these a count says more of the page than of the line
_NEAR = 20.0
_TOLD = ("width", "share", "link", "prose", "lines", "images", "mean")  # of a container
_TAGS = {name: number for number, name in enumerate(
    ("p", "li", "div", "h1", "h2", "h3", "h4", "h5", "h6", "td", "tr", "blockquote", "figcaption", "section", "article",
     "dd", "dt", "pre", "footer", "header", "aside", "nav", "form", "ul", "body", "figure"), 1)}  # fmt: skip
_BRANCH = (
    Bit.W_CAPTION, Bit.W_MEDIA, Bit.W_RELATED, Bit.W_CARD, Bit.W_AD, Bit.W_NEWSLETTER, Bit.W_NOTE, Bit.W_QUOTE,
)  # fmt: skip
# Names and plain numbers, made once: asking a hundred members of an enumeration takes as long as their features.
_BRANCH_BITS, _BRANCH_NAMES = [bit.value for bit in _BRANCH], [f"branch_{bit.name}" for bit in _BRANCH]
_IN_NAMES, _FIRST_NAMED = [f"in_{bit.name}" for bit in Bit], Bit.W_NAV.value
_OWN_NAMES = [f"own_{bit.name}" for bit in Bit if bit >= Bit.W_NAV]


@dataclass(frozen=True, slots=True)
class _Base:
    """What most features are made of, by line."""

    lines: Lines
    chars: LineChars
    texts: list[str]
    at: Floats
    width: Floats
    link: Floats
    plain: Floats
    prose: Floats
    total_prose: float
    total_width: float
    level: Ints
    tag_numbers: Ints  # by container


def page_features(page: Page, title: str | None) -> tuple[Floats, list[str], Shape, Ints]:
    """Features of shape (n_lines, n_features), their names, the shape for the second stage, and branches.

    branches: for each container the one at which its way leaves the way to the main container. The page has
    at least one line.
    """
    base = _read(page)
    nodes = base.lines.nodes
    out = Columns()
    cover = _line(out, base, title)
    _place(out, base, cover)
    _signs(out, base)
    groups, n_groups = _words(out, base)
    style_of, look_of = styles(nodes)
    sums = Sums(nodes, base.width, base.plain, base.prose)
    chain = _containers(out, base, sums)
    branch = _main(out, base, sums, look_of)
    _look_alikes(out, base, style_of, "style")
    _look_alikes(out, base, look_of, "look")
    style = style_of[base.lines.node]
    _neighbours(out, base, style, n_groups)
    _heading_above(out, base, groups, n_groups)
    n_styles = int(style_of.max()) + 1
    shape = Shape(
        base.plain, chain[:4], nodes.first_line, nodes.end_line, style, n_styles,
        _kin(base), base.width, records_of(nodes, base.lines.node),
    )  # fmt: skip
    return out.matrix(len(base.texts)), out.names, shape, branch


def _read(page: Page) -> _Base:
    lines = page.lines
    chars = read_lines(page.flat, lines.start, lines.end)
    length = np.maximum(lines.end - lines.start, 1)
    width = np.maximum(chars.width, 1.0)
    link = np.minimum(lines.link_chars / length, 1.0)
    plain = width * (1.0 - link)
    prose = np.where(
        (plain >= PROSE_CHARS) & (chars.counts[:, STOP] + chars.counts[:, COMMA] > 0), plain, 0.0
    )
    return _Base(
        lines=lines,
        chars=chars,
        texts=[page.flat[a:b] for a, b in zip(lines.start.tolist(), lines.end.tolist(), strict=True)],
        at=np.arange(len(lines), dtype=np.float64),
        width=width,
        link=link,
        plain=plain,
        prose=prose,
        total_prose=max(float(prose.sum()), 1.0),
        total_width=float(width.sum()),
        level=lines.nodes.level[lines.node],
        tag_numbers=np.array([_TAGS.get(tag, 0) for tag in lines.nodes.tag]),
    )


def _line(out: Columns, base: _Base, title: str | None) -> Floats:
    """The line itself. Returns how much of the title each line holds."""
    lines, counts, width = base.lines, base.chars.counts, base.width
    out.add("width", width)
    out.add("words", base.chars.words)
    out.add("link", base.link)
    out.add("links", lines.links)
    out.add("bold", np.minimum(lines.bold_chars / np.maximum(lines.end - lines.start, 1), 1.0))
    out.add("stops", counts[:, STOP])
    out.add("commas", counts[:, COMMA])
    for name, kind in (("digits", DIGIT), ("upper", UPPER), ("signs", SIGN)):
        out.add(name, counts[:, kind] / width)
    out.add("first", base.chars.first)
    out.add("last", base.chars.last)
    out.add("gap", lines.gap)
    out.add("level", base.level)
    out.add("tag", base.tag_numbers[lines.node])
    out.add("parent_tag", base.tag_numbers[lines.nodes.parent[lines.node]])
    out.add("depth", lines.nodes.depth[lines.node])
    share, cover = title_overlap(base.texts, title)
    out.add("title_share", share)
    out.add("title_cover", cover)
    return cover


def _place(out: Columns, base: _Base, cover: Floats) -> None:
    """Where the line stands on the page, by lines and by text."""
    before = np.cumsum(base.prose) - base.prose
    out.add("place", base.at / len(base.at))
    out.add("prose_before", before / base.total_prose)
    out.add("prose_left", (base.total_prose - before - base.prose) / base.total_prose)
    out.add("width_before", (np.cumsum(base.width) - base.width) / max(base.total_width, 1.0))
    headings = np.flatnonzero((base.level == 1) | (cover > 0.8))
    after = base.at - float(headings[0]) if len(headings) else np.full(len(base.at), -99.0)
    out.add("after_title", np.clip(after, -30, 30) if len(headings) else after)


def _signs(out: Columns, base: _Base) -> None:
    """Signs of tags, classes and ids around the line, and of its own container."""
    mask = base.lines.mask
    own = base.lines.nodes.own[base.lines.node] | base.lines.inline
    out.add_bits(_IN_NAMES, mask, range(len(_IN_NAMES)))
    out.add_bits(_OWN_NAMES, own, range(_FIRST_NAMED, len(_IN_NAMES)))


def _words(out: Columns, base: _Base) -> tuple[Ints, Ints]:
    """Telling words of short lines, and copies. Returns the groups as a mask, and how many they are."""
    texts = base.texts
    groups = word_groups(texts, words_of(texts))  # most pages' lines are the draft's: their words are held
    out.add_bits([f"word_{group}" for group in NAMES], groups, range(len(NAMES)))
    n_groups = np.bitwise_count(groups).astype(np.int64)
    out.add("word_groups", n_groups)
    seen: dict[str, int] = {}
    for text in texts:
        seen[text] = seen.get(text, 0) + 1
    out.add("copies", np.array([seen[text] for text in texts]))
    return groups, n_groups


def _kin(base: _Base) -> Ints:
    """Numbers of the lines: one for those whose containers have one tag and one parent."""
    node = base.lines.node
    alike = base.lines.nodes.parent[node] * (len(_TAGS) + 1) + base.tag_numbers[node]
    kin: Ints = np.unique(alike, return_inverse=True)[1]
    return kin


def _containers(out: Columns, base: _Base, sums: Sums) -> Ints:
    """The container of the line, its parent, and so on. Returns them, shape (5, n_lines)."""
    nodes = base.lines.nodes
    chain = np.empty((_CHAIN, len(base.at)), np.int64)
    here = base.lines.node
    for step in range(_CHAIN):
        chain[step] = here
        here = nodes.parent[here]
    _tell(out, base, sums, [f"c{step}" for step in range(_CHAIN)], chain)
    return chain


def _tell(out: Columns, base: _Base, sums: Sums, names: Sequence[str], node: Ints) -> None:
    """Seven features of each container; names: one a row of node, shape (k, n_lines)."""
    width, lines = sums.width[node], sums.lines[node]
    told = np.empty((len(node), len(_TOLD), node.shape[1]))
    told[:, 0] = np.minimum(width, _MOST_WIDTH)
    told[:, 1] = width / base.total_width
    told[:, 2] = sums.link[node]
    told[:, 3] = sums.prose[node] / base.total_prose
    told[:, 4] = np.minimum(lines, _MOST_LINES)
    told[:, 5] = np.minimum(base.lines.nodes.images[node], _MOST_IMAGES)
    told[:, 6] = width / np.maximum(lines, 1)
    labels = [f"{name}_{what}" for name in names for what in _TOLD]
    out.add_rows(labels, told.reshape(-1, node.shape[1]))


def _main(out: Columns, base: _Base, sums: Sums, look_of: Ints) -> Ints:
    """The container that holds the most paragraphs, and the branch of it the line is in. Returns branches."""
    nodes, node, at = base.lines.nodes, base.lines.node, base.at
    main = main_of(nodes, node, base.prose)
    shared, branch, depth = common_depth(nodes, main)
    first, end = float(nodes.first_line[main]), float(nodes.end_line[main])
    out.add("main_up", depth - shared[node])
    out.add("main_down", nodes.depth[node] - shared[node])
    out.add("main_place", (at - first) / max(end - first, 1))
    out.add("main_lines_before", np.clip(at - first, -15, 15))
    out.add("main_lines_after", np.clip(end - at, -15, 15))
    for bound in (0.6, 0.9):
        holder = holder_of(sums.prose / base.total_prose, bound)
        held, _, hold_depth = common_depth(nodes, holder)
        out.add(f"hold{bound}_up", hold_depth - held[node])
        out.add(f"hold{bound}_down", nodes.depth[node] - held[node])
    side = branch[node]
    out.add("branch_tag", base.tag_numbers[side])
    _tell(out, base, sums, ["branch"], side[None])
    out.add_bits(_BRANCH_NAMES, nodes.own[side], _BRANCH_BITS)
    kin = np.bincount(look_of, sums.prose, int(look_of.max()) + 1) / base.total_prose
    out.add("branch_kin_prose", kin[look_of[side]])
    out.add("branch_kin", np.minimum(np.bincount(look_of, minlength=len(kin))[look_of[side]], 20))
    return branch


def _look_alikes(out: Columns, base: _Base, numbers: Ints, kind: str) -> None:
    """Lines whose containers have the same tags and class names."""
    style = numbers[base.lines.node]
    count = np.bincount(style, minlength=int(numbers.max()) + 1)
    width = np.bincount(style, base.width, len(count))
    plain = np.bincount(style, base.plain, len(count))
    prose = np.bincount(style, base.prose, len(count))
    out.add(f"{kind}_count", np.minimum(count[style], 30))
    out.add(f"{kind}_share", (width / base.total_width)[style])
    out.add(f"{kind}_mean", (width / np.maximum(count, 1))[style])
    out.add(f"{kind}_link", 1.0 - (plain / np.maximum(width, 1.0))[style])
    out.add(f"{kind}_prose", (prose / base.total_prose)[style])
    best = int(prose.argmax())
    mine = style == best
    out.add(f"{kind}_best", mine.astype(np.float64))
    out.add(f"{kind}_best_share", prose[style] / max(float(prose[best]), 1.0))
    out.add(f"{kind}_since_best", distance(mine, _NEAR))
    out.add(f"{kind}_until_best", distance(mine[::-1], _NEAR)[::-1])


def _neighbours(out: Columns, base: _Base, style: Ints, n_groups: Ints) -> None:
    """The lines before and after."""
    tag = base.tag_numbers[base.lines.node]
    told = np.stack([base.width, base.link, base.prose, base.level, tag, n_groups, style]).astype(np.float64)
    for step in (-2, -1, 1, 2):
        there = shift(told, step)
        there[-1] = there[-1] == style
        whats = ("width", "link", "prose", "level", "tag", "groups", "alike")
        out.add_rows([f"n{step:+}_{what}" for what in whats], there)
    is_prose = base.prose > 0
    out.add("since_prose", distance(is_prose, _NEAR))
    out.add("until_prose", distance(is_prose[::-1], _NEAR)[::-1])
    near = Windows(np.stack([base.prose, base.width - base.plain, base.width]))
    for reach in (4, 12):
        near_prose, near_link, near_width = near.sums(reach)
        out.add(f"near{reach}_prose", near_prose)
        out.add(f"near{reach}_link", near_link / near_width)
        out.add(f"ahead{reach}_prose", near.sums(reach, -1)[0])
        out.add(f"behind{reach}_prose", near.sums(reach, 1)[0])


def _heading_above(out: Columns, base: _Base, groups: Ints, n_groups: Ints) -> None:
    """The last heading before the line."""
    above = np.maximum.accumulate(np.where(base.level > 0, base.at, -1.0)).astype(np.int64)
    has = above >= 0
    out.add("under_level", np.where(has, base.level[above], 0))
    out.add("under_distance", np.where(has, np.minimum(base.at - above, 20), 99.0))
    out.add("under_groups", np.where(has, n_groups[above], 0))
    for group in ("related", "comment"):
        out.add(f"under_{group}", np.where(has, groups[above] >> NAMES.index(group) & 1, 0))
