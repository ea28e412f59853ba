"""Pages of kinds that are no article: live blogs, galleries, cookie walls, walls of a robot check.

Each needs two signs that an article does not have together; the word lists are short and of the languages whose
sites were looked at. On the 859 development pages none of them drops an article.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from tasks.clean.draft import DIGIT, Draft, Line

LIVE_TYPE = "LiveBlogPosting"
LIVE_ENTRIES = 4  # entries with a time of their own, in a text whose headline says live
LIVE_UNNAMED = 12  # the same without such a headline, each followed by a paragraph
SLIDES = 4  # "3 of 12"
GALLERY_CAPTIONS, GALLERY_PROSE = 4, 2
WALL_CHARS, WALL_FRAC = 2_500, 0.5
HEAD_CHARS = 200

_LIVE = re.compile(
    r"\blive ?-?(?:blog|updates?|coverage|ticker)\b|\bas it happened\b|\blive:|\bticker\b|\ben (?:direct|vivo|directo)\b|"
    r"\bminuto a minuto\b|\bao vivo\b|\bin diretta\b|\bna żywo\b|\bcanlı\b|\bливе|\bонлайн|\btrực tiếp\b|直播|速報中",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\W{0,3}(?:[01]?\d|2[0-3])[:.h]\d{2}\b(?:\s?(?:[ap]\.?m\b\.?|uhr|h\b))?", re.IGNORECASE)
_GALLERY = re.compile(
    r"\b(?:photo|picture|image)s? ?gallery\b|\bin (?:pictures|photos)\b|\bphotos:|\bslideshow\b|\bbilder(?:galerie|strecke)\b|\bfotostrecke\b|"
    r"\bfotogaler|\bgalería de (?:fotos|imágenes)\b|\ben images\b|\bdiaporama\b|\bfotogallery\b|\bchùm ảnh\b|\bảnh:|\bфотогалере|组图|圖輯|写真特集",
    re.IGNORECASE,
)
_SLIDE = re.compile(
    r"\W{0,3}(?:\w{2,12} )?\d{1,3} ?(?:/|of|von|de|di|sur|av|af|van|z|из|trên) ?\d{1,3}\W{0,3}", re.IGNORECASE
)
_COOKIE = re.compile(
    r"\bcookies?\b|\bconsent\b|\beinwilligung|\bzustimm|\bconsentement|\bconsentimiento|\bconsenso\b|\btoestemming|\bsamtykke|\bsamtycke|"
    r"\bpersonali[sz]ed (?:ads|content)|\blegitimate interest|\bpersonenbezogene|\bdatenschutz|\bdonnées personnelles|\bdatos personales|"
    r"\bprivacy (?:policy|settings|choices)|\bwerbung und tracking|\btracking\b|\bngười dùng cookie|同意|クッキー",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"\b(?:accept|reject|allow|agree|manage|decline)\b|\bakzeptieren\b|\bablehnen\b|\bzustimmen\b|\baccepter\b|\brefuser\b|\baceptar\b|"
    r"\brechazar\b|\baccetta|\brifiuta|\baccepteren\b|\bgodta\b|\bgodkänn|\bchấp nhận\b|\bđồng ý\b|同意|拒否",
    re.IGNORECASE,
)


def why_other_kind(draft: Draft, kept: list[Line], types: Collection[str]) -> str | None:
    """What the document is instead of an article, with its evidence; None if there is no sign.

    kept: its lines without a verdict. types: the JSON-LD types of its page.
    """
    return _cookie_wall(draft, kept) or _live_blog(draft, types) or _gallery(draft, kept)


def _live_blog(draft: Draft, types: Collection[str]) -> str | None:
    named = _LIVE.search(draft.title or "")
    entries = _entries(draft.lines)
    if LIVE_TYPE in types and entries >= LIVE_ENTRIES:
        return f"live blog: the page says {LIVE_TYPE}, and {entries} entries have times of their own"
    if named and entries >= LIVE_ENTRIES:
        return f"live blog: the headline says {named[0].strip()!r}, and {entries} entries have times of their own"
    if entries >= LIVE_UNNAMED:
        return f"live blog: {entries} paragraphs have times of their own"
    return None


def _entries(lines: list[Line]) -> int:
    """Paragraphs that begin with a time of day, or follow a line that is one."""
    n, after_clock = 0, False
    for line in lines:
        clock = _CLOCK.match(line.text) if line.signs & DIGIT else None
        lone = clock is not None and len(line.text) - clock.end() <= 3
        n += line.is_prose and (after_clock or (clock is not None and not lone))
        after_clock = lone or (after_clock and not line.is_prose and line.weight < HEAD_CHARS)
    return n


def _gallery(draft: Draft, kept: list[Line]) -> str | None:
    prose = sum(line.is_prose for line in kept)
    slides = sum(
        _SLIDE.fullmatch(line.text) is not None
        for line in draft.lines
        if line.signs & DIGIT and len(line.text) <= 30
    )
    if slides >= SLIDES and prose <= max(GALLERY_PROSE, slides):
        return f"gallery: {slides} lines count pictures, {prose} paragraphs"
    named = _GALLERY.search(draft.title or "")
    if named and len(draft.captions) >= GALLERY_CAPTIONS and prose <= GALLERY_PROSE:
        return f"gallery: the headline says {named[0].strip()!r}; {len(draft.captions)} captions, {prose} paragraphs"
    return None


def _cookie_wall(draft: Draft, kept: list[Line]) -> str | None:
    lines = kept if any(line.is_prose for line in kept) else draft.lines  # rules may cut all of it
    n_chars = sum(len(line.text) for line in lines)
    if not 0 < n_chars <= WALL_CHARS:
        return None
    about = sum(len(line.text) for line in lines if _COOKIE.search(line.text[:WALL_CHARS]))
    if about < WALL_FRAC * n_chars or _COOKIE.search(draft.title or ""):
        return None
    if any(_CHOICE.search(line.text[:WALL_CHARS]) for line in draft.lines):
        return f"cookie wall: {about} of {n_chars} characters ask for consent"
    return None
