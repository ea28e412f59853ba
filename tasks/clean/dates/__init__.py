"""When an article was published: every place that names a date, and the choice between them.

candidates.py reads dates of records, pages and addresses, choice.py chooses; text.py reads dates in lines of text, time.py
the time beside them, zones.py its zone, order.py the order of day and month, names.py the names of months.
"""

from tasks.clean.dates.candidates import (
    candidates_of,
    date_candidates,
    date_of_dateline,
    dates_in_path,
    dates_in_url,
    parse_date,
)
from tasks.clean.dates.choice import DateCandidate, Dating, choose_date
from tasks.clean.dates.text import DateMatch, dates_in_text, is_date_line

__all__ = [
    "DateCandidate",
    "DateMatch",
    "Dating",
    "candidates_of",
    "choose_date",
    "date_candidates",
    "date_of_dateline",
    "dates_in_path",
    "dates_in_text",
    "dates_in_url",
    "is_date_line",
    "parse_date",
]
