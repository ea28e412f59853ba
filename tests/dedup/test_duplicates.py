"""Properties of the whole-corpus step, and examples of each kind of copy, written for this project."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.dedup.records import dedup_records

STORY = (
    "The council of Marrow Bay voted on Tuesday night to close the old iron bridge until the spring. "
    "Engineers who inspected the crossing in October found cracks in three of its eleven piers. "
    "\n\nMayor Judith Ocampo told residents that a ferry would run every twenty minutes from the fish market. "
    "She said the repair would cost 4.2 million crowns, half of it paid by the province. "
    "\n\nShop owners on the eastern bank fear for their winter trade, and forty of them signed a letter of protest. "
    "“We were never asked,” said Tomas Lindqvist, who sells boats and bait beside the bridge. "
    "\n\nThe bridge opened in 1931 and carries nine thousand vehicles on a working day. "
    "A second inspection is planned for February, when divers will look at the foundations below the water line."
)
OTHER = (
    "A retired teacher from Holm has found a coin hoard beneath the floor of her grandmother's barn. "
    "The 212 silver pieces were wrapped in birch bark and date from the reign of King Valdemar. "
    "\n\nCurators at the county museum believe that a merchant hid them during a raid in the summer of 1362. "
    "“It is the best preserved find of my career,” said archaeologist Petra Nyholm on Friday. "
    "\n\nThe finder may keep a tenth of the value, which experts put at ninety thousand crowns. "
    "An exhibition opens in May, and schools can already book guided tours with the museum's new app."
)
SITE = "\n\nRead our terms of use before you write to the editors.\n\nGet the evening letter of the Coast Mail in your inbox."


def cluster_of(records):
    lines, pairs = dedup_records(records)
    return {line["id"]: line["cluster_id"] for line in lines}, pairs


def as_records(*texts, source="coast"):
    return [
        {"id": f"d{place}", "title": f"Headline {place}", "text": text, "source": source}
        for place, text in enumerate(texts)
    ]


def test_copy_with_another_headline_and_footers_joins_its_original():
    clusters, pairs = cluster_of(as_records(STORY, STORY + SITE, OTHER))
    assert clusters == {"d0": "d0", "d1": "d0", "d2": "d2"}
    assert {pair["relation"] for pair in pairs} <= {"near", "contains"}


def test_copy_with_other_white_space_and_quotation_marks_is_exact():
    spaced = STORY.replace("“", '"').replace("”", '"').replace(" ", "  ")
    _, pairs = cluster_of(as_records(STORY, spaced))
    assert [(pair["relation"], pair["similarity_frac"], pair["joins"]) for pair in pairs] == [
        ("exact", 1.0, True)
    ]


def test_teaser_is_contained_in_its_original_and_never_stands_for_it():
    teaser = " ".join(STORY.split()[:55]) + " …\n\nSubscribe to read on."
    lines, pairs = dedup_records(as_records(teaser, STORY))
    assert [(p["doc_id_a"], p["doc_id_b"], p["relation"]) for p in pairs] == [("d1", "d0", "contains")]
    assert {line["canonical_id"] for line in lines} == {"d1"}


def test_of_exact_copies_one_that_had_to_be_repaired_does_not_stand_for_the_others():
    entities = STORY.replace(" ", "&nbsp;", 40)
    first, second = as_records(entities, STORY)
    days = {"published_at": "2024-05-01"}, {"published_at": "2024-05-03"}
    lines, pairs = dedup_records([first | days[0], second | days[1]])
    assert [pair["relation"] for pair in pairs] == ["exact"]
    assert {line["canonical_id"] for line in lines} == {"d1"}


def test_text_with_every_fifth_word_broken_joins_its_original():
    dice = random.Random(5)
    broken = " ".join(
        w[:1] + "j" + w[2:] if dice.random() < 0.2 and len(w) > 2 else w for w in STORY.split(" ")
    )
    clusters, _ = cluster_of(as_records(STORY, broken, OTHER))
    assert clusters["d1"] == "d0"


def test_wrongly_decoded_copy_joins_its_original():
    clusters, _ = cluster_of(as_records(STORY, STORY.encode().decode("cp1252", "replace"), OTHER))
    assert clusters["d1"] == "d0"


def test_two_reports_from_one_template_stay_apart():
    def report(values):
        place, high, low, wind, day, who = values
        return (
            f"Expect a calm {day} in {place}, the regional weather office said. The temperature will climb to {high} degrees in the "
            f"afternoon and fall to {low} degrees overnight. Winds from the west reach {wind} kilometres an hour. "
            f"Drivers should leave more time for the morning, said duty forecaster {who}. "
            "The office reminds readers to keep drains free of leaves and to check on older neighbours. "
        )

    clusters, _ = cluster_of(
        as_records(
            report(("Holm", 17, 6, 22, "Monday", "Ana Reyes")),
            report(("Vik", 9, 1, 41, "Thursday", "Lars Beck")),
        )
    )
    assert len(set(clusters.values())) == 2


def test_chinese_copy_with_other_footer_joins_its_original():
    text = "港口城市周二晚间宣布关闭旧铁桥直到明年春天。工程师十月检查发现十一座桥墩中有三座出现裂缝。市长表示渡轮每二十分钟从鱼市场出发一次。维修费用为四百二十万元，其中一半由省政府承担。东岸的店主担心冬季生意，四十人联名写信抗议。"
    clusters, _ = cluster_of(
        as_records(
            text,
            text + "请勿转载，版权所有。订阅我们的晚间通讯。",
            "县博物馆的研究人员认为一位商人在夏天的袭击中把银币藏了起来，展览将于五月开幕。",
        )
    )
    assert clusters["d1"] == "d0"
    assert clusters["d2"] == "d2"


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.sampled_from([STORY, OTHER, STORY + SITE, STORY[:400], "", "short", OTHER + SITE]), max_size=9
    ),
    st.randoms(),
)
def test_order_of_records_changes_no_cluster_and_no_pair(texts, dice):
    records = as_records(*texts)
    shuffled = dice.sample(records, len(records))
    lines, pairs = dedup_records(records)
    again, again_pairs = dedup_records(shuffled)
    assert [line["id"] for line in again] == [record["id"] for record in shuffled]
    assert sorted(again, key=lambda line: line["id"]) == sorted(lines, key=lambda line: line["id"])
    assert again_pairs == pairs


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=8))
def test_every_record_is_in_one_cluster_with_one_canonical_member(texts):
    lines, pairs = dedup_records(as_records(*texts))
    assert [line["id"] for line in lines] == [f"d{place}" for place in range(len(texts))]
    members = {
        name: [line["id"] for line in lines if line["cluster_id"] == name]
        for name in {line["cluster_id"] for line in lines}
    }
    for line in lines:
        assert line["canonical_id"] in members[line["cluster_id"]]
        assert line["is_canonical"] == (line["canonical_id"] == line["id"])
    assert {pair[side] for pair in pairs for side in ("doc_id_a", "doc_id_b")} <= {
        line["id"] for line in lines
    }
