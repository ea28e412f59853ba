"""Boilerplate glued to a paragraph: a first or last sentence that as a line of its own a rule or a form would name.

It becomes a line of its own before the rules and the judge speak, and a part of its paragraph again behind them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, pairwise

from tasks.clean.acts import act_of, has_glued_word, is_spoken_to_reader, learn_acts
from tasks.clean.credits import find_credit, may_be_credited
from tasks.clean.draft import PROSE_CHARS, SITE_WORD, Draft, Line, Part, line_of
from tasks.clean.forms import form_of, is_told
from tasks.clean.rules import Rules
from tasks.clean.sayings import bare_line
from tasks.clean.tails import tail_of
from tasks.clean.words import ends_sentence, has_full_stop

MIN_CHARS, MAX_CHARS = 8, 200  # of such a sentence
SHORT_HEAD = 24  # before a tail that a rule names
LONG_SENTENCE = 60
REST_CHARS = 40  # of its paragraph without it
MOST_LINES = 60  # the dump of a whole page is mostly boilerplate on lines of its own
MOST = 3  # sentences glued to one edge
FORM_DOUBT = 0.7  # what a form must say of it: see `Form.doubt_frac`
# Where a sentence ends and the next begins; behind a title or a single letter none does.
_BOUNDARY = re.compile(
    r"(?<=[^\W_]{2}[.!?…])(?<!\b(?:Mr|Dr|St|Jr|Sr|No|vs)\.)\s+(?=\S)|(?<=[.!?…][\"”»’)])\s+(?=\S)|(?<=[。！？])\s*(?=\S)"
)
_KINDS = frozenset(
    "related newsletter follow_us paywall share comments copyright advert source_link other byline".split()  # noqa: SIM905  one line, not 11
)
# What a site runs into the end of a short paragraph; what is said of a picture or a source is a caption's as often.
_LINKS = frozenset({"related", "newsletter", "follow_us", "paywall", "share", "comments", "advert"})
_LABELLED = frozenset({"related", "source_link", "byline", "copyright"})  # a full stop behind such is no sign
_SAID = re.compile(r"\s{0,2}[\"“„«‘'—–]|.*[\"”»’]\s{0,2}[.!?…]?\Z", re.DOTALL)
_OWNED = "©"
_ADDRESS = re.compile(r"https?:|www\.")  # sources are named so
# Words without a full stop, a credit in brackets, and the article's first sentence.
_CAPTION_FIRST = re.compile(
    r"[^.!?()\[\]]{10,160}\s[(\[](?i:photos?|picture|image|photograph|fotos?|bild|imagen|crédit(?: photo)?|immagine|imagem|beeld|fotograf\w*|fot\.|"
    r"zdjęcie|fotoğraf|ảnh|фото|archivfoto)\s?[:：/][^()\[\]\n]{2,60}[)\]](?=\s+[\"“„«]?[^\W\d_a-z])"
)
_Edge = tuple[int, int]  # where such a sentence stands in its line


def part_edges(draft: Draft, rules: Rules) -> None:
    """Makes lines of the sentences at the edges of paragraphs that a rule or a form names."""
    if len(draft.lines) > MOST_LINES:
        return
    prose = [
        line
        for line in draft.lines
        if line.weight >= PROSE_CHARS
        and not line.stays
        and (line.signs & SITE_WORD or line.weight > len(line.text) or _OWNED in line.text)
    ]
    tails = _tails(draft.lines)
    tails.update(_labelled_tails(draft.lines, tails, rules))
    edges = [
        (line, edge)
        for line in prose
        for edge in (_first(line.text), _last(line.text, tails.get(line.start)))
        if edge and (line.weight > len(line.text) or _may_be_glued(line.text[slice(*edge[0])]))
    ]
    cuts = {
        line.start: captions for line in prose if may_be_credited(line) and (captions := _captions(line.text))
    }
    named = _named([line.text[edge[0][0] : edge[0][1]] for line, edge in edges], rules)
    for (line, edge), is_named in zip(edges, named, strict=True):
        place, found = 0, is_named
        while found:
            cuts.setdefault(line.start, []).append(_label(line.text, edge[place], rules))
            place += 1
            found = place < len(edge) and _named([line.text[slice(*edge[place])]], rules)[0]
    for line in prose:
        if line.start in cuts and _is_all_named(line, cuts[line.start], rules):
            del cuts[line.start]
    for start, (tail, end) in tails.items():
        cuts.setdefault(start, []).append((tail, end))
    if cuts:
        draft.lines = [
            piece
            for line in draft.lines
            for piece in (pieces(line, cuts[line.start]) if line.start in cuts else (line,))
        ]


def rejoin_edges(draft: Draft) -> None:
    """Makes one line again of each parted paragraph; what was cut of it is a part of it."""
    if all(line.whole is None for line in draft.lines):
        return
    lines: list[Line] = []
    for line in draft.lines:
        whole = line.whole
        if whole is None:
            lines.append(line)
            continue
        if not lines or lines[-1] is not whole:
            lines.append(whole)
            whole.verdict = line.verdict
        at = line.start - whole.start
        if line.verdict is None:
            whole.verdict = None
            whole.parts += [Part(at + part.start, at + part.end, part.verdict) for part in line.parts]
        else:
            whole.parts.append(Part(at, at + len(line.text), line.verdict))
    for whole in lines:
        if whole.verdict is not None:
            whole.parts = []
    draft.lines = lines


def pieces(line: Line, cuts: Sequence[_Edge]) -> Iterator[Line]:
    """The line in pieces, unless little of it would be left."""
    if len(cuts) > 1 and len(line.text) - sum(end - start for start, end in cuts) < REST_CHARS:
        yield line
        return
    ends = sorted({0, len(line.text), *(place for cut in cuts for place in cut)})
    for start, end in pairwise(ends):
        text = line.text[start:end]
        if not text.strip():
            continue
        low = start + len(text) - len(text.lstrip())
        piece = line_of(line.start + low, text.strip(), line.block)
        piece.whole, piece.signs = line, line.signs
        yield piece


def _named(texts: Sequence[str], rules: Rules, kinds: Collection[str] = _KINDS) -> list[bool]:
    """Whether each sentence is what only a site says, of one of these kinds."""
    if not texts:
        return []
    texts = [text.strip() for text in texts]
    learn_acts(texts)
    return [
        _SAID.match(text) is None
        and _ADDRESS.search(text) is None
        and not is_told(text)
        and (_is_ruled(text, near, runs, rules, kinds) or _has_form(text, kinds))
        for text, near, runs in zip(texts, rules.near(texts), rules.runs(texts), strict=True)
    ]


def _label(text: str, edge: _Edge, rules: Rules) -> _Edge:
    """Of a first sentence only the label run into it, where a rule knows one: "- Advert - The boats left"."""
    labels = rules.spans(text, "prefix") if edge[0] == 0 else []
    return (0, labels[0].end) if labels and labels[0].rule.kind == "advert" and labels[0].start == 0 else edge


def _is_ruled(
    text: str, near: int, runs: tuple[int, ...] | None, rules: Rules, kinds: Collection[str]
) -> bool:
    rule = rules.line_rule(text, bare_line(text), near, runs)
    if rule is None or rule.needs or rule.takes or rule.kind not in kinds:
        return False
    return rule.kind in _LABELLED or not has_full_stop(text) or is_spoken_to_reader(text)


def _is_all_named(line: Line, cuts: Sequence[_Edge], rules: Rules) -> bool:
    """Whether a rule or a form names the whole paragraph; what says who owns it may have any beginning."""
    rule = rules.line_rule(line.text, line.bare)
    if rule is not None and rule.kind != "copyright":
        return True
    return _has_form(line.text) and not _is_story(_rest(line.text, cuts))


def _rest(text: str, cuts: Sequence[_Edge]) -> str:
    """What the cuts, which lie at the edges, leave of a paragraph."""
    first = max((end for start, end in cuts if start == 0), default=0)
    last = min((start for start, _ in cuts if start > first), default=len(text))
    return text[first:last].strip()


def _is_story(rest: str) -> bool:
    """Whether what is left of a paragraph has two sentences, and no site speaks in them."""
    return _BOUNDARY.search(rest) is not None and not _has_form(rest) and not is_spoken_to_reader(rest)


def _has_form(text: str, kinds: Collection[str] = _KINDS) -> bool:
    return any(
        form is not None and form.doubt_frac >= FORM_DOUBT and form.kind in kinds
        for form in (act_of(text), form_of(text))
    )


def _may_be_glued(text: str) -> bool:
    return (text.startswith(_OWNED) and has_full_stop(text)) or has_glued_word(text)


def _captions(text: str) -> list[_Edge]:
    """Captions with credits at the edges: before the article goes on, or without the full stop that its own sentences have."""
    found: list[_Edge] = []
    if (first := _CAPTION_FIRST.match(text)) is not None:
        found.append((0, first.end()))
    credit = find_credit(text)
    if credit is not None:
        before = text[: credit.start()].rstrip(" (|/–-")
        bounds = list(_BOUNDARY.finditer(before, max(0, len(before) - MAX_CHARS)))
        if bounds and len(before) - bounds[-1].end() >= MIN_CHARS and not ends_sentence(before):
            found.append((bounds[-1].end(), len(text)))
    return found


def _tails(lines: Sequence[Line]) -> dict[int, _Edge]:
    """The tail of each paragraph that has one, by where the paragraph begins."""
    belows: Iterator[Line | None] = chain(lines[1:], (None,))
    first = {line.text: n for n, line in reversed(list(enumerate(lines)))}  # what stands again is told once
    last = next(
        (n for n in range(len(lines) - 1, 0, -1) if _is_told(lines[n]) and first[lines[n].text] == n), 0
    )
    return {
        line.start: (tail, len(line.text))
        for number, (line, below) in enumerate(zip(lines, belows, strict=False))
        if not line.stays and (tail := tail_of(line, below, closes=0 < last <= number)) is not None
    }


def _labelled_tails(lines: Sequence[Line], known: Collection[int], rules: Rules) -> dict[int, _Edge]:
    """Tails that a rule or a form names behind a short sentence: "The fair opens in May. More on this: Roads closed"."""
    found: dict[int, _Edge] = {}
    for line in lines:
        if line.start in known or line.stays or ends_sentence(line.text) or line.weight < SHORT_HEAD:
            continue
        edges = _last(line.text, None)[:1]
        if (
            edges
            and edges[0][0] * line.weight >= SHORT_HEAD * len(line.text)
            and _is_told_head(line.text[: edges[0][0]].rstrip())
        ):
            found[line.start] = edges[0]
    texts = {line.start: line.text for line in lines if line.start in found}
    named = _named([texts[start][slice(*edge)] for start, edge in found.items()], rules, _LINKS)
    return {start: edge for (start, edge), is_named in zip(found.items(), named, strict=True) if is_named}


def _is_told_head(text: str) -> bool:
    return has_full_stop(text) and not is_spoken_to_reader(text) and form_of(text) is None


def _is_told(line: Line) -> bool:
    """Whether a line is the article's, as far as can be seen before any step: a sentence in which no site speaks."""
    is_long = line.weight >= LONG_SENTENCE and has_full_stop(line.text)
    return is_long and not (is_spoken_to_reader(line.text) or has_glued_word(line.text))


def _last(text: str, tail: _Edge | None) -> list[_Edge]:
    """The last sentences of a paragraph before its tail, the last first, up to a long one."""
    found: list[_Edge] = []
    end = len(text) if tail is None else len(text[: tail[0]].rstrip())
    bounds = list(_BOUNDARY.finditer(text, max(0, end - MOST * MAX_CHARS), end))
    for bound in reversed(bounds[-MOST:]):
        if not MIN_CHARS <= end - bound.end() <= MAX_CHARS:
            break
        found.append((bound.end(), end))
        end = bound.start()
    return found


def _first(text: str) -> list[_Edge]:
    """The first sentences of a paragraph, the first first, up to a long one."""
    found: list[_Edge] = []
    at = 0
    for bound in list(_BOUNDARY.finditer(text, 0, MOST * MAX_CHARS))[:MOST]:
        if not MIN_CHARS <= bound.start() - at <= MAX_CHARS:
            break
        found.append((at, bound.start()))
        at = bound.end()
    return found
