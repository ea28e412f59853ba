"""What an element's tag, class, id and role say about its text, as one bit mask.

A mask is an int below 2**63. An element's *own* mask comes from its tag and attributes; the mask a line
carries is the union over all open elements ("inherited"). Words are matched on the parts of class names
(`relatedPosts-list` has the parts related, posts, list), by prefix, so that no site is named anywhere. Here is what is
known; tokens.c looks it up.
"""

from __future__ import annotations

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
Known = tuple[str, int, int, int]  # a word and three numbers, as `Word` of tokens.c


def known_parts() -> list[Known]:
    """Words in parts of names, each with the mask of its signs."""
    masks: dict[str, int] = {}
    for bit, words in _WORDS.items():
        for word in words.split():
            masks[word] = masks.get(word, 0) | 1 << bit
    return [(word, mask, 0, 0) for word, mask in masks.items()]


_STYLE, _HIDING, _ARIA_HIDING, _NAMING, _WITH_ROLE, _WITH_PROPERTY = range(1, 7)  # as tokens.c has them
_TELLING: dict[str, tuple[int, int]] = {
    "style": (_STYLE, 1 << Bit.HIDDEN), "hidden": (_HIDING, 1 << Bit.HIDDEN),
    "aria-hidden": (_ARIA_HIDING, 1 << Bit.ARIA_HIDDEN), "role": (_WITH_ROLE, 0), "itemprop": (_WITH_PROPERTY, 0),
    **dict.fromkeys(("class", "id", "data-testid", "data-test-id", "data-component", "data-module", "data-type",
                     "data-area", "data-block"), (_NAMING, 0)),
}  # fmt: skip
_ROLES = {
    "navigation": Bit.NAV, "complementary": Bit.ASIDE, "contentinfo": Bit.FOOTER, "banner": Bit.HEADER,
    "article": Bit.ARTICLE, "main": Bit.MAIN, "search": Bit.FORM, "dialog": Bit.W_CONSENT,
    "listitem": Bit.LI, "heading": Bit.HEADING, "menu": Bit.NAV, "menubar": Bit.NAV,
}  # fmt: skip


def known_attributes() -> list[Known]:
    """Attributes that say something of an element: what, and the bit that they may give it."""
    return [(name, what, mask, 0) for name, (what, mask) in _TELLING.items()]


def known_roles() -> list[Known]:
    """Values of `role`."""
    return [(role, 1 << bit, 0, 0) for role, bit in _ROLES.items()]


def known_properties() -> list[Known]:
    """Values of `itemprop`."""
    return [(value, 1 << Bit.BODY_PROP, 0, 0) for value in ("articlebody", "text")]
