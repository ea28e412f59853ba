"""Signatures, words, linkage, the canonical policy and the tables of the whole-corpus step."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import schema
from tasks.dedup.canonical import Members, Policy, choose, earliest
from tasks.dedup.duplicates import HeldTranscripts, find_duplicates
from tasks.dedup.evidence import GROUP_DOCS
from tasks.dedup.features import NAMES, pair_features
from tasks.dedup.linkage import Contained, link
from tasks.dedup.readings import join_packed, lay_out, pack, title_sets
from tasks.dedup.repair import repair
from tasks.dedup.signatures import join_lists, sentence_hashes, sign_documents
from tasks.dedup.transcripts import read_transcripts, write_transcripts
from tasks.dedup.words import HEAD, LAST, TAIL, read_chunks
from tasks.errors import ConfigError, UsageError


def articles(*rows):
    """schema.CLEAN with the given (doc_id, batch, text)."""
    blank = dict.fromkeys(schema.CLEAN.schema.names)
    known = {
        "content_sha256": "",
        "source": "coast",
        "raw_path": "",
        "encoding": "utf-8",
        "n_raw_chars": 0,
        "n_words": 0,
        "title": "Bridge",
    }
    lines = [
        {**blank, **known, "doc_id": i, "batch": batch, "text": text, "n_chars": len(text)}
        for i, batch, text in rows
    ]
    return pa.Table.from_pylist(lines, schema=schema.CLEAN.schema)


def long_text(seed):
    return " ".join(f"w{(seed * 7919 + place * place) % 997}" for place in range(120)) + "."


def hashes(text):
    return [value for words in read_chunks([repair(text)]) for value in words.hashes.tolist()]


@pytest.mark.parametrize(
    "other",
    [
        "Über  Café,\nend",
        "uber cafe end",
        "ÜBER CAFE\u0301 “end”",
        "U\u0308ber ca\u00adfe end",
        "&Uuml;ber Caf&eacute; end",
        "Ãœber CafÃ© end",
    ],
)
def test_words_are_the_same_whatever_case_accents_and_encoding(other):
    assert hashes(other) == hashes("Über Café end")


def test_scripts_without_spaces_are_read_as_windows():
    assert len(hashes("新闻报道")) == 4
    assert hashes("新闻报道")[0] == hashes("新闻")[0]


@given(st.lists(st.text(max_size=80), min_size=1, max_size=5))
def test_words_of_a_text_do_not_depend_on_its_neighbours(texts):
    together = [
        words.hashes[a:b].tolist()
        for words in read_chunks(texts)
        for a, b in zip(words.offsets, words.offsets[1:], strict=False)
    ]
    assert together == [
        [value for words in read_chunks([text]) for value in words.hashes.tolist()] for text in texts
    ]


def test_signature_does_not_depend_on_other_documents():
    rows = [(f"d{n}", "coast/2024-01-02", long_text(n)) for n in range(4)]
    together = sign_documents(articles(*rows)).kept
    assert together.schema.equals(schema.SIGNATURES.schema)
    for place, row in enumerate(rows):
        assert sign_documents(articles(row)).kept.to_pylist() == together.slice(place, 1).to_pylist()


def test_signing_nothing_gives_an_empty_table():
    assert sign_documents(schema.CLEAN.empty()).kept.num_rows == 0


def test_cluster_is_named_by_the_earliest_batch_and_undated_comes_last():
    text = long_text(1)
    rows = [
        ("a", "coast/undated", text),
        ("b", "coast/2024-02-01", text + " more"),
        ("c", "coast/2024-01-01", text),
        ("d", "coast/2024-01-01", long_text(50)),
    ]
    found = find_duplicates(
        [sign_documents(articles(row)).kept for row in rows],
        Policy(),
    )
    assert found.clusters.schema.equals(schema.CLUSTERS.schema)
    assert found.pairs.schema.equals(schema.PAIRS.schema)
    assert dict(
        zip(found.clusters["doc_id"].to_pylist(), found.clusters["cluster_id"].to_pylist(), strict=True)
    ) == {"a": "c", "b": "c", "c": "c", "d": "d"}
    assert found.profile["n_articles"] == 4
    assert found.profile["n_clusters"] == 2


def test_pair_names_the_earliest_of_exact_copies_on_either_side():
    text = long_text(1)
    rows = [
        ("a", "coast/undated", text),
        ("b", "coast/2024-02-01", text + " more"),
        ("c", "coast/2024-01-01", text),
    ]
    pairs = find_duplicates(sign_documents(articles(*rows)).kept, Policy()).pairs.to_pylist()
    assert {(p["doc_id_a"], p["doc_id_b"], p["relation"]) for p in pairs} == {
        ("a", "c", "exact"),
        ("b", "c", "near"),
    }


def test_transcripts_are_read_in_bounded_groups_and_only_for_candidates(monkeypatch):
    rows = [(f"d{n:04d}", "coast/2024-01-02", long_text(n // 2) + f" v{n}") for n in range(1_400)] + [
        ("single", "coast/2024-01-02", "nobody else says this at all")
    ]
    asked, plain = [], HeldTranscripts.read

    def noted(held, places):
        asked.append(places.tolist())
        return plain(held, places)

    signed = sign_documents(articles(*rows)).kept
    whole = find_duplicates(signed, Policy())
    monkeypatch.setattr(HeldTranscripts, "read", noted)
    monkeypatch.setattr("tasks.dedup.evidence.GROUP_WORDS", 50_000)  # fewer are one group
    assert find_duplicates(signed, Policy()) == whole
    assert len(asked) > 2
    assert max(map(len, asked)) <= GROUP_DOCS
    assert len(rows) - 1 not in {place for places in asked for place in places}  # ids are in order


def test_pairs_measure_the_same_alone_and_beside_texts_of_all_sizes():
    texts = [" ".join(map(long_text, range(n, n + (1, 3, 8)[n % 3]))) + f" v{n}" for n in range(60)]
    signed = sign_documents(
        articles(*((f"d{n}", "coast/2024-01-02", text) for n, text in enumerate(texts)))
    ).kept
    first, second = np.arange(58), np.arange(58) + 1 + np.arange(58) % 2
    sizes = np.array([len(text) for text in texts])
    packed, sentences, titles = read_transcripts(signed.column("transcript"))
    readings = lay_out(packed, np.ones(len(sentences[0]), np.bool_), sizes, titles)
    together = pair_features(readings, first, second)
    for place in range(0, 58, 7):
        alone = pair_features(readings, first[place : place + 1], second[place : place + 1])
        assert all(np.array_equal(one[place], other[0]) for one, other in zip(together, alone, strict=True))


def test_text_stands_where_it_begins_though_its_first_words_stand_again_later():
    text = long_text(3)
    again = f"{text} and so it went on at {' '.join(text.split()[:4])}"
    signed = sign_documents(articles(("a", "coast/2024-01-02", text), ("b", "coast/2024-01-02", again))).kept
    packed, sentences, titles = read_transcripts(signed.column("transcript"))
    sizes = np.array([len(text), len(again)])
    readings = lay_out(packed, np.ones(len(sentences[0]), np.bool_), sizes, titles)
    features, _ = pair_features(readings, np.array([0]), np.array([1]))
    assert features[0, NAMES.index("short_at_first")] == 0.0


def test_no_signatures_give_empty_tables():
    found = find_duplicates([], Policy())
    assert (found.pairs.num_rows, found.clusters.num_rows, found.profile["n_articles"]) == (0, 0, 0)


def linked(n, pairs, capped=()):
    first, second, score = (np.array(column) for column in zip(*pairs, strict=True))
    return link(n, first, second, score, np.isin(np.arange(n), capped)).tolist()


def test_chain_of_links_does_not_become_one_cluster():
    assert linked(4, [(0, 1, 0.9), (1, 2, 0.6), (2, 3, 0.9)]) == [0, 0, 2, 2]


def test_pair_nobody_looked_at_does_not_count_between_capped_items():
    assert linked(4, [(0, 1, 0.9), (1, 2, 0.9), (2, 3, 0.9)], capped=(0, 1, 2, 3)) == [0, 0, 0, 0]


def cuts_linked(*, titled, elsewhere=False):
    """Article 0 with its copy 1; beginning 2 and 3, end 4 and 5 of it, which share nothing; 6 has the end and goes on otherwise."""
    strong = [(0, 1), (2, 3), (4, 5), *((long, cut) for long in (0, 1) for cut in (2, 3, 4, 5))]
    strong += [(4, 6), (5, 6)] if elsewhere else []
    first, second = (np.array(column) for column in zip(*strong, strict=True))
    rows = [(cut, long) for long in (0, 1) for cut in (2, 3, 4, 5)] + [(4, 6), (5, 6)] * elsewhere
    short, long = (np.array(column) for column in zip(*rows, strict=True))
    start = np.where(short < 4, 0.0, 0.7)
    inside = Contained(short, long, start, start + 0.3, np.full(len(rows), titled))
    n = 7
    return link(n, first, second, np.full(len(first), 0.97), np.zeros(n, np.bool_), inside).tolist()


def test_cuts_of_other_places_of_an_article_join_it_and_stories_of_a_round_up_do_not():
    assert len(set(cuts_linked(titled=True)[:6])) == 1
    assert len(set(cuts_linked(titled=False)[:6])) > 1


def test_round_up_that_goes_by_the_headline_of_a_story_does_not_join_two_groups_of_copies():
    copies = [(0, one) for one in range(1, 7)] + [
        (a, b) for a, b in ((1, 2), (1, 3), (2, 3), (4, 5), (4, 6), (5, 6))
    ]
    first, second = (np.array(column) for column in zip(*copies, strict=True))
    start = np.where(np.arange(1, 7) < 4, 0.0, 0.5)
    inside = Contained(np.arange(1, 7), np.zeros(6, int), start, start + 0.5, np.arange(1, 7) < 4)
    score = np.where(first == 0, 0.97, 0.99)
    label = link(7, first, second, score, np.zeros(7, np.bool_), inside).tolist()
    assert label[1] == label[2] == label[3]
    assert label[4] == label[5] == label[6] != label[1]


def test_cut_that_stands_in_another_article_too_says_something():
    label = cuts_linked(titled=True, elsewhere=True)
    assert label[2] != label[4]


def member(doc_id, source="", day="undated", published=None, agency=None, n_words=0, flaw=""):  # noqa: PLR0913, PLR0917  as a row has them
    return {"doc_id": doc_id, "source": source, "batch": f"{source}/{day}", "published_at": published, "agency": agency,
            "n_words": n_words, "flaw": flaw}  # fmt: skip


def members(*clusters):
    rows = [row for cluster in clusters for row in sorted(cluster, key=lambda row: row["doc_id"])]
    starts = np.cumsum([0, *map(len, clusters)])[:-1]
    names = ("doc_id", "source", "batch", "published_at", "agency")
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in names}
    columns["n_words"] = pa.array([row["n_words"] for row in rows], pa.int64())
    flaws = np.array([row["flaw"] for row in rows])
    return Members(pa.table(columns), starts, flaws == "cut", flaws == "damaged")


WHOLE = member("b", "coast", "2024-01-02", "2024-01-02", None, 300)
AGENCY = member("c", "ap", "2024-01-03", "2024-01-03", "AP", 200)
QUOTED = member("d", "coast", "2024-01-03", "2024-01-03", "AP", 200)
CASES = [
    ((WHOLE, AGENCY), Policy(), ("c", "agency")),
    ((QUOTED, AGENCY), Policy(), ("c", "agency")),
    ((WHOLE, QUOTED), Policy(), ("d", "agency")),
    ((WHOLE, AGENCY), Policy(order=("published",)), ("b", "published")),
    ((WHOLE, AGENCY), Policy(order=("source_rank",), source_rank=("ap",)), ("c", "source_rank")),
    ((WHOLE, AGENCY, QUOTED), Policy(order=("published", "longest", "batch")), ("b", "published")),
    ((AGENCY, QUOTED), Policy(order=("published", "longest")), ("c", "doc_id")),
    ((WHOLE, member("a", flaw="cut", agency="AP", n_words=9)), Policy(), ("b", "whole")),
    ((WHOLE, member("a", flaw="damaged", published="2020-01-01")), Policy(), ("b", "whole")),
    ((member("a"), member("b")), Policy(), ("a", "doc_id")),
    ((WHOLE,), Policy(), ("b", "only")),
]


@pytest.mark.parametrize(("cluster", "policy", "chosen"), CASES)
def test_policy_chooses_and_says_why(cluster, policy, chosen):
    for given_members in (
        members(cluster),
        members([member("x"), member("y")], cluster[::-1], [member("z")]),
    ):
        places, reasons = choose(given_members, policy)
        at = len(places) // 2
        ids = given_members.columns.column("doc_id").to_pylist()
        assert (ids[places[at]], reasons[at]) == chosen


def test_time_and_its_text_are_ordered_alike():
    times = members([WHOLE, AGENCY, QUOTED])
    column = pa.array(
        [None, dt.datetime(2024, 1, 3, tzinfo=dt.UTC), dt.datetime(2024, 1, 2, tzinfo=dt.UTC)],
        pa.timestamp("us", "UTC"),
    )
    at = times.columns.schema.get_field_index("published_at")
    timed = replace(times, columns=times.columns.set_column(at, "published_at", column))
    assert choose(timed, Policy(order=("published",)))[0].tolist() == [2]


def test_earliest_batch_wins_over_smaller_id():
    found = earliest(members([member("a"), member("c", day="2024-01-01"), member("b", day="2024-01-01")]))
    assert found.tolist() == [1]


def test_unknown_policy_rule_is_a_wrong_setting():
    with pytest.raises(ConfigError, match="unknown rule 'newest'"):
        Policy(order=("newest",))


@pytest.mark.parametrize(
    ("records", "says"), [([{"text": "a"}], "no id"), ([{"id": "a"}, {"id": "a"}], "twice")]
)
def test_records_without_an_id_of_their_own_are_refused(records, says):
    from tasks.dedup.records import dedup_records

    with pytest.raises(UsageError, match=says):
        dedup_records(records)


@given(
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=200)), min_size=1, max_size=5),
    st.integers(0, 600),
)
def test_transcripts_give_back_what_the_judge_reads(rows, gap):
    titles = title_sets([title for title, _ in rows])
    texts = [f"{text}{' ' * gap}" * 2 for _, text in rows]
    written, chunks = [], []
    for words in read_chunks(texts):
        chunks.append((pack(words), sentence_hashes(words)))
        at = len(written)
        written += write_transcripts(*chunks[-1], titles[at : at + len(words.offsets) - 1])
    order = list(range(len(rows)))[::-1]
    stored = pa.chunked_array([pa.array(written, pa.large_binary())])
    found = [read_transcripts(stored), read_transcripts(stored.take(pa.array(order)))]
    whole, sentences = join_packed([one for one, _ in chunks]), join_lists([lists for _, lists in chunks])
    assert np.array_equal(found[0][2], titles)
    assert np.array_equal(found[1][2], titles[::-1])
    for name in ("grams", "words", "flags", "starts", "offsets"):
        assert np.array_equal(getattr(found[0][0], name), getattr(whole, name))
    assert all(np.array_equal(a, b) for a, b in zip(found[0][1], sentences, strict=True))
    last = slice(*found[1][0].offsets[[-2, -1]])
    first = slice(*whole.offsets[[0, 1]])
    assert np.array_equal(found[1][0].starts[last], whole.starts[first])
    assert np.array_equal(found[1][0].grams[last], whole.grams[first])


def test_no_run_of_three_words_and_no_word_is_lost_where_texts_are_compared():
    names = [f"w{number}" for number in range(3_999)]
    threes = zip(names[::3], names[1::3], names[2::3], strict=True)
    texts = [" ".join(names) + ".", " ".join(f"{a} {b} {c} x{n}" for n, (a, b, c) in enumerate(threes)) + "."]
    (words,) = read_chunks(texts)
    n_chars = np.array([len(text) for text in texts])
    readings = lay_out(pack(words), np.ones(2, np.bool_), n_chars, title_sets(["", ""]))
    features, _ = pair_features(readings, np.array([0]), np.array([1]))
    found = dict(zip(NAMES, features[0].tolist(), strict=True))
    assert found["short_covered"] == found["short_known"] == 1
    assert found["long_covered"] == pytest.approx(0.75, abs=0.002)  # one in a thousand at most
    assert found["long_known"] == pytest.approx(0.75, abs=0.002)


def test_news_on_either_side_is_told_from_a_cut():
    old, one, other = (" ".join(f"{name}{n}" for n in range(60)) + "." for name in ("old", "one", "other"))
    texts = [f"{one} {old}", f"{other} {old}", old]
    (words,) = read_chunks(texts)
    n_chars = np.array([len(text) for text in texts])
    n_sentences = int((words.flags & LAST != 0).sum())
    readings = lay_out(pack(words), np.ones(n_sentences, np.bool_), n_chars, title_sets([""] * 3))
    features, _ = pair_features(readings, np.array([0, 0]), np.array([1, 2]))
    update, cut = (dict(zip(NAMES, row, strict=True)) for row in features.tolist())
    assert update["opening_both"] == update["fresh_both"] == pytest.approx(np.log2(61))
    assert cut["opening_both"] == cut["fresh_both"] == 0
    assert (update["lead_either"], cut["lead_either"]) == (0, 1)


def test_headline_over_the_text_is_no_prose_though_it_asks_something():
    old, new = (" ".join(f"{name}{n}" for n in range(60)) + "." for name in ("old", "new"))
    headline = " ".join(f"head{n}" for n in range(12)) + "?"
    texts = [f"{headline}\n\n{new} {old}", f"{headline}\n\n{old}"]
    for titles, opening in ((["", ""], 0.0), ([headline, headline], np.log2(61))):
        (words,) = read_chunks(texts)
        n_sentences = int((words.flags & LAST != 0).sum())
        own, n_chars = np.ones(n_sentences, np.bool_), np.array([len(text) for text in texts])
        readings = lay_out(pack(words), own, n_chars, title_sets(titles))
        features, _ = pair_features(readings, np.array([0]), np.array([1]))
        assert features[0, NAMES.index("long_opening")] == pytest.approx(opening)


def _compared(*texts):
    """The features of the first text with each of the others, by name."""
    (words,) = read_chunks(texts)
    n_chars = np.array([len(text) for text in texts])
    n_sentences = int((words.flags & LAST != 0).sum())
    readings = lay_out(pack(words), np.ones(n_sentences, np.bool_), n_chars, title_sets([""] * len(texts)))
    others = np.arange(1, len(texts))
    features, _ = pair_features(readings, np.zeros(len(others), np.int64), others)
    return [dict(zip(NAMES, row, strict=True)) for row in features.tolist()]


@pytest.mark.parametrize(
    ("letters", "misread"),
    [("the house on the hill", "tbe bouse cn tbe bill"), ("дом стоит на холме", "дом стоит ма холме")],
)
def test_misread_words_look_like_what_they_were(letters, misread):
    (one,), (other,) = read_chunks([letters]), read_chunks([misread])
    assert not np.array_equal(one.hashes, other.hashes)
    looks = [words.flags & (HEAD | TAIL) for words in (one, other)]
    assert len(set(looks[0].tolist())) > 1
    assert (looks[0] == looks[1]).mean() >= 0.75


def test_broken_words_are_told_from_those_of_another_event():
    words = [f"{'bcdfg'[n % 5]}{'aeiou'[n % 3]}{'lmnrst'[n % 6]}{n:03}x" for n in range(90)]
    broken = [word.replace("0", "o", 1) if n % 7 == 3 else word for n, word in enumerate(words)]
    event = ["w" + word[::-1] if n % 7 == 3 else word for n, word in enumerate(words)]
    longer = [f"q{n} {word}x" if n % 7 == 3 else word for n, word in enumerate(words)]
    misread, template, wider = _compared(*(" ".join(one) + "." for one in (words, broken, event, longer)))
    assert misread["short_covered"] == pytest.approx(template["short_covered"], abs=0.08)
    assert misread["short_alike"] >= 0.75
    assert template["short_alike"] == 0
    assert wider["short_alike"] == 0  # two words stand where one was


def test_story_that_goes_on_is_told_from_a_late_cut_and_from_cuts_of_one_article():
    a, b, c, d = (" ".join(f"{name}{n}" for n in range(40)) + "." for name in "abcd")
    later, cut, halves = _compared(f"{a} {b} {c}", f"{d} {d} {b} {c}", f"{b} {c}", f"{a} {b} {d}")
    assert later["turned"] == pytest.approx(np.log2(41))  # the lead that went, less than the new one
    assert later["turned_share"] == later["gap_both"] == later["new_both"] == pytest.approx(1 / 3, abs=1e-3)
    assert cut["turned"] == cut["turned_share"] == cut["new_both"] == cut["gap_both"] == 0
    assert (halves["turned"], halves["turned_share"]) == (0, 0)  # both begin with the same words
    assert halves["new_both"] == pytest.approx(1 / 3, abs=1e-3)


def test_words_of_a_lead_told_anew_are_known_and_those_of_other_news_are_not():
    lead, rest = ([f"{name}{n}" for n in range(40)] for name in ("lead", "rest"))
    told = " ".join(lead[::-1]) + ". "
    other = " ".join(f"other{n}" for n in range(40)) + ". "
    anew, news = _compared(
        " ".join(lead) + ". " + " ".join(rest) + ".", *(one + " ".join(rest) + "." for one in (told, other))
    )
    assert (anew["short_known_in_gaps"], news["short_known_in_gaps"]) == (1, 0)
