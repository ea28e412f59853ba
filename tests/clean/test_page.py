"""The flat text of a page: exact on any string, linear, laid out as browsers do."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.edits import apply_edits, edits_in_order
from tasks.clean.page import Bit, Page, parse_page

SOUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div", "class='related'>", "</div>", "<li>", "<ul>", "</ul>", "<td>", "<tr>", "<table>", "</table>", "<a", "href=x>", "</a>", "<br>", "<pre>", "</pre>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "]]>", "<svg>", "</svg>", "<option>", "<h1>", "</h2>", "&amp;", "&#10;", "&nbsp;", "&bogus;", "&#xD800;", '<a"', "<b=", "<x-y>", "</x-y>", "<title>", "</title>", "<noscript>", "<time>", "</time>", "<", ">", "&", '"', "'", "=", "text", "word\n", "\x00", "\u2028", "\u3000", "é"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


def texts(page: Page) -> list[str]:
    return [page.flat[line.start : line.end] for line in page.lines]


def flat(raw: str) -> str:
    return parse_page(raw).flat


def assert_exact(raw: str) -> None:
    page = parse_page(raw)
    assert edits_in_order(raw, page.edits)
    assert apply_edits(raw, page.edits) == page.flat
    assert texts(page) == (page.flat.split("\n") if page.flat else [])
    assert all(text.strip() for text in texts(page))
    assert {edit.kind for edit in page.edits} <= {"markup"}
    nodes = page.lines.nodes
    assert (nodes.first_line <= nodes.end_line).all()
    assert (nodes.end_line <= len(page.lines)).all()


@given(st.text())
def test_edits_are_exact_on_any_string(raw):
    assert_exact(raw)


@settings(max_examples=300)
@given(SOUP)
def test_edits_are_exact_on_tag_soup(raw):
    assert_exact(raw)


WHITE = st.text(st.sampled_from(" \t\n\r\f\xa0\u200b\xadaé."), max_size=20)


@given(WHITE, WHITE)
def test_white_space_in_a_text_is_one_blank_whatever_it_is_made_of(one, two):
    shown = re.sub(r"[ \t\n\r\f\xa0]+", " ", f"x{one}y{two}z")
    assert flat(f"<p>x{one}y<b>{two}</b>z</p>") == shown


@given(SOUP)
def test_the_same_page_gives_the_same_result_twice(raw):
    assert parse_page(raw).flat == parse_page(raw).flat
    assert parse_page(raw).meta == parse_page(raw).meta


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<p>One<p>Two", "One\nTwo"),
        ("<p>a\n  b\t c&nbsp;d</p>", "a b c d"),
        ("<p>a <b> b</b> c</p>", "a b c"),
        ("<p>a<b>b</b></p>", "ab"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<pre>a\n  b\r\nc</pre>", "a\n  b\nc"),
        ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
        ("<table><tr><td>a<td>b<tr><td>c</td><td>d</td></table>", "a\tb\nc\td"),
        ("<table><tr><td>a<br>b<td>c<td>d</table>", "a\nb\nc\td"),
        ("<table><tr><td>a<td>b<br>c</table>", "a\nb\nc"),
        ("R&amp;D &lt;b&gt; &#8220;x&#8221; &bogus; &copy", "R&D <b> “x” &bogus; ©"),
        ("a<!-- x -- > y -->b<!-->c", "abc"),
        ("a<script>if (a</b>) '<p>'</script>b<style>p{}</style>c", "abc"),
        ("a<noscript>x</noscript>b<template><p>y</p></template>c", "abc"),
        ("a<svg><title>x</title><path d='M1>2'/></svg>b", "ab"),
        ("<svg><path><div>kept</div>", "kept"),
        ("<select><option>x<option>y</select>z<option>w<p>kept</p>", "z\nkept"),
        ("x < y and 2<3", "x < y and 2<3"),
        ('<a title="a > b" href=x>t</a>', "t"),
        ('<p class="a" ">t</p>', "t"),
        ('<p class="a>t</p>', "t"),
        ("<![CDATA[one]]> two", "one two"),
        ("one <a href='x", "one"),
        ("<!doctype html><?xml?></>t</ x>", "t"),
        ("<my-app>a<my-b>c</my-b></my-app>", "ac"),
        ("", ""),
        ("<p> &nbsp; </p>", ""),
        ("<P>Ä<BR>ö</P>", "Ä\nö"),
    ],
)
def test_pages_read_as_browsers_lay_them_out(raw, expected):
    assert flat(raw) == expected
    assert_exact(raw)


def test_kept_characters_keep_their_raw_offsets():
    raw = "<div><p>R&amp;D <b>now</b></p></div>"
    edits = parse_page(raw).edits
    assert [(raw[edit.start : edit.end], edit.inserted) for edit in edits] == [
        ("<div><p>", ""), ("&amp;", "&"), ("<b>", ""), ("</b></p></div>", ""),
    ]  # fmt: skip


def test_lines_know_their_containers():
    page = parse_page(
        "<nav><a>Home</a></nav><main><article><h2>T</h2><p>x <a>y</a></p><figure><figcaption>c</figure>"
    )
    home, heading, text, caption = page.lines
    assert home.has(Bit.NAV)
    assert home.link_chars == 4
    assert heading.level == 2
    assert text.has(Bit.ARTICLE)
    assert text.has(Bit.MAIN)
    assert not text.has(Bit.NAV)
    assert (text.tag, text.link_chars) == ("p", 1)
    assert caption.has(Bit.FIGCAPTION)


def test_class_names_and_hiding_are_noted_for_all_that_is_inside():
    page = parse_page(
        '<div class="relatedPosts-list"><p>a</p></div><div style="display: none">b</div><p hidden>c</p><p>d'
    )
    related, styled, hidden, plain = page.lines
    assert related.has(Bit.W_RELATED)
    assert styled.is_hidden
    assert hidden.is_hidden
    assert not plain.is_hidden
    assert plain.mask == 1 << Bit.P


def test_containers_know_the_lines_inside_them():
    nodes = parse_page("<div><p>a</p><p>b</p></div><table><tr><td>c<td>d</table><div>e</div>").lines.nodes
    spans = {(nodes.tag[i], int(nodes.first_line[i]), int(nodes.end_line[i])) for i in range(len(nodes.tag))}
    assert {("", 0, 4), ("div", 0, 2), ("table", 2, 3), ("div", 3, 4)} <= spans


HOSTILE = [
    "<div>", "</div>", "<p><td>", "<svg>", "<!--", "<!-- -", "<script>", '<a b="', "<a b='", "<a =", "&", "&#", "<",
    "<![CDATA[", "<noscript>", "<li><div>", "<table><tr><td>", "<section><li><div>", "</x><x-y>", " \n", "a ", "<h1></h2>",
    "<option>", "<template><p>", "<a a a=a", '{"a":', '<script type="application/ld+json">[[</script>', "<br>x", "\xa0",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_on_hostile_repetition(piece):
    def seconds(n):
        raw = piece * (n // len(piece))
        best = min(_timed(raw) for _ in range(2))
        return max(best, 1e-3)

    # Quadratic work would make this 64; the bound leaves room for a busy machine.
    assert seconds(160_000) / seconds(20_000) < 32


def _timed(raw: str) -> float:
    start = time.process_time()
    parse_page(raw)
    return time.process_time() - start


def test_deep_nesting_and_a_megabyte_on_one_line_are_read():
    deep = parse_page("<div>" * 10_000 + "deep" + "</div>" * 10_000)
    assert deep.flat == "deep"
    assert parse_page("<p>" + "word " * 200_000).flat == ("word " * 200_000).strip()


def test_every_page_of_the_development_set_is_exact(shared):
    import gzip
    import itertools
    import json

    with gzip.open(shared / "bench" / "clean" / "dev.jsonl.gz", "rt", encoding="utf-8") as rows:
        for line in itertools.islice(rows, 0, None, 20):
            assert_exact(json.loads(line)["html"])
