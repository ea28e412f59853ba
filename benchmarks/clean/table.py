"""The table of what was asked, of the best peer, and of what was reached, from one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ASKED_F1 = {"text_full": 0.94, "text_light": 0.96, "html": 0.97}
ASKED_LOST = {"text_full": 0.015, "text_light": 0.015, "html": 0.01}
ASKED_SPEED = {"text_full": 4.0, "text_light": 4.0, "html": 2.0}
AHEAD = 0.02  # of trafilatura, from pages
REFERENCE = "trafilatura"


@dataclass(slots=True)
class Found:
    """What one input gave. macro: figures by cleaner, ours first; secs: processor seconds by cleaner."""

    macro: dict[str, Mapping[str, float]] = field(default_factory=dict)
    secs: dict[str, float] = field(default_factory=dict)


def _row(what: str, peer: str, asked: str, here: str, *, reached: bool) -> str:
    return f"| {what:<46} | {peer:>22} | {asked:>22} | {here:>10} | {'yes' if reached else 'no':<7} |"


def show_table(found: Mapping[str, Found], ours: str, injected: Mapping[str, Any] | None) -> None:
    """Prints it, one line a figure."""
    print(f"\n| {'what':<46} | {'best peer':>22} | {'asked':>22} | {'here':>10} | reached |")
    print("|---|---|---|---|---|")
    for given, one in found.items():
        mine = one.macro[ours]
        peers = {name: macro["F1"] for name, macro in one.macro.items() if name != ours}
        best = max(peers, key=lambda name: peers[name]) if peers else ""
        asked = ASKED_F1[given]
        need = max(asked, peers.get(REFERENCE, 0) + AHEAD) if given == "html" else asked
        print(
            _row(
                f"F1, {given}",
                f"{best} {peers[best]:.3f}" if best else "-",
                f">= {need:.3f}",
                f"{mine['F1']:.3f}",
                reached=mine["F1"] >= need,
            )
        )
        lost = {name: macro["lost"] for name, macro in one.macro.items() if name != ours}
        peer = f"{REFERENCE} {lost[REFERENCE]:.3f}" if REFERENCE in lost else "-"
        print(
            _row(
                f"gold words lost, {given}",
                peer,
                f"<= {ASKED_LOST[given]:.3f}",
                f"{mine['lost']:.3f}",
                reached=mine["lost"] <= ASKED_LOST[given],
            )
        )
        page_secs = found.get("html", one).secs  # a dump is cleaned in place of the page it was made of
        if REFERENCE in page_secs:
            ratio = page_secs[REFERENCE] / one.secs[ours]
            print(
                _row(
                    f"speed next to {REFERENCE}, {given}",
                    "1",
                    f">= {ASKED_SPEED[given]:.0f}",
                    f"{ratio:.2f}",
                    reached=ratio >= ASKED_SPEED[given],
                )
            )
    if injected is not None:
        cut, traps = injected["article_lost_per_10k"], injected["traps_lost"] / max(1, injected["traps"])
        print(
            _row(
                "injected: spans found",
                "-",
                ">= 0.950",
                f"{injected['recall']:.3f}",
                reached=injected["recall"] >= 0.95,
            )
        )
        print(
            _row("injected: article characters cut, of 10,000", "-", "<= 5", f"{cut:.1f}", reached=cut <= 5)
        )
        print(_row("injected: traps touched", "-", "<= 0.020", f"{traps:.3f}", reached=traps <= 0.02))
