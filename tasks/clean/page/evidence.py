"""What an element's tag, class, id and role say about its text, as one bit mask.

A mask is an int below 2**63. An element's *own* mask comes from its tag and attributes; the mask a line
carries is the union over all open elements ("inherited"). Words are matched on the parts of class names
(`relatedPosts-list` has the parts related, posts, list), by prefix, so that no site is named anywhere.
"""

from __future__ import annotations

import re
from enum import IntEnum, unique


@unique
class Bit(IntEnum):
    """Number of the bit each sign has in a mask."""

    # from the tag or the ARIA role
    ARTICLE = 0
    MAIN = 1
    HEADER = 2
    FOOTER = 3
    NAV = 4
    ASIDE = 5
    FIGURE = 6
    FIGCAPTION = 7
    FORM = 8
    LI = 9
    TABLE = 10
    HEADING = 11
    QUOTE = 12
    PRE = 13
    HIDDEN = 14
    SKIP = 15
    ARIA_HIDDEN = 16
    P = 17
    DL = 18
    BODY_PROP = 19
    # from words in class, id, itemprop, role and test ids
    W_NAV = 20
    W_SHARE = 21
    W_COMMENT = 22
    W_RELATED = 23
    W_SIDEBAR = 24
    W_FOOTER = 25
    W_HEADER = 26
    W_CAPTION = 27
    W_AUTHOR = 28
    W_DATE = 29
    W_ARTICLE = 30
    W_CONTENT = 31
    W_AD = 32
    W_NEWSLETTER = 33
    W_TAG = 34
    W_HIDDEN = 35
    W_CONSENT = 36
    W_PAYWALL = 37
    W_GALLERY = 38
    W_TITLE = 39
    W_WIDGET = 40
    W_BREADCRUMB = 41
    W_LEAD = 42
    W_CARD = 43
    W_META = 44
    W_PARAGRAPH = 45
    W_QUOTE = 46
    W_FAQ = 47
    W_BIO = 48
    W_TOC = 49
    W_FORM = 50
    W_CTA = 51
    W_LIST = 52
    W_SOCIAL = 53
    W_NOTE = 54
    W_MEDIA = 55


HIDDEN_BITS = 1 << Bit.HIDDEN | 1 << Bit.ARIA_HIDDEN | 1 << Bit.W_HIDDEN

# Prefixes of class-name parts. Read off the development set's folds 0-3 by frequency, then made general.
_WORDS: dict[Bit, str] = {
    Bit.W_NAV: "nav menu menus navbar pagination pager pages prev next skip toolbar topbar bottombar masthead mega",
    Bit.W_SHARE: "share sharing shares sharedaddy addthis addtoany addtocalendar print bookmark copylink",
    Bit.W_SOCIAL: "social follow facebook twitter instagram linkedin whatsapp pinterest youtube telegram jetpack",
    Bit.W_COMMENT: "comment disqus reply replies discussion respond feedback review rating vote",
    Bit.W_RELATED: (
        "related recommend recommended recirc more similar trending popular mostread latest recent further also "
        "upnext next readmore readalso outbrain taboola promo promoted suggested teaser teasers outbound"
    ),
    Bit.W_SIDEBAR: "sidebar side aside rail secondary complementary sidecol rightcol",
    Bit.W_FOOTER: "footer foot colophon bottom legal copyright contentinfo",
    Bit.W_HEADER: "header head banner hero top masthead",
    Bit.W_CAPTION: "caption captions figcaption legend credit credits bildunterschrift leyenda",
    Bit.W_AUTHOR: "author authors byline contributor writer autor auteur journalist reporter vcard",
    Bit.W_BIO: "bio about profile",
    Bit.W_DATE: "date time timestamp published updated posted dateline datum fecha clock readtime",
    Bit.W_ARTICLE: "article articles story post posts entry blog news artikel articulo nota noticia",
    Bit.W_CONTENT: "content body text copy txt richtext prose articlebody maincontent wysiwyg",
    Bit.W_PARAGRAPH: "paragraph paragraphs block para",
    Bit.W_AD: "ad ads adv advert advertisement adsbygoogle sponsor sponsored dfp gpt banner anzeige publi werbung mpu",
    Bit.W_NEWSLETTER: "newsletter subscribe subscription signup optin mailing mailchimp hubspot email",
    Bit.W_TAG: "tag tags topic topics category categories keyword keywords taxonomy label kicker eyebrow",
    Bit.W_HIDDEN: "hidden hide visuallyhidden screen sr invisible assistive offscreen a11y",
    Bit.W_CONSENT: "cookie cookies consent gdpr privacy modal popup overlay dialog lightbox tooltip onetrust",
    Bit.W_PAYWALL: "paywall premium piano regwall gate locked subscriber login register metered",
    Bit.W_GALLERY: "gallery slideshow carousel slider slides slide swiper slick",
    Bit.W_MEDIA: "image images img photo picture media video player audio podcast embed thumbnail thumb",
    Bit.W_TITLE: "title headline heading hed titre titel",
    Bit.W_WIDGET: "widget widgets module plugin component",
    Bit.W_BREADCRUMB: "breadcrumb breadcrumbs crumb crumbs yoast",
    Bit.W_LEAD: "lead intro summary standfirst dek deck subtitle subheadline excerpt abstract chapo teasertext lede",
    Bit.W_CARD: "card cards tile tiles item items grid loop feed stream archive",
    Bit.W_META: "meta info details data",
    Bit.W_QUOTE: "quote blockquote pullquote pull",
    Bit.W_FAQ: "faq accordion tab tabs panel toggle collapse",
    Bit.W_TOC: "toc contents index jump anchor",
    Bit.W_FORM: "form input search field button btn select checkbox",
    Bit.W_CTA: "cta call action offer product shop price buy cart donate donation support affiliate deal",
    Bit.W_LIST: "list links link ul",
    Bit.W_NOTE: "note notes disclaimer disclosure footnote reference references source sources box infobox sidenote",
}
_BY_WORD: dict[str, int] = {}
for _bit, _words in _WORDS.items():
    for _word in _words.split():
        _BY_WORD[_word] = _BY_WORD.get(_word, 0) | 1 << _bit
# Long words also count at the start of a part (`navigation`, `commentlist`); short ones only as a whole part.
_PREFIX_CHARS = 5
_PREFIX_LENGTHS = sorted({len(word) for word in _BY_WORD if len(word) >= _PREFIX_CHARS})

_ATTRIBUTE = re.compile(r"""([^\s=>"'/]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>"']++))?+""")
_NAMING = frozenset(("class", "id", "itemprop", "role", "data-testid", "data-test-id", "data-component",
                     "data-module", "data-type", "data-area", "data-block"))  # fmt: skip
_TELLING = _NAMING | {"style", "hidden", "aria-hidden"}
_PART = re.compile(r"[A-Z]?[a-z0-9]++|[A-Z]++")
_ROLES = {
    "navigation": Bit.NAV, "complementary": Bit.ASIDE, "contentinfo": Bit.FOOTER, "banner": Bit.HEADER,
    "article": Bit.ARTICLE, "main": Bit.MAIN, "search": Bit.FORM, "dialog": Bit.W_CONSENT,
    "listitem": Bit.LI, "heading": Bit.HEADING, "menu": Bit.NAV, "menubar": Bit.NAV,
}  # fmt: skip
_HIDING = re.compile(r"(?:display\s*+:\s*+none|visibility\s*+:\s*+hidden)", re.IGNORECASE)
_MAX_ATTRIBUTE_CHARS = 2_000  # of one element; longer ones are data, not names
_MAX_CACHED_PARTS = 50_000

_parts: dict[str, int] = {}


def _part_mask(part: str) -> int:
    lower = part.lower()
    found = _BY_WORD.get(lower, 0)
    if len(part) > _PREFIX_CHARS and not found:
        for n_chars in _PREFIX_LENGTHS:
            found |= _BY_WORD.get(lower[:n_chars], 0)
    if len(_parts) >= _MAX_CACHED_PARTS:
        _parts.clear()
    _parts[part] = found
    return found


def words_mask(names: str) -> int:
    """Union of the word bits of all parts of the names."""
    mask = 0
    for part in _PART.findall(names):
        known = _parts.get(part)
        mask |= _part_mask(part) if known is None else known
    return mask


def read_attributes(attributes: str) -> tuple[int, str]:
    """The bits that an element's attributes give it, and its class names and id, parted by spaces."""
    mask = 0
    names: list[str] = []
    for name, value in _ATTRIBUTE.findall(attributes[:_MAX_ATTRIBUTE_CHARS]):
        if name not in _TELLING:
            name = name.lower()  # noqa: PLW2901 (nearly all names are lower case already)
            if name not in _TELLING:
                continue
        if name in _NAMING:
            names.append(value.strip("\"'"))
        mask |= _own_bits(name, value) if name not in {"class", "id"} else 0
    joined = " ".join(names)
    return mask | words_mask(joined), joined


def _own_bits(name: str, value: str) -> int:
    """Bits of one attribute that is no class or id."""
    value = value.strip("\"'").lower()
    if name == "style":
        return 1 << Bit.HIDDEN if _HIDING.search(value) else 0
    if name == "hidden":
        return 1 << Bit.HIDDEN
    if name == "aria-hidden":
        return 1 << Bit.ARIA_HIDDEN if value == "true" else 0
    if name == "role":
        return 1 << _ROLES[value] if value in _ROLES else 0
    return 1 << Bit.BODY_PROP if name == "itemprop" and value in {"articlebody", "text"} else 0
