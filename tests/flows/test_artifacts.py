"""What a run leaves on its page: hostile names stay letters, long tables are cut, links open the form filled in."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from flows.prefect_home import prepare
from flows.serving_address import (
    Address,
    known_address,
    last_address,
    leave_address,
    running_address,
)
from flows.serving_api import Api
from tasks.report.batches import form_of
from tests.flows.conftest import World, article

prepare()

from flows import artifacts  # noqa: E402  Prefect's settings come before its import
from flows.links import Links  # noqa: E402
from flows.markdown import MAX_ROWS, plain, table  # noqa: E402

IDS = {"backfill": "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "takedown": "6fa459ea-ee8a-3ca4-894e-db77e160355e"}
ADDRESS = Address("http://127.0.0.1:4200", IDS, "http://127.0.0.1:4201")
LINKS = Links(ADDRESS)
HOSTILE = (
    "<script>alert(1)</script>", "![x](http://evil.example/p.png)", "[x](javascript:alert(1))", "a|b\n# c\n- d",
    "<img src=x onerror=alert(1)>", "www.evil.example me@evil.example", "`*_~ &amp; \\", "\u202egnp.exe\u2066\x00\x07",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_keeps_no_sign_that_means_something(text: str) -> None:
    written = plain(text)
    assert not re.search(r"[<>\[\]()`*_~|\\#!@:.\n\x00\u202e]", re.sub(r"&#\d+;", "", written))
    assert len(written.splitlines()) == 1


def test_long_text_is_cut_before_it_is_escaped() -> None:
    assert plain("ab" * 1000, 10) == "ababababa…"
    assert plain("<" * 10_000_000, 3) == "&#60;&#60;…"


def test_a_long_table_says_what_it_leaves_out() -> None:
    text = table(("n",), ((str(n),) for n in range(1000)), 1000)
    assert text.count("\n") == MAX_ROWS + 3
    assert text.endswith("… and 900 more.")


@pytest.mark.parametrize("batch", ["alpha/2024-02-01", "beta/undated", "a b&c=d?#é/2024-02-01"])
def test_a_link_carries_the_batch_through_the_address_bar(batch: str) -> None:
    link = urlsplit(ADDRESS.form_link(form_of(batch, "failed")))
    filled = json.loads(parse_qs(link.query)["parameters"][0])
    source, day = batch.rsplit("/", 1)
    assert link.path.endswith(f"/v2/deployments/deployment/{IDS['backfill']}/run")
    assert (filled["sources"], filled["undated"]) == ([source], day == "undated")
    assert filled["start"] == filled["end"] == ("1970-01-01" if day == "undated" else day)
    assert filled["dry_run"] is True


def test_an_address_is_found_again_and_a_dead_one_is_not_running(tmp_path: Path) -> None:
    assert last_address(tmp_path / "none") is None
    leave_address(tmp_path, Address("http://127.0.0.1:9", {"backfill": "id"}, pid=1))
    assert last_address(tmp_path) == Address("http://127.0.0.1:9", {"backfill": "id"}, pid=1)
    assert running_address(tmp_path) is None
    (tmp_path / "cleancopy.json").write_text('{"ui": 1, "of another": "release"}')
    assert last_address(tmp_path) is None


def held_world(world: World) -> World:
    """One good batch with a hostile name set aside, and one held."""
    for seed in range(8):
        world.put(f"alpha/2024-02-01/{seed}.txt", article(seed))
        world.put(
            f"beta/2024-02-01/{seed}.txt",
            f"Note {seed}\n\nThe {seed}th note of the day says little, but it says it twice.",
        )
    world.put("alpha/2024-02-01/<img src=x>.txt", "too short")
    return world


def test_the_summary_lists_stages_and_batches_and_links_what_is_held(world: World) -> None:
    from flows.summary import summarize

    outcome = held_world(world).run()
    assert outcome is not None
    text = artifacts.summary_text(outcome, summarize(outcome, world.settings), world.settings, LINKS)
    assert "# Published version 1" in text
    assert re.search(r"\| alpha&#47;2024&#45;02&#45;01 \| clean \| 8 \| 8 \| 0 \| 0 \| \d+ \|", text)
    held = text.split("## Held batches")[1]
    assert (
        "| beta&#47;2024&#45;02&#45;01 | text&#95;length | [backfill](http://127.0.0.1:4200/v2/deployments/"
        in held
    )
    assert "## Batches with rows in quarantine" in text


def test_the_gates_name_the_rows_that_failed_and_why(world: World) -> None:
    outcome = held_world(world).run()
    assert outcome is not None
    text = artifacts.gates_text(outcome.reports, outcome.works, LINKS)
    assert (
        "| **held** | clean&#58; text&#95;length | beta&#47;2024&#45;02&#45;01&#58; 8 of 8 rows fail" in text
    )
    assert "shorter texts are teasers" in text
    aside = text.split("## Rows set aside")[1]
    assert aside.count("beta&#47;") == 8
    assert "&#60;img src&#61;x&#62;&#46;txt" in aside
    assert "<img" not in text


def test_batches_of_older_rules_are_linked_from_the_stage_that_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (1, 2):
        world.put(f"alpha/2024-02-0{day}/1.txt", article(day))
    world.run()
    real = artifacts.stage_recipes
    monkeypatch.setattr(artifacts, "stage_recipes", lambda *args: {**real(*args), "clean": "changed"})
    text = artifacts.attention_text(world.head(), world.settings, LINKS)
    assert "[All 2 in one backfill]" in text
    assert "| alpha&#47;2024&#45;02&#45;01 | clean | [backfill]" in text


def test_the_difference_counts_rows_and_names_batches(world: World) -> None:
    world.put("alpha/2024-02-01/1.txt", article(1))
    world.run()
    world.put("beta/2024-02-02/2.txt", article(2))
    world.run()
    text = artifacts.difference_text(world.store.diff(1, 2))
    assert "# Version 2 against version 1" in text
    assert "| articles | 1 | 0 | 0 |" in text
    assert "Batches: beta&#47;2024&#45;02&#45;02" in text


def test_names_from_documents_stay_letters_in_the_difference(world: World) -> None:
    world.put("alpha/2024-02-01/1.txt", article(1))
    world.run()
    found = world.store.diff(1, 1)
    hostile = [SimpleNamespace(old=text, new=text, members=1) for text in HOSTILE]
    told = artifacts.difference_text(replace(found, renamed={"entities": hostile}))
    rows = [
        line for line in told.splitlines() if line.startswith("| entities | ") and line.endswith(" | 1 |")
    ]
    assert len(rows) == len(HOSTILE)
    assert not re.search(r"[<>\[\]!]|javascript:|http:", told.split("## New names")[1])


def test_the_report_is_linked_where_it_is_served_and_named_where_it_is_not(world: World) -> None:
    world.put("alpha/2024-02-01/1.txt", article(1))
    world.run()
    assert LINKS.report(world.settings, 1) == ""
    (world.settings.data / "reports").mkdir()
    (world.settings.data / "reports/00000001.html").write_text("a page")
    assert LINKS.report(world.settings, 1) == "[Report of version 1](http://127.0.0.1:4201/00000001.html)"
    assert Links(None).report(world.settings, 1).startswith("Report: `reports/00000001.html`")


def test_a_worker_on_another_machine_finds_the_form_by_asking_its_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        Api,
        "call",
        lambda api, *words: asked.append((api.url, *words)) or [{"name": "backfill", "id": "some-id"}],
    )
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example:4200/api/")
    monkeypatch.delenv("PREFECT_UI_URL", raising=False)
    assert known_address(tmp_path) == Address("http://prefect.example:4200", {"backfill": "some-id"})
    assert [(url, path) for url, _, path, _ in asked] == [
        ("http://prefect.example:4200/api", "/deployments/filter")
    ]
    leave_address(tmp_path, Address("http://prefect.example:4200", {"backfill": "left"}))
    assert known_address(tmp_path) == Address("http://prefect.example:4200", {"backfill": "left"})


def test_a_plan_carries_the_link_that_does_it() -> None:
    plan = {
        "todo": [{"batch": "a/2024-01-01", "from_stage": "clean", "why": "recipe", "replaces": True}],
        "unchanged": 3,
        "pinned": [],
        "corpus_only": False,
    }
    text = artifacts.plan_text(plan, {"start": "2024-01-01", "dry_run": True}, LINKS)
    assert "# 1 batch would be redone, 3 have nothing to do" in text
    assert "%22dry_run%22%3Afalse" in text


def test_a_page_that_cannot_be_written_never_fails_the_run(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> str:
        raise OSError("no server")

    artifacts.leave(("summary", broken, ""))
    assert "the artifact summary could not be left: OSError: no server" in caplog.text
