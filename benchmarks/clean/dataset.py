"""The development set as lines with features and labels: one matrix for pages, one for plain text."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from labels import carried, line_labels
from lexicons import count_names, count_words, make_lexicon
from numpy.typing import NDArray
from stories import invented_stories, short_stories

from tasks.clean.clean import Given, read_draft
from tasks.clean.draft import Draft
from tasks.clean.judge.dom import page_features
from tasks.clean.judge.names import Lexicon, name_features
from tasks.clean.judge.plain import plain_features
from tasks.clean.judge.rules import ruled_of
from tasks.clean.judge.sayings import saying_features
from tasks.clean.judge.second import Shape
from tasks.clean.judge.seen import seen_lines
from tasks.clean.page import parse_page
from tasks.clean.rules import load_rules

Floats = NDArray[np.float64]
Row = Mapping[str, Any]
T = TypeVar("T")
N_FOLDS = 5
# Documents count alike inside a set; the score is the mean over the sets, whose sizes differ: half-way.
SET_WEIGHT = {"fundus": 4.0, "readability": 4.0, "wcxb": 1.0, "invented": 0.6}
LEXICON_SITES = {
    "page": 4,
    "text": 5,
}  # names and words seen on fewer sites say more of the site than of news


@dataclass(slots=True)
class Lines:
    """All lines of one kind of input. `document` numbers the inputs; `fold` is by document."""

    kind: str
    features: NDArray[np.float32]
    names: list[str]
    looked_up: list[
        NDArray[np.float32]
    ]  # for each fold left out: the lexicon's features, never from the line's own fold
    labels: Floats
    weights: Floats
    document: NDArray[np.int64]
    fold: NDArray[np.int64]
    shapes: list[Shape]
    texts: list[list[str]]
    rows: list[Row]
    given: list[str]
    lexicons: list[dict[str, float]]  # of the folds but one, and of all

    def bounds(self) -> NDArray[np.int64]:
        """Where each document's lines begin, and the end."""
        return np.searchsorted(self.document, np.arange(len(self.rows) + 1))


def read_rows(path: Path) -> list[Row]:
    """The rows of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def text_lines(text: str) -> list[tuple[int, int]]:
    """Spans of the lines that hold more than white space."""
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def page_lines(rows: Sequence[Row]) -> Lines:
    """The lines of the pages."""
    pages = [parse_page(row["html"]) for row in rows]
    spans = [list(zip(page.lines.start.tolist(), page.lines.end.tolist(), strict=True)) for page in pages]
    made = [
        page_features(page, row["title"] or page.meta.title) for page, row in zip(pages, rows, strict=True)
    ]
    told = [
        line_labels(page.flat, span, row["gold_text"])
        for page, span, row in zip(pages, spans, rows, strict=True)
    ]
    counted = [
        count_names(page.lines, label >= 0.5, words) for page, (label, words) in zip(pages, told, strict=True)
    ]
    look = [
        lambda lexicon, page=page, item=item: name_features(page.lines, item[3], lexicon)
        for page, item in zip(pages, made, strict=True)
    ]
    texts = [[page.flat[a:b] for a, b in span] for page, span in zip(pages, spans, strict=True)]
    return _lines("page", rows, ["html"] * len(rows), [item[:3] for item in made], told, counted, look, texts)


def plain_lines(rows: Sequence[Row]) -> Lines:
    """The lines of both dumps of each page: the whole page, and the region of the story; then of the short stories."""
    cases = [(row, given) for given in ("text_full", "text_light") for row in rows]
    raw_spans = [text_lines(row[given]) for row, given in cases]
    raw_lines = [
        [row[given][a:b] for a, b in span] for (row, given), span in zip(cases, raw_spans, strict=True)
    ]
    raw_labels = [
        line_labels(row[given], span, row["gold_text"])[0]
        for (row, given), span in zip(cases, raw_spans, strict=True)
    ]
    raws = [row[given] for row, given in cases]
    counted: list[Mapping[str, tuple[float, float]]] = []
    for story in [*short_stories(rows, raw_lines, raw_labels), *invented_stories()]:
        cases.append((story.row, "short"))
        raws.append(story.text)
        raw_lines.append(story.texts)
        raw_labels.append(np.array(story.labels, np.float64))
    made, told, texts = [], [], []
    for (row, given), raw, lines, labels in zip(cases, raws, raw_lines, raw_labels, strict=True):
        found, seen, item = as_asked(raw, row["title"], _looked_at)
        share, n_words = carried(found, lines, labels)
        found = [found[number] for number in seen]
        texts.append(found)
        made.append(item)
        told.append((share[seen], n_words[seen]))
        # the words of stories of pages were counted where they came from
        is_counted = given != "short" or row.get("is_counted", False)
        counted.append(count_words(found, told[-1][0] >= 0.5) if is_counted else {})
    look = [lambda lexicon, found=found: saying_features(found, lexicon) for found in texts]
    return _lines(
        "text", [row for row, _ in cases], [given for _, given in cases], made, told, counted, look, texts
    )


def as_asked(raw: str, title: str | None, look: Callable[[Draft], T]) -> T:
    """What `look` finds in the lines of a text at the moment when the judge is asked about them."""
    found: list[T] = []

    def judge(draft: Draft, _: object) -> Sequence[float]:
        found.append(look(draft))
        return [1.0] * len(draft.lines)

    read_draft(raw, load_rules(), Given(title=title), judge)
    return found[0]


def _looked_at(draft: Draft) -> tuple[list[str], list[int], tuple[Floats, list[str], Shape]]:
    """The texts of all lines, numbers of those that the judge sees, and their features."""
    seen = seen_lines(draft.lines)
    lines = [draft.lines[number] for number in seen]
    spans = [(line.start, line.end) for line in lines]
    made = plain_features(draft.text, spans, draft.title, ruled_of(lines))
    return [line.text for line in draft.lines], seen, made


def _lines(  # noqa: PLR0913, PLR0917 (columns of one table)
    kind: str, rows: Sequence[Row], given: list[str], made: Sequence[tuple[Floats, list[str], Shape]],
    told: Sequence[tuple[Floats, NDArray[np.int64]]], counted: Sequence[Mapping[str, tuple[float, float]]],
    look: Sequence[Any], texts: list[list[str]],
) -> Lines:  # fmt: skip
    folds = np.array([row["fold"] for row in rows])
    sites = [row["site"] for row in rows]
    least = LEXICON_SITES[kind]
    looked: list[list[Any]] = [[None] * len(rows) for _ in range(N_FOLDS + 1)]
    lexicons: list[dict[str, float]] = [{} for _ in range(N_FOLDS + 1)]
    # lexicon of all folds but two: the one that is predicted and the one the line is in
    for one, two in _pairs():
        use = [i for i in range(len(rows)) if folds[i] not in (one, two)]
        lexicon = make_lexicon([counted[i] for i in use], [sites[i] for i in use], least)
        if one == two:
            lexicons[one] = lexicon
        ranked = Lexicon.of(lexicon)
        for i in range(len(rows)):
            if folds[i] == two:
                looked[one][i] = look[i](ranked)
            elif folds[i] == one and two < N_FOLDS:
                looked[two][i] = look[i](ranked)
    documents = [np.full(len(item[0]), number) for number, item in enumerate(made)]
    labels = np.concatenate([label for label, _ in told])
    words = np.concatenate([count for _, count in told])
    document = np.concatenate(documents)
    return Lines(
        kind=kind,
        features=np.concatenate([item[0] for item in made]).astype(np.float32),
        names=[*made[0][1], *looked[0][0][1]],
        looked_up=[np.concatenate([item[0] for item in fold]).astype(np.float32) for fold in looked],
        labels=labels,
        weights=_weights(labels, words, document, rows),
        document=document,
        fold=folds[document],
        shapes=[item[2] for item in made],
        texts=texts,
        rows=list(rows),
        given=given,
        lexicons=[*lexicons[:N_FOLDS], make_lexicon(counted, sites, least)],
    )


def _pairs() -> Iterator[tuple[int, int]]:
    """(fold predicted, fold of the line); N_FOLDS stands for none: the shipped model predicts unseen sites."""
    for one in range(N_FOLDS):
        for two in range(one, N_FOLDS):
            yield one, two
    for two in range(N_FOLDS):
        yield N_FOLDS, two


def _weights(
    labels: Floats, words: NDArray[np.int64], document: NDArray[np.int64], rows: Sequence[Row]
) -> Floats:
    """A line counts by its words, a document by a little more the longer it is, a set by SET_WEIGHT."""
    gold = np.bincount(document, words * (labels >= 0.5), len(rows)) + 100
    weights = (np.minimum(words, 80) + 2) / gold[document] ** 0.75
    weights *= np.array([SET_WEIGHT[row["set"]] for row in rows])[document]
    return np.asarray(weights / weights.mean())
