"""Names that part or go on where the words say so, by their line, and what is no name."""

from __future__ import annotations

import time

import pytest

from tasks.entities.ends import with_ends
from tasks.entities.spans import Span
from tests.entities.tagged import GAZETTEER, found, told


def ends(text, *tagged):
    """(surface, type) of the spans that come of the tagger's (type, surface), each at its next place."""
    spans = found(text, *((surface, kind) for kind, surface in tagged))
    return told(text, with_ends(text, spans, GAZETTEER))


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        (
            "sent to the Office of the Auditor in Manila today",
            [("ORG", "Office of the Auditor in Manila")],
            [("Office of the Auditor", "ORG"), ("Manila", "GPE")],
        ),
        ("the African Union Mission in Somalia said", [("ORG", "African Union Mission in Somalia")], [("African Union Mission in Somalia", "ORG")]),
        ("director of the Flood Relief Centre Ata Moro said", [("ORG", "Flood Relief Centre Ata Moro")], [("Flood Relief Centre", "ORG"), ("Ata Moro", "PERSON")]),
        ("a report by the Flood Relief Centre Ata Moro said", [("ORG", "Flood Relief Centre Ata Moro")], [("Flood Relief Centre Ata Moro", "ORG")]),
        ("in the yard of the Old Mosque of Herat at noon", [("FAC", "Old Mosque"), ("GPE", "Herat")], [("Old Mosque of Herat", "FAC")]),
        ("before the Church of Our Lady of Sorrows in Lima", [("ORG", "Church"), ("GPE", "Lima")], [("Church of Our Lady of Sorrows", "FAC"), ("Lima", "GPE")]),
        ("the Church of Uganda said", [("ORG", "Church of Uganda")], [("Church of Uganda", "ORG")]),
        ("He wants the Beekeepers Society of Kenya to act", [("GPE", "Kenya")], [("Beekeepers Society of Kenya", "ORG")]),
        ("the society of Kenya has changed", [("GPE", "Kenya")], [("Kenya", "GPE")]),
        ("the Diocese of Guarda and Covas closed it", [("ORG", "Diocese of Guarda"), ("GPE", "Covas")], [("Diocese of Guarda and Covas", "ORG")]),
        ("between Mota Bank and Covas there", [("ORG", "Mota Bank"), ("GPE", "Covas")], [("Mota Bank", "ORG"), ("Covas", "GPE")]),
        ("Petra Builders and Supply Corp won", [("ORG", "Petra Builders"), ("ORG", "Supply Corp")], [("Petra Builders and Supply Corp", "ORG")]),
        ("at the Muna Convention and Exhibition Centre", [("LOC", "Muna Convention"), ("LOC", "Exhibition Centre")], [("Muna Convention and Exhibition Centre", "FAC")]),
        ("Flood hits town\nBy TOMASI RAKOVU\nRain fell", [("ORG", "TOMASI RAKOVU")], [("TOMASI RAKOVU", "PERSON")]),
        ("Flood hits town\nBy Fiji Times Service\nRain fell", [("ORG", "Fiji Times Service")], [("Fiji Times Service", "ORG")]),
        ("Flood hits town\nFrom Ama Fugu, TAMALE\nRain fell", [("LOC", "Ama Fugu"), ("GPE", "TAMALE")], [("Ama Fugu", "PERSON"), ("TAMALE", "GPE")]),
        ("MORAMANGA. The vines on the hill", [("ORG", "MORAMANGA")], [("MORAMANGA", "GPE")]),
        ("the Commissioner for Rural Roads said", [("ORG", "Commissioner for Rural Roads")], []),
        ("where X-rays showed", [("ORG", "X")], []),
        ("pupils of Duhaney High walked", [("GPE", "Duhaney High")], [("Duhaney High", "ORG")]),
        ("the Bombay High Court", [("GPE", "Bombay High")], [("Bombay High", "GPE")]),
        ("the Lok Samiti said", [("PERSON", "Lok Samiti")], [("Lok Samiti", "ORG")]),
    ],
)  # fmt: skip
def test_where_names_end(text, tagged, expected):
    assert ends(text, *tagged) == expected


def test_the_cost_is_linear_in_the_length():
    def seconds(n):
        text = "He asked the Salt Society of Kenya and the Old Mosque of Herat. " * n
        spans, at = [], 0
        while (at := text.find("Kenya", at)) >= 0:
            spans.append(Span(at, at + 5, "GPE", 0.9, "model"))
            at += 5
        started = time.process_time()
        with_ends(text, spans, GAZETTEER)
        return time.process_time() - started

    seconds(100)
    small = max(seconds(1_000), 0.01)
    assert any(seconds(8_000) < 40 * small for _ in range(3))  # a quadratic cost would be 64 times
