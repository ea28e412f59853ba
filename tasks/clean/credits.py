"""Who made a picture: credits at the end of captions, and captions glued to a picture's alternative text."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.draft import BRACKET, CREDIT_WORD, Line, Part, Verdict
from tasks.clean.words import is_name_words

_LABEL = (
    r"photos?|photographs?|pictures?|images?|pics?|photo credits?|image credits?|picture credits?|file photo|file|credits?|"
    r"fotos?|fotografie|bild(?:er)?|bildquelle|bildnachweis|symbolbild|archivbild|archivfoto|symbolfoto|agenturfoto|"
    r"crédits? photo|crédits?|photo d'archives|crédito|créditos|imagen|imágenes|fotografías?|fotografia|immagine|immagini|"
    r"foto de archivo|imagem|imagens|arquivo|divulgação|reprodução|fotocredit|beeld|foto's|fotograf|arkivfoto|arkivbild|"
    r"urheber(?:in)?|aufnahme|video still|still|vidéo|cortesía|cortesia|bilde|kuva|valokuva|zdjęcie|fot\.?|zdj\.?|foto: archiv|fotoğraf|fotó|gambar|dok|ảnh|hình|hình ảnh|nguồn ảnh|ảnh minh họa|"
    r"фото|зображення|illustration|illustrations|infographic|graphic|grafik|screenshot|video|写真|图|图片|사진"
)
_LABELLED = re.compile(
    rf"(?:^|(?<=[\s.,;!?…\"”»)(\[|/–—-]))(?P<open>[(\[]?)\s?(?:{_LABEL})\s?(?:(?:by|via|par|von|de|của|av|di|door)\s|[:：/©|]\s?(?:©\s?)?)"
    r"(?P<credit>[^:\n()\[\]]{2,70})[)\]]?\.?\Z",
    re.IGNORECASE,
)
_BRACKETED = re.compile(rf"[(\[]\s?(?:{_LABEL})\s(?P<credit>[^:\n()\[\]]{{2,60}})[)\]]\.?\Z", re.IGNORECASE)
_PAIR = re.compile(
    r"\[(?=[^\]]*[a-zà-ỹ]{2})(?P<credit>[^\W\d_a-z][^\[\]/\n]{1,40} ?/ ?[^\[\]\n]{2,40})\]\.?\Z"
)
_AGENCIES = (
    r"reuters|afp|ap photo|associated press|getty images|getty|epa-efe|epa|efe|dpa|picture alliance|imago|xinhua|bloomberg|"
    r"shutterstock|istock|istockphoto|nurphoto|zuma press|zuma wire|anadolu|alamy|unsplash|pexels|pixabay|ritzau scanpix|"
    r"scanpix|ntb|tt|belga|ansa|lusa|keystone|apa|vna|ttxvn|kyodo|yonhap|afp via getty images|sipa|sipa usa|press association|pa"
)
_SLASHED = re.compile(
    rf"(?:[/|–—©]\s?|(?<=[.!?…\"”»)])\s?)(?P<credit>(?:{_AGENCIES})(?:\s?/\s?[^\n/.]{{2,40}}){{0,2}})\.?\Z"
    rf"|(?<=[\s(\[/])(?P<named>[^\s/.,(]{{2,25}}(?: [^\s/.,(]{{2,25}}){{0,2}}\s?/\s?(?:{_AGENCIES})(?:\s?/\s?[^\n/.]{{2,30}})?)[)\]]?\.?\Z"
    rf"|(?P<shout>(?:REUTERS|AFP|EPA|AP Photo|Getty Images|GETTY IMAGES)\s?/\s?[^\n/.]{{2,40}})\Z",
    re.IGNORECASE,
)
_NAMED_AFTER = re.compile(  # "The crew at rehearsal © Jonas Weber", "The mayor Beeld Anna Visser", "The lake in May EFE"
    r"(?<=\S)\s?©\s?(?!(?i:riproduzione|all rights|tutti|todos|tous|alle rechte))(?P<signed>[^\W\d_a-z][^\n©:.!?]{1,50})\Z"
    r"|(?<=[a-zà-ỹ.)”\"»])\s(?:Beeld|Foto|Bild|Photo|Photograph|Ảnh)\s(?P<bare>[^\W\d_a-z][\w.'’-]+(?:\s[^\W\d_][\w.'’-]+){1,3})\Z"
    r"|(?<=[a-zà-ỹ.)”\"»])(?<! by)(?<! avec)(?<! mit)(?<! con)(?<! com)(?<! with)(?<! von)(?<! de)(?<! và)\s(?P<wire>EFE|AFP|EPA|REUTERS|GETTY|ANSA|LUSA|XINHUA|BERNAMA|TTXVN|Getty Images)\Z"
    r"|[(\[](?:Photographer|Supplied|Submitted|Handout|Fotograf\w*|Rechte|Bildrechte|Rights)\s?[:/]\s?(?P<given>[^()\[\]\n]{2,60})[)\]]\Z"
    r"|(?<=[a-zà-ỹ.)”\"»])\s(?:Rechte|Bildrechte|Rights):\s(?P<rights>[^:\n]{2,60})\Z"
    r"|(?<=[a-zà-ỹ.)”\"»])\s(?P<staff>[A-Z][A-Z.'’ -]{4,40} ?/ ?(?:STAFF|STAFF PHOTOGRAPHER|[A-Z][A-Z ]{3,30}))\Z"
    r"|\s?--?\s?(?:foto|photo|pic|gambar|file ?pic)\s?(?P<joined>[A-Z]{4,}).{0,40}\Z"
)
# "墨を乾かす職人＝堤達也撮影", "墨を乾かす職人（共同通信）", "…した。 撮影・宮原健吾"
_WIDE_CREDIT = re.compile(
    r"[＝=](?P<taken>[^。＝=\n]{2,24}?)(?:撮影|提供)[）)]?\Z|[（(](?P<sent>[^（）()。\n]{2,14}(?:通信|新聞|ニュース|時事|撮影|提供)|共同|時事)[）)]\Z|"
    r"(?:撮影|写真|カメラ|フォト)[・/／:：＝=]\s?(?P<maker>[^\s。、]{2,12})\Z|＝(?P<wires>ＡＰ|ロイター|共同|ＡＦＰ(?:時事)?|ゲッティ|AP|AFP|ロイター＝共同)\Z"
)
_WIDE_SIGNS = ("撮影", "提供", "通信", "新聞", "ニュース", "時事", "共同", "写真", "カメラ", "フォト", "＝")
_ARCHIVE = re.compile(
    r"[(\[]\s?(?P<kind>ảnh tư liệu|ảnh minh họa|ảnh|archivbild|archivfoto|symbolbild|symbolfoto|file|file photo|archive|archivo|archives|photo d['’]illustration|illustration|imagen de archivo|arkivbild|arkivfoto|archivio|arquivo|archieffoto|archieffoto's|ảnh do nhân vật cung cấp|courtesy of [^()\[\]\n]{2,60}|submitted(?: photo)?|handout)\s?[)\]]\.?\Z",
    re.IGNORECASE,
)
# One of these words, or a closing square bracket, is in the end of every credited line: a look into a set is
# far cheaper than the patterns.
WORDS = frozenset(
    {
        "photo",
        "photos",
        "photograph",
        "photographs",
        "picture",
        "pictures",
        "image",
        "images",
        "pic",
        "pics",
        "credit",
        "credits",
        "file",
        "foto",
        "fotos",
        "fotografie",
        "bild",
        "bilder",
        "bildquelle",
        "bildnachweis",
        "symbolbild",
        "archivbild",
        "archivfoto",
        "symbolfoto",
        "agenturfoto",
        "crédit",
        "crédits",
        "archives",
        "crédito",
        "créditos",
        "imagen",
        "imágenes",
        "fotografía",
        "fotografías",
        "fotografia",
        "immagine",
        "immagini",
        "imagem",
        "imagens",
        "arquivo",
        "divulgação",
        "reprodução",
        "fotocredit",
        "beeld",
        "fotograf",
        "arkivfoto",
        "arkivbild",
        "bilde",
        "kuva",
        "valokuva",
        "zdjęcie",
        "fot",
        "zdj",
        "fotoğraf",
        "fotó",
        "gambar",
        "dok",
        "ảnh",
        "hình",
        "фото",
        "зображення",
        "illustration",
        "illustrations",
        "infographic",
        "graphic",
        "grafik",
        "screenshot",
        "video",
        "写真",
        "图",
        "图片",
        "사진",
        "reuters",
        "afp",
        "ap",
        "press",
        "getty",
        "epa",
        "efe",
        "dpa",
        "alliance",
        "imago",
        "xinhua",
        "archieffoto",
        "photographer",
        "supplied",
        "rechte",
        "bildrechte",
        "rights",
        "staff",
        "courtesy",
        "submitted",
        "bernama",
        "fotobernama",
        "tư",
        "minh",
        "archivo",
        "archive",
        "archivio",
        "bloomberg",
        "shutterstock",
        "istock",
        "istockphoto",
        "nurphoto",
        "zuma",
        "anadolu",
        "alamy",
        "unsplash",
        "pexels",
        "pixabay",
        "scanpix",
        "ntb",
        "tt",
        "belga",
        "ansa",
        "lusa",
        "keystone",
        "apa",
        "vna",
        "ttxvn",
        "kyodo",
        "yonhap",
        "sipa",
        "association",
        "pa",
        "privat",
        "urheber",
        "urheberin",
        "aufnahme",
        "still",
        "vidéo",
        "cortesía",
        "cortesia",
        "handout",
    }
)
_SPLIT, _ASCII_SPLIT = re.compile(r"[^\W\d_]+"), re.compile("[a-z]+")
_SENTENCE_IN = re.compile(
    r"[.!?][\"”»’]?\s+\S+\s[^\W\dA-Z_]{2,}|[.!?…][\"”»]\s+\S"
)  # "Photo: D. Whitlock. The goat paid."
_GO_ON = frozenset(",;–—-")
_PHRASE = re.compile(r"(?:[^\W_]|&)\s?\Z")  # "Free File: ...", "social & video: ...": the label ends a phrase
_GLUED = re.compile(
    r"(?P<dash>[-–—|:]\s?)?(?P<mark>hinh anh|hình ảnh|hình|ảnh|image|picture|photo|foto|bild nr\.?|bild|abbildung|abb\.|imagen|"
    r"fotografía|fotografia|figure|immagine|imagem|bilde|billede|kuva|zdjęcie|resim|gambar|afbeelding|illustration)\s?"
    r"(?P<number>\d{1,2})(?P<rest>\D.*|)\Z",
    re.IGNORECASE | re.DOTALL,
)
_GLUED_WORDS = (
    r"(?<=[\s\"”»’?!.])(?:[-–—|:]\s?)?(?:hinh anh|hình|ảnh|image|picture|photo|foto|bild|abb|imagen|figure|immagine|imagem|kuva|zdjęcie|"
    r"resim|gambar|afbeelding|illustration)"
)
_GLUED_AT, _GLUED_LOW = re.compile(_GLUED_WORDS, re.IGNORECASE), re.compile(_GLUED_WORDS)
_DIGIT = re.compile(r"\d(?:(?<=[^\W_]\d)|(?<=[^\W_]\s\d))")  # a digit first: few lines have one
_OWN_MARKS = ("hinh anh", "hình ảnh")  # no prose says "hinh anh 1"


def credit_of(text: str) -> str:
    """Who is credited in a line or a line's end, without the label."""
    match = find_credit(text)
    found = (
        next((value for value in match.groupdict().values() if value and len(value) > 1), None)
        if match
        else None
    )
    return (found or text).strip(" ()[].:/©|")


def _names_somebody(match: re.Match[str]) -> bool:
    """Whether what is credited may be a name; behind a colon, a bar or © that opens a phrase it may be anything."""
    credit = match.groupdict().get("credit")
    if credit is None:
        return True
    if _SENTENCE_IN.search(credit) is not None:
        return False
    before = match[0][: match.start("credit") - match.start()]
    if not before.strip("(["):
        return True
    ahead = match.string[max(0, match.start() - 3) : match.start()]
    label = match[0].lstrip("([ ")[:1]
    # "..., the photo: a man with his geese": small, and behind no full stop, a label is a word of the sentence.
    inside = _PHRASE.search(ahead) is not None or (label.islower() and ahead.rstrip()[-1:] in _GO_ON)
    if "©" in match[0] or (any(sign in match[0] for sign in ":：|") and not inside):
        return True
    if "/" in before and not inside:
        return credit[:1] != credit[:1].lower() or not WORDS.isdisjoint(_SPLIT.findall(credit.lower()))
    names = credit.replace(" via ", " ")
    return is_name_words(names) or not WORDS.isdisjoint(_SPLIT.findall(names.lower())[:1])


def cut_credits_inside(line: Line) -> None:
    """A credit at the end of a long paragraph goes; the paragraph stays."""
    match = find_credit(line.text) if may_be_credited(line) else None
    if match is not None and match.start() > 0 and (":" in match[0] or match[0].startswith(("(", "["))):
        line.parts.append(
            Part(match.start(), len(line.text), Verdict("credit", "caption.credit_at_end", 0.9))
        )


def may_be_credited(line: Line) -> bool:
    """Whether `find_credit` may find anything in a line: nearly all lack every sign of it."""
    return line.signs & (BRACKET | CREDIT_WORD) != 0


@lru_cache(maxsize=4_096)  # asked of a line up to four times
def find_credit(text: str) -> re.Match[str] | None:
    """The credit at the end of a text, or None."""
    low = max(0, len(text) - 110)
    tail = text[low:].lower()
    if not tail.isascii() and any(map(tail.__contains__, _WIDE_SIGNS)):
        wide = _WIDE_CREDIT.search(text, low)
        if wide is not None:
            return wide
    words = (_ASCII_SPLIT if tail.isascii() else _SPLIT).findall(tail)
    if tail[-1:] != "]" and "©" not in tail and WORDS.isdisjoint(words):
        return None
    has_square = "[" in tail
    has_bracket = has_square or "(" in tail
    for pattern, may_match in (
        (_LABELLED, True),
        (_BRACKETED, has_bracket),
        (_PAIR, has_square),
        (_SLASHED, True),
        (_NAMED_AFTER, True),
        (_ARCHIVE, has_bracket),
    ):
        match = pattern.search(text, low) if may_match else None
        if match is not None and _names_somebody(match):
            return match
    return None


def glued_parts(text: str) -> list[tuple[str, str, bool]]:
    """Readings of a line as alternative text, picture's number and caption: (text, caption, certain)."""
    readings: list[tuple[str, str, bool]] = []
    if _DIGIT.search(text) is None:
        return []
    # In ASCII every letter has one in lower case, and a search that need not ask for case takes a third of the time.
    places = _GLUED_LOW.finditer(text.lower()) if text.isascii() else _GLUED_AT.finditer(text)
    for place in places:
        match = _GLUED.match(text, place.start())
        if match is not None:
            own = match["mark"].lower() in _OWN_MARKS
            certain = own or match["rest"][:1].isupper() or bool(match["dash"])
            readings.append((text[: match.start()].strip(), match["rest"].strip(" -–—:|"), certain))
    return readings


def is_captioned(text: str) -> bool:
    """Whether a line is a caption by its own words: it ends with a credit or begins with a picture's text."""
    return find_credit(text) is not None or any(certain for _, _, certain in glued_parts(text))
