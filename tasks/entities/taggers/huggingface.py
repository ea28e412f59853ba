"""A token classifier of Hugging Face's transformers from a folder: `CLEANCOPY_TAGGER="hf:/path/to/model"`.

A word has the label of its first token, a mention the mean score of its words. Only files of the folder are read:
no code of the model's own runs, nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TypedDict

from tasks.entities.spans import Span
from tasks.entities.taggers.adapters import Labelled, Labels, library, pieces, pipeline_folder
from tasks.errors import ConfigError

PIECE_CHARS = 1_500  # some 350 tokens of English news; most models take 512
STRIDE_TOKENS = 32  # a piece with more tokens than fit is read in windows that share so many
SPECIAL_TOKENS = 2  # positions that RoBERTa's family counts and cannot use


class _Answer(TypedDict):
    """A mention as the library's pipeline gives it; it also has the `word`."""

    entity_group: str
    score: float
    start: int
    end: int


Classifier = Callable[[str], list[_Answer]]


class HuggingFaceTagger:
    """Names of texts, by a token classifier. Each piece is a batch of its own, so that others change nothing."""

    def __init__(self, argument: str) -> None:
        transformers = library("transformers", "hf")
        folder = pipeline_folder("hf", argument, "config.json")
        try:
            self._classify = _load(transformers, folder)
        except ImportError as error:
            raise ConfigError(
                f"tagger 'hf:{argument}' needs more libraries ({error}): uv run --extra hf cleancopy ..."
            ) from error
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(
                f"tagger 'hf:{argument}': transformers cannot load {folder}: {error}"
            ) from error
        self._labels = Labels("hf")

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Mentions of each text, sorted, not overlapping."""
        return [
            self._labels.spans(
                text,
                [
                    Labelled(
                        start + one["start"], start + one["end"], one["entity_group"], float(one["score"])
                    )
                    for start, piece in pieces(text, PIECE_CHARS)
                    for one in self._classify(piece)
                ],
            )
            for text in texts
        ]


def _load(transformers: ModuleType, folder: Path) -> Classifier:
    """The library's pipeline over the folder. Raises what the library raises, and ValueError without offsets."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
    if not tokenizer.is_fast:
        raise ValueError("its tokenizer gives no offsets; save a fast one (tokenizer.json)")
    model = transformers.AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True)
    positions = getattr(model.config, "max_position_embeddings", 512) - SPECIAL_TOKENS
    tokenizer.model_max_length = min(tokenizer.model_max_length, positions)
    classify: Classifier = transformers.pipeline(
        "token-classification",
        model=model.eval(),
        tokenizer=tokenizer,
        aggregation_strategy="first",
        stride=STRIDE_TOKENS,
        device="cpu",
    )
    return classify
