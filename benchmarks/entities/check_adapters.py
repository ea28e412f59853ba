"""Runs the adapters of heavy libraries against tiny models with random weights, made here; no download.

    uv run --extra gliner python -m benchmarks.entities.check_adapters gliner
    uv run --extra stanza python -m benchmarks.entities.check_adapters stanza
    uv run --extra hf python -m benchmarks.entities.check_adapters hf

The libraries bring torch, hundreds of MB: the tests have their answers instead. A random model finds nonsense, so
what is checked is the form: spans inside the text, sorted, apart, of our types, the same in any batch and order.
"""

from __future__ import annotations

import json
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from tasks import schema
from tasks.entities.taggers import Tagger, load_tagger

TEXTS = (
    "🙂 Nguyễn Minh Vũ met the Vormak Union in Qarn on Monday.\n\nÑandú 𝒳 \u200b Qarn welcomed her. " * 3,
    "",
    "Qarn",
    " \n",
    "A longer text about Zyx Quorl of the Ministry of Justice. " * 90,
)
WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "a",
    "e",
    "i",
    "o",
    "u",
    "n",
    "r",
    "s",
    "t",
    "the",
    "of",
    "in",
    "on",
    ".",
    ",",
    "##a",
    "##e",
    "##i",
    "##o",
    "##n",
    "##r",
    "##s",
    "##t",
    "##m",
    "person",
    "event",
    "law",
]


def bert(folder: Path) -> dict[str, object]:
    """A tiny BERT with its tokenizer in the folder, and its settings."""
    from transformers import BertConfig, BertTokenizerFast

    BertTokenizerFast(vocab={word: i for i, word in enumerate(WORDS)}).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    config.save_pretrained(folder)
    return config.to_dict()


def make_hf(folder: Path) -> None:
    """A token classifier."""
    from transformers import BertConfig, BertForTokenClassification

    bert(folder)
    config = BertConfig.from_pretrained(folder)
    config.id2label, config.label2id = {0: "O", 1: "B-PER", 2: "I-PER"}, {"O": 0, "B-PER": 1, "I-PER": 2}
    BertForTokenClassification(config).save_pretrained(folder)


def make_gliner(folder: Path) -> None:
    """A GLiNER of spans over a tiny BERT."""
    import torch
    from gliner.config import GLiNERConfig
    from gliner.model import UniEncoderSpanGLiNER

    base = folder / "base"
    base.mkdir()
    encoder = bert(base)
    config = GLiNERConfig(
        model_name=str(base),
        encoder_config=encoder,
        hidden_size=16,
        max_width=4,
        max_len=384,
        span_mode="markerV0",
    )
    model = UniEncoderSpanGLiNER.load_from_config(config, backbone_from_pretrained=False)
    with torch.no_grad():
        for weights in model.parameters():
            weights.normal_(std=0.5)
    model.save_pretrained(folder)


def make_stanza(folder: Path) -> None:
    """A tokenizer and a tagger of names over characters, laid out as `stanza.download` does."""
    import torch
    from stanza.models.common.vocab import CharVocab, CompositeVocab
    from stanza.models.ner.trainer import Trainer as NamesTrainer
    from stanza.models.ner.vocab import MultiVocab
    from stanza.models.ner_tagger import parse_args as names_args
    from stanza.models.tokenization.trainer import Trainer as WordsTrainer
    from stanza.models.tokenization.vocab import Vocab
    from stanza.models.tokenizer import parse_args as words_args

    letters = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ.,"
    package = {"en": {"lang_name": "English", "packages": {"default": {"tokenize": "tiny", "ner": "tiny"}}}}
    package["en"] |= {kind: {"tiny": {"md5": ""}} for kind in ("tokenize", "ner")}
    (folder / "resources.json").write_text(json.dumps(package))
    (folder / "en" / "tokenize").mkdir(parents=True)
    (folder / "en" / "ner").mkdir()
    torch.manual_seed(0)
    args = {**words_args(["--lang", "en", "--hidden_dim", "8", "--emb_dim", "8", "--shorthand", "en_tiny"])}
    args |= {"feat_funcs": ["space_before", "capitalized"], "feat_dim": 2, "use_dictionary": False}
    vocab = Vocab(data=[[(c, 0) for c in letters]], lang="en")
    args["vocab_size"] = len(vocab)
    words = WordsTrainer(args=args, vocab=vocab, lexicon=[], dictionary=None, device="cpu")
    words.save(str(folder / "en" / "tokenize" / "tiny.pt"), skip_modules=False)
    args = {**names_args(["--hidden_dim", "8", "--char_hidden_dim", "8", "--shorthand", "en_tiny"])}
    args |= {"word_emb_dim": 0, "charlm": False, "num_layers": 1}
    tags = CompositeVocab(
        data=[[[[t]] for t in ("O", "S-PERSON", "B-ORG", "I-ORG", "E-ORG")]], lang="en", idx=0, sep=None
    )
    characters = CharVocab(data=[[letters]], lang="en")
    names = NamesTrainer(args=args, vocab=MultiVocab({"char": characters, "tag": tags}), device="cpu")
    with torch.no_grad():  # every word is a person
        names.model.tag_clfs[0].bias[tags.unit2id(["S-PERSON"])[0]] += 40.0
    names.save(str(folder / "en" / "ner" / "tiny.pt"))


def check(tagger: Tagger) -> int:
    """The number of mentions; raises AssertionError where their form is wrong."""
    alone = [tagger.tag([text])[0] for text in TEXTS]
    assert tagger.tag(TEXTS) == alone
    assert tagger.tag(TEXTS[::-1]) == alone[::-1]
    for text, spans in zip(TEXTS, alone, strict=True):
        assert all(0 <= s.start < s.end <= len(text) for s in spans)
        assert all(a.end <= b.start for a, b in pairwise(spans))
        assert all(s.type in schema.ENTITY_TYPES and 0.0 <= s.score_frac <= 1.0 for s in spans)
    return sum(map(len, alone))


def main() -> None:
    """Command line."""
    kind = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        {"hf": make_hf, "gliner": make_gliner, "stanza": make_stanza}[kind](folder)
        print(f"{kind}: {check(load_tagger(f'{kind}:{folder}'))} mentions, form and batches as they must be")


if __name__ == "__main__":
    main()
