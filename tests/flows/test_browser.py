"""The Prefect UI as operators and editors meet it, in real Chromium: a scheduled run, the form, a run's page.

The README's pictures of them are taken here: `CLEANCOPY_SHOTS=flows/pictures pytest tests/flows/test_browser.py`.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tasks.settings import Settings
from tests.flows import pictures
from tests.flows.backfill_form import BackfillForm
from tests.flows.conftest import World, article
from tests.flows.up_process import CHECKOUT, UpProcess, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

PAGE_MS = 120_000  # for one element of a page, on a machine that does much else
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
ENDED = ("Completed", "BatchesHeld", "DryRun", "NothingToDo", "Failed", "Crashed")
# A file's name is text from outside: it comes back in the artifacts and in the report.
HOSTILE = 'x"><img src=x onerror=alert(1)> ![](http:__evil.example_p.png) <script>alert(2)<_script>.txt'
NOTES = "evening-brief/2024-03-06"


def chromium() -> str:
    """Its path; without it the test is skipped, in CI it fails."""
    path = shutil.which("chromium")
    if path is None:
        reason = "no chromium here: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, prefect_database: Path) -> Iterator[UpProcess]:
    """The README's samples, published under another recipe; then a batch that a gate will hold is delivered."""
    chromium()
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(CHECKOUT / "raw", folder / "raw", ignore=shutil.ignore_patterns("README.md"))
    world = World(Settings(raw=folder / "raw", data=folder / "data", workers=1, record_max_bytes=63_000_000))
    world.run()
    for seed in range(5):
        world.put(f"{NOTES}/{seed}.txt", article(seed))
    for name in (
        *(f"note-{number}.txt" for number in range(6)),
        HOSTILE,
    ):  # more than 5: the gate holds the batch
        world.put(f"{NOTES}/{name}", f"Note {name}\n\nThe note of the day says little, but it says it twice.")
    process = UpProcess(
        folder, prefect_database, CLEANCOPY_SCHEDULE="* * * * *", PREFECT_RUNNER_POLL_FREQUENCY="2"
    )
    try:
        process.wait_up()
        yield process
    finally:
        process.close()


class Watched:
    """What pages asked of other hosts, and what their scripts said."""

    def __init__(self, page: Page) -> None:
        self.dialogs: list[str] = []
        self.elsewhere: list[str] = []
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("response", lambda answer: self._seen(answer.url))

    def _seen(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1", "data:", "blob:")):
            self.elsewhere.append(url)


@pytest.fixture(scope="module")
def page(up: UpProcess) -> Iterator[Page]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": pictures.WIDTH, "height": pictures.HEIGHT}, locale="en-US")
        page.set_default_timeout(PAGE_MS)
        yield page
        browser.close()


@pytest.fixture(scope="module")
def watched(page: Page) -> Watched:
    return Watched(page)


@pytest.fixture(scope="module")
def first(up: UpProcess) -> dict[str, Any]:
    """The first run that the schedule made, ended. The schedule rests after it: each run takes a core for a while."""
    corpus = up.deployment("corpus")

    def ended() -> dict[str, Any] | None:
        runs = up.runs(deployment_id={"any_": [corpus["id"]]}, state={"name": {"any_": list(ENDED)}})
        return next((run for run in runs if run["auto_scheduled"]), None)

    run: dict[str, Any] = wait_for("a scheduled run", ended)
    up.api("POST", f"/deployments/{corpus['id']}/pause_deployment")
    return run


def open_artifacts(page: Page, up: UpProcess, run_id: str, *keys: str) -> None:
    """The run's page, at what it left."""
    page.goto(f"{up.url}/v2/runs/flow-run/{run_id}?tab=Artifacts")
    for key in keys:
        page.get_by_role("heading", name=key, exact=True).wait_for()


def open_artifact(page: Page, up: UpProcess, run_id: str, key: str) -> None:
    """From the run's page to one of them."""
    open_artifacts(page, up, run_id, key)
    page.goto(f"{up.url}/v2/artifacts/artifact/{up.artifact_ids(run_id)[key]}")


def submitted(form: BackfillForm, up: UpProcess) -> tuple[str, str, str]:
    """Submits the form and waits: the run's id, the name and message of its last state."""
    name = form.submit()["name"]
    run_id = str(wait_for("the run", lambda: up.runs(name={"any_": [name]}))[0]["id"])
    return (run_id, *up.wait_state(run_id, *ENDED))


def newest(up: UpProcess) -> dict[str, Any]:
    """The newest version as `cleancopy versions` has it."""
    return dict(json.loads(up.call("versions", "--json").stdout)[-1])


def test_the_schedule_makes_a_version_by_itself(up: UpProcess, first: dict[str, Any]) -> None:
    assert first["state"]["name"] == "BatchesHeld"
    assert (newest(up)["version"], newest(up)["held"]) == (2, [NOTES])


def test_the_artifacts_show_hostile_names_as_letters(
    up: UpProcess, page: Page, watched: Watched, first: dict[str, Any]
) -> None:
    from playwright.sync_api import expect

    open_artifact(page, up, first["id"], "gates")
    page.get_by_role("heading", name="rules passed").wait_for()
    hostile = page.get_by_role("cell").filter(has_text='x"><img src=x onerror=alert(1)>')
    expect(hostile).to_have_count(1)  # the table comes after its heading, and is drawn again now and then
    expect(page.locator('img[src="x"], img[src*="evil"]')).to_have_count(0)
    assert (watched.dialogs, watched.elsewhere) == ([], [])


def test_the_link_of_a_held_batch_opens_the_form_filled_in_and_its_dry_run_lists_it(
    up: UpProcess, page: Page, first: dict[str, Any]
) -> None:
    open_artifact(page, up, first["id"], "summary")
    page.get_by_role("row").filter(has_text=NOTES).get_by_role("link", name="backfill").click()
    form = BackfillForm(page)
    assert form.shown == {
        "start": "March 6th, 2024", "end": "March 6th, 2024", "names": ["evening-brief"], "from_stage": "ingest",
        "reprocess": "failed", "undated": False, "dry_run": True, "reason": "",
    }  # fmt: skip
    run, *state = submitted(form, up)
    assert state == ["DryRun", "1 batch would be redone"]
    open_artifact(page, up, run, "plan")
    page.get_by_role("cell", name=NOTES).wait_for()
    page.get_by_role("link", name="Do it").click()
    assert BackfillForm(page).shown == {**form.shown, "dry_run": False}
    assert newest(up)["version"] == 2


def test_the_report_links_each_batch_of_an_older_recipe_to_the_form(
    up: UpProcess, page: Page, watched: Watched, first: dict[str, Any]
) -> None:
    open_artifact(page, up, first["id"], "report")
    page.get_by_role("link", name="Report of version 2").click()
    page.get_by_role("heading", name="Version 2", exact=True).wait_for()
    page.get_by_role("row").filter(has_text=NOTES).get_by_role("link").first.click()
    assert BackfillForm(page).shown["names"] == ["evening-brief"]
    open_artifact(page, up, first["id"], "summary")
    older = page.get_by_role("table").last.get_by_role("row").filter(has_text="mekong-post/undated")
    older.get_by_role("link", name="backfill").click()
    shown = BackfillForm(page).shown
    assert (shown["names"], shown["undated"], shown["reprocess"]) == (["mekong-post"], True, "missing")
    assert watched.dialogs == []


def test_the_form_explains_each_field_and_wants_both_days(up: UpProcess, page: Page) -> None:
    form = BackfillForm.open(page, up)
    fields = up.deployment("backfill")["parameter_openapi_schema"]["properties"]
    for field in fields.values():
        page.get_by_text(field["description"], exact=True).wait_for()
    form.press_submit()
    page.get_by_text("'start' is a required property").first.wait_for()


def test_a_request_that_cannot_be_meant_says_why_on_its_page_and_opens_the_form_again(
    up: UpProcess, page: Page
) -> None:
    form = BackfillForm.open(page, up)
    form.pick_day("start", "2024-03-07")
    form.pick_day("end", "2024-03-06")
    why = "the first day 2024-03-07 is after the last day 2024-03-06: swap them"
    run, *state = submitted(form, up)
    assert state == ["Failed", why]
    asked = {"logs": {"flow_run_id": {"any_": [run]}, "level": {"ge_": logging.ERROR}}}
    wait_for("its log, which comes later than its state", lambda: up.api("POST", "/logs/filter", asked))
    page.goto(f"{up.url}/v2/runs/flow-run/{run}")
    page.get_by_text(f"backfill ended Failed: {why}").wait_for()
    assert page.get_by_text("Traceback").count() == 0
    open_artifact(page, up, run, "refused")
    page.locator("p", has_text=why).wait_for()
    page.get_by_role("link", name="Correct it").click()
    assert BackfillForm(page).shown["end"] == "March 6th, 2024"


def test_a_backfill_by_the_form_publishes_a_version_and_its_page_tells(up: UpProcess, page: Page) -> None:
    from playwright.sync_api import expect

    form = BackfillForm.open(page, up)
    form.pick_day("start", "2024-02-28")
    form.pick_day("end", "2024-03-06")
    form.add_names(0, ["evening-brief"])
    form.choose("reprocess", "failed")
    form.add_names(1, ["text_length"])
    form.switch("dry_run")
    form.write("reason", "its short notes are no articles, the rest is fine")
    pictures.shoot(page, "form", height=1560)
    run, *state = submitted(form, up)
    assert state == ["Completed", "version 3"]
    open_artifacts(page, up, run, "summary", "gates", "difference", "report")
    page.get_by_text(re.compile("^Completed$")).first.wait_for()
    pictures.shoot(page, "run-page", height=1080)
    open_artifact(page, up, run, "summary")
    page.get_by_role("heading", name="Published version 3").wait_for()
    page.locator("p", has_text="35 articles").wait_for()  # 5 more
    expect(page.locator("p", has_text="its short notes are no articles, the rest is fine")).to_have_count(1)
    pictures.shoot(page, "summary", height=1080)
    assert (newest(up)["version"], newest(up)["reason"]) == (
        3,
        "its short notes are no articles, the rest is fine",
    )


if pictures.FOLDER:

    def test_the_readmes_pictures_are_taken(up: UpProcess, page: Page, tmp_path: Path) -> None:
        pictures.shoot_report(page, f"http://127.0.0.1:{up.port + 1}/00000003.html")
        shutil.copytree(CHECKOUT / "raw", tmp_path / "raw")
        pictures.shoot_terminal(page, "cleancopy run", 118, tmp_path, up.environment)
        pictures.shoot_terminal(page, "cleancopy trace ferry-terminal.txt", 80, up.folder, up.environment)


def test_nothing_reached_another_host(watched: Watched) -> None:
    assert (watched.dialogs, watched.elsewhere) == ([], [])


def test_ctrl_c_ends_it_with_no_run_running(up: UpProcess) -> None:
    assert up.ctrl_c() == 0
    assert "Traceback" not in up.said
    states = up.states_in_the_database()
    assert len(states) >= 4
    assert {state for _, state in states} <= {"COMPLETED", "FAILED", "CRASHED"}
