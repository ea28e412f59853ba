"""A spaCy pipeline from a folder: `CLEANCOPY_TAGGER="spacy:/path/to/pipeline"`.

All components run, as rules may lean on any of them. spaCy gives no scores for entities: they are 1.0. Dates and
amounts are left to our own rules, which give their values.
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.entities.spans import Span
from tasks.entities.taggers.adapters import Labelled, Labels, library, pieces, pipeline_folder
from tasks.errors import ConfigError

PIECE_CHARS = 20_000  # spaCy refuses 1 000 000 and asks for 1 GB of memory for 100 000 (its error E088)


class SpacyTagger:
    """Names of texts, by a spaCy pipeline. Each piece is a batch of its own, so that others change nothing."""

    def __init__(self, argument: str) -> None:
        spacy = library("spacy", "spacy")
        folder = pipeline_folder("spacy", argument, "config.cfg")
        try:
            self._nlp = spacy.load(folder)
        except (OSError, ValueError, KeyError, ImportError) as error:
            raise ConfigError(f"tagger 'spacy:{argument}': spaCy cannot load {folder}: {error}") from error
        self._limit_chars = min(PIECE_CHARS, self._nlp.max_length)
        self._labels = Labels("spacy")

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Mentions of each text, sorted, not overlapping."""
        cut = [list(pieces(text, self._limit_chars)) for text in texts]
        documents = iter(self._nlp.pipe((piece for part in cut for _, piece in part), batch_size=1))
        return [
            self._labels.spans(
                text,
                [
                    Labelled(start + entity.start_char, start + entity.end_char, entity.label_, 1.0)
                    for start, _ in part
                    for entity in next(documents).ents
                ],
            )
            for text, part in zip(texts, cut, strict=True)
        ]
