"""The learned judge: how likely each line is part of the article.

Small boosted trees look at the line, its place and what is around it, on pages also at its containers and
class names, in plain text also at what rules said of the lines around it. There a second stage looks also at
what the first thinks of those lines and of those with the same words, and the two are averaged; on pages it added nothing (macro F1 of unseen sites 0.9534
with one stage, 0.9533 with two), the containers say it all at once. Two lexicons say what class names and
words meant on other sites. Trained by benchmarks/clean/train.py; the models are files.

Tried for pages on folds 0-2 and no better than F1 0.955: what the page's size, the headline's container, the container
of plain paragraphs and like siblings tell (of fundus' news 0.970 instead of 0.967, log loss 7 % lower, but the page's size
makes single odd pages be lost whole, and without it little is left of the gain), twice as many trees, less weight for
pages whose labels other folds' models doubt, other thresholds. What hangs on single pages is 0.004 of F1 there. As many
pages again, each article's container put into another page of its fold: log loss 0.1143 instead of 0.1136, F1 0.002 lower.

Another seed alone changes F1 there by 0.0007 (0.9563, 0.9555, 0.9549; the mean of the three 0.9560). Before siblings were
drawn together a second model beside this one, which also sees the texts' lexicon and the page's features above, gained
0.0013 (of news 0.0047), now 0.0004, and the lexicon alone nothing. An article's text in the page's JSON-LD is no help:
lines in it raised -0.0001, others lowered as well -0.001. Of the 0.041 that were missing half is on 102 pages with less
than 0.9, of which most looked at have a gold that holds a part of the article or leaves its lists out; 0.012 is text above
and below the article, 0.003 what rules cut and one set counts as article (captions), 0.0035 what no choice of lines mends.

Three seeds averaged gain 0.0004 over the mean of single ones (0.9574 to 0.9578), five models of three sets of features
0.9580; two of half as many trees each 0.9556. The network that texts have, on pages: log loss 0.139, with the trees 0.0002
more F1. The way to the headline's container alone 0.9568, like siblings, runs and the rest but the page's size 0.9573
(log loss 1 to 2 % lower); another choice of the container of plain paragraphs 0.9532. Documents and sets that count as in
the measure 0.9561, half-way 0.9570. In the stretch lines kept from 0.2 or 0.25 on: 0.07 and 0.04 points less of the words
lost, F1 0.0008 and 0.0004 lower. Lines that are whole links and kept with less than 0.5 cut there: F1 0.0001 higher (folds 3 and 4:
0.0005), 0.03 points more of the words lost. What is kept around an article is much of it on few pages: of 0.0046 below on one
set's 400 pages 20 have three quarters.

How little one seed tells: with the same features another draw of the easy lines, or another seed, gives a log loss of 0.1424 to
0.1464 on folds 0-3 (0.177 to 0.184 on fold 4) and an F1 of 0.9594 to 0.9626, of which 0.003 are two pages, one of filler. So
measure by several. Three seeds averaged: 0.1430, F1 0.9610. No help: features of records, of names that tell of an account or a
box of facts, of the page's description and captions (0.1424 instead of 0.1424, fold 4 0.179 instead of 0.177); the first and
last five letters of long parts of class names as tokens of the lexicon (0.1445 and 0.171); all easy lines instead of one in
three (0.1456). Whole links the judge keeps with less than 0.45 kept out of the stretch: F1 0.0002 higher, 0.02 points more of
the words lost. Hidden text inside lines that are kept is 0.0001 of F1 at most.

Tried for texts on folds 0-2: the threshold of the greatest expected F1 of each text (whole dumps 0.9273 instead of 0.9288);
0.35 for lines of 40 characters and more that are no sentence (light dumps 0.001 higher, but 159 instead of 44 of 10,000
characters of another author's articles lost); more short texts taken for
dumps (0.0005, and 25 instead of 10 characters). Another seed or four times the regularisation of the first trees changes
the log loss by 1 %, no more than the seed does.
On folds 0-3, where whole dumps have F1 0.9353 at 1.49 % of the words lost and light ones 0.9516: all trained again with how
many lines are alike but for their numbers, or begin alike, around each line (teasers between the same words again): log loss
of the first trees 1.5 % lower, F1 at best 0.9350 at 1.35 % and 0.9510; the mean of those models and these 0.9348 and 0.9515.
On folds 0-2, 0.9287 and 0.9472: a chain of two states over the lines, which likes to stay in one, 0.9264 and 0.9475 at best;
every short line cut that stands six times 0.9272 and 0.9456. Of what is missing by words on folds 0-3 two fifths are lines
kept with 0.8 and more: captions, boxes and quotations that read as the article does, or a gold that leaves them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from tasks.clean.judge.dom import page_features
from tasks.clean.judge.lines import Floats, Ints
from tasks.clean.judge.names import load_names, name_features
from tasks.clean.judge.net import LOG_ODDS, load_net, log_odds
from tasks.clean.judge.plain import plain_features
from tasks.clean.judge.records import whole_records
from tasks.clean.judge.sayings import load_sayings, saying_features
from tasks.clean.judge.second import Shape
from tasks.clean.judge.topic import around_text
from tasks.clean.judge.trees import load_trees
from tasks.clean.page import Page

DECIMALS = 4
# See `relative`. Texts: of 0.7 and 0.85 the better in cross-validation; pages: 0.95 loses 4.3 % of the words and 0.85
# 4.4 %, at the same F1.
SURE = {"html": 0.95, "text": 0.85}
# Probability from which a line is kept where the judge alone decides, as in benchmarks; `decide.py` has the thresholds
# of the pipeline. Cross-validated over sites at 0.4: html F1 0.954 with 4.6 % of the article's words lost (half of
# them on pages of three sites), whole dump 0.931 with 2.7 %, light dump 0.952 with 2.2 %. Lower keeps more.
KEEP_AT = {"html": 0.4, "text": 0.25}
KIN_SHARE, SURE_CUT = 0.8, 0.1  # see `together`; shares from 0.5 to 1 and 0.05 to 0.15 do the same
# From how many lines on a text is the network's too: at the same words lost F1 of whole dumps is 0.008 higher with it on
# folds 0-2 and 0.0035 on folds 3 and 4, which were kept aside; of light ones 0.0005 and 0.001. In shorter texts the trees
# are better alone (log loss 0.160 against 0.162). A second network, from another seed, adds nothing. Trained on as many
# dumps again, an article among other pages' boilerplate and invented lists of their headlines and leads, it is no better
# (its log loss on folds 0-2 0.258 instead of 0.243, with the trees 0.224 instead of 0.222).
# Nor is it, on folds 0 and 1 with F1 0.9289 of whole dumps, with documents weighed by what other folds' models think of their
# labels 0.9287, with documents of one weight 0.9288, with each document's overlap in the loss 0.9279, with the mean over what
# is likely the article beside the mean over the text 0.9286.
LONG_LINES = 50
# What the network's word counts there. With 0.6 instead of a third, and KEEP_AT_DUMP and BODY_AT_DUMP of decide.py lowered
# with it, F1 of whole dumps is 0.001 higher on folds 0-2 at 0.06 points less of the words lost, on folds 3 and 4 0.002
# at 0.09; of light ones 0.0007 and 0.0009. With 0.8 it is 0.001 higher still, and light dumps lose 0.1 points more.
# Models trained later: whole dumps 0.9378; with 0.8 in whole dumps alone 0.9370, as the mean of log-odds 0.9368.
NET_SHARE = 0.6


def judge_page(page: Page, title: str | None) -> Floats:
    """Keep probability of each line of `page.flat`, shape (n_lines,), rounded to 4 decimals.

    title: the headline, from the record or from `page.meta`; None where there is none.
    """
    if not len(page.lines):
        return np.zeros(0)
    features, names, shape, branch = page_features(page, title)
    looked_up, more = name_features(page.lines, branch, load_names())
    first = _probabilities("page_first", np.concatenate([features, looked_up], axis=1), [*names, *more])
    return settled(first, shape, "html")


def judge_text(text: str, lines: Sequence[tuple[int, int]], title: str | None, ruled: Floats) -> Floats:
    """Keep probability of each line of a plain text, shape (n_lines,), rounded to 4 decimals.

    lines: half-open spans in `text`, in order, not overlapping, none empty. title: the headline or None.
    ruled: what rules said of each line, as `rules.ruled_of` tells it.
    """
    if not lines:
        return np.zeros(0)
    features, names, shape = plain_features(text, lines, title, ruled)
    texts = [text[start:end] for start, end in lines]
    words = features[:, names.index("words")]
    looked_up, more = saying_features(texts, load_sayings())
    features, names = np.concatenate([features, looked_up], axis=1), [*names, *more]
    first = _probabilities("text_first", features, names)
    around, more = around_text(texts, words, first, shape)
    features, names = np.concatenate([features, around], axis=1), [*names, *more]
    second = _probabilities("text_second", features, names)
    mean = (first + second) / 2
    if len(lines) >= LONG_LINES:
        net = load_net("text_net")
        features = np.concatenate([features, log_odds(np.stack([first, second], axis=1))], axis=1)
        said = net.probabilities(_chosen(features, [*names, *LOG_ODDS], net.names))
        mean = (1 - NET_SHARE) * mean + NET_SHARE * said
    return settled(mean, shape, "text")


def _probabilities(model_name: str, features: Floats, names: Sequence[str]) -> Floats:
    """What a model says of the features under these names."""
    model = load_trees(model_name)
    return model.probabilities(_chosen(features, names, model.names))


def _chosen(features: Floats, names: Sequence[str], wanted: tuple[str, ...]) -> Floats:
    """The columns of these names that a model wants."""
    found: Floats = features.T.take(_columns(tuple(names), wanted), axis=0).T
    return found


@lru_cache(maxsize=8)  # the names are the same for every document
def _columns(names: tuple[str, ...], wanted: tuple[str, ...]) -> Ints:
    """Which of the columns of these names a model wants."""
    column = {name: number for number, name in enumerate(names)}
    return np.array([column[name] for name in wanted], np.int64)


def settled(first: Floats, shape: Shape, kind: str) -> Floats:
    """What the models say of each line, settled with what they say of the text and, on pages, of like containers."""
    keep = together(relative(first, shape.weight, SURE[kind]), shape)
    if shape.record is None or shape.width is None:
        return keep
    return np.round(whole_records(keep, first, shape.record, shape.width), DECIMALS)


def relative(keep: Floats, weight: Floats, sure: float) -> Floats:
    """Probabilities raised where the whole text is doubtful: what is likeliest there is the article after all.

    They are scaled so that their mean over what would be kept is at least `sure`. Without this a
    strange page loses most of its words: cut at 0.5 the first stage lost 6.0 % of the words of pages it had not
    seen and 4.8 % with it, and F1 rose by 0.005.
    """
    if not len(keep):
        return keep
    mass = keep * weight
    total = float(np.cumsum(mass)[-1])
    level = float(np.cumsum(keep * mass)[-1]) / total if total > 0 else sure
    scaled: Floats = np.minimum(keep * (sure / min(level, sure)), 1.0)
    return np.round(scaled, DECIMALS)


def together(keep: Floats, shape: Shape) -> Floats:
    """Probabilities drawn to the mean of the line's siblings in containers of one tag: they stay or go together.

    What the judge is sure to cut is not raised. Single lines of an article that look odd stay: by models that had not seen
    the site F1 rises from 0.9574 to 0.9584 on folds 0-2, with another seed from 0.9560 to 0.9573; on folds 3 and 4 it is the
    same, and 1.45 % of the words are lost there instead of 1.63. Siblings with the same class names too drawn together gain
    half of that, those in lists alone nothing, those whose wrappers are siblings (a `div` for each paragraph) too 0.0005 less.
    """
    if shape.kin is None or shape.width is None or not len(keep):
        return keep
    mean = np.bincount(shape.kin, keep * shape.width) / np.bincount(shape.kin, shape.width)
    drawn = (1.0 - KIN_SHARE) * keep + KIN_SHARE * mean[shape.kin]
    drawn = np.where(keep < SURE_CUT, np.minimum(keep, drawn), drawn)
    return np.round(drawn, DECIMALS)
