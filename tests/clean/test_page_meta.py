"""What a page says about itself, and JSON-LD as it is found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.page import PageMeta, parse_page
from tasks.clean.page.jsonld import Facts, read_jsonld

ARTICLE = {
    "@type": "NewsArticle", "headline": "A &amp; B", "datePublished": "2024-05-01", "dateModified": "2024-05-02",
    "author": [{"name": "Ann Lee"}, "Bo"], "publisher": {"name": "The Paper"}, "articleSection": "World",
    "isAccessibleForFree": "False", "image": {"caption": "A bridge"},
}  # fmt: skip


def meta(body: str) -> PageMeta:
    return parse_page(body).meta


def block(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def test_titles_come_in_order_of_trust():
    page = meta(
        '<title>T | Site</title><meta content="T &amp; U" property="og:title"><meta name=twitter:title content=V>'
        f"<h1>Head <b>line</b></h1>{block(json.dumps(ARTICLE))}"
    )
    assert page.titles == (
        ("T & U", "og"), ("V", "twitter"), ("A & B", "jsonld"), ("Head line", "h1"), ("T | Site", "title"),
    )  # fmt: skip
    assert page.title == "T & U"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ARTICLE),
        json.dumps([ARTICLE]),
        json.dumps({"@graph": [{"@type": "WebSite", "name": "x"}, ARTICLE]}),
        "/* made by */ " + json.dumps(ARTICLE)[:-1] + ",}",
        "<!-- " + json.dumps(ARTICLE) + " -->",
        "//<![CDATA[\n" + json.dumps(ARTICLE) + "\n//]]>",
        json.dumps(ARTICLE).replace('"', "&quot;"),
        json.dumps(ARTICLE) + ";",
    ],
)
def test_json_ld_is_read_as_pages_carry_it(text):
    page = meta(block(text))
    assert ("A & B", "jsonld") in page.titles
    assert page.dates == (("2024-05-01", "jsonld", "published"), ("2024-05-02", "jsonld", "modified"))
    assert page.authors == ("Ann Lee", "Bo")
    assert (page.publisher, page.section, page.free) == ("The Paper", "World", False)
    assert page.image_captions == ("A bridge",)


def test_json_ld_beyond_repair_is_read_by_its_known_keys():
    page = meta(block('{"@type": "NewsArticle", "headline": "H", oops "datePublished": "2024-05-01"'))
    assert ("H", "jsonld") in page.titles
    assert page.dates == (("2024-05-01", "jsonld", "published"),)


def test_dates_keep_their_origin_and_kind():
    page = meta(
        '<meta property="article:published_time" content="2024-05-01T10:00Z"><meta property=article:modified_time content=X>'
        '<time datetime="2024-05-03">May</time><time class="updated">4 May 2024</time>'
    )
    assert page.dates == (
        ("2024-05-01T10:00Z", "meta", "published"), ("X", "meta", "modified"),
        ("2024-05-03", "text", "published"), ("4 May 2024", "text", "modified"),
    )  # fmt: skip


def test_the_head_says_who_where_and_in_what_language():
    page = meta(
        '<html lang="vi-VN"><link rel="canonical" href="https://e.org/a"><meta property="og:url" content="https://e.org/b">'
        '<meta property="og:site_name" content="E"><meta property="og:type" content="article">'
        '<meta name="author" content="Ann Lee"><p>By <a rel="author" href="/x">Bo Li</a> and <a href="/author">no</a></p>'
    )
    assert (page.lang, page.site_name, page.og_type) == ("vi-vn", "E", "article")
    assert (page.canonical_url, page.og_url) == ("https://e.org/a", "https://e.org/b")
    assert page.authors == ("Ann Lee", "Bo Li")


@given(st.text())
def test_json_ld_never_raises(text):
    read_jsonld(text, Facts())


@given(st.recursive(st.none() | st.booleans() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["@type", "@graph", "headline", "author", "image", "name", "datePublished"]), inner)))  # fmt: skip
def test_json_ld_of_any_shape_never_raises(value):
    read_jsonld(json.dumps(value), Facts())


def test_json_ld_nested_too_deep_is_left_alone():
    assert meta(block("[" * 200_000)).titles == ()
