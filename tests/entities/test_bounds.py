"""Where names end: joined at "and", at a plural's apostrophe, at a short first name's dot; cut before a small noun."""

from __future__ import annotations

import pytest

from tests.entities.tagged import refined


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        (
            "The Ministry of Employment and Labor said no.",
            [("Ministry of Employment", "ORG"), ("Labor", "ORG")],
            [("Ministry of Employment and Labor", "ORG")],
        ),
        (
            "The Ministry of Economy, Trade and Industry said no.",
            [("Ministry of Economy", "ORG")],
            [("Ministry of Economy, Trade and Industry", "ORG")],
        ),
        (
            "The Ministry of Health and UNICEF said no.",
            [("Ministry of Health", "ORG"), ("UNICEF", "ORG")],
            [("Ministry of Health", "ORG"), ("UNICEF", "ORG")],
        ),
        (
            "The Council of Ministers and Labour Secretary Ana Cruz met.",
            [("Council of Ministers", "ORG"), ("Ana Cruz", "PERSON")],
            [("Council of Ministers", "ORG"), ("Ana Cruz", "PERSON")],
        ),
        (
            "The Vidarbha Tanker Owners' Welfare Association struck.",
            [("Vidarbha Tanker Owners", "ORG"), ("Welfare Association", "ORG")],
            [("Vidarbha Tanker Owners' Welfare Association", "ORG")],
        ),
        (
            "Treasurer Ma. Cristina Dela Cruz paid.",
            [("Ma", "PERSON"), ("Cristina Dela Cruz", "PERSON")],
            [("Ma. Cristina Dela Cruz", "PERSON")],
        ),
        ("Farmer Md. Rafiqul Islam fled.", [("Rafiqul Islam", "PERSON")], [("Md. Rafiqul Islam", "PERSON")]),
        (
            "The Party Committee of China's Guangxi met.",
            [("Party Committee of China", "ORG"), ("Guangxi", "LOC")],
            [("Party Committee", "ORG"), ("China", "GPE"), ("Guangxi", "GPE")],
        ),
        (
            "The Kenya Medical Practitioners, Pharmacists and Dentists Union branch met.",
            [("Kenya Medical Practitioners", "ORG"), ("Pharmacists and Dentists Union branch", "ORG")],
            [("Kenya Medical Practitioners, Pharmacists and Dentists Union", "ORG")],
        ),
        (
            "The Teachers Association, Nurses and Midwives Union and others met.",
            [("Teachers Association", "ORG"), ("Nurses and Midwives Union", "ORG")],
            [("Teachers Association", "ORG"), ("Nurses and Midwives Union", "ORG")],
        ),
        (
            "Vaccine from the World Health Organization stock came.",
            [("World Health Organization stock", "ORG")],
            [("World Health Organization", "ORG")],
        ),
        (
            "The National Union of Metalworkers, or Numsa, wants it.",
            [("National Union of Metalworkers", "ORG"), ("Numsa", "PERSON")],
            [("National Union of Metalworkers", "ORG"), ("Numsa", "ORG")],
        ),
        (
            "He went to Serbia and Hungary.",
            [("Serbia and Hungary", "LOC")],
            [("Serbia", "GPE"), ("Hungary", "GPE")],
        ),
        ("Hotels on the bay of Tela close.", [("bay of Tela", "LOC")], [("Tela", "GPE")]),
        ("She lives in Comuna 13.", [("Comuna", "LOC")], [("Comuna 13", "GPE")]),
        ("Villagers refuse as NTPC mine creeps closer.", [("NTPC", "LOC")], [("NTPC", "ORG")]),
        ("She lives in D.C. now.", [("D.C.", "LOC")], [("D.C.", "GPE")]),
        ("He has a stake in Irancell.", [("Irancell", "LOC")], [("Irancell", "ORG")]),
        (
            "MEC Xolile Nqatha flew in.",
            [("Xolile", "PERSON"), ("Nqatha", "PERSON")],
            [("Xolile Nqatha", "PERSON")],
        ),
        (
            "Money from the European Union. Infrastructure minister Andrei Spinu came.",
            [("European Union. Infrastructure", "ORG"), ("Andrei Spinu", "PERSON")],
            [("European Union", "ORG"), ("Andrei Spinu", "PERSON")],
        ),
        (
            "The Lutheran Church of Papua New Guinea paid.",
            [("Lutheran Church", "ORG"), ("Papua New Guinea", "LOC")],
            [("Lutheran Church of Papua New Guinea", "ORG")],
        ),
        (
            "The Embassy of Papua New Guinea paid.",
            [("Embassy", "ORG"), ("Papua New Guinea", "LOC")],
            [("Embassy", "ORG"), ("Papua New Guinea", "GPE")],
        ),
        ("The chiefs of Mepe met.", [("Mepe", "ORG")], [("Mepe", "GPE")]),
        (
            "A contractor, Caminos del Sur, repaired it.",
            [("Caminos del Sur", "LOC")],
            [("Caminos del Sur", "ORG")],
        ),
        ("The aid post at Mindik.", [("Mindik", "ORG")], [("Mindik", "GPE")]),
        ("Ratu Jone Qiolevu asked.", [("Ratu Jone Qiolevu", "PERSON")], [("Jone Qiolevu", "PERSON")]),
        ("In Ning'er county tea is dear.", [("Ning'er county", "LOC")], [("Ning'er", "GPE")]),
        ("The China-Laos Railway opened.", [("China-Laos Railway", "ORG")], [("China-Laos Railway", "FAC")]),
        ("She wrote on X. Police denied it.", [("X.", "ORG")], [("X", "ORG")]),
        ("Workers at a Pohang steel maker struck.", [("Pohang steel", "ORG")], [("Pohang", "GPE")]),
        (
            "The Fujairah Municipality has announced it.",
            [("Fujairah Municipality", "LOC")],
            [("Fujairah Municipality", "ORG")],
        ),
        (
            "Trucks left the Fujairah Municipality.",
            [("Fujairah Municipality", "LOC")],
            [("Fujairah Municipality", "GPE")],
        ),
        (
            "Akim Yermek Zhumabayev resigned.",
            [("Akim Yermek Zhumabayev", "PERSON")],
            [("Yermek Zhumabayev", "PERSON")],
        ),
    ],
)
def test_a_name_ends_where_its_words_say(text, tagged, expected):
    assert refined(text, *tagged) == expected
