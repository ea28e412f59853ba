"""Texts on a page: the raw text with its cuts in colour, the clean text with its mentions, copies side by side."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.report.html import Html, escaped, joined, tag
from tasks.report.reading import Row
from tasks.report.showing import (
    FAMILIES,
    FAMILY_TELLS,
    family_of,
    kept_ends,
    shared_runs,
    shortened,
    without_tags,
)
from tasks.report.spans import Span
from tasks.report.trace import Evidence

KEPT_CHARS, CUT_CHARS = 700, 300  # of one passage in a sample; a trace page shows more
PIECES = 400  # passages of one document on a page
MARKUP_CHARS = 60  # of a markup mark's tip: a news page has two hundred marks, and the tips were two thirds of the report
SIDE_CHARS, SHARED_CHARS = 900, 220  # of each text in a pair; of a passage that both share
TRACE_CHARS = 4_000  # of one passage on a trace page


def raw_passage(
    raw: str, edits: Sequence[Row], spans: Sequence[Span], *, kept_chars: int = KEPT_CHARS, cut_chars: int = CUT_CHARS
) -> Html:  # fmt: skip
    """The raw text, what was cut in the colour of its family, with kind, rule and sureness when pointed at."""
    is_page = any(edit["kind"] == "markup" for edit in edits)
    pieces = [_piece(raw, edits, span, kept_chars, cut_chars, is_page=is_page) for span in spans[:PIECES]]
    if len(spans) > PIECES:
        pieces.append(tag("span", f" … {len(spans) - PIECES:,} passages more", class_="gap"))
    return tag("div", joined(pieces), class_="text raw", dir="auto")


def _piece(  # noqa: PLR0913  one more for pages
    raw: str, edits: Sequence[Row], span: Span, kept_chars: int, cut_chars: int, *, is_page: bool
) -> Html:
    piece = raw[span.raw_start : span.raw_end]
    if span.edit is None:
        return shorter(piece, kept_chars)
    edit = edits[span.edit]
    tip = f"{edit['kind']} · {edit['rule_id']} · sure {edit['confidence_frac']:.2f} · raw {span.raw_start}–{span.raw_end}"
    put = edit["inserted"]
    if edit["kind"] == "markup":  # an HTML page is mostly this: a mark with its length stands for it
        mark = (
            tag(
                "del",
                f"{len(piece):,}",
                class_="c-markup",
                title=f"{tip}: {shortened(piece, min(MARKUP_CHARS, cut_chars))}",
            )
            if piece
            else ""
        )
        return joined([mark, escaped(put) if put else ("\n" if "\n" in piece else "")])
    if edit["kind"] in ("whitespace", "join_paragraph"):
        return tag("span", put or piece, class_="c-space", title=tip)
    seen, n_markup = without_tags(piece) if is_page else (piece, 0)
    if not n_markup:
        seen = piece  # its line breaks are worth seeing
    cut = (
        tag("del", shorter(seen, cut_chars), class_=f"c-{family_of(edit['kind'])}", title=tip)
        if seen
        else None
    )
    within = tag("del", f"{n_markup:,}", class_="c-markup", title="markup in this cut") if n_markup else None
    return joined([cut, within, tag("ins", put, title=tip) if put else None])


def shorter(text: str, n_chars: int) -> Html:
    """A text with its middle left out, and how much."""
    head, tail = kept_ends(text, n_chars)
    if head == tail:
        return escaped(text)
    gap = tag("span", f" … {tail - head:,} characters … ", class_="gap")
    return joined([text[:head], gap, text[tail:]])


def cut_legend(edits: Sequence[Row]) -> Html:
    """The families of cuts that a document has."""
    present = {family_of(edit["kind"]) for edit in edits}
    keys = [
        tag("span", tag("del", FAMILY_TELLS[family], class_=f"c-{family}")) for family in FAMILIES if family in present and family != "layout"
    ]  # fmt: skip
    markup = (
        tag("span", tag("del", "n", class_="c-markup"), " n characters of markup")
        if any(edit["kind"] == "markup" for edit in edits)
        else None
    )
    return tag("p", *keys, markup, class_="legend")


def clean_passage(text: str, mentions: Sequence[Row] = (), *, n_chars: int = KEPT_CHARS * 6) -> Html:
    """The clean text, mentions marked by type, shortened at its end."""
    shown, at, pieces = text[:n_chars], 0, []
    for one in mentions:
        if one["field"] != "text" or one["start"] < at or one["end"] > len(shown):
            continue
        pieces += [escaped(shown[at : one["start"]]), _mention(one)]
        at = one["end"]
    pieces.append(escaped(shown[at:]))
    if len(text) > len(shown):
        pieces.append(tag("span", f" … {len(text) - len(shown):,} characters more", class_="gap"))
    return tag("div", joined(pieces), class_="text", dir="auto")


def _mention(one: Row) -> Html:
    tip = f"{one['type']} · {one['value'] or one['entity_id'] or ''} · {one['start']}–{one['end']}, raw {one['raw_start']}–{one['raw_end']}"
    return tag("mark", one["surface"], class_=f"m-{one['type'].lower()}", title=tip)


def side_by_side(article: Row, evidence: Evidence) -> Html:
    """Two texts next to each other, what they share marked, and the figures of the pair."""
    pair, other = evidence.pair, evidence.other
    said = (
        f"{pair['shared_chars']:,} characters shared · similarity {pair['similarity_frac']:.2f} · "
        f"containment {pair['containment_frac']:.2f} · found by {pair['method']}"
    )
    head = tag(
        "p",
        tag("b", pair["relation"]),
        " ",
        tag("span", "a copy" if pair["joins"] else "no copy", class_="mark"),
        " ",
        said,
        class_="pair",
    )
    return joined(
        [head, tag("div", _side(article, other["text"]), _side(other, article["text"]), class_="sides")]
    )


def _side(article: Row, other: str) -> Html:
    head = tag(
        "p",
        tag("b", article["title"] or "without a title"),
        tag("br"),
        tag("span", f"{article['doc_id']} · {article['raw_path']}", class_="note"),
    )
    return tag("div", head, marked(article["text"], other), class_="side", lang=article.get("language"))


def marked(text: str, other: str) -> Html:
    """The text with what the other one has too marked; long shared passages and the end left out."""
    pieces: list[Html] = []
    left = SIDE_CHARS
    for start, end, shared in shared_runs(text, other):
        piece = text[start:end]
        shown = shorter(piece, SHARED_CHARS if shared else max(left, 40))
        pieces.append(tag("mark", shown, class_="shared") if shared else shown)
        left -= min(len(piece), SHARED_CHARS)
        if left <= 0 and end < len(text):
            pieces.append(tag("span", f" … {len(text) - end:,} characters more", class_="gap"))
            break
    return tag("div", joined(pieces), class_="text", dir="auto")


def plain_passage(text: str, n_chars: int = TRACE_CHARS) -> Html:
    """A raw text of which no edits are kept."""
    return tag("div", shorter(text, n_chars), class_="text raw", dir="auto")
