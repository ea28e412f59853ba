"""One document cleaned: raw text or a page in; clean text, fields and every edit out. Nothing is lost unseen.

raw --markup--> flat --encoding--> repaired --rules, repeats, judge, joins--> clean; the steps' edits are composed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Literal

from tasks.clean.agencies import agency_credited
from tasks.clean.assemble import edits_of
from tasks.clean.bylines import clean_authors, find_byline, names_alone
from tasks.clean.captions import cut_captions
from tasks.clean.compose import compose
from tasks.clean.dates import (
    DateCandidate,
    Dating,
    choose_date,
    date_candidates,
    date_of_dateline,
    dates_in_path,
    dates_in_url,
)
from tasks.clean.decide import Judge, ask_judge, ask_rules, learned_judge, name_makers
from tasks.clean.draft import Draft, split_lines
from tasks.clean.edges import part_edges, rejoin_edges
from tasks.clean.edits import Edit, OffsetMap, apply_edits
from tasks.clean.entity_edits import entities_apart
from tasks.clean.inside import cut_datelines, cut_inside, cut_signatures
from tasks.clean.joins import find_joins
from tasks.clean.kept import mark_kept, restore_kept
from tasks.clean.kinds import name_cuts
from tasks.clean.language import find_language
from tasks.clean.lists import cut_bylines, cut_headers, cut_lists, cut_timestamps, settle_needs
from tasks.clean.markup import read_elements
from tasks.clean.not_article import why_no_article
from tasks.clean.page import Page, PageMeta, parse_page
from tasks.clean.repair import normalise, repair
from tasks.clean.repeated import cut_mastheads, cut_repeated
from tasks.clean.repeats import cut_doubled_lines, cut_repeats, cut_sums
from tasks.clean.rules import Rules
from tasks.clean.signs import mark_signs
from tasks.clean.sources import address_in
from tasks.clean.titles import MAX_CHARS, cut_above_title, find_title, fold
from tasks.clean.wraps import mend_wraps
from tasks.collector import without_collector
from tasks.profiles import Profile

DATED_KINDS = ("timestamp", "byline")  # cut lines whose dates may be the article's own
MAX_DATED_LINES = 40  # an archive page may have thousands of date lines


@dataclass(frozen=True, slots=True)
class Given:
    """What the record says of a document, besides its text."""

    media_type: Literal["text", "html"] = "text"
    source: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    language: str | None = None
    raw_path: str | None = None
    batch_day: date | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The clean text, its fields, and the edits raw -> text. dropped_reason: why it is no article, else None."""

    text: str
    edits: tuple[Edit, ...]
    title: str | None = None
    url: str | None = None
    language: str | None = None
    dating: Dating = field(default_factory=lambda: Dating(None, None, None, None, ()))
    authors: tuple[str, ...] = ()
    agency: str | None = None
    dateline_place: str | None = None
    captions: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    section: str | None = None
    dropped_reason: str | None = None
    evidence: str | None = None


def clean_text(
    raw: str,
    rules: Rules,
    given: Given | None = None,
    judge: Judge | None = learned_judge,
    profile: Profile | None = None,
) -> Cleaned:
    """One document cleaned. Deterministic, linear in its length, never raises on hostile text.

    judge: the model's probability for each line that it belongs to the article; None for rules alone.
    profile: what is typical of the document's source, where it was learned.
    """
    with without_collector():
        return _clean_text(raw, rules, given or Given(), judge, profile)


def _clean_text(
    raw: str, rules: Rules, given: Given, judge: Judge | None, profile: Profile | None
) -> Cleaned:
    page, repairs, draft = _read(raw, given)
    meta = page.meta if page is not None else PageMeta()
    _decide(draft, rules.for_source(given.source), judge, page, profile)
    joins = find_joins(draft)
    dropped = why_no_article(draft, free=meta.free, types=meta.jsonld_types, n_joins=len(joins))
    edits = compose(repairs, edits_of(draft, joins), page.flat if page is not None else raw)
    edits = compose(entities_apart(page.edits, raw), edits, raw) if page is not None else edits
    edits, text = _settled(raw, edits, apply_edits(raw, edits))
    return _cleaned(draft, given, meta, (text, edits), dropped)


def read_draft(
    raw: str, rules: Rules, given: Given, judge: Judge | None = learned_judge
) -> tuple[Draft, tuple[str, str] | None]:
    """The lines of a document with what was decided on each, without a profile; and why it is no article."""
    page, _, draft = _read(raw, given)
    _decide(draft, rules.for_source(given.source), judge, page, None)
    meta = page.meta if page is not None else PageMeta()
    n_joins = len(find_joins(draft))
    return draft, why_no_article(draft, free=meta.free, types=meta.jsonld_types, n_joins=n_joins)


def _read(raw: str, given: Given) -> tuple[Page | None, tuple[Edit, ...], Draft]:
    """The page, if it is one, what was repaired in its text, and the lines, undecided."""
    page = parse_page(raw) if given.media_type == "html" else None
    if page is not None:
        repairs, flat = _repaired(page.flat, repair, normalise)
    else:
        repairs, flat = _repaired(raw, repair, normalise, mend_wraps)
    draft = Draft(flat, split_lines(flat), _titles(given, page.meta if page is not None else PageMeta()))
    mark_signs(draft)
    if page is not None:
        read_elements(draft, page, OffsetMap(repairs))
    return page, repairs, draft


def _repaired(flat: str, *steps: Callable[[str], tuple[Edit, ...]]) -> tuple[tuple[Edit, ...], str]:
    """The text with its characters and lines made right, and the edits that do it."""
    edits: tuple[Edit, ...] = ()
    text = flat
    for step in steps:
        more = step(text)
        if more:
            text = apply_edits(text, more)
            edits = compose(edits, more, flat)
    return edits, text


def _titles(given: Given, meta: PageMeta) -> tuple[str, ...]:
    """Headlines as the record and the page give them, most trusted first; others only if they are like it."""
    found = [given.title, *(text for text, _ in meta.titles)]
    titles = [" ".join(unescape(title).split()) for title in found if title and title.strip()]
    titles = [title for title in dict.fromkeys(titles) if len(title) <= min(MAX_CHARS, 2 * len(titles[0]))]
    words = set(fold(titles[0]).split()) if titles else set()
    return tuple(title for title in titles if 2 * len(words & set(fold(title).split())) >= len(words))


def _decide(
    draft: Draft, rules: Rules, judge: Judge | None, page: Page | None, profile: Profile | None
) -> None:
    """Every verdict, in the order in which each step can rely on those before."""
    meta = page.meta if page is not None else PageMeta()
    mark_kept(draft, rules)
    if page is None:
        part_edges(draft, rules)
    ask_rules(draft, rules)
    if profile is not None:
        cut_mastheads(draft, profile)
    find_title(draft)
    cut_above_title(draft, meta.site_name)
    cut_doubled_lines(draft)
    cut_headers(draft)
    cut_datelines(draft)
    cut_signatures(draft)
    cut_repeats(draft)
    cut_captions(draft)
    cut_timestamps(draft)
    cut_lists(draft)
    settle_needs(draft)
    cut_bylines(draft)
    if judge is not None:
        ask_judge(draft, judge, page)
        name_makers(draft)
    rejoin_edges(draft)
    cut_sums(draft)
    if profile is not None:
        cut_repeated(draft, profile)
    cut_inside(draft, rules)
    name_cuts(draft)
    restore_kept(draft, rules)


def _settled(raw: str, edits: tuple[Edit, ...], text: str) -> tuple[tuple[Edit, ...], str]:
    """A cut between a letter and its accent may leave a text that is not NFC: one more step, nearly never needed."""
    more = normalise(text)
    if not more:
        return edits, text
    edits = compose(edits, more, raw)
    return edits, apply_edits(raw, edits)


def _cleaned(
    draft: Draft,
    given: Given,
    meta: PageMeta,
    replay: tuple[str, tuple[Edit, ...]],
    dropped: tuple[str, str] | None,
) -> Cleaned:
    text, edits = replay
    language = find_language(text) or given.language or meta.lang
    authors, agency = _authors(draft, given, meta)
    url = given.url or meta.canonical_url or meta.og_url or address_in(draft)
    return Cleaned(
        text=text,
        edits=edits,
        title=draft.title or None,
        url=url,
        language=language,
        dating=choose_date(_dates(draft, given, meta, url), given.batch_day),
        authors=authors,
        agency=draft.agency or agency,
        dateline_place=draft.dateline_place,
        captions=tuple(draft.captions),
        credits=tuple(draft.credits),
        section=given.section or meta.section,
        dropped_reason=dropped[0] if dropped else None,
        evidence=dropped[1] if dropped else None,
    )


def _authors(draft: Draft, given: Given, meta: PageMeta) -> tuple[tuple[str, ...], str | None]:
    """Authors as the record or the page gives them, else from the bylines in the text."""
    authors, agency = clean_authors(given.authors or meta.authors)
    names = list(authors)
    for line in draft.lines:
        if line.verdict is None or line.verdict.kind not in {"byline", "source_link"}:
            continue
        found = (find_byline(line.text) or names_alone(line.text)) if line.verdict.kind == "byline" else None
        agency = agency or (found.agency if found else agency_credited(line.text.partition(":")[2]))
        if found and not authors:
            names += [name for name in found.authors if name not in names]
    return tuple(names), agency


def _dates(draft: Draft, given: Given, meta: PageMeta, url: str | None) -> Sequence[DateCandidate]:
    zone, language = given.time_zone, given.language or meta.lang
    found: list[DateCandidate] = []
    if given.published:
        found += date_candidates(given.published, "meta", kind="published", time_zone=zone, language=language)
    for text, origin, kind in meta.dates:
        found += date_candidates(text, origin, kind=kind, time_zone=zone, language=language)
    dated = [line for line in draft.lines if line.verdict is not None and line.verdict.kind in DATED_KINDS]
    for line in dated[:MAX_DATED_LINES]:
        found += date_candidates(line.text, "text", time_zone=zone, language=language)
    if draft.dateline_date:
        found += date_of_dateline(draft.dateline_date, given.batch_day, time_zone=zone, language=language)
    found += dates_in_url(url) if url else []
    found += dates_in_path(given.raw_path) if given.raw_path else []
    return found
