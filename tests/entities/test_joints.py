"""Names that the tagger found in pieces, or with too much or too little."""

from __future__ import annotations

import pytest

from tests.entities.tagged import refined


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        (
            "The treasurer, Waggwa Nsibirwa-Lule, counted gifts.",
            [("Waggwa Nsibirwa", "PERSON"), ("Lule", "LOC")],
            [("Waggwa Nsibirwa-Lule", "PERSON")],
        ),
        (
            "Laura Tembo-Zulu spoke. Tembo-Zulu then left.",
            [("Laura Tembo-Zulu", "PERSON"), ("Tembo", "PERSON"), ("Zulu", "PERSON")],
            [("Laura Tembo-Zulu", "PERSON"), ("Tembo-Zulu", "PERSON")],
        ),
        (
            "They freed Mariem mint Cheikh Sidiya.",
            [("Mariem", "PERSON"), ("Cheikh Sidiya", "PERSON")],
            [("Mariem mint Cheikh Sidiya", "PERSON")],
        ),
        (
            'Guitarist Papa Nsimba "Dr Solo" Matumona died.',
            [("Papa Nsimba", "PERSON"), ("Matumona", "PERSON")],
            [('Papa Nsimba "Dr Solo" Matumona', "PERSON")],
        ),
        (
            "Tea of Forbes & Walker sold.",
            [("Forbes", "ORG"), ("Walker", "PERSON")],
            [("Forbes & Walker", "ORG")],
        ),
        (
            "The Guyana Gold and Diamond Miners Association wants more.",
            [("Guyana Gold", "ORG"), ("Diamond Miners Association", "ORG")],
            [("Guyana Gold and Diamond Miners Association", "ORG")],
        ),
        (
            "The African Union and Arab League met.",
            [("African Union", "ORG"), ("Arab League", "ORG")],
            [("African Union", "ORG"), ("Arab League", "ORG")],
        ),
        (
            "The Oyo Task Force on Markets met on Monday.",
            [("Oyo Task Force", "ORG")],
            [("Oyo Task Force on Markets", "ORG")],
        ),
        (
            "The Electoral Commission on Monday said no.",
            [("Electoral Commission", "ORG")],
            [("Electoral Commission", "ORG")],
        ),
        ("The buyer, Don Basilio SRL, pays.", [("Don Basilio SRL", "PERSON")], [("Don Basilio SRL", "ORG")]),
        ("They paid Sulan Ventures Inc. in May.", [("Sulan Ventures Inc", "ORG")], [("Sulan Ventures Inc.", "ORG")]),
        ("She taught at Liceo No. 3 for years.", [("Liceo No", "ORG")], [("Liceo No. 3", "ORG")]),
        ("The owner, Quirico Copper, left.", [("Quirico Copper", "LOC")], [("Quirico Copper", "ORG")]),
        ("Fans of Karolay Kings sang.", [("Karolay Kings", "LOC")], [("Karolay Kings", "ORG")]),
        ("Karolay Whites captain Saad Butt left.", [("Karolay", "LOC"), ("Saad Butt", "PERSON")], [("Karolay Whites", "ORG"), ("Saad Butt", "PERSON")]),
        ("Operator Quilmar Energy left.", [("Operator Quilmar Energy", "ORG")], [("Quilmar Energy", "ORG")]),
        ("Spinner Tanvir took seven.", [("Spinner Tanvir", "PERSON")], [("Tanvir", "PERSON")]),
        ("Maj. Rhea Lyn Sumagay said no.", [("Lyn Sumagay", "PERSON")], [("Rhea Lyn Sumagay", "PERSON")]),
        (
            "Councillor Jaci Lins of PSOL asked.",
            [("Jaci Lins of PSOL", "PERSON")],
            [("Jaci Lins", "PERSON"), ("PSOL", "ORG")],
        ),
        ("The bank of the Ivondro river broke.", [("Ivondro river", "LOC")], [("Ivondro", "LOC")]),
        ("They met at Karanga Teaching Hospital.", [("Karanga Teaching Hospital", "ORG")], [("Karanga Teaching Hospital", "FAC")]),
    ],
)  # fmt: skip
def test_a_name_is_whole(text, tagged, expected):
    assert refined(text, *tagged) == expected
