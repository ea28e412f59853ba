"""Wire services in a text: named in a credit, in a dateline, in a sign-off. They are never authors.

`agencies_names` reads `agencies.toml`, `agencies_dateline` finds what opens a story, `agencies_sign_off` what
closes it, `agencies_places` has the cities of datelines.
"""

from __future__ import annotations

from tasks.clean.agencies_dateline import find_dateline
from tasks.clean.agencies_dateline_scripts import Dateline
from tasks.clean.agencies_names import agency_credited, agency_named, agency_of, is_outlet
from tasks.clean.agencies_sign_off import SignOff, find_initials, find_sign_off, may_be_sign_off

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
