"""Quality and speed: python -m benchmarks.entities.bench PACK [--seeds FILE] [--tagger NAME] [--errors SET] [--no-speed].

PACK is the entity pack (its `dev` folder and `score.py` are used). What is measured is what `cleancopy tag` prints:
tagger, second pass, rules and gazetteer. Prints F1 by set and type with and without the second pass, F1 of the odd
records alone (the even ones may have been looked at), our invented sets by region, exact types, errors by kind, words
a second beside spaCy's small English architecture with random weights in the same run (where spaCy is installed),
and loading time.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.entities.world import REGIONS, REGIONS_2, REGIONS_3, load_sentences, load_world
from tasks.entities.gazetteer import load_gazetteer
from tasks.entities.mentions import tag_texts
from tasks.entities.spans import Span
from tasks.entities.taggers import Tagger, load_tagger

SETS = ("crossner_politics_dev", "gum_free_dev", "men_dev", "uner_ewt_dev", "wnut17_dev")
NAMES = frozenset({"PERSON", "PER", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW", "WORK", "PRODUCT"})
OURS = ("world", "regions", "regions2", "regions3", "sentences")  # invented, labelled by hand
COLUMNS = ("all", "PER", "ORG", "LOC")


def scorer_of(pack: Path) -> Any:
    """The pack's own scorer."""
    spec = importlib.util.spec_from_file_location("score", pack / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def found(spans: Sequence[Span]) -> list[dict[str, Any]]:
    """Spans in the scorer's form."""
    return [{"start": s.start, "end": s.end, "type": s.type} for s in spans]


class Whole:
    """A tagger with the rules and the gazetteer behind it, as `cleancopy tag` has them."""

    def __init__(self, tagger: Tagger) -> None:
        self.tagger, self.gazetteer = tagger, load_gazetteer()

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Mentions of each text."""
        tagged = tag_texts([{"text": text} for text in texts], self.tagger, self.gazetteer)
        return [list(next(f.spans for f in one.fields if f.field == "text")) for one in tagged]


def measure(score: Any, gold: Sequence[dict], tagged: Sequence[Sequence[Span]]) -> Any:
    """A scorer that has seen all records, coarse and trimmed."""
    scorer = score.Scorer(coarse=True, trim=True)
    for record, spans in zip(gold, tagged, strict=True):
        scorer.add(record, found(spans))
    return scorer


def odd_records(score: Any, gold: Sequence[dict], tagged: Sequence[Sequence[Span]]) -> str:
    """F1 of every second record, which nobody looks at while working."""
    result = measure(score, gold[1::2], tagged[1::2]).result()
    return f"   odd records {result['all']['f1']:5.1f}"


def exact_types(score: Any, gold: Sequence[dict], tagged: Sequence[Sequence[Span]]) -> str:
    """F1 by exact type, trimmed; GPE counts as LOC where the set does not part them, values are left out."""
    parted = any(m["type"] == "GPE" for r in gold for m in score.mentions_of(r))
    scorer = score.Scorer(coarse=False, trim=True)
    for record, spans in zip(gold, tagged, strict=True):
        kinds = [m | {"type": m["type"]} for m in score.mentions_of(record) if m["type"] in NAMES]
        have = [m for m in found(spans) if m["type"] in NAMES]
        for m in () if parted else have:
            m["type"] = {"GPE": "LOC"}.get(m["type"], m["type"])
        scorer.add({**record, "mentions": kinds}, have)
    cells = scorer.result().items()
    return "  ".join(f"{k} {v['f1']:.0f} ({v['gold']})" for k, v in cells if v["gold"] or v["predicted"])


def row(name: str, result: dict[str, Any]) -> str:
    """One line of the table."""
    cells = [f"{result[c]['f1']:6.1f}" if c in result else "     -" for c in COLUMNS]
    return (
        f"{name:28}"
        + " ".join(cells)
        + f"   P {result['all']['precision']:5.1f} R {result['all']['recall']:5.1f} n {result['all']['gold']:5}"
    )


def kinds_of_errors(
    score: Any, gold: Sequence[dict], tagged: Sequence[Sequence[Span]]
) -> collections.Counter:
    """Errors by kind: right span but another type, another boundary, missed, false."""
    out: collections.Counter = collections.Counter()
    scorer = score.Scorer(coarse=True, trim=True)
    for record, spans in zip(gold, tagged, strict=True):
        wanted = [
            (*scorer.span(record["text"], m["start"], m["end"]), scorer.kind(m["type"]))
            for m in score.mentions_of(record)
            if scorer.kind(m["type"])
        ]
        have = [
            (*scorer.span(record["text"], s.start, s.end), scorer.kind(s.type))
            for s in spans
            if scorer.kind(s.type)
        ]
        for s, e, k in set(wanted) - set(have):
            near = [h for h in have if h[0] < e and s < h[1]]
            if any(h[:2] == (s, e) for h in near):
                out[f"{k} taken for {next(h[2] for h in near if h[:2] == (s, e))}"] += 1
            else:
                out[f"{k} {'other boundary' if near else 'missed'}"] += 1
        for s, e, k in set(have) - set(wanted):
            if not any(w[0] < e and s < w[1] for w in wanted):
                out[f"{k} false"] += 1
    return out


def speed(tag: Any, texts: Sequence[str]) -> float:
    """Words a CPU second, the better of two runs."""
    words = sum(len(t.split()) for t in texts)
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        tag(texts)
        best = min(best, time.process_time() - start)
    return words / best


def spacy_tagger() -> Any | None:
    """Small English architecture of spaCy (tok2vec and NER of its default config) with random weights, or None."""
    if importlib.util.find_spec("spacy") is None:
        return None
    import spacy

    nlp = spacy.blank("en")
    width, rows = 96, [5000, 1000, 2500, 2500, 50]  # en_core_web_sm 3.x
    nlp.add_pipe(
        "tok2vec",
        config={
            "model": {
                "@architectures": "spacy.Tok2Vec.v2",
                "embed": {
                    "@architectures": "spacy.MultiHashEmbed.v2",
                    "width": width,
                    "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY"],
                    "rows": rows,
                    "include_static_vectors": False,
                },
                "encode": {
                    "@architectures": "spacy.MaxoutWindowEncoder.v2",
                    "width": width,
                    "depth": 4,
                    "window_size": 1,
                    "maxout_pieces": 3,
                },
            }
        },
    )
    ner = nlp.add_pipe(
        "ner",
        config={
            "model": {
                "@architectures": "spacy.TransitionBasedParser.v2",
                "state_type": "ner",
                "extra_state_tokens": False,
                "hidden_width": 64,
                "maxout_pieces": 2,
                "use_upper": True,
                "tok2vec": {
                    "@architectures": "spacy.Tok2VecListener.v1",
                    "width": width,
                    "upstream": "tok2vec",
                },
            }
        },
    )
    for label in (
        "PERSON",
        "ORG",
        "GPE",
        "LOC",
        "FAC",
        "NORP",
        "EVENT",
        "LAW",
        "WORK_OF_ART",
        "PRODUCT",
        "DATE",
        "TIME",
        "MONEY",
        "PERCENT",
        "QUANTITY",
        "ORDINAL",
        "CARDINAL",
        "LANGUAGE",
    ):
        ner.add_label(label)
    nlp.initialize()
    return lambda texts: list(nlp.pipe(texts, batch_size=64))


def report_speed(tagger: Tagger, texts: Sequence[str]) -> None:
    """Words a second, and how many times spaCy's."""
    ours = speed(tagger.tag, texts)
    print(f"\nspeed: {ours:,.0f} words a CPU second ({sum(len(t.split()) for t in texts):,} words)")
    other = spacy_tagger()
    if other is None:
        print("spaCy is not installed: uv run --group bench")
        return
    theirs = speed(other, texts)
    print(f"spaCy tok2vec + NER, random weights: {theirs:,.0f}; ratio {ours / theirs:.1f}")


def report_f1(score: Any, sets: dict[str, list], tagged: dict[str, list], single: Whole | None) -> None:
    """F1 by set, with and without the second pass, by region, and by exact type."""
    print(f"\n{'coarse F1, trimmed':28}" + " ".join(f"{c:>6}" for c in COLUMNS))
    for name, gold in sets.items():
        print(row(name, measure(score, gold, tagged[name]).result()) + odd_records(score, gold, tagged[name]))
        if single:
            alone = single.tag([r["text"] for r in gold])
            print(row("  without the second pass", measure(score, gold, alone).result()))
    for name in OURS:
        for part in sorted({r["source"] for r in sets[name]}):
            some = [(r, t) for r, t in zip(sets[name], tagged[name], strict=True) if r["source"] == part]
            print(row(f"  {name}: {part}", measure(score, *zip(*some, strict=True)).result()))
    print("\nF1 by exact type (mentions)")
    for name in (*OURS, "men_dev", *(["seeds"] if "seeds" in sets else [])):
        print(f"  {name}: {exact_types(score, sets[name], tagged[name])}")


def report_errors(score: Any, sets: dict[str, list], tagged: dict[str, list], shown: str | None) -> None:
    """Errors by kind of each set; the most frequent ones of the set that is shown."""
    print("\nerrors by kind")
    for name, gold in sets.items():
        if name == "seeds":
            continue  # its optional mentions and other spans are for the scorer alone
        errors = kinds_of_errors(score, gold, tagged[name])
        print(f"  {name}: " + "; ".join(f"{k} {n}" for k, n in errors.most_common()))
    if shown:
        seen = measure(score, sets[shown], tagged[shown]).errors
        for (what, kind, surface), n in collections.Counter((e[0], e[2], e[3]) for e in seen).most_common(40):
            print(f"{n:5} {what:7} {kind:5} {surface}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pack", type=Path)
    parser.add_argument("--seeds", type=Path)
    parser.add_argument("--tagger", default="cleancopy")
    parser.add_argument("--weights", type=Path, help="weights of the own tagger other than those that ship")
    parser.add_argument("--errors", help="print the most frequent errors of this set")
    parser.add_argument("--no-speed", action="store_true")
    args = parser.parse_args()
    score = scorer_of(args.pack)
    start = time.process_time()
    if args.weights or args.tagger == "cleancopy":
        from tasks.entities.taggers.cleancopy import MODEL, CleancopyTagger

        tagger: Tagger = CleancopyTagger(args.weights or MODEL)
        single: Tagger | None = CleancopyTagger(args.weights or MODEL, use_document=False)
    else:
        tagger, single = load_tagger(args.tagger), None
    print(f"loaded in {time.process_time() - start:.2f} CPU s")
    sets = {"world": load_world(), "regions": load_world(REGIONS), "regions2": load_world(REGIONS_2)}
    sets["regions3"] = load_world(REGIONS_3)
    sets["sentences"] = load_sentences()
    sets |= {n: score.read(args.pack / "dev" / f"{n}.jsonl.gz") for n in SETS}
    if args.seeds:
        sets["seeds"] = score.read(args.seeds)
    tagged = {name: Whole(tagger).tag([r["text"] for r in gold]) for name, gold in sets.items()}
    report_f1(score, sets, tagged, Whole(single) if single else None)
    report_errors(score, sets, tagged, args.errors)
    if not args.no_speed:
        report_speed(
            tagger, [r["text"] for n in ("men_dev", "crossner_politics_dev", "world") for r in sets[n]] * 4
        )


if __name__ == "__main__":
    main()
