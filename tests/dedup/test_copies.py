"""Kinds of copies and look-alikes that the development pack lacks, with texts written for this project."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tasks.dedup.linkage import Contained, link
from tasks.dedup.records import dedup_records
from tasks.dedup.repair import repair
from tasks.dedup.roundups import in_a_crowd
from tasks.dedup.words import read_chunks


def story(seed, n_paragraphs=6):
    """Sentences of invented words; no two stories have a run of three words in common."""
    dice = random.Random(seed)
    words = [
        "".join(dice.choices("bdfgklmnprstv", k=2)) + dice.choice("aeiou") + f"{dice.choice('lmnr')}o"
        for _ in range(400)
    ]
    return "\n\n".join(
        " ".join(" ".join(dice.choices(words, k=14)).capitalize() + "." for _ in range(3))
        for _ in range(n_paragraphs)
    )


def found(*texts):
    records = [{"id": f"r{n}", "text": text, "source": f"site {n}"} for n, text in enumerate(texts)]
    lines, pairs = dedup_records(records)
    return [line["cluster_id"] for line in lines], [line["canonical_id"] for line in lines], pairs


def words_of(text):
    return [value for words in read_chunks([repair(text)]) for value in words.hashes.tolist()]


def first_words(text, n):
    return " ".join(text.split()[:n])


def test_teasers_with_every_fifth_word_broken_are_found():
    dice, stories = random.Random(5), [story(n) for n in range(12)]
    teasers = [
        " ".join(word[:2] + "~" if dice.random() < 0.2 else word for word in text.split()[:45])
        for text in stories
    ]
    clusters, _, _ = found(*stories, *teasers)
    assert sum(clusters[n] == clusters[n + 12] for n in range(12)) >= 11


def test_cuts_that_share_little_with_one_another_join_by_their_original():
    text = story(1, 9)
    parts = text.split("\n\n")
    condensed = "\n\n".join(part.split(". ")[-1] for part in parts)
    clusters, _, _ = found(text, condensed, first_words(text, 60), text + "\n\nPrinted on Sunday.")
    assert set(clusters) == {"r0"}


@pytest.mark.parametrize("n_sites", [1, 2])
def test_stories_in_a_round_up_are_found_in_it_and_do_not_join(n_sites):
    one, other = story(1, 3), story(2, 3)
    digest = f"{one}\n\n{other}"
    copies = [digest + f"\n\nCollected by desk {n}." for n in range(n_sites)]
    clusters, _, pairs = found(one, one + "\n\nFrom our desk.", other, other + "\n\nMore soon.", *copies)
    assert clusters[:4] == ["r0", "r0", "r2", "r2"]
    assert set(clusters[4:]) == {"r4"}
    assert {pair["joins"] for pair in pairs if pair["doc_id_a"] == "r4" and pair["doc_id_b"] < "r4"} == {
        False
    }


def test_stories_of_a_round_up_under_the_headline_of_the_first_do_not_join_through_it():
    one, other = story(21), story(22)
    texts = [one, other, f"{first_words(one, 90)}.\n\n{other}"]
    titles = ["Harbour bridge shut for a year", "Choir wins a cup", "Harbour bridge shut for a year"]
    records = [
        {"id": f"r{n}", "title": title, "text": text, "source": f"site {n}"}
        for n, (title, text) in enumerate(zip(titles, texts, strict=True))
    ]
    lines, _ = dedup_records(records)
    assert [line["cluster_id"] for line in lines] == ["r0", "r1", "r2"]


def test_round_ups_of_two_days_under_one_headline_do_not_join_their_stories():
    one, other, third = story(31), story(32), story(33)
    texts = [one, other, third, f"{one}\n\n{other}", f"{other}\n\n{third}"]
    titles = ["Bridge shut", "Choir wins", "Ferry late", "The day at a glance", "The day at a glance"]
    records = [
        {"id": f"r{n}", "title": title, "text": text, "source": f"site {n}"}
        for n, (title, text) in enumerate(zip(titles, texts, strict=True))
    ]
    lines, _ = dedup_records(records)
    assert len({line["cluster_id"] for line in lines}) == 5


def test_copy_of_a_round_up_does_not_hide_that_two_stories_stand_in_it():
    one, other = story(34, 4), story(35, 4)
    digest = f"{one}\n\n{other}"
    texts = [one, first_words(one, 110), other, f"{digest}\n\n{story(36, 1)}", f"{digest}\n\n{story(37, 2)}"]
    clusters, _, _ = found(*texts)
    assert clusters[0] == clusters[1] != clusters[2]
    assert not {clusters[3], clusters[4]} & set(clusters[:3])


def test_later_story_with_the_old_lead_lower_down_is_no_copy_and_a_reordered_copy_is_one():
    (lead, *rest), new = story(38, 8).split("\n\n"), story(39, 3).split("\n\n")
    title = "Ferry " + " ".join(lead.split()[3:18]) + "?"
    texts = [
        "\n\n".join(parts)
        for parts in (
            [lead, *rest],
            [title, new[0], new[1], *rest[:2], lead, new[2].split(". ")[0] + ".", *rest[2:5]],
            [title, lead, rest[3], *rest[:3], *rest[4:]],
        )
    ]
    records = [
        {"id": f"r{n}", "title": title, "text": text, "source": f"site {n}"} for n, text in enumerate(texts)
    ]
    lines, _ = dedup_records(records)
    assert [line["cluster_id"] for line in lines] == ["r0", "r1", "r0"]


def test_pair_of_a_crowd_must_be_more_probable():
    probability = np.array([0.6, 0.6, 0.95])
    assert in_a_crowd(probability, np.array([False, True, True])).round(2).tolist() == [0.6, 0.27, 0.83]


def test_round_up_is_known_by_its_stories_though_a_lesser_copy_has_a_phrase_of_its_end():
    one, other = story(1, 3), story(2, 3)
    phrase = " ".join(other.split()[-12:])
    worn = first_words(one, 100) + f".\n\nAs was said before: {phrase}"
    clusters, _, pairs = found(one, worn, other, other + "\n\nMore soon.", f"{one}\n\n{other}")
    assert clusters == ["r0", "r0", "r2", "r2", "r4"]
    assert {pair["doc_id_b"] for pair in pairs if pair["doc_id_a"] == "r4"} >= {"r0", "r2"}


def test_story_that_goes_on_from_day_to_day_is_no_copy():
    first, second, third = (story(n, 4).split("\n\n") for n in (21, 22, 23))
    days = [first, second[:3] + first[1:], third[:3] + first[2:]]
    clusters, _, _ = found(
        *("\n\n".join(day) for day in days), "\n\n".join(days[1]) + "\n\nPrinted on Sunday."
    )
    assert clusters == ["r0", "r1", "r2", "r1"]


def test_briefs_of_several_sites_under_one_long_footer_are_no_copies():
    footer = story(31, 3)
    briefs = ["\n\n".join([story(40 + n, 1), footer]) for n in range(4)]
    clusters, _, _ = found(*briefs, briefs[0] + "\n\nPrinted on Sunday.")
    assert clusters == ["r0", "r1", "r2", "r3", "r0"]


def test_copy_that_lacks_a_paragraph_does_not_stand_for_its_cluster():
    text = story(3)
    parts = text.split("\n\n")
    shorter = "\n\n".join(parts[:2] + parts[3:]) + "\n\n" + first_words(story(4), 30) + "."
    _, canonical, _ = found(shorter, text, text + "\n\nSent from the capital.")
    assert set(canonical) == {"r1"}


def test_copy_with_a_few_broken_words_does_not_stand_for_its_cluster():
    text = story(6)
    broken = " ".join(word[:3] + "x" if n % 40 == 7 else word for n, word in enumerate(text.split()))
    _, canonical, _ = found(broken, text, text + "\n\nSent from the capital on a rainy day.")
    assert "r0" not in canonical


@pytest.mark.parametrize(
    "text", ["สวัสดีชาวโลกวันนี้ " * 9, "Привет, мир сегодня. " * 20, "اليوم في المدينة خبر. " * 20]
)
def test_other_scripts_read_in_the_wrong_encoding_are_repaired(text):
    wrong = "".join(
        bytes([byte]).decode("cp1252") if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(byte)
        for byte in text.encode()
    )
    assert words_of(wrong) == words_of(text)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("the oﬃce ﬂoor", "the office floor"), ("Tom &amp;amp; Ana&amp;#8217;s", "Tom & Ana’s"), ("it‚Äôs caf√©", "it’s café"),
     ("on ٣ May ２０２４", "on 3 May 2024")],
)  # fmt: skip
def test_ligatures_escapes_and_digits_are_read_as_what_they_stand_for(wrong, right):
    assert words_of(wrong) == words_of(right)


def test_accented_letters_that_only_look_misread_are_left_alone():
    text = "Le café «À la Noël», où l’été… » à Orléans"
    assert repair(text) == text


def test_weak_pair_at_one_place_of_a_third_item_does_not_count():
    columns = np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([0.9, 0.9, 0.0])
    capped = np.zeros(3, np.bool_)
    inside, untitled = (np.array([1, 2]), np.array([0, 0])), np.zeros(2, np.bool_)
    same_place = Contained(*inside, np.array([0.0, 0.1]), np.array([0.3, 0.4]), untitled)
    elsewhere = Contained(*inside, np.array([0.0, 0.6]), np.array([0.3, 0.9]), untitled)
    assert link(3, *columns, capped, same_place).tolist() == [0, 0, 0]
    assert link(3, *columns, capped, elsewhere).tolist() == [0, 0, 2]


def test_japanese_articles_that_share_common_syllables_stay_apart():
    dice = random.Random(8)
    common = ["している", "ということ", "について", "によると", "これまで", "あった"]
    texts = [
        "。".join("".join(dice.choices(common + [chr(dice.randrange(0x4E00, 0x9000)) for _ in range(40)], k=12)) for _ in range(20))
        for _ in range(4)
    ]  # fmt: skip
    assert len(set(found(*texts)[0])) == 4


def test_reports_without_spaces_that_differ_in_figures_and_places_stay_apart():
    places = ("青葉町", "白川村", "大森市", "港北区", "新田町")
    reports = [
        f"{place}の役場は{day}日、広報紙の最新号で人口を発表した。先月末の人口は{people}人で、前の月より{gain}人増えた。"
        f"世帯の数は{homes}戸である。\n\n生まれた子どもは{born}人、転入した人は{come}人だった。町内の学校に通う児童は{pupils}人となり、"
        "役場は来年度の予算に教室の改修を盛り込む方針だ。\n\n数字は住民台帳をもとに毎月まとめられ、窓口で見ることができる。問い合わせは平日の午前中に受け付けている。"
        for place, day, people, gain, homes, born, come, pupils in (
            (places[0], 3, 8412, 17, 3106, 9, 41, 512),
            (places[1], 5, 2950, 4, 1188, 2, 13, 167),
            (places[2], 7, 61204, 233, 27115, 58, 402, 4310),
            (places[3], 11, 143077, 518, 66240, 120, 991, 9874),
            (places[4], 2, 5733, 8, 2040, 6, 25, 344),
        )
    ]
    clusters, _, _ = found(*reports, reports[2])
    assert len(set(clusters)) == 5


def test_different_stories_with_scattered_stock_sentences_stay_apart():
    stock = story(90, 3).replace("\n\n", " ").split(". ")
    texts = []
    for n in range(6):
        own = story(100 + n, 4).replace("\n\n", " ").split(". ")
        for k, line in enumerate(stock[:5]):
            own.insert(2 * k + n % 2, line)
        texts.append("\n\n".join(f"{line.rstrip('.')}." for line in own))
    clusters, _, _ = found(*texts)
    assert len(set(clusters)) == 6


def test_a_later_story_over_the_old_one_and_its_lead_is_no_copy():
    old, new = story(7, 6).split("\n\n"), story(8, 3)
    later = "\n\n".join([new, *old[:4]])
    clusters, _, _ = found("\n\n".join(old), later, "\n\n".join(old[:5]))
    assert clusters == ["r0", "r1", "r0"]
