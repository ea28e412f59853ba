"""A GLiNER model from a folder: `CLEANCOPY_TAGGER="gliner:/path/to/model"`.

GLiNER is asked for types in words; PROMPTS says which words stand for our types. Names alone: dates and amounts are
left to our own rules, which give their values. Nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TypedDict

from tasks.entities.spans import Span
from tasks.entities.taggers.adapters import Labelled, Labels, library, pieces, pipeline_folder
from tasks.errors import ConfigError

PIECE_CHARS = 1_500  # some 250 words of English news; most models read 384 and cut off the rest
THRESHOLD = 0.5  # the library's own
PROMPTS = {
    "person": "PERSON", "organization": "ORG", "country, city or state": "GPE", "location": "LOC", "facility": "FAC",
    "nationality, religious or political group": "NORP", "event": "EVENT", "law": "LAW", "work of art": "WORK",
    "product": "PRODUCT",
}  # fmt: skip


class _Answer(TypedDict):
    """A mention as the library gives it; it also has the `text`."""

    start: int
    end: int
    label: str
    score: float


Find = Callable[[str], list[_Answer]]


class GlinerTagger:
    """Names of texts, by GLiNER. Each piece is a batch of its own, so that others change nothing."""

    def __init__(self, argument: str) -> None:
        gliner = library("gliner", "gliner")
        folder = pipeline_folder("gliner", argument, "gliner_config.json")
        try:
            self._find = _load(gliner, str(folder))
        except ImportError as error:
            raise ConfigError(
                f"tagger 'gliner:{argument}' needs more libraries ({error}): uv run --extra gliner cleancopy ..."
            ) from error
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ConfigError(f"tagger 'gliner:{argument}': gliner cannot load {folder}: {error}") from error
        self._labels = Labels("gliner")

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Mentions of each text, sorted, not overlapping."""
        return [self._labels.spans(text, self._labelled(text)) for text in texts]

    def _labelled(self, text: str) -> list[Labelled]:
        return [
            Labelled(start + one["start"], start + one["end"], PROMPTS[one["label"]], float(one["score"]))
            for start, piece in pieces(text, PIECE_CHARS)
            for one in self._find(piece)
        ]


def _load(gliner: ModuleType, folder: str) -> Find:
    """The model's answers for one piece. Raises what the library raises."""
    model = gliner.GLiNER.from_pretrained(folder, local_files_only=True, map_location="cpu")
    prompts = list(PROMPTS)

    def find(piece: str) -> list[_Answer]:
        found: list[_Answer] = model.inference([piece], prompts, threshold=THRESHOLD, batch_size=1)[0]
        return found

    return find
