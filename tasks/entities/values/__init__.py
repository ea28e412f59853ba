"""Numbers, amounts and dates of a text, by rules, with their values in standard forms.

find.py goes over the words, scan.py says what stands at one of them; dates.py, days.py, periods.py, eras.py, relative.py,
told.py and times.py read dates in their forms, foreign.py those of other languages, money.py amounts, units.py quantities,
numbers.py what all of them count with.
"""
