"""The language of a text.

Scripts that one language of the news writes (Hangul, kana, Thai, Greek, ...) are counted; between the languages
of a script py3langid decides, restricted to them. Its model takes 0.4 s to load, once a process, and only
when a text needs it.
"""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from typing import Any

import numpy as np

SAMPLE_CHARS = 800  # gives the answer of 2,400 on all 859 articles and dumps; 600 on all but one
# So many are enough where they leave no doubt: of 2,577 articles and dumps 2,078, all with the answer of the whole sample.
FIRST_CHARS, FIRST_SURE = 240, 0.99
MIN_LETTERS = 24  # below, a headline of names is taken for any language
MIN_SCRIPT_LETTERS = 6  # enough where the script alone decides
MIN_PROBABILITY = (
    0.5  # of the first 80 characters of 859 articles 847 are right, 12 None, 0 wrong; of 60, 1 wrong
)

_SCRIPTS: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (name, re.compile(f"[{letters}]+"), tuple(languages.split()))
    for name, letters, languages in (
        ("latin", "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff",
         ("en de fr es it pt nl da no nn sv fi is fo pl cs sk sl hr bs sr sq hu ro et lv lt tr az vi id ms tl ca gl "
          "eu ga cy af sw zu xh rw mg ht mt la eo lb oc br")),
        ("cyrillic", "\u0400-\u052f", "ru uk be bg mk sr kk ky mn"),
        ("arabic", "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f", "ar fa ur ps ug ku"),
        ("devanagari", "\u0900-\u0965", "hi mr ne"),
        ("bengali", "\u0980-\u09e5", "bn as"),
        ("han", "\u3400-\u4dbf\u4e00-\u9fff", "zh"),
        ("kana", "\u3041-\u309f\u30a1-\u30fa", "ja"),
        ("hangul", "\u1100-\u11ff\uac00-\ud7a3", "ko"),
        ("thai", "\u0e01-\u0e3a\u0e40-\u0e4e", "th"),
        ("hebrew", "\u05d0-\u05ea", "he"),
        ("greek", "\u0370-\u03ff\u1f00-\u1fff", "el"),
        ("gurmukhi", "\u0a00-\u0a65", "pa"),
        ("gujarati", "\u0a80-\u0ae5", "gu"),
        ("oriya", "\u0b00-\u0b65", "or"),
        ("tamil", "\u0b80-\u0be5", "ta"),
        ("telugu", "\u0c00-\u0c65", "te"),
        ("kannada", "\u0c80-\u0ce5", "kn"),
        ("malayalam", "\u0d00-\u0d65", "ml"),
        ("sinhala", "\u0d80-\u0dff", "si"),
        ("lao", "\u0e81-\u0ecf", "lo"),
        ("burmese", "\u1000-\u103f", "my"),
        ("georgian", "\u10a0-\u10ff", "ka"),
        ("ethiopic", "\u1200-\u135f", "am"),
        ("khmer", "\u1780-\u17d3", "km"),
        ("armenian", "\u0531-\u0587", "hy"),
    )
)  # fmt: skip
_NOT_PROSE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
_ADDRESS_MARKS = ("http", "www.", "@")
_KANA_SHARE = (
    0.05  # of kana and Han together: Japanese headlines have 0.1 and more, Chinese texts quote kana below
)


def find_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language; None where it is too short, or no language is likely enough.

    Looks at the first 800 characters without addresses, where that is enough at fewer. The same text gives the same answer, in any
    process and thread.
    """
    sample = text[: 2 * SAMPLE_CHARS]
    if any(map(sample.__contains__, _ADDRESS_MARKS)):
        sample = _NOT_PROSE.sub(" ", sample)
    sample = sample[:SAMPLE_CHARS]
    n_latin = sum(map(len, _LATIN.findall(sample)))
    if 2 * n_latin > len(sample):  # no other script can have more: the other patterns need not look
        return _decided(sample, "latin") if n_latin >= MIN_LETTERS else None
    counts = _letters_by_script(sample)
    if not counts:
        return None
    if counts.get("kana", 0) > _KANA_SHARE * (counts.get("kana", 0) + counts.get("han", 0)):
        counts["kana"] += counts.pop("han", 0)
    script = max(counts, key=lambda name: counts[name])
    languages = _LANGUAGES[script]
    if len(languages) == 1:
        return languages[0] if counts[script] >= MIN_SCRIPT_LETTERS else None
    return _decided(sample, script) if counts[script] >= MIN_LETTERS else None


_LATIN = _SCRIPTS[0][1]
_LANGUAGES = {name: languages for name, _, languages in _SCRIPTS}


def _letters_by_script(sample: str) -> dict[str, int]:
    scripts = _SCRIPTS[:1] if sample.isascii() else _SCRIPTS
    found = {name: sum(map(len, letters.findall(sample))) for name, letters, _ in scripts}
    return {name: letters for name, letters in found.items() if letters}


def _decided(sample: str, script: str) -> str | None:
    model = _identifier(script)
    language, probability = model.classify(" ".join(sample[:FIRST_CHARS].split()))
    if probability < FIRST_SURE:
        language, probability = model.classify(" ".join(sample.split()))
    if probability < MIN_PROBABILITY:
        return None
    return _SAME.get(language, str(language))


_SAME = {"nn": "no", "nb": "no"}  # one code for both written forms of Norwegian, as the sets have


@lru_cache(maxsize=1)
def _model() -> Any:  # noqa: ANN401  py3langid has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  0.4 s with numpy: only on need

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=8)
def _identifier(script: str) -> Any:  # noqa: ANN401  py3langid has no types
    """The model restricted to the languages of a script: 10 MB for the Latin one."""
    model = copy.copy(_model())
    model.set_languages([code for code in _LANGUAGES[script] if code in model.labels])
    # A row a feature: a text has some 700 of 100,000, and down the columns each number of each costs a cache miss.
    model.nb_ptc = np.ascontiguousarray(model.nb_ptc)
    return model
