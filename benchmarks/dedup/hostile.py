"""Bad input for dedup: seconds, clusters and memory where a careless bucket would be quadratic.

    python -m benchmarks.dedup.hostile [NAME ...]

Seconds are processor time of one thread, from records in memory to clusters. What each set should give is beside it.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator

from tasks.dedup.records import dedup_records

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "r", "st", "ll", "mo", "tik")]


def article(seed: int, n_words: int = 150) -> str:
    """A text of made-up words, with a stop behind every seventeenth."""
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) + ("." if place % 17 == 16 else "") for place in range(n_words)) + "."


def equal() -> list[str]:
    """100,000 copies of one document: one cluster."""
    return [article(1)] * 100_000


def empty() -> list[str]:
    """100,000 documents without words: copies of nothing."""
    return ["" if number % 2 else " \n…" for number in range(100_000)]


def huge() -> list[str]:
    """50 MB, the same with two words more, its first 60 %, and another article: two clusters."""
    text = " ".join(article(seed) for seed in range(68_000))
    return [text, f"{text} two more", text[: len(text) * 6 // 10], article(70_001)]


def footer() -> list[str]:
    """10,000 articles with one long line: 10,000 clusters."""
    line = article(0, 120)
    return [f"{article(seed)}\n\n{line}" for seed in range(1, 10_001)]


def near() -> list[str]:
    """20,000 near copies, 3 words of 150 changed in each: one cluster."""
    return list(_changed(20_000, 3))


def edited() -> list[str]:
    """20,000 near copies, 12 words of 150 changed in each: one cluster."""
    return list(_changed(20_000, 12))


def template() -> list[str]:
    """10,000 reports from one template, every sixth word a number of its own: 10,000 clusters."""
    words = article(3).split(" ")

    def report(seed: int) -> str:
        dice = random.Random(seed)
        return " ".join(
            str(dice.randint(1, 10**6)) if place % 6 == 0 else word for place, word in enumerate(words)
        )

    return [report(seed) for seed in range(10_000)]


def crowds() -> list[str]:
    """20,000 texts in crowds of 48, the most that are all compared, one word changed in each: 417 clusters."""
    texts = []
    for number in range(20_000):
        words = article(90_000 + number // 48).split(" ")
        words[number % 140] = f"zz{number}"
        texts.append(" ".join(words))
    return texts


def chain() -> list[str]:
    """10,000 texts that each share four fifths with the next: no cluster may run along the chain."""
    words = [word for seed in range(2_001) for word in article(50_000 + seed).split(" ")]
    return [" ".join(words[30 * number : 30 * number + 150]) for number in range(10_000)]


SETS: dict[str, Callable[[], list[str]]] = {
    one.__name__: one for one in (equal, empty, huge, footer, near, edited, template, crowds, chain)
}


def _changed(n: int, n_words: int) -> Iterator[str]:
    dice = random.Random(5)
    for _ in range(n):
        words = article(2).split(" ")
        for _ in range(n_words):
            words[dice.randrange(len(words))] = dice.choice(WORDS)
        yield " ".join(words)


def main() -> None:
    """Run the sets and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *SETS], help="the sets; all by default")
    options = parser.parse_args()
    print("set           docs   secs  clusters  largest    pairs  MB so far", flush=True)
    for name in options.names or SETS:
        texts = SETS[name]()
        start = time.process_time()
        lines, pairs = dedup_records(
            {"id": f"{number:06d}", "text": text, "source": "coast"} for number, text in enumerate(texts)
        )
        seconds = time.process_time() - start
        sizes = Counter(line["cluster_id"] for line in lines)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(f"{name:10s} {len(texts):7,d} {seconds:6.1f} {len(sizes):9,d} {max(sizes.values()):8,d} {len(pairs):8,d} {peak:10,.0f}"
              f"  {(SETS[name].__doc__ or '').rpartition(': ')[2]}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
