"""Bad input at reduced size: bounded work, no quadratic bucket, nothing raised."""

from __future__ import annotations

import random
from functools import partial

import numpy as np

from tasks.dedup.candidates import BUCKET, NEIGHBOURS, pair_up
from tasks.dedup.canonical import Policy
from tasks.dedup.duplicates import cluster, judge_and_settle
from tasks.dedup.evidence import judge_all
from tasks.dedup.index import Growth, Texts, empty_index
from tasks.dedup.records import checked, dedup_records, prepare_records

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "r", "st", "ll", "mo", "tik")]


def article(seed, n_words=150):
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) + ("." if place % 17 == 16 else "") for place in range(n_words)) + "."


def clusters(texts, source="coast"):
    records = [{"id": f"{place:05d}", "text": text, "source": source} for place, text in enumerate(texts)]
    lines, pairs = dedup_records(records)
    return len({line["cluster_id"] for line in lines}), pairs


def test_ten_thousand_equal_articles_are_one_cluster_with_a_pair_each():
    n, pairs = clusters([article(1)] * 10_000)
    assert n == 1
    assert len(pairs) == 9_999
    assert {pair["relation"] for pair in pairs} == {"exact"}


def test_empty_articles_are_copies_of_nothing():
    assert clusters(["", " \n", "…", "\u200b"]) == (4, [])


def test_articles_that_share_one_long_line_stay_apart():
    line = article(0, 120)
    assert clusters([article(seed) + "\n\n" + line for seed in range(1, 300)])[0] == 299
    assert clusters([article(seed) + "\n\n" + line for seed in range(1, 300)], source="")[0] == 299


def test_near_copies_beyond_the_cap_are_still_one_cluster():
    words = article(2).split(" ")
    texts = [
        " ".join([*words[:place], f"x{place}", *words[place + 1 :]])
        for place in range(3 * BUCKET // 2, 6 * BUCKET // 2)
    ]
    assert len(texts) > BUCKET
    assert clusters(texts)[0] == 1


def test_reports_from_one_template_with_other_numbers_stay_apart():
    words = article(3).split(" ")

    def report(seed):
        dice = random.Random(seed)
        return " ".join(
            str(dice.randint(1, 10**6)) if place % 6 == 0 else word for place, word in enumerate(words)
        )

    assert clusters([report(seed) for seed in range(200)])[0] == 200


def test_bucket_over_the_cap_costs_a_few_pairs_a_document():
    n = 50 * BUCKET
    slots = np.arange(n)
    growth = Growth(empty_index(n, n), n, np.zeros(0, np.bool_), None)
    lists = np.full(n, 7, np.uint64), np.arange(n + 1)
    growth.add(Texts(slots, np.zeros(n, np.uint64), np.zeros(n, np.bool_)), lists, lists, lists)
    found = pair_up(growth.done().shingled, slots)
    assert len(found.first) <= NEIGHBOURS * n
    assert found.n_capped == 1
    assert found.n_capped_pairs == n * (n - 1) // 2 - len(found.first)
    assert found.capped.all()


def test_huge_and_odd_texts_are_read_without_error():
    texts = [
        "x" * 1_000_000,
        "ab " * 300_000,
        "\ud800 \udfff 😀" * 50,
        "&#0;&amp;" * 1_000,
        "Â" * 10_000,
        "\n" * 1_000,
        article(4),
    ]
    assert clusters(texts)[0] == len(texts)


def test_a_crowd_that_became_one_cluster_has_missed_nothing_and_a_template_may_have():
    words = article(2).split(" ")
    copies = [" ".join([*words[:place], f"x{place}", *words[place + 1 :]]) for place in range(2 * BUCKET)]
    reports = [
        " ".join(str(seed * 1_000 + place) if place % 11 == 0 else word for place, word in enumerate(words))
        for seed in range(2 * BUCKET)
    ]
    for texts, n_apart in ((copies, 0), (reports, len(reports))):
        records = [
            checked({"id": f"{place:05d}", "text": text, "source": "coast"}, place)
            for place, text in enumerate(texts)
        ]
        documents, corpus, reader = prepare_records(records)
        found = cluster(documents, corpus, judge_and_settle(partial(judge_all, reader)), Policy())
        assert found.profile["n_capped_articles"] == len(texts)
        assert found.profile["n_capped_apart"] == n_apart
