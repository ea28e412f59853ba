"""A stress set for dedup: copies, languages and look-alikes that the development pack lacks.

    python -m benchmarks.dedup.stress PACK OUT [--part tune|aside] [--scale N]

Writes a pack of the same layout. Deterministic. The English texts are the pack's own single articles, read at run
time and parted in two by hash: one half for `tune`, the other for `aside`; other languages are made of Faker's word
lists. No text of either part and no place, person or firm of its reports is in the other.
`group` of a document is the story it belongs to, `part` the group of edits and families: folds keep both whole.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.dedup import followups, tongues
from benchmarks.dedup.chrome import SITES, Chrome
from benchmarks.dedup.cuts import Edit, paragraphs
from benchmarks.dedup.edits import CUTS, GROUPS, WHOLE
from benchmarks.dedup.kindred import counted, short
from benchmarks.dedup.pack import Pack, read_pack
from benchmarks.dedup.reports import REPORTS, fill, pools

SCALE = 40  # stories and reports of a kind: 4,600 documents
KINDS_PER_STORY = (2, 5)
MIN_WORDS, MAX_WORDS = 120, 1_500  # of an article that copies are made of
LABELS = tuple(GROUPS)

Told = tuple[str, str, str]  # title, text, site or none
Label = dict[str, str]  # cluster, family, group, part of a document


@dataclass
class Made:
    """The documents made so far, and what is known of each. chrome: what sites set around them."""

    chrome: Chrome
    docs: list[dict[str, Any]] = field(default_factory=list)
    meta: list[dict[str, str]] = field(default_factory=list)
    relations: list[dict[str, Any]] = field(default_factory=list)

    def add(self, dice: Random, text: str, *, title: str, site: str, cluster: str, **meta: str) -> str:
        """One more document; its id says nothing."""
        doc_id = hashlib.sha256(f"{cluster} {len(self.docs)} {meta['kind']}".encode()).hexdigest()[:16]
        day = date(2015, 1, 1) + timedelta(dice.randrange(2_500))
        published = {} if dice.random() < 0.2 else {"published_at": day.isoformat()}
        self.docs.append({"id": doc_id, "title": title, "text": text, "source": site, **published})
        self.meta.append({"id": doc_id, "cluster": cluster, **meta})
        return doc_id


def make(articles: Sequence[tuple[str, str]], part: str, scale: int) -> Made:
    """The stress set of some (title, text), `scale` stories or reports of each kind."""
    half = int(part == "aside")
    words, stories = pools(half), followups.Stories(articles)
    made = Made(Chrome(half, words, [title for title, _ in articles]))
    for number, (title, text) in zip(range(8 * scale), stories, strict=False):
        label, dice = _label(f"en{number}", "positive", number), Random(f"{part} {number}")
        _copies(made, dice, (title, _brief(dice, text), ""), label)
    for tongue in tongues.TONGUES:
        for number in range(max(5, scale // 2)):
            dice = Random(f"{part} {tongue} {number}")
            title, text = tongues.article(tongue, f"{part} {number}", dice)
            label = _label(f"{tongue}{number}", f"positive_{tongue}", number)
            _copies(made, dice, (title, _brief(dice, text), ""), label)
    for place, (family, template) in enumerate(REPORTS.items()):
        for number in range(scale):
            dice, known = Random(f"{part} {family} {number}"), dict[str, str]()
            title, text = (fill(dice, one, words, known) for one in template)
            _series(made, dice, (title, text, ""), _label(f"{family}{number}", family, place))
    for place, (family, build) in enumerate(followups.FAMILIES.items()):
        for number in range(max(4, scale // 3) * followups.MORE.get(family, 1)):
            dice = Random(f"{part} {family} {number}")
            group, at = {"group": f"{family}{number}"}, number if family in followups.EVERYWHERE else place
            ids = [
                _twice(made, dice, told, _label(f"{family}{number}.{k}", family, at) | group)
                for k, told in enumerate(build(dice, stories, words))
            ]
            if family in followups.ROUNDUPS:
                made.relations += [
                    {"short": i, "long": ids[0], "type": "contains", "same_cluster": False} for i in ids[1:]
                ]
    for title, text in stories:
        label = _label(f"single {title} {len(made.docs)}", "single", 0)
        _one(made, Random(f"{part} {title}"), (title, text, ""), label)
    return made


def _brief(dice: Random, text: str) -> str:
    """One story in three is a brief, and one in four has more figures."""
    text = short(dice, text) if dice.random() < 0.35 else text
    return counted(dice, text) if dice.random() < 0.25 else text


def _label(cluster: str, family: str, place: int) -> Label:
    return {"cluster": cluster, "family": family, "group": cluster, "part": LABELS[place % len(LABELS)]}


def _one(made: Made, dice: Random, told: Told, of: Label) -> str:
    """A document that is the first of its cluster."""
    title, text, site = told
    site = site or dice.choice(SITES)
    return made.add(dice, _dressed(made, dice, (text, site), of), title=title, site=site, kind="orig", **of)


def _twice(made: Made, dice: Random, told: Told, of: Label) -> str:
    """A look-alike; one in four stands on another site too, edited but whole: a part of it may be what it shares with others."""
    first = _one(made, dice, told, of)
    if dice.random() < followups.OFTEN.get(of["family"], 0.25) and not of["family"].startswith(
        followups.ROUNDUPS
    ):
        whole: dict[str, Edit | None] = {
            kind: edit for kind, edit in GROUPS[of["part"]].items() if kind in WHOLE
        }
        kind, edit = dice.choice(list(whole.items()) or [("agency", None)])
        _again(made, dice, told, edit(dice, told[1]) if edit else told[1], {**of, "kind": kind})
    return first


def _copies(made: Made, dice: Random, told: Told, of: Label) -> None:
    """An article and copies of it by the edits of one group, and one or two without an edit."""
    first = _one(made, dice, told, of)
    edits = list(GROUPS[of["part"]].items())
    chosen: list[tuple[str, Edit | None]] = [
        *dice.sample(edits, min(len(edits), dice.randint(*KINDS_PER_STORY)))
    ]
    chosen += [("agency", None)] * dice.randrange(2)
    for kind, edit in chosen:
        body = edit(dice, told[1]) if edit else told[1]
        doc_id = _again(made, dice, told, body, {**of, "kind": kind})
        if kind in CUTS and len(body) < 0.9 * len(told[1]):
            made.relations.append({"short": doc_id, "long": first, "type": "contains", "same_cluster": True})


def _series(made: Made, dice: Random, told: Told, of: Label) -> None:
    """A report; one in four stands on another site too, with its headline changed."""
    _one(made, dice, told, of)
    for _ in range(dice.choice((0, 0, 0, 1))):
        _again(made, dice, told, told[1], {**of, "kind": "agency"})


def _again(made: Made, dice: Random, told: Told, body: str, meta: Label) -> str:
    site = dice.choice(SITES)
    return made.add(
        dice,
        _dressed(made, dice, (body, site), meta),
        title=_headline(dice, told[0], told[1]),
        site=site,
        **meta,
    )


def _headline(dice: Random, title: str, text: str) -> str:
    how = dice.randrange(4)
    if how == 0:
        return title
    if how == 1:
        return text.partition("\n")[0][: dice.randrange(30, 80)]
    return f"{dice.choice(('Watch', 'Latest', 'In brief', 'Explained'))}: {title}" if how == 2 else ""


def _dressed(made: Made, dice: Random, told: tuple[str, str], of: Label) -> str:
    """The text of a site in its chrome."""
    tongue = of["family"].partition("_")[2]
    return made.chrome.dress(dice, *told, tongue if tongue in tongues.TONGUES else "")


def base_articles(pack: Path, part: str) -> Iterator[tuple[str, str]]:
    """Single articles of the pack's half that belongs to the part, by id."""
    read = read_pack(pack)
    for record in read.records:
        half = "aside" if hashlib.md5(record["id"].encode()).digest()[0] % 2 else "tune"
        if half == part and read.meta[record["id"]]["family"] in {"single", "weak"}:
            n_words = len(record["text"].split())
            if MIN_WORDS <= n_words <= MAX_WORDS and len(paragraphs(record["text"])) > 3:
                yield record["title"], record["text"]


def stress_pack(folder: Path, part: str, scale: int = SCALE) -> Pack:
    """A part of the stress set over the pack of a folder, as a pack."""
    made = make(list(base_articles(folder, part)), part, scale)
    gold = {one["id"]: one["cluster"] for one in made.meta}
    return Pack(sorted(made.docs, key=lambda doc: doc["id"]), gold, {one["id"]: one for one in made.meta})


def write(made: Made, out: Path) -> None:
    """The four files of a pack."""
    out.mkdir(parents=True, exist_ok=True)
    docs = sorted(made.docs, key=lambda doc: doc["id"])
    with gzip.GzipFile(out / "dev_docs.jsonl.gz", "wb", mtime=0) as stream:
        stream.write("".join(map(_line, docs)).encode("utf-8", "surrogatepass"))
    _write(out / "dev_gold.jsonl", ({"id": one["id"], "cluster": one["cluster"]} for one in made.meta))
    _write(out / "dev_meta.jsonl", ({k: v for k, v in one.items() if k != "cluster"} for one in made.meta))
    _write(out / "dev_relations.jsonl", made.relations)


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(map(_line, rows)), encoding="utf-8")


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def main() -> None:
    """Make one part and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", choices=("tune", "aside"), default="tune")
    parser.add_argument("--scale", type=int, default=SCALE)
    options = parser.parse_args()
    made = make(list(base_articles(options.pack, options.part)), options.part, options.scale)
    write(made, options.out)
    print(f"{len(made.docs)} documents in {options.out}")


if __name__ == "__main__":
    main()
