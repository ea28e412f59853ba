"""Tongues: articles of other languages, made at run time of Faker's word lists, names and places."""

from __future__ import annotations

from functools import cache
from random import Random

from faker import Faker

TONGUES = {
    "zh": "zh_CN", "ja": "ja_JP", "th": "th_TH", "ar": "ar_AA", "vi": "vi_VN", "de": "de_DE", "ru": "ru_RU", "el": "el_GR",
    "he": "he_IL", "fa": "fa_IR", "pl": "pl_PL", "uk": "uk_UA", "fr": "fr_FR", "es": "es_ES", "bn": "bn_BD", "hy": "hy_AM",
}  # fmt: skip
BARE = frozenset({"zh", "ja", "th"})  # no spaces between words
_STOP = {"zh": "。", "ja": "。", "th": " ", "bn": "। ", "hy": "։ ", "ar": ". "}
_COMMA = {"zh": "，", "ja": "、", "th": " ", "ar": "، ", "fa": "، "}


@cache
def _faker(tongue: str) -> Faker:
    return Faker(TONGUES[tongue])


def article(tongue: str, seed: str, dice: Random) -> tuple[str, str]:
    """A title and an article of 4 to 12 paragraphs. Words follow no grammar, but common ones are common."""
    faker = _faker(tongue)
    faker.seed_instance(f"{tongue} {seed}")
    known = sorted(set(faker.words(2_000)))
    weights = [1 / (3 + place) for place in range(len(known))]
    people, places, firms = ([make() for _ in range(4)] for make in (faker.name, faker.city, faker.company))
    own = [*people, *places, *firms, *(str(dice.randrange(2, 9_000)) for _ in range(4))]
    parts = [
        "".join(_sentence(tongue, dice, known, weights, own) for _ in range(dice.randint(2, 5))).strip()
        for _ in range(dice.randint(4, 12))
    ]
    return _sentence(tongue, dice, known, weights, own).strip(" .。।։"), "\n\n".join(parts)


def _sentence(tongue: str, dice: Random, known: list[str], weights: list[float], own: list[str]) -> str:
    words = dice.choices(known, weights, k=dice.randint(8, 24))
    for _ in range(dice.randrange(3)):
        words.insert(dice.randrange(len(words)), dice.choice(own))
    space = "" if tongue in BARE else " "
    words[0] = words[0][:1].upper() + words[0][1:]
    if len(words) > 12:
        middle = len(words) // 2
        words[middle] += _COMMA.get(tongue, ", ").rstrip() or " "
    return space.join(words) + _STOP.get(tongue, ". ")
