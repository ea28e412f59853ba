"""The backfill form of Prefect's UI as hands and eyes meet it: days picked, lists filled, what it shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.flows.up_process import UpProcess, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

UNSEEN_MS = 20_000  # a press that did nothing so long is made again
TAKEN, BUSY = 201, 503  # busy: SQLite; the form stays open, a person presses Submit again


def _press_until(seen: Locator, press: Callable[[], None]) -> None:
    """Presses, as a person would, until it shows: on a slow machine the page may move beneath the mouse."""
    from playwright.sync_api import TimeoutError as Unseen

    def shows() -> bool:
        press()
        try:
            seen.wait_for(timeout=UNSEEN_MS)
        except Unseen:
            return False
        return True

    wait_for("what a press brings", shows)


class BackfillForm:
    """The form on a page, opened empty or by a link that fills it in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._day("start").wait_for()

    @classmethod
    def open(cls, page: Page, up: UpProcess, filled: Mapping[str, Any] | None = None) -> BackfillForm:
        """By its address, as the links write it."""
        address = f"{up.url}/v2/deployments/deployment/{up.deployment('backfill')['id']}/run"
        page.goto(f"{address}?parameters={quote(json.dumps(filled))}" if filled else address)
        return cls(page)

    def _day(self, field: str) -> Locator:
        return self.page.get_by_role("button", name=field, exact=True)

    def pick_day(self, field: str, day: str) -> None:
        """In the calendar that the field opens."""
        calendar = self.page.get_by_role("dialog")
        _press_until(calendar, self._day(field).click)
        year, month, _ = map(int, day.split("-"))
        calendar.get_by_label("Choose the Year").select_option(str(year))
        calendar.get_by_label("Choose the Month").select_option(str(month - 1))  # counted from 0
        calendar.locator(f'td[data-day="{day}"] button').click()
        self.page.keyboard.press("Escape")  # it does not close by itself
        calendar.wait_for(state="hidden")

    def add_names(self, nth: int, names: Sequence[str]) -> None:
        """Fills the nth list of the form, a row for each name."""
        panel = self.page.get_by_role("tabpanel", name="list", exact=True).nth(nth)

        def add() -> None:
            self.page.get_by_role("tab", name="list", exact=True).nth(nth).click()
            panel.get_by_role("button", name="Add item").click()

        for row, name in enumerate(names):
            box = panel.get_by_role("textbox").nth(row)
            _press_until(box, add)
            box.fill(name)

    def choose(self, field: str, option: str) -> None:
        """One of the options of a field."""
        choice = self.page.get_by_role("option", name=option, exact=True)
        _press_until(choice, self.page.get_by_role("button", name=f"Select {field}").click)
        choice.click()

    def switch(self, field: str) -> None:
        """Turns a switch."""
        self.page.get_by_role("switch", name=f"{field} (Optional)").click()

    def write(self, field: str, text: str) -> None:
        """Into a text field."""
        self.page.get_by_label(f"{field} (Optional)").fill(text)

    @property
    def shown(self) -> dict[str, Any]:
        """What the fields show; of the lists, every row."""
        rows = self.page.get_by_role("tabpanel", name="list", exact=True).get_by_role("textbox")
        switched = {
            f: self.page.get_by_role("switch", name=f"{f} (Optional)") for f in ("undated", "dry_run")
        }
        return {
            **{field: self._day(field).inner_text() for field in ("start", "end")},
            "names": [row.input_value() for row in rows.all()],
            **{field: self.page.get_by_role("button", name=f"Select {field}").inner_text() for field in ("from_stage", "reprocess")},
            **{field: one.is_checked() for field, one in switched.items()},
            "reason": self.page.get_by_label("reason (Optional)").input_value(),
        }  # fmt: skip

    def press_submit(self) -> None:
        """Whatever comes of it."""
        self.page.get_by_role("button", name="Submit", exact=True).click()

    def submit(self) -> dict[str, Any]:
        """Presses Submit until the server takes it; what was sent, `name` being that of the run."""

        def taken() -> dict[str, Any] | None:
            with self.page.expect_response(lambda answer: answer.url.endswith("/create_flow_run")) as got:
                self.press_submit()
            assert got.value.status in (TAKEN, BUSY), got.value.status
            return json.loads(got.value.request.post_data or "") if got.value.status == TAKEN else None

        return dict(wait_for("the form to be taken", taken))
