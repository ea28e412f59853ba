"""Quality and speed next to others, in one run: `uv run --group bench python benchmarks/clean/bench.py --shared ../shared`.

Prints for each input F1 by set and language, the share of gold words lost, the speed next to trafilatura on
the same pages, and the ten worst documents. With `--folds DIR` (written by train.py) every page is judged by
models that have not seen its site; without, by the shipped ones, which have seen this set.
`--what clean` (the default) runs the whole of `clean_text`; `--what judge` keeps the lines the judge keeps. At the end
stands the table of what was asked, next to the peers that are installed, measured in this run.
"""

from __future__ import annotations

import argparse
import gc
import logging
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dataset import Row, as_asked, read_rows
from injected import score_injected, told
from peers import Extract, installed, wrapped
from scores import DocScore, grouped, score
from table import Found, show_table

from tasks.clean.decide import learned_judge
from tasks.clean.draft import Draft
from tasks.clean.judge import names as judge_names
from tasks.clean.judge import net as judge_net
from tasks.clean.judge import trees as judge_trees
from tasks.clean.judge.probability import KEEP_AT, judge_page
from tasks.clean.page import parse_page

INPUTS = ("html", "text_full", "text_light")
N_WORST = 10
Cleaner = Callable[[str, Row], str | None]


def use_models(folder: Path) -> None:
    """Judge with the models of this folder from now on."""
    judge_trees.MODELS = judge_names.MODELS = folder
    judge_trees.load_trees.cache_clear()
    judge_net.load_net.cache_clear()
    judge_names.read_lexicon.cache_clear()


def judge_html(raw: str, row: Row) -> str:
    """The lines of a page that the judge keeps."""
    page = parse_page(raw)
    keep = judge_page(page, row.get("title") or page.meta.title)
    lines = zip(page.lines.start.tolist(), page.lines.end.tolist(), keep.tolist(), strict=True)
    return "\n".join(page.flat[start:end] for start, end, value in lines if value >= KEEP_AT["html"])


def judge_plain(raw: str, row: Row) -> str:
    """The lines of a text that the judge keeps."""
    return as_asked(raw, row.get("title"), _kept)


def _kept(draft: Draft) -> str:
    keep = learned_judge(draft, None)
    return "\n".join(
        line.text for line, value in zip(draft.lines, keep, strict=True) if value >= KEEP_AT["text"]
    )


def whole(given: str) -> Cleaner:
    """`clean_text` on this kind of input, with the shipped rules and the judge it is given by default."""
    from tasks.clean.clean import Given, clean_text
    from tasks.clean.rules import load_rules

    rules = load_rules()
    media = "html" if given == "html" else "text"
    return lambda raw, row: (
        clean_text(raw, rules, Given(media_type=media, title=row.get("title"), url=row.get("url"))).text
    )


def ours(given: str, what: str) -> Cleaner:
    """Our cleaner for this input."""
    if what == "clean":
        return whole(given)
    return judge_html if given == "html" else judge_plain


def timed(
    cleaner: Cleaner | Extract, raws: Mapping[str, str], rows: Mapping[str, Row]
) -> tuple[dict[str, str], float, int]:
    """Texts by id, processor seconds, and how many pages raised."""
    texts: dict[str, str] = {}
    failed, spent = 0, 0.0
    for key, raw in raws.items():
        start = time.process_time()
        try:
            texts[key] = cleaner(raw, rows[key]) or ""
        except Exception:  # noqa: BLE001 (a peer may raise anything on a broken page: it scores as empty)
            texts[key], failed = "", failed + 1
        spent += time.process_time() - start
    return texts, spent, failed


def by_fold(
    cleaner: Cleaner, raws: Mapping[str, str], rows: Mapping[str, Row], folds: Path | None
) -> tuple[dict[str, str], float, int]:
    """As `timed`; with `folds`, each page under the models of its own fold."""
    if folds is None:
        return timed(cleaner, raws, rows)
    texts: dict[str, str] = {}
    spent, failed = 0.0, 0
    for fold in sorted({row["fold"] for row in rows.values()}):
        use_models(folds / str(fold))
        some = {key: raw for key, raw in raws.items() if rows[key]["fold"] == fold}
        found, secs, bad = timed(cleaner, some, rows)
        texts |= found
        spent, failed = spent + secs, failed + bad
    return texts, spent, failed


def show(name: str, docs: Mapping[str, DocScore], rows: Mapping[str, Row], note: str) -> Mapping[str, float]:
    """One line for all, one for fold 4, one by language. The macro figures of all."""
    of_all: Mapping[str, float] = {}
    for label, some in (
        ("all", docs),
        ("fold 4", {key: doc for key, doc in docs.items() if rows[key]["fold"] == 4}),
    ):
        if not some:
            continue
        found = grouped(some, lambda key: rows[key]["set"])
        macro = found.pop("macro")
        of_all = of_all or macro
        sets = "  ".join(f"{key} {value['F1']:.4f}" for key, value in found.items())
        print(f"  {name:<18} {label:<7} F1 {macro['F1']:.4f}  P {macro['P']:.4f}  R {macro['R']:.4f}  docF1 {macro['docF1']:.4f}"
              f"  lost {macro['lost']:.4f}  left {macro['left']:.4f}  {sets}  {note}", flush=True)  # fmt: skip
    languages = grouped(docs, lambda key: rows[key]["lang"])
    languages.pop("macro")
    print("    by language: " + "  ".join(f"{key} {value['F1']:.3f}" for key, value in languages.items()))
    return of_all


def run(given: str, rows: Mapping[str, Row], args: argparse.Namespace) -> Found:
    """One input: ours, then the peers."""
    answer = Found()
    print(f"\n{given}: {len(rows)} documents")
    raws = {key: row[given] for key, row in rows.items()}
    held = "text_full" if given == "html" else given
    cleaners: dict[str, Cleaner] = {f"cleancopy ({args.what})": ours(given, args.what)}
    if given == "html":
        cleaners |= installed() if not args.no_peers else {}
    elif not args.no_peers:
        cleaners |= {
            name: (lambda raw, row, extract=extract: extract(wrapped(raw), row))
            for name, extract in installed().items()
        }
    for name, cleaner in cleaners.items():
        own = name.startswith("cleancopy")
        first = next(iter(raws))
        cleaner(raws[first], rows[first])  # imports and caches are not timed
        gc.collect()
        texts, answer.secs[name], failed = by_fold(cleaner, raws, rows, args.folds if own else None)
        docs = {key: score(rows[key]["gold_text"], rows[key][held], text) for key, text in texts.items()}
        note = f"{1000 * answer.secs[name] / len(rows):.1f} ms a document" + (
            f", failed {failed}" if failed else ""
        )
        answer.macro[name] = show(name, docs, rows, note)
        if own:
            worst = sorted(docs, key=lambda key: (docs[key].f1, key))[:N_WORST]
            print("    worst: " + "  ".join(f"{key} {docs[key].f1:.2f}" for key in worst))
    return answer


def _by_fold(rows: Sequence[Row], folds: Path | None) -> Callable[[Row], None] | None:
    """Changes to the models of a row's own fold; the injected set is made of this set's articles."""
    if folds is None:
        return None
    fold_of, last = {row["id"]: row["fold"] for row in rows}, [-1]

    def use(row: Row) -> None:
        fold = fold_of.get(row["id"], 4)
        if fold != last[0]:
            use_models(folds / str(fold))
            last[0] = fold

    return use


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with bench/clean/dev.jsonl.gz")
    parser.add_argument("--folds", type=Path, help="models by fold, as train.py --folds writes them")
    parser.add_argument("--what", choices=("judge", "clean"), default="clean")
    parser.add_argument("--input", choices=INPUTS, action="append")
    parser.add_argument("--every", type=int, default=1, help="only every n-th document")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument(
        "--no-injected", action="store_true", help="leave out the articles with boilerplate put in"
    )
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)  # peers log every page
    found: list[Any] = read_rows(args.shared / "bench" / "clean" / "dev.jsonl.gz")[:: args.every]
    rows = {row["id"]: row for row in found}
    answers = {given: run(given, rows, args) for given in args.input or INPUTS}
    injected = None
    if not args.no_injected:
        injected = score_injected(args.shared / "bench" / "clean", _by_fold(found, args.folds))
        print("\ninjected boilerplate", *told(injected), sep="\n")
    show_table(answers, f"cleancopy ({args.what})", injected)


if __name__ == "__main__":
    main()
