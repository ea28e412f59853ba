"""The style sheet: every text is read on its ground and every mark seen, by day and by night (WCAG 2.2, AA)."""

from __future__ import annotations

import re

import pytest

from tasks.report.html import style

TEXT, MARK = 4.5, 2.99  # contrast of small text (1.4.3), of what is no text (1.4.11)
TEXTS = (
    *(("ink", ground) for ground in ("paper", "card", "faint", "shared-bg", "kept")),
    *(("soft", ground) for ground in ("paper", "card", "faint", "quiet-bg")),
    *(("quiet", ground) for ground in ("paper", "card", "faint", "shared-bg")),
    *((family, f"{family}-bg") for family in ("moved", "links", "prompts", "other")),
    ("accent", "paper"), ("accent", "card"), ("bad", "paper"), ("paper", "bad"), ("good", "shared-bg"), ("links", "links-bg"),
)  # fmt: skip
MARKS = ("kept", "dropped", "aside", "copies", "person", "org", "place", "rest", "warn", "bad", "accent")


def colours(scheme: str) -> dict[str, str]:
    day, night = style().split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", day))
    return found | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", night)) if scheme == "dark" else {})


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_read_and_every_mark_is_seen(scheme: str) -> None:
    named = colours(scheme)
    pale = [(t, g) for t, g in TEXTS if contrast(named[t], named[g]) < TEXT]
    pale += [(mark, "paper") for mark in MARKS if contrast(named[mark], named["paper"]) < MARK]
    assert pale == []
