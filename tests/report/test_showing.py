"""What documents say is shown, never done."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tasks.report.html import escaped, link, tag
from tasks.report.passages import raw_passage
from tasks.report.showing import clipped, percent, shared_runs, shortened, visible, without_tags
from tasks.report.spans import spans_of


@given(st.text(max_size=80))
def test_no_control_or_direction_character_is_left(text: str) -> None:
    shown = visible(text)
    assert not any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@given(st.text(alphabet="ab c.é\n", max_size=120), st.text(alphabet="ab c.é\n", max_size=120))
def test_shared_runs_tile_the_text(text: str, other: str) -> None:
    runs = shared_runs(text, other)
    assert "".join(text[start:end] for start, end, _ in runs) == text


def test_what_two_texts_share_is_marked_and_the_rest_is_not() -> None:
    text = "The mayor said that the bridge is closed. Nobody asked."
    runs = shared_runs(text, "Yesterday the mayor said that the bridge is open.")
    assert [text[start:end].strip() for start, end, shared in runs if shared] == [
        "The mayor said that the bridge is"
    ]


def test_markup_in_text_and_attributes_is_escaped() -> None:
    assert tag("p", "<b>", title='" onload="x') == '<p title="&quot; onload=&quot;x">&lt;b&gt;</p>'
    assert escaped("</script>") == "&lt;/script&gt;"


def test_only_web_addresses_and_neighbours_become_links() -> None:
    assert "href" not in link("javascript:alert(1)", "x")
    assert "href" not in link("data:text/html,x", "x")
    assert "href" not in link("//elsewhere.example", "x")
    assert 'href="http://127.0.0.1:4200/x"' in link("http://127.0.0.1:4200/x", "x")


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert (percent(0.0), percent(1.0), percent(0.00001), percent(0.99999)) == (
        "0%",
        "100%",
        "<0.1%",
        ">99.9%",
    )


@given(st.text(alphabet="ab ", max_size=300), st.integers(30, 200))
def test_a_shortened_text_says_how_much_is_left_out(text: str, n: int) -> None:
    shown = shortened(text, n)
    assert shown == text if len(text) <= n else " characters … " in shown


def test_a_label_that_is_too_long_ends_in_an_ellipsis() -> None:
    assert clipped("northgate-herald", 16) == "northgate-herald"
    assert clipped("northgate herald", 11) == "northgate…"


@given(st.text(alphabet="<>a/ b!", max_size=60))
def test_what_is_seen_of_a_page_and_its_markup_are_all_of_it(page: str) -> None:
    seen, n_markup = without_tags(page)
    assert len("".join(seen.split())) + n_markup <= len(page)
    assert without_tags(seen.replace("<", " ")) == (" ".join(seen.replace("<", " ").split()), 0)


def edit(start: int, end: int, raw: str, kind: str) -> dict[str, object]:
    return {"raw_start": start, "raw_end": end, "kind": kind, "rule_id": "r", "confidence_frac": 1.0,
            "removed": raw[start:end], "inserted": ""}  # fmt: skip


def test_a_cut_of_a_page_is_shown_as_read_and_that_of_a_text_as_it_stands() -> None:
    raw = "<p>Home</a><a href='#'>News said so."
    cut = edit(3, 27, raw, "navigation")
    page = [edit(0, 3, raw, "markup"), cut]
    assert ">Home News</del>" in raw_passage(raw, page, spans_of(len(raw), page))
    assert "Home&lt;/a&gt;&lt;a href" in raw_passage(raw, [cut], spans_of(len(raw), [cut]))
