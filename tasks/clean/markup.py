"""What a page's elements say of its lines: their place in the tree names what they are."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tasks.clean.draft import Draft
from tasks.clean.edits import OffsetMap
from tasks.clean.page import Bit, Page

# First that fits. A word in a class name says what a cut line is; only the surer signs in CUTS cut by themselves.
KINDS: tuple[tuple[Bit, str], ...] = (
    (Bit.W_CONSENT, "other"), (Bit.W_NEWSLETTER, "newsletter"), (Bit.W_SHARE, "share"), (Bit.W_COMMENT, "comments"),
    (Bit.W_RELATED, "related"), (Bit.W_AD, "advert"), (Bit.W_PAYWALL, "paywall"), (Bit.FIGCAPTION, "caption"),
    (Bit.W_CAPTION, "caption"), (Bit.W_SOCIAL, "follow_us"), (Bit.W_BREADCRUMB, "navigation"), (Bit.W_TAG, "navigation"),
    (Bit.NAV, "navigation"), (Bit.W_NAV, "navigation"), (Bit.FOOTER, "navigation"), (Bit.W_FOOTER, "navigation"),
    (Bit.W_AUTHOR, "byline"), (Bit.W_BIO, "byline"), (Bit.W_DATE, "timestamp"), (Bit.W_SIDEBAR, "related"),
    (Bit.ASIDE, "related"), (Bit.W_TOC, "navigation"), (Bit.W_MEDIA, "caption"),
)  # fmt: skip
# Class names lie: on the development pages cuts by W_SHARE, W_CONSENT and the like took 0.8 % of the article's words.
CUTS = {Bit.NAV: 0.88, Bit.FIGCAPTION: 0.88}
# As plain masks: shifting by an IntEnum costs ten times as much.
_KINDS = tuple((1 << bit, kind) for bit, kind in KINDS)
_CUTS = tuple((1 << bit, sure) for bit, sure in CUTS.items())
_TELLING = sum({sign for sign, _ in (*_KINDS, *_CUTS)})
LONG_CHARS = 300  # a longer line in such an element is not what its name says
# Class names of the codes with which posts of others are put into a page; none of the 29 such lines of the development
# pages (7 sites) belongs to the article, and the model, which sees prose there, kept 17 of them.
_EMBED = re.compile(
    r"(?<![\w-])(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-post|(?:bluesky|reddit|mastodon)-embed)(?![a-z])"
)
_EMBED_SIGNS = ("twitter-", "instagram-media", "fb-post", "-embed")  # each of these names has one


def line_numbers(draft: Draft, page: Page, offsets: OffsetMap) -> list[int]:
    """The number of the page's line that each line of the draft comes from. offsets: page.flat -> draft.text."""
    starts = offsets.starts_in_raw([line.start for line in draft.lines])
    places = np.searchsorted(page.lines.start, np.array(starts, dtype=np.int64), side="right") - 1
    numbers: list[int] = np.maximum(places, 0).tolist()
    return numbers


def read_elements(draft: Draft, page: Page, offsets: OffsetMap) -> None:
    """Notes what the elements of each line say it is; cuts where one sign is enough."""
    if not len(page.lines):
        return
    draft.page_lines = line_numbers(draft, page, offsets)
    masks, embedded = (page.lines.mask & _TELLING).tolist(), _embedded(page).tolist()
    for line, number in zip(draft.lines, draft.page_lines, strict=True):
        mask = masks[number]
        if embedded[number]:
            line.element_kind = "other"
            line.cut("other", "page.embed", 0.9)
            continue
        if not mask:
            continue
        line.element_kind, sure = _told(mask)
        if sure and line.element_kind is not None and len(line.text) <= LONG_CHARS:
            line.cut(line.element_kind, "page.element", sure)
            if (
                line.element_kind == "caption"
                and line.verdict is not None
                and line.verdict.rule_id == "page.element"
            ):
                draft.captions.append(line.text)


@lru_cache(maxsize=4_096)  # a page has a dozen masks
def _told(mask: int) -> tuple[str | None, float]:
    """The kind that a mask's first sign tells, and how sure the surest is that it goes."""
    kind = next((kind for sign, kind in _KINDS if mask & sign), None)
    return kind, max((sure for sign, sure in _CUTS if mask & sign), default=0.0)


def _embedded(page: Page) -> NDArray[np.bool_]:
    """Whether each of the page's lines stands in an embedded post."""
    nodes = page.lines.nodes
    together = " ".join(nodes.names)
    if not any(sign in together for sign in _EMBED_SIGNS):  # most pages
        return np.zeros(len(page.lines), np.bool_)
    found = [number for number, names in enumerate(nodes.names) if "-" in names and _EMBED.search(names)]
    edges = np.zeros(len(page.lines) + 1, np.int64)
    np.add.at(edges, nodes.first_line[found], 1)
    np.add.at(edges, nodes.end_line[found], -1)
    return np.cumsum(edges)[:-1] > 0
