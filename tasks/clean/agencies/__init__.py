"""Wire services in a text: named in a credit, in a dateline, in a sign-off. They are never authors.

names.py reads agencies.toml, dateline.py finds what opens a story, sign_off.py what closes it, places.py has the
cities of datelines.
"""

from __future__ import annotations

from tasks.clean.agencies.dateline import find_dateline
from tasks.clean.agencies.dateline_scripts import Dateline
from tasks.clean.agencies.names import agency_credited, agency_named, agency_of, is_outlet
from tasks.clean.agencies.sign_off import SignOff, find_initials, find_sign_off, may_be_sign_off

__all__ = [
    "Dateline",
    "SignOff",
    "agency_credited",
    "agency_named",
    "agency_of",
    "find_dateline",
    "find_initials",
    "find_sign_off",
    "is_outlet",
    "may_be_sign_off",
]
