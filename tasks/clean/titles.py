"""The headline: found where the text carries it, moved to its field, and cut where it stands again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection

from tasks.clean.acts import is_spoken_to_reader
from tasks.clean.agencies.names import is_outlet, is_outlet_like
from tasks.clean.bylines import find_byline
from tasks.clean.credits import is_captioned
from tasks.clean.draft import Draft, Line, doubled, folded
from tasks.clean.forms import form_of
from tasks.clean.headers import header_kind, is_dated
from tasks.clean.menus import is_menu
from tasks.clean.naming import names_of
from tasks.clean.narrated import goes_on, tells
from tasks.clean.words import ends_sentence, has_full_stop, is_date_words

_SITE = re.compile(r"\s*(?:[|•·]|\s[-–—:]\s|::|\[|»|«)\s*[^|\[\]]{2,60}\]?\s*\Z")
_BEFORE = re.compile(r"\A[^|»›:•·\n]{2,40}\s?[|»›:•·]\s")  # "Tide Gazette | ", "Headline: "
TOP_LINES = 40  # a headline stands above the article's first paragraph, below at most a menu
MIN_CHARS, MAX_CHARS = 15, 220  # shorter lines are labels, longer ones paragraphs
_SITED = re.compile(
    r"[\"“„«¿¡]?[^\W\d_a-z][^|\n]{20,150}?(?: [–—-] [^|–—\n-]{3,25})?(?: ?\| ?| [–—-] )(?P<site>[^\W\d_a-z][^|–—\n-]{3,40})"
)
# Results of a match and who scored are no headline, nor is how many came.
_SCORE = re.compile(
    r"[^\d:：,]{3,40}\s?\d{1,2}(?:\s?[-–―:]\s?\d{1,2})?(?:\s?\([^()]{0,60}\d[^()]{0,12}\)|[^\d:：,.]{3,30}\d{1,2})?|[^\W\d_]{3,20}\s?:\s.{0,80}\d{1,3}(?:['’′]|\.\)).{0,60}|"
    r"[^\W\d_][^:：\d]{2,20}\s?[:：]\s?\d[\d.,]{0,9}(?:\s\w{1,12})?"
)
MOST_LINES, MOST_SITED = 60, 2  # in the dump of a whole page many lines look so
REPEAT_CHARS, PHRASE_CHARS = 12, 25
CREDIT_CHARS = 50
_TITLE_WORD = re.compile(r"\w+")
_CREDIT_BEGINS = re.compile(
    r"[.!?”\"»’)]{0,3}\s?(?:[(\[（|–—©ⒸⓒＣ/•-]|[^\W\d_][^\W\d_ ]{2,14}(?: [^\W\d_]{2,10})?\s?[:：])"
)
STORY_CHARS = 40
LABEL_CHARS = 40  # a longer line above the headline may be the article's


def find_title(draft: Draft) -> None:
    """Sets the title and cuts its lines: the first as `title`, further ones as `duplicate_title`."""
    given = [key for title in draft.titles for key in _keys(title)]
    number = _given_line(draft, given) if given else None
    if number is None and not given:
        number = _first_headline(draft)
    if number is None:
        draft.title = draft.titles[0].strip() if draft.titles else None
        keys = set(given)
    else:
        line = draft.lines[number]
        keys = {*given, *_keys(line.text)}
        draft.title = draft.titles[0].strip() if draft.titles else _without_site(draft, line)
        line.cut("title", "title.first_line", 0.9)
    _cut_again(draft, {key for key in keys if len(key) >= REPEAT_CHARS})
    _cut_captioned(draft)
    if not draft.page_lines:
        _cut_sited(draft)


def cut_above_title(draft: Draft, site_name: str | None) -> None:
    """Kickers and menu words above the headline, and lines that are only the site's name, are navigation."""
    at = next(
        (
            n
            for n, line in enumerate(draft.lines)
            if line.verdict is not None and line.verdict.kind == "title"
        ),
        0,
    )
    name = fold(site_name or "")
    for number, line in enumerate(draft.lines):
        above = number < at and line.weight <= LABEL_CHARS and not ends_sentence(line.text)
        if above or (name and line.bare and line.may_begin(name[0]) and line.key == name):
            kind = header_kind(line.text) or ("timestamp" if is_dated(line.text) else "navigation")
            if kind == "navigation" and find_byline(line.text) is not None:
                kind = "byline"
            line.cut(kind, "title.above", 0.8)


def is_headline(line: Line) -> bool:
    """Whether a line may be a headline: a few words, no full stop, no date, no label."""
    text = line.text
    if not MIN_CHARS <= line.weight <= MAX_CHARS or text[-1] in ":：,;":
        return False
    if text[0].islower() or text[0] in "-•*([{<|!/":
        return False
    n_words = text.count(" ") + 1
    long_enough = n_words >= 3 or line.weight > len(text)
    return long_enough and (not ends_sentence(text) or text[-1] in "?!\"'”»’“…") and not is_date_words(text)


def fold(text: str) -> str:
    """Words in lower case: what two spellings of a headline have in common."""
    return folded(text)


def _keys(title: str) -> list[str]:
    """A title folded, with and without the name of the site behind it."""
    shorter = _SITE.sub("", title)
    return [key for key in dict.fromkeys(map(fold, (title, shorter, _SITE.sub("", shorter)))) if key]


def _given_line(draft: Draft, given: list[str]) -> int | None:
    wanted = set(given)
    begins, initials = tuple(given), {title[0] for title in given}  # a title with the site's name behind it
    for number, line in enumerate(draft.lines):
        if not line.bare or line.verdict is not None or not line.may_begin(initials):
            continue
        if not line.key.startswith(begins):
            continue
        if line.key in wanted or wanted & set(_keys(line.text)):
            return number
    return None


def _first_headline(draft: Draft) -> int | None:
    """The headline among the lines above the first paragraph: one that is repeated, else the first."""
    first_prose, _ = draft.body()
    if first_prose == len(draft.lines):
        return None
    told = next((n for n, line in enumerate(draft.lines[:first_prose]) if _is_story(line)), first_prose)
    top = [
        number
        for number in range(min(told + 1, TOP_LINES))
        if _may_be_title(draft.lines[number]) and not _goes_on(draft.lines, number)
    ]
    counts = _counts(draft.lines, {key for number in top for key in _keys(draft.lines[number].text)})
    # A line that looks like a paragraph is a headline only if the text repeats it.
    top = [number for number in top if number < first_prose or counts[draft.lines[number].key] > 1]
    shorter = {
        number: key for number in top if (key := _shorter(draft.lines[number].text, counts)) is not None
    }
    # So with one whose words are of a notice: "Join our WhatsApp channel"; but "Share prices fall" is a headline too.
    if shorter:  # "Headline | Site", and the headline alone below it
        top = [number for number in top if form_of(draft.lines[number].text) is None] or top
        for number in top:
            if number in shorter:
                return next((n for n in top if draft.lines[n].key == shorter[number]), number)
    named = [n for n in top if form_of(draft.lines[n].text) is None]
    again = [n for n in named if counts[draft.lines[n].key] > 1 and _is_phrase(draft.lines[n].text)]
    return next(iter(again or named or top), None)


def _is_phrase(text: str) -> bool:
    """Whether a line that the text repeats may be its headline, and no row of a menu at the top and the bottom."""
    return len(text) >= PHRASE_CHARS


def _is_story(line: Line) -> bool:
    """Whether a line is a short paragraph of the article: what stands below it is no headline, but a subheading."""
    if (
        line.weight < STORY_CHARS
        or line.verdict is not None
        or line.maybe is not None
        or not has_full_stop(line.text)
    ):
        return False
    return (
        form_of(line.text) is None
        and not is_spoken_to_reader(line.text)
        and (goes_on(line.text) or tells(line.text))
    )


def _shorter(text: str, counts: Counter[str]) -> str | None:
    """The headline without the site's name behind it, where that is a line too."""
    return next((key for key in _keys(text)[1:] if counts[key]), None)


def _counts(lines: list[Line], keys: set[str]) -> Counter[str]:
    """How many lines have each of these keys. Few lines begin with the first word of one: the others' keys are not made."""
    begins = {key.split(" ", 1)[0] for key in keys}
    found: Counter[str] = Counter()
    for line in lines:
        if line.bare:
            word = line.text.split(maxsplit=1)[0].lower()
            if (word in begins or not word.isalnum()) and line.key in keys:
                found[line.key] += 1
    return found


def _may_be_title(line: Line) -> bool:
    is_open = (
        line.verdict is None
        and line.maybe is None
        and bool(line.bare)
        and _SCORE.fullmatch(line.text) is None
    )
    # "... taller than Jefferson on “The Late Hour.”" is a lead.
    is_told = has_full_stop(line.text) and not line.text.rstrip("\"'”»").endswith("..")
    if (
        not is_open
        or is_told
        or not is_headline(line)
        or is_captioned(line.text)
        or doubled(line.bare) is not None
    ):
        return False
    if names_of([line.text])[0] is not None or is_menu(line.text):
        return False
    return header_kind(line.text) is None and find_byline(line.text) is None


def _goes_on(lines: list[Line], number: int) -> bool:
    """Whether a line is the first half of a sentence."""
    after = lines[number + 1].text if number + 1 < len(lines) else ""
    return after[:1].islower() and " " in after


def _without_site(draft: Draft, line: Line) -> str:
    """The headline without the site's name, where the text shows that it is one."""
    shorter = _SITE.sub("", line.text)
    if shorter != line.text and any(other.key == fold(shorter) for other in draft.lines if other is not line):
        return shorter.strip()
    return line.text


def _cut_again(draft: Draft, keys: set[str]) -> None:
    if not keys:
        return
    begins = ends = tuple(keys)
    initials, finals = {key[0] for key in keys}, {key[-1] for key in keys}
    for line in draft.lines:
        if line.verdict is not None or not line.bare:
            continue
        again = line.may_begin(initials) and line.key.startswith(begins)
        if not again:  # told of most lines by the last letter alone
            last = line.text[-8:].lower()[-1]  # a Greek sigma's lower case depends on what is before it
            if (last not in finals and last.isalnum()) or _BEFORE.match(line.text) is None:
                continue
        if again and (line.key in keys or keys & set(_site_key(line))):
            line.cut("duplicate_title", "title.again", 0.95)
        elif again and _is_credited(line, keys):
            line.cut("caption", "title.captioned", 0.9)
        elif line.key.endswith(ends) and fold(_BEFORE.sub("", line.text, count=1)) in keys:
            line.cut("duplicate_title", "title.again", 0.93)


def says_title(draft: Draft) -> Callable[[Line], bool]:
    """Whether a line, cut for something else, says the headline: behind a label, or before who made a picture."""
    keys = {key for title in (draft.title, *draft.titles) if title for key in _keys(title)}
    keys = {key for key in keys if len(key) >= REPEAT_CHARS}
    begins = tuple(key for key in keys if len(key) >= PHRASE_CHARS)

    def says(line: Line) -> bool:
        if not keys or not line.bare or len(line.text) > MAX_CHARS + CREDIT_CHARS:
            return False
        text = _BEFORE.sub("", line.text, count=1)
        for key in dict.fromkeys((line.key, fold(text))):
            if key in keys or any(
                key.startswith(one) and len(key) <= len(one) + CREDIT_CHARS for one in begins
            ):
                return True
        return False

    return says


def _cut_captioned(draft: Draft) -> None:
    """A headline inside a text that has it nowhere else but as a caption: "Headline" and "Headline. (Photo: Ines Holm)"."""
    if len(draft.lines) > MOST_LINES:
        return
    open_lines = [line for line in draft.lines if line.verdict is None and line.bare]
    heads = {line.key: line for line in open_lines if is_headline(line) and _is_phrase(line.text)}
    for line in open_lines:
        if line.text[-1] not in ")]】）" and not is_captioned(line.text):
            continue
        key = next((key for key in heads if line.key.startswith(key) and heads[key] is not line), None)
        if key is not None and _is_credited(line, {key}):
            line.cut("caption", "title.captioned", 0.9)
            heads[key].cut("duplicate_title", "title.again", 0.9)


def _is_credited(line: Line, keys: Collection[str]) -> bool:
    """Whether a line is the headline and, behind a sign, a few words of who made a picture: "Headline. (Photo: Ines Holm)"."""
    key = max((key for key in keys if line.key.startswith(key)), key=len)
    if len(key) < PHRASE_CHARS and line.weight == len(line.text):
        return False
    words = key.split()
    end = 0
    for word in _TITLE_WORD.finditer(line.text):
        if not words or word[0].lower() != words.pop(0):
            break
        end = word.end()
    rest = line.text[end:]
    return not words and len(rest) <= CREDIT_CHARS and _CREDIT_BEGINS.match(rest) is not None


def _cut_sited(draft: Draft) -> None:
    """A headline with the name of the site behind it, below the first paragraph: the text has no other, or it is one of another story."""
    if len(draft.lines) > MOST_LINES:
        return
    first, _ = draft.body()
    found: list[Line] = []
    for line in draft.lines[first + 1 :]:
        match = _SITED.fullmatch(line.text) if line.verdict is None and line.weight <= MAX_CHARS else None
        if match is None or line.maybe is not None or ends_sentence(line.text):
            continue
        name = match["site"].strip()
        found += [line] if is_outlet(name) or is_outlet_like(name) or draft.text.count(name) > 1 else []
    for line in found if len(found) <= MOST_SITED else ():  # more are a list of the article's
        line.cut("duplicate_title", "title.sited", 0.88)


def _site_key(line: Line) -> list[str]:
    return _keys(line.text)[1:] if line.bare and _SITE.search(line.text) else []
