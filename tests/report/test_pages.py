"""The page of a version: self-contained, the same bytes each time, unharmed by what documents say."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tasks.report.facts import facts_of
from tasks.report.html import VOID
from tasks.report.pages import write_report
from tasks.report.trace import trace_document
from tasks.report.trace_page import write_trace
from tests.flows.conftest import World, article

MAX_BYTES = 3_000_000
SAFE_TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "details", "summary",
    "h1", "h2", "h3", "p", "div", "span", "a", "b", "i", "code", "pre", "br", "ul", "li", "dl", "dt", "dd",
    "table", "thead", "tbody", "tr", "th", "td", "small", "del", "ins", "mark",
    "svg", "rect", "path", "line", "circle", "text", "tspan",
}  # fmt: skip


class Outline(HTMLParser):
    """The tags of a page: which there are, whether they nest, and every attribute."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.wrong: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def page(corpus: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the newest version, with its trace pages beside it."""
    return write_report(corpus.store, corpus.head(), tmp_path_factory.mktemp("page") / "report.html")


def pages_of(page: Path) -> list[Path]:
    return [page, *sorted((page.parent / "trace").glob("*.html"))]


def test_nothing_is_fetched_and_nothing_runs(page: Path) -> None:
    for one in pages_of(page):
        outline = Outline(one.read_text())
        assert outline.tags <= SAFE_TAGS, outline.tags - SAFE_TAGS
        assert outline.open == outline.wrong == []
        names = {name for name, _ in outline.attributes}
        assert not [
            name
            for name in names
            if name.startswith("on") or name in {"src", "srcset", "action", "xlink:href"}
        ]
        hrefs = {value for name, value in outline.attributes if name == "href"}
        assert all(href.startswith(("#", "trace/")) for href in hrefs)
        assert "default-src 'none'" in str(outline.attributes)
        style = one.read_text().split("<style>")[1].split("</style>")[0]
        assert "url(" not in style
        assert "@import" not in style


def test_every_link_leads_somewhere(page: Path) -> None:
    outline = Outline(page.read_text())
    anchors = {value for name, value in outline.attributes if name == "id"}
    for href in (value for name, value in outline.attributes if name == "href"):
        assert href[1:] in anchors if href.startswith("#") else (page.parent / href).is_file()


@pytest.mark.parametrize(
    ("ref", "shown"), [("hostile.txt", "‹U+202E›"), ("hostile.txt", "␛[31mred"), ("W3", "javascript:")]
)
def test_hostile_documents_are_shown_and_not_obeyed(corpus: World, page: Path, ref: str, shown: str) -> None:
    trace = trace_document(corpus.store, corpus.head(), ref)
    told = write_trace(trace, page.parent / "trace").read_text()
    assert "&lt;script&gt;" in told
    assert shown in told
    assert Outline(told).open == Outline(told).wrong == []


def test_no_script_of_a_document_runs_in_the_browser(page: Path, dom: Any) -> None:
    for one in [page, *(p for p in pages_of(page) if "pwned" in p.read_text())]:
        loaded = dom(one)
        assert "</html>" in loaded
        assert "data-pwned" not in loaded.split("<body", 1)[0]


def test_the_browser_would_run_what_the_pages_do_not(dom: Any, tmp_path: Path) -> None:
    control = tmp_path / "control.html"
    control.write_text(
        "<!doctype html><html><body><script>document.documentElement.dataset.pwned = 1</script></body></html>"
    )
    assert "data-pwned" in dom(control)


def test_the_same_version_gives_the_same_bytes(corpus: World, page: Path, tmp_path: Path) -> None:
    again = write_report(corpus.store, corpus.head(), tmp_path / page.name)
    for one in pages_of(again):
        assert one.read_bytes() == (page.parent / one.relative_to(tmp_path)).read_bytes()


def test_the_page_is_small_though_a_document_has_a_line_of_a_hundred_thousand_characters(page: Path) -> None:
    assert all(one.stat().st_size < MAX_BYTES for one in pages_of(page))
    assert max(map(len, page.read_text().splitlines())) < MAX_BYTES


def test_every_way_of_a_document_is_told(page: Path) -> None:
    told = page.read_text()
    for words in (
        "dropped: empty",
        "set aside: bad_json",
        "copies",
        "held by",
        "Difference to version 2",
        "exact",
    ):
        assert words in told


def test_the_flow_adds_up_without_what_a_gate_holds_back(corpus: World) -> None:
    facts = facts_of(corpus.store, corpus.head())
    ingest = facts.stages["ingest"]
    aside = sum(row["stage"] == "ingest" and not row["held"] for row in facts.aside)
    dropped = sum(n for (stage, _), n in facts.dropped.items() if stage == "ingest")
    assert any(row["held"] for row in facts.aside)
    assert ingest["rows_in"] == ingest["kept"] + aside + dropped
    assert facts.stages["clean"]["rows_in"] == ingest["kept"]


def test_a_batch_to_look_at_has_a_command_or_the_link_that_is_given(
    corpus: World, page: Path, tmp_path: Path
) -> None:
    assert "--from 2024-02-05" in page.read_text().replace("</span> <span>", " ")
    asked: list[dict[str, Any]] = []

    def form(fields: dict[str, Any]) -> str:
        asked.append(fields)
        return f"http://127.0.0.1:4200/form?start={quote(fields['start'])}"

    linked = write_report(corpus.store, corpus.head(), tmp_path / "linked.html", link=form).read_text()
    assert 'href="http://127.0.0.1:4200/form?start=2024-02-05"' in linked
    assert {"start", "end", "sources", "undated", "from_stage", "reprocess", "dry_run"} == set(asked[0])
    aside = linked.split("Documents set aside")[1].split("</table>")[0]
    assert aside.count("Backfill this batch") == aside.count("<tr>") - 1  # one a row, but for the head


def test_the_command_writes_the_page_where_it_belongs(corpus: World) -> None:
    command = [
        sys.executable,
        "-c",
        "from flows.cli import main; main()",
        "report",
        "2",
        "--data",
        str(corpus.settings.data),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == corpus.settings.data / "reports" / "00000002.html"


def test_a_corpus_without_articles_has_a_page(new_world: Any) -> None:
    world = new_world()
    world.put("alpha/2024-02-01/menu.txt", "Home\nNews\nSport\nHome | News | Sport\nContact us\n" * 4)
    world.run()
    assert world.head().tables["articles"].rows == 0
    page = write_report(world.store, world.head())
    assert page == world.settings.data / "reports" / "00000001.html"
    assert Outline(page.read_text()).wrong == []


def test_a_batch_of_an_older_recipe_is_named(new_world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world = new_world()
    world.put("alpha/2024-02-01/a.txt", article(1))
    world.run()
    monkeypatch.setattr("tasks.recipes._file_hash", lambda path: f"{path}+1")
    from tasks import recipes

    recipes._room.cache_clear()
    world.put("alpha/2024-02-02/b.txt", article(2))
    world.run()
    recipes._room.cache_clear()
    told = write_report(world.store, world.head()).read_text()
    assert "older recipe of ingest, clean, entities" in told
