"""Pictures in the text: captions with their credits, glued to an image's alternative text, below image markup."""

from __future__ import annotations

import re

from tasks.clean.agencies.names import agency_named
from tasks.clean.bylines import person_name
from tasks.clean.credits import credit_of, find_credit, glued_parts, may_be_credited
from tasks.clean.draft import BETWEEN, DIGIT, PROSE_CHARS, Draft, Line
from tasks.clean.narrated import goes_on, tells
from tasks.clean.titles import MIN_CHARS, fold, is_headline
from tasks.clean.words import ends_sentence, has_full_stop, is_name_words

CAPTION_CHARS = 100  # a line below a picture that is longer is the article's next paragraph
GLUED_CHARS = 600  # a headline and a caption of three sentences
CREDITED_CHARS = 320  # a longer line that ends with a credit is a paragraph: only the credit goes
ATTRIBUTED_CHARS = 200  # a longer line with an agency in brackets is a paragraph that it closes
_VIEWER = re.compile(
    r"(?:(?i:open image in gallery|(?:click to )?enlarge (?:this )?image|click to enlarge|phóng to ảnh|\d{1,3} / \d{1,3}(?= )|view image in (?:full ?screen|gallery)|(?:toggle|hide) caption|"
    r"ampliar (?:foto|imagen)|agrandir l['’]image|bild (?:vergrößern|in originalgröße(?: anzeigen)?)|großansicht|zoom in|apri la galleria|vergroot|powiększ|ingrandisci|voir la galerie|ver galería|image (?:caption|source),?|bildunterschrift|"
    r"(?:listicle )?image \d{1,3}(?=:)|hình \d{1,2}(?=:)|(?:image|photo|slide|picture|bild|foto|imagen|ảnh) \d{1,3} (?:of|von|de|sur|di|van|av|trên|/) \d{1,3})(?=\s*:|\s|[^\W\d_a-z]|\Z)|"
    r"\d{1,3} (?:of|von|de|sur|di|van|av|trên|/) \d{1,3}(?=\s*:|[^\W\d_a-z]|\Z|\s[^\W\d_a-z][^.!?]{0,100}(?:\.?\s?\([^()]{2,40}\))?\Z)|"
    r"expand(?=[^\W\d_a-z]))\s*:?\s*"
)
_VIEWER_HEADS = frozenset(
    "ope cli enl phó vie tog hid amp agr bil gro zoo apr pow ing voi ver ima lis hìn pho sli pic fot ảnh exp".split()  # noqa: SIM905  one line, not 26
)  # how a line begins that it matches; or with a number
_ATTRIBUTED = re.compile(r"(?P<text>[^\W\d_a-z][^()\n]{20,260}?)\s?\((?P<name>[^()\d]{2,40})\)")
_BARRED = re.compile(
    r"(?P<text>[^\W\d_a-z][^|\n]{14,120}?)(?: ?\| |[.] ?/ )(?P<name>[^\W\d_a-z][\w.’'-]+(?: [^\W\d_a-z][\w.’'-]+){1,3})"
)
_SENTENCES = re.compile(r"[a-zà-ỹ”\"»)]{2}[.!?]\s+(?=[\"“„«]?[^\W\d_a-z])")
_SCRIPT_STOP = re.compile(r"।\s*\Z|[\u0600-\u06ff][.۔]\s*\Z")  # captions in Hindi and Arabic seldom end so
_IS = re.compile(r"(?<!\w)(?:is|are|ist|sind|est|sont|es|son|è|sono|é|são|är|er|jest|są|zijn)(?!\w)")
_INITIALED = re.compile(r"[(\[]?[a-zäöü]{2,4}(?:/[a-zäöü]{2,4}){1,3}[)\]]?")
_PICTURE = re.compile(r"(?i:photo|foto|bild|image|imagen|picture|ảnh|video|archiv|collection|handout)")
SIGNED_CHARS = (
    120  # two sentences of this length with a name behind them are a paragraph, but where it says "photo"
)
WITH_CREDIT, PARAGRAPH_CHARS = "caption.with_credit", 120  # two sentences of it may be the article's
STORY_CHARS = 47
MOST_LINES = 60  # in the dump of a whole page bars part items of lists
_FIGURES = re.compile(r"[^:：]{2,40}[:：]\s?[^:：]{0,20}\d")  # "Adults: 4 euros"
MARKS = frozenset("-–—/")  # what a sign-off stands behind


def cut_captions(draft: Draft) -> None:
    """Verdicts `caption` and `credit`; fills the draft's captions and credits in order."""
    first_prose, last_prose = draft.body()
    found: dict[int, tuple[str, str | None]] = {}
    for number, line in enumerate(draft.lines):
        if line.verdict is not None:
            if line.verdict.kind == "credit":
                found[number] = ("", credit_of(line.text))
            continue
        begins = line.text[:3].lower()
        caption = _viewed(line) if begins in _VIEWER_HEADS or begins[0].isdigit() else None
        below_cut = number > 0 and draft.lines[number - 1].verdict is not None
        if caption is None and (below_cut or line.signs & DIGIT or may_be_credited(line)):
            caption = (
                _glued(draft, line)
                or _credited(line, closes=number == last_prose)
                or _below_picture(draft, number, first_prose)
            )
        if caption is None and number < last_prose and line.text[-1:] == ")":
            caption = _attributed(line)
        if (
            caption is None
            and number > first_prose
            and line.signs & BETWEEN
            and len(draft.lines) <= MOST_LINES
        ):
            caption = _barred(line)
        if caption is not None:
            found[number] = caption
    for number in sorted(found):
        text, credit = found[number]
        _above_credit(draft, number, text)
        draft.captions += [text] if text else []
        draft.credits += [credit] if credit else []


def _credited(line: Line, *, closes: bool) -> tuple[str, str | None] | None:
    """A caption that ends with its credit: the whole line. closes: it is the last paragraph, which agencies sign."""
    if not may_be_credited(line) or len(line.text) > CREDITED_CHARS or not line.text:
        return None
    match = find_credit(line.text)
    if match is None:
        return None
    if _is_signed(line.text, match) or (
        closes and ":" not in match[0] and ends_sentence(line.text[: match.start()])
    ):
        return None
    credit = credit_of(line.text)
    if len(credit.split()) > 9 or (match.start() > 220 and match[0][:1] not in "([" and ":" not in match[0]):
        return None
    kind = "caption" if match.start() > 3 else "credit"
    line.cut(kind, WITH_CREDIT if kind == "caption" else "caption.credit", 0.93)
    # A credit glued to a paragraph makes no caption of it: the judge is asked.
    line.may_be_sentence = (
        line.weight >= PARAGRAPH_CHARS and _SENTENCES.search(line.text[: match.start()]) is not None
    )
    return (line.text if kind == "caption" else "", credit)


def _viewed(line: Line) -> tuple[str, str | None] | None:
    """A caption behind the words of a picture viewer: "Open image in galleryThe lake", "Slide 6 of 54: The lake"."""
    match = _VIEWER.match(line.text) if len(line.text) <= CREDITED_CHARS else None
    if match is None:
        return None
    caption = line.text[match.end() :].strip(" :–—-")
    n_more = len(_SENTENCES.findall(caption))
    if len(caption) >= PARAGRAPH_CHARS and (n_more > 1 or (n_more and goes_on(caption))):
        return None  # run into the paragraph below it
    line.cut("caption", "caption.viewer", 0.93)
    return (caption, credit_of(caption) if find_credit(caption) else None) if caption else None


def _attributed(line: Line) -> tuple[str, str | None] | None:
    """One sentence, with an agency's or a person's name in brackets behind it: "The ferry leaves in May. (Kyodo)"."""
    match = (
        _ATTRIBUTED.fullmatch(line.text)
        if line.verdict is None and len(line.text) <= CREDITED_CHARS
        else None
    )
    if match is None or _SENTENCES.search(match["text"]):
        return None
    signed = ends_sentence(match["text"]) and _is_paragraph(match["text"])  # the agency signs what it reports
    agency = agency_named(match["name"]) is not None and line.weight <= ATTRIBUTED_CHARS and not signed
    person, _, paper = match["name"].partition(" for ")  # "(Jane Doe for the Tide Gazette)"
    pair = [part.strip() for part in match["name"].split("/")]
    if len(pair) == 2 and is_name_words(match["name"]) and not _is_paragraph(match["text"]):
        person, paper = pair  # "(Jane Doe/Tide Gazette)"
    if not agency and (person_name(person) is None or (not paper and ends_sentence(match["text"]))):
        return None
    line.cut("caption", "caption.attributed", 0.9)
    return line.text, match["name"]


def _is_paragraph(text: str) -> bool:
    return goes_on(text) or (
        len(text) >= PROSE_CHARS and (tells(text) or _SCRIPT_STOP.search(text) is not None)
    )


def _barred(line: Line) -> tuple[str, str | None] | None:
    """A caption with a name behind a bar or a stroke: "The lake in May. | Ines Holm"."""
    match = _BARRED.fullmatch(line.text) if len(line.text) <= ATTRIBUTED_CHARS else None
    if match is None or person_name(match["name"]) is None or _is_paragraph(match["text"]):
        return None
    line.cut("caption", "caption.attributed", 0.9)
    return line.text, match["name"]


def _is_signed(text: str, credit: re.Match[str]) -> bool:
    """Whether a paragraph with a sign-off looks like a caption: "..., the ministry said. — Xinhua", "... /VNA"."""
    before = text[: credit.start()].rstrip(" ([")
    if _INITIALED.fullmatch(credit[0].strip()) or (
        ":" not in credit[0] and len(_SENTENCES.findall(before)) >= 2
    ):
        return True  # "(sc/dpa)"; a caption has two sentences at most
    named = ":" not in credit[0] and _PICTURE.search(credit[0]) is None
    if named and len(before) >= SIGNED_CHARS and _SENTENCES.search(before) and ends_sentence(before):
        return True
    is_bare = credit[0].lstrip()[:1] in MARKS and ":" not in credit[0]
    return is_bare and len(before) >= PROSE_CHARS and ends_sentence(before)


def _glued(draft: Draft, line: Line) -> tuple[str, str | None] | None:
    """An image's alternative text with its number, then the caption: "Headline hinh anh 1Caption"."""
    if not line.signs & DIGIT or len(line.text) > GLUED_CHARS:
        return None
    for alt, caption, certain in glued_parts(line.text):
        is_title = draft.title is not None and fold(alt) == fold(draft.title)
        if not is_title and not (certain and len(alt) >= MIN_CHARS):
            continue
        if draft.title is None and len(alt.split()) >= 3:
            draft.title = alt
        line.cut("caption", "caption.glued", 0.95)
        return caption, credit_of(caption) if find_credit(caption) else None
    return None


def _below_picture(draft: Draft, number: int, first_prose: int) -> tuple[str, str | None] | None:
    """A short line right below image markup, or below a headline that stands again inside the article."""
    if number == 0:
        return None
    above, line = draft.lines[number - 1], draft.lines[number]
    if above.verdict is None or line.weight > CAPTION_CHARS or line.block != above.block:
        return None
    is_spoken = line.text[0] in "—–"
    below_markup = above.verdict.kind == "image_markup" and line.start - above.end <= 2 and not is_spoken
    below_title = above.verdict.rule_id == "title.again" and number > first_prose and _is_bare_caption(line)
    if not (below_markup or below_title):
        return None
    if has_full_stop(line.text) and (goes_on(line.text) or _is_story(line)):
        return None
    line.cut("caption", "caption.below_picture", 0.9)  # surer than what a model may overrule
    return line.text, None


def _is_story(line: Line) -> bool:
    """Whether a sentence below a picture's sign is longer than captions of one sentence are, or names figures."""
    return line.weight >= STORY_CHARS or _FIGURES.match(line.text) is not None


def _is_bare_caption(line: Line) -> bool:
    """Whether a line below a headline that stands again may be its caption: what tells, or says what is, goes on with the article."""
    if line.text[0] in "\"“„«'‘»–—-" or line.text[-1] in ":：。":
        return False
    if _FIGURES.match(line.text) or line.text[-1] == "?":
        return False
    return not (has_full_stop(line.text) and (line.weight >= STORY_CHARS or _states(line.text)))


def _states(text: str) -> bool:
    """Whether a text tells, or says what is."""
    return tells(text) or _IS.search(text) is not None


def _above_credit(draft: Draft, number: int, text: str) -> None:
    """A short line right above a lone credit is its caption."""
    if text or number == 0:
        return
    above, line = draft.lines[number - 1], draft.lines[number]
    alone = number < 2 or draft.lines[number - 2].block != above.block
    last = number + 1 == len(draft.lines) or draft.lines[number + 1].block != line.block
    same = above.block == line.block and alone and last and not _is_paragraph(above.text)
    same = same and _SENTENCES.search(above.text) is None
    if same and _is_open(above) and above.weight <= CAPTION_CHARS and not is_headline(above):
        above.cut("caption", "caption.above_credit", 0.8)
        draft.captions.append(above.text)
    elif same and _is_open(above) and above.weight <= CAPTION_CHARS and not ends_sentence(above.text):
        above.cut("caption", "caption.above_credit", 0.75)
        draft.captions.append(above.text)


def _is_open(line: Line) -> bool:
    return line.verdict is None
