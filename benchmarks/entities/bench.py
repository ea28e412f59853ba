"""Quality and speed of a tagger: python -m benchmarks.entities.bench PACK [--seeds FILE] [--tagger NAME] [--errors SET] [--no-speed].

PACK is the entity pack (its `dev` folder and `score.py` are used). Prints F1 by set and type with and without the
second pass, the invented articles of `world.txt` by region, errors by kind, words a second beside spaCy's small
English architecture with random weights in the same run (where spaCy is installed), and loading time.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.entities.world import load_world
from tasks.entities.spans import Span
from tasks.entities.taggers import Tagger, load_tagger

SETS = ("crossner_politics_dev", "gum_free_dev", "men_dev", "uner_ewt_dev", "wnut17_dev")
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


def measure(score: Any, gold: Sequence[dict], tagged: Sequence[Sequence[Span]]) -> Any:
    """A scorer that has seen all records, coarse and trimmed."""
    scorer = score.Scorer(coarse=True, trim=True)
    for record, spans in zip(gold, tagged, strict=True):
        scorer.add(record, found(spans))
    return scorer


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
    sets = {"world": load_world()} | {n: score.read(args.pack / "dev" / f"{n}.jsonl.gz") for n in SETS}
    if args.seeds:
        sets["seeds"] = score.read(args.seeds)
    print(f"\n{'coarse F1, trimmed':28}" + " ".join(f"{c:>6}" for c in COLUMNS))
    errors: collections.Counter = collections.Counter()
    for name, gold in sets.items():
        texts = [r["text"] for r in gold]
        tagged = tagger.tag(texts)
        scorer = measure(score, gold, tagged)
        print(row(name, scorer.result()))
        if single:
            print(row("  without the second pass", measure(score, gold, single.tag(texts)).result()))
        if name != "seeds":
            errors += kinds_of_errors(score, gold, tagged)
        if args.errors == name:
            for (what, kind, surface), n in collections.Counter(
                (e[0], e[2], e[3]) for e in scorer.errors
            ).most_common(40):
                print(f"{n:5} {what:7} {kind:5} {surface}")
    for region in sorted({r["source"] for r in sets["world"]}):
        part = [r for r in sets["world"] if r["source"] == region]
        print(row(f"  world: {region}", measure(score, part, tagger.tag([r["text"] for r in part])).result()))
    print(
        "\nerrors by kind (all sets but the seeds): " + "; ".join(f"{k} {n}" for k, n in errors.most_common())
    )
    if not args.no_speed:
        report_speed(
            tagger, [r["text"] for n in ("men_dev", "crossner_politics_dev", "world") for r in sets[n]] * 4
        )


if __name__ == "__main__":
    main()
