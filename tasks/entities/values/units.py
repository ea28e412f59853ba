"""Percentages and quantities with a unit, normalised to the symbol of the unit that was written."""

from __future__ import annotations

import re

from tasks.entities.values.numbers import Number

_WORDS: dict[str, str] = {
    "km": "kilometers kilometer kilometres kilometre km kms", "m": "meters meter metres metre m", "µm": "micrometers micrometres microns", "cm": "centimeters centimeter centimetres centimetre cm",
    "mm": "millimeters millimeter millimetres millimetre mm", "nm": "nanometers nanometer nanometres nanometre nm", "mi": "miles mile mi",
    "nmi": "nautical-miles nautical-mile", "ft": "feet foot ft", "in": "inches inch", "yd": "yards yard",
    "km2": "square-kilometers square-kilometer square-kilometres square-kilometre sq-km km2 km² sq.km", "m2": "square-meters square-meter square-metres square-metre sq-m sqm m2 m²",
    "mi2": "square-miles square-mile sq-mi", "ft2": "square-feet square-foot sq-ft", "m3": "cubic-meters cubic-meter cubic-metres cubic-metre m3 m³", "ft3": "cubic-feet cubic-foot",
    "ha": "hectares hectare ha", "acre": "acres acre",
    "t": "tonnes tonne tons ton metric-tons metric-tonnes mt", "kg": "kilograms kilogram kilogrammes kilogramme kilos kilo kg kgs", "g": "grams gram grammes gramme g",
    "mg": "milligrams milligram milligrammes milligramme mg", "lb": "pounds pound lbs lb", "oz": "ounces ounce oz",
    "L": "liters liter litres litre", "mL": "milliliters milliliter millilitres millilitre ml", "gal": "gallons gallon", "bbl": "barrels barrel",
    "bbl/d": "barrels-per-day barrels-a-day bpd b/d", "bu": "bushels bushel",
    "W": "watts watt", "kW": "kilowatts kilowatt kW", "MW": "megawatts megawatt MW", "GW": "gigawatts gigawatt GW", "TW": "terawatts terawatt",
    "kWh": "kilowatt-hours kilowatt-hour kWh", "MWh": "megawatt-hours megawatt-hour MWh", "GWh": "gigawatt-hours GWh", "TWh": "terawatt-hours TWh",
    "km/h": "km/hr kmph km-per-hour kilometers-per-hour kilometres-per-hour kilometers-an-hour kilometres-an-hour km/h kph kmh", "mph": "miles-per-hour miles-an-hour mph", "kn": "knots knot",
    "m/s": "meters-per-second metres-per-second m/s", "°C": "degrees-Celsius degrees-celsius degree-Celsius degrees-centigrade Celsius °C ºC degrees-C C", "°F": "degrees-Fahrenheit degree-Fahrenheit Fahrenheit °F ºF degrees-F F",
    "kB": "kilobytes KB", "MB": "megabytes megabyte MB", "GB": "gigabytes gigabyte GB", "TB": "terabytes terabyte TB", "MHz": "megahertz MHz", "GHz": "gigahertz GHz",
    "TEU": "TEUs TEU", "mg/L": "mg/L", "µg/m3": "µg/m3 µg/m³ micrograms-per-cubic-meter micrograms-per-cubic-metre", "ct": "carats carat", "dwt": "dwt", "V": "volts volt", "cusec": "cusecs cusec", "cumec": "cumecs cumec", "m3/s": "cubic-meters-per-second cubic-metres-per-second m3/s m³/s", "hPa": "hectopascals hPa", "mbar": "millibars millibar",
    "kt": "kilotons kilotonnes kt", "Mt": "megatons megatonnes", "Gt": "gigatons gigatonnes", "ly": "light-years", "Ah": "Ah", "kV": "kilovolts kV", "magnitude": "magnitude", "dB": "decibels decibel dB",
}  # fmt: skip
UNITS = {form.replace("-", " "): symbol for symbol, forms in _WORDS.items() for form in forms.split()}
# One letter, or letters that are words: only directly behind digits, never behind number words.
_SHORT = frozenset({"m", "g", "mi", "ha", "t", "mt", "kt", "C", "F"})


def _alternatives(forms: list[str]) -> str:
    return "|".join(
        re.escape(form).replace(r"\ ", r"[ -]") for form in sorted(forms, key=lambda f: (-len(f), f))
    )


UNIT_AFTER = re.compile(rf"[ \u00a0\u202f-]?(?P<u>{_alternatives(list(UNITS))})(?![\w²³/]|-\w+-)")
PERCENT_AFTER = re.compile(
    r" ?(?:[%％]|(?:-|)per ?cent\b)(?P<points> points?\b)?|[ -](?P<pp>percentage[ -]points?\b)| ?pp\b|[ -](?P<bp>basis[ -]points?\b)| ?(?P<bps>bps\b|(?<! )(?-i:bp)\b)| ?(?-i:pc)\b",
    re.IGNORECASE,
)


HALF_A_POINT = re.compile(
    r"(?P<n>half|(?:a |one )?quarter|three[ -]quarters)(?: of)?(?: an? |[ -])?"
    r"(?:(?:percentage[ -]points?|per ?cent|percent)\b|points?(?=[ -](?:rate|cut|hike|increase|rise|reduction|move|easing)\b))",
    re.IGNORECASE,
)
HALF_A_UNIT = re.compile(
    r"half an? (?P<u>mile|kilomet(?:er|re)|met(?:er|re)|tonne|ton|kilo|kilogram|hectare|acre|lit(?:er|re)|inch|ounce)\b",
    re.IGNORECASE,
)


_BY_A_POINT = re.compile(r"(?:an? )?(?P<n>half|quarter)(?: (?:of )?an?)?[ -]point\b(?! guard)", re.IGNORECASE)


def half_a_point(text: str, pos: int) -> tuple[int, str] | None:
    """End and value of `half a percentage point`, `quarter-point cut`, `by a quarter point`: 0.5, 0.25."""
    match = HALF_A_POINT.match(text, pos)
    if match is None and text.endswith(" by ", 0, pos):
        match = _BY_A_POINT.match(text, pos)
    if match is None:
        return None
    name = match["n"].lower()
    return match.end(), "0.5" if name == "half" else "0.75" if name.startswith("three") else "0.25"


def half_a_unit(text: str, pos: int) -> tuple[int, str] | None:
    """End and value of `half a mile`: 0.5 mi."""
    match = HALF_A_UNIT.match(text, pos)
    return None if match is None else (match.end(), f"0.5 {UNITS[match['u'].lower()]}")


def percent(text: str, number: Number, *, negative: bool = False) -> tuple[int, str] | None:
    """End and value of `30 percent`, `2.5%`, `50 basis points` (0.5)."""
    match = PERCENT_AFTER.match(text, number.end)
    if match is None:
        return None
    if match["bp"] or match["bps"]:
        high = None if number.high is None else number.high / 100
        number = Number(number.low / 100, high, number.end, number.in_digits)
    return match.end(), f"{'-' if negative else ''}{number.value()}"


MAGNITUDE = re.compile(r"magnitude[ -](?:of )?(?P<n>\d{1,2}\.\d{1,2}|\d)(?![\d.,]*\d|[%\w])", re.IGNORECASE)


def magnitude(text: str, pos: int) -> tuple[int, str] | None:
    """End and value of an earthquake's strength, from the word: `magnitude 6.1`."""
    match = MAGNITUDE.match(text, pos)
    return None if match is None else (match.end(), f"{match['n']} magnitude")


_METRES_AFTER = re.compile(
    r" (?:tall|long|wide|high|deep|above|below|away|from|off|by|x|sprint|race|final|freestyle|butterfly|hurdles|relay|underwater|thick|and|or|of)\b|-"
)


def _is_million(text: str, number: Number, unit: re.Match[str]) -> bool:
    """`2.5m working days`, `1.1m in 2019`: a short million, not metres."""
    if unit[0] != "m":
        return False
    if UNIT_AFTER.match(text, unit.end()) or _OF_THEM_AFTER.match(text, unit.end()):
        return True
    if _METRES_AFTER.match(text, unit.end()):
        return False
    return number.low != number.low.to_integral_value() or _COUNTED_AFTER.match(text, unit.end()) is not None


_PURE_GOLD = 24  # carats: `18kt` is no weight
_OF_THEM_AFTER = re.compile(r" of (?:them|whom|these|those|its|their|his|her)\b")


_HEAT_BEFORE = re.compile(
    r"(?:-|\b(?:minus|temperatures?|heat|cold|fell|rose|dropped|reached|above|below|hit|to|of|was|were|at|touched|topped|reaching|hitting|nearly|around|about)) ?-?$"
)


def _is_heat(text: str, number: Number, unit: re.Match[str]) -> bool:
    """`to 42C`, `reached 118F`, directly behind the digits; not a bus, a grade or a visa."""
    start = text.rfind(" ", max(0, number.end - 8), number.end) + 1
    before = text[max(0, start - 14) : start] + ("-" if text[start : start + 1] in "-−" else "")
    return (
        unit[0] in "CF"
        and number.high is None
        and number.low < (60 if unit[0] == "C" else 140)
        and bool(_HEAT_BEFORE.search(before))
    )


_COUNTED_AFTER = re.compile(r" (?:people|men|women|children|[a-z]+s|[a-z]+ [a-z]+s)\b")


def quantity(text: str, number: Number, *, negative: bool = False) -> tuple[int, str] | None:
    """End and value of `20 km`, `five hectares` (`5 ha`), `-3°C`."""
    match = UNIT_AFTER.match(text, number.end)
    if match is None:
        return _bare_degrees(text, number, negative=negative)
    unit = match["u"].replace("-", " ")
    if unit not in UNITS or (unit in _SHORT and not number.in_digits):
        return None
    if unit in ("C", "F") and not _is_heat(text, number, match):
        return None
    if unit == "kt" and number.low <= _PURE_GOLD:
        return None
    if unit == "m" and (number.scale != 1 or _is_million(text, number, match)):
        return None
    value = number.value()
    return match.end(), f"{'-' if negative else ''}{value} {UNITS[unit]}"


_DEGREES = re.compile(r" degrees\b(?! (?:north|south|east|west|of|angle|and)\b)")
_SPEAKS_OF_HEAT = re.compile(
    r"\b(?:temperatures?|heat|cold|mercury|thermometers?|frost|freez\w+|minus)\b", re.IGNORECASE
)
_HEAT_CHARS = 80
_HOTTEST = 56  # degrees Celsius of air: above it they are Fahrenheit


def _bare_degrees(text: str, number: Number, *, negative: bool) -> tuple[int, str] | None:
    """`temperatures of 48 degrees`: Celsius, as most of the world says it."""
    match = _DEGREES.match(text, number.end)
    if match is None or not _SPEAKS_OF_HEAT.search(text, max(0, number.end - _HEAT_CHARS), number.end):
        return None
    scale = "°C" if (number.high or number.low) <= _HOTTEST else "°F"
    return match.end(), f"{'-' if negative else ''}{number.value()} {scale}"
