"""A Stanza model folder: `CLEANCOPY_TAGGER="stanza:/path/to/stanza_resources"`, as `stanza.download` lays it out.

English, tokenizer and names only. Stanza gives no scores for entities: they are 1.0. Dates and amounts are left to
our own rules, which give their values. Nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType

from tasks.entities.spans import Span
from tasks.entities.taggers.adapters import Labelled, Labels, library, pieces, pipeline_folder
from tasks.errors import ConfigError

PIECE_CHARS = 5_000  # some 40 sentences, which Stanza reads as one batch: a few hundred MB

Find = Callable[[str], list[Labelled]]


class StanzaTagger:
    """Names of texts, by Stanza. Each piece is a document of its own, so that others change nothing."""

    def __init__(self, argument: str) -> None:
        stanza = library("stanza", "stanza")
        folder = pipeline_folder("stanza", argument, "resources.json")
        try:
            self._find = _load(stanza, str(folder))
        except ImportError as error:
            raise ConfigError(
                f"tagger 'stanza:{argument}' needs more libraries ({error}): uv run --extra stanza cleancopy ..."
            ) from error
        except Exception as error:  # its errors share no base: some are plain Exception
            raise ConfigError(f"tagger 'stanza:{argument}': stanza cannot load {folder}: {error}") from error
        self._labels = Labels("stanza")

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Mentions of each text, sorted, not overlapping."""
        return [
            self._labels.spans(
                text,
                [
                    one._replace(start=start + one.start, end=start + one.end)
                    for start, piece in pieces(text, PIECE_CHARS)
                    for one in self._find(piece)
                ],
            )
            for text in texts
        ]


def _load(stanza: ModuleType, folder: str) -> Find:
    """The pipeline's answers for one piece. Raises what the library raises."""
    nlp = stanza.Pipeline(
        "en", dir=folder, processors="tokenize,ner", download_method=None, use_gpu=False, verbose=False
    )

    def find(piece: str) -> list[Labelled]:
        return [Labelled(one.start_char, one.end_char, one.type, 1.0) for one in nlp(piece).ents]

    return find
