# ruff: noqa: SIM905  word lists read better as one line
"""Reports: news made from templates, where another event fills the same sentences, for the stress set.

A template is text with slots. `{city}` draws from a pool, `{city=home}` draws once and is the same ever after,
`{3:90}` is a whole number, `{3.5:9.5}` a decimal, `{up|down}` one of several words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from benchmarks.dedup.footers import footers

_SLOT = re.compile(r"\{([^{}=]+)(?:=(\w+))?\}")

_ONSET = "Bar Cal Dor Fen Gar Hol Kel Lar Mar Nor Pel Quin Ros Sel Tor Ulm Ver Wex Yar Zan Ash Bren Cor Dun Elm".split()
_CODA = "ton ville mere field burg ford wick dale stead combe mouth haven by ridge worth loch minster gate".split()
_GIVEN = "Ada Bruno Celia Dario Edith Felix Greta Hugo Irma Jonas Karin Leon Mabel Nils Olga Pavel Rhea Stefan Thea Ugo".split()
_FAMILY = "Abell Borland Crane Dunmore Eastley Farrow Gantry Hobbs Ivey Jarrett Kemble Lusk Morrow Nesbit Oakes Pryor".split()
_FIRM = "Altura Brightwell Cendrix Dovetail Emberly Fairlane Gantrell Helios Ironbark Juno Kestrel Lumina Meridian Northfork".split()
_STREET = "Elm Chapel Mill Harbour Station Quarry Orchard Bridge Priory Foundry Meadow Castle Market Canal Abbey Tannery".split()
_TEAM = "Hawks Comets Rovers Miners Pilots Stags Wolves Mariners Bulls Rangers Owls Foxes Sabres Barons Giants Herons".split()


def pools(half: int) -> Mapping[str, tuple[str, ...]]:
    """Words for the slots, and footers; the two halves share no place, person, firm or footer."""
    return {
        "city": tuple(a + b for k, a in enumerate(_ONSET) for b in _CODA if k % 2 == half),
        "person": tuple(f"{a} {b}" for a in _GIVEN for k, b in enumerate(_FAMILY) if k % 2 == half),
        "firm": tuple(
            f"{a} {b}" for k, a in enumerate(_FIRM) for b in ("Foods", "Systems", "Energy", "Bank") if k % 2 == half
        ),
        "street": tuple(_STREET), "team": tuple(_TEAM),
        "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        "month": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
        "sign": ("Aries", "Taurus", "Gemini", "Cancer", "Leo", "Virgo", "Libra", "Scorpio", "Sagittarius", "Capricorn"),
        "trade": ("carpenter", "nurse", "bus driver", "librarian", "dairy farmer", "machinist", "postal clerk", "cook"),
        "sky": ("Sunny", "Cloudy", "Patchy fog", "Showers", "Light snow", "Overcast", "Thunderstorms", "Breezy", "Mostly clear"),
        **footers(half),
    }  # fmt: skip


def fill(
    dice: Random, template: str, words: Mapping[str, tuple[str, ...]], known: dict[str, str] | None = None
) -> str:
    """The template with its slots filled; `known` holds what was drawn for named slots, and may be shared."""
    known = {} if known is None else known

    def draw(match: re.Match[str]) -> str:
        slot, name = match[1], match[2]
        if name and name in known:
            return known[name]
        if slot in words:
            value = dice.choice(words[slot])
        elif "|" in slot:
            value = dice.choice(slot.split("|"))
        elif ":" in slot:
            low, high = slot.split(":")
            value = f"{dice.uniform(float(low), float(high)):.{len(low.partition('.')[2])}f}"
        else:
            value = known[slot]
        if name:
            known[name] = value
        return value

    return _SLOT.sub(draw, template)


# family: (title, text). Two reports of one family have 60 to 85 % of their words in common.
REPORTS: Mapping[str, tuple[str, str]] = {
    "forecast": ("{city=home} area forecast for {day=d}", """{day=d} in {city=home}: {sky}, with a high near {40:95} and a low around {20:60}. Winds from the {north|south|east|west} at {3:25} mph.

{day=e} night: {sky}, with a {10:90} percent chance of rain. The humidity will be about {30:95} percent, according to the regional weather office.

The extended outlook calls for {sky} conditions through {day}, when a front is expected to cross the {city} valley. Sunrise is at {5:7}:{10:59} a.m. and sunset at {5:8}:{10:59} p.m. Motorists should allow extra time on the {city} bypass, and boaters are asked to check the latest advisory before they leave harbor."""),
    "earnings": ("{firm=f} posts {first|second|third|fourth=q}-quarter {profit|loss=r}", """{city=home} -- {firm=f} (NYSE: {AFX|BQR|CLM|DTV|EWN}) on {day} reported a {first|second|third|fourth=q}-quarter {profit|loss=r} of ${1.1:990.9} million.

The company, which is based in {city=home}, put its net income at {2:99} cents a share. Without one-time gains and costs it earned {2:99} cents a share.

That {met|exceeded|fell short of} what was expected: {3:15} analysts had forecast earnings of {2:99} cents a share on average. Revenue for the three months was ${1.01:9.99} billion, which {topped|missed} their forecasts too.

For the current quarter ending in {month}, the company expects its results to range from {2:40} cents to {41:90} cents per share. Company shares have {climbed|fallen} {2:60} percent since the beginning of the year. The stock has {risen|declined} {2:60} percent in the last 12 months. This report was generated automatically from data supplied by the exchange."""),
    "numbers": ("Winning numbers drawn in 'Pick {3|4|5=n} {Midday|Evening=m}' game", """The winning numbers in {day} {afternoon|evening}'s drawing of the regional lottery's "Pick {3|4|5=n} {Midday|Evening=m}" game were:

{0:9}-{0:9}-{0:9}, Fireball: {0:9}

({0:9}, {0:9}, {0:9}; Fireball: {0:9})

Estimated jackpot: ${1:900} million. Players have {90:180} days from the drawing to claim a prize at the {city} office. The lottery reminds players to sign the back of every ticket and to play responsibly."""),
    "boxscore": ("{city=a} {team=t} {60:120=x}, {city=b} {team=u} {60:120=y}", """{person=p} scored {15:45} points and the {city=a} {team=t} beat the {city=b} {team=u} {60:120=x}-{60:120=y} on {day} night.

{person} added {8:24} points and {5:18} rebounds for {city=a}, which has won {2:9} of its last {10:14} games. {person} had {4:15} assists before leaving with {2:5} minutes left.

{person=r} led {city=b} with {15:40} points. The {team=u} shot {33:55} percent from the field and were outscored {14:38}-{5:13} in the third quarter.

UP NEXT: {city=a} visits {city} on {day}. {city=b} hosts {city} on {day} to begin a {3:7}-game homestand. A program wrote this story from the league's own data."""),
    "obituary": ("{person=p}, {61:99=age}", """{person=p}, {61:99=age}, of {city=home}, passed away peacefully on {month=m} {1:30}, surrounded by family. A longtime resident of {city=home}, {person=p} worked as a {trade} for {12:45} years and was a member of the {city} Methodist Church.

Survivors include a son, {person}, of {city}; a daughter, {person}, of {city}; {2:9} grandchildren and {1:12} great-grandchildren. The family will receive friends from {1:5} to {6:8} p.m. on {day} at the {street} Street funeral home.

A funeral service will be held at {10:11} a.m. on {day} in the chapel, with burial to follow in {street} Hill Cemetery. In lieu of flowers, memorial contributions may be made to the hospice of {city}. Condolences may be left online."""),
    "calendar": ("Things to do in {city=home} this week", """{day}, {month} {1:30}: Story time for children at the {city=home} library, {9:11} a.m. Free; registration is required. Call {200:999}-{1000:9999}.

{day}, {month} {1:30}: {person} reads from a new novel at the {street} Street bookshop, {5:8} p.m. Tickets are ${5:30}, with discounts for students and seniors.

{day}, {month} {1:30}: The {city=home} farmers market opens at {6:9} a.m. in the {street} Square parking lot. Live music by {person}, local cheese and bread.

{day}, {month} {1:30}: Chess club, {street} Street community center, {5:8} p.m. To submit an event to the calendar, send details two weeks in advance to the newsroom. Events are listed as space permits."""),
    "stars": ("Your horoscope: {sign=s}", """{sign=s}: {A colleague surprises you|A letter brings news|Money matters need care|An old friend calls}. {Rest in the evening|Speak your mind|Sign nothing today|Take the longer road home}. Lucky number: {1:99}. The moon in {sign} favors {travel|patience|new plans|family}.

If today is your birthday: you are {generous|stubborn|curious|cautious} and rarely {late|wrong|tired|lonely}. This year brings {change at work|a journey|a reunion|a quiet autumn}; a {sign} plays a part. Your best days are {day} and {day}, and your color is {green|blue|ochre|white}.

{person}'s horoscope appears daily. Want to know more about your stars? Write to {person} in care of this newspaper and enclose a stamped envelope for a reply. Horoscopes are for entertainment only."""),
    "homes": ("Home sales in {city=home}, {month=m}", """The following property transfers were recorded in {city=home} in the week ending {month=m} {1:30}:

{1:900} {street} Street: {person} to {person}, ${110:990},{100:999}. {1:900} {street} Lane: {person} to {person}, ${110:990},{100:999}. {1:900} {street} Avenue: {person} to {person}, ${110:990},{100:999}.

The median price of a single-family home in {city=home} was ${110:990},{100:999} in {month=m}, {up|down} {1.1:14.9} percent from a year earlier. Homes stayed on the market for an average of {9:90} days, and the number of closed sales {rose|fell} to {20:400}, according to the county's multiple listing service. Realtors say that low inventory continues to shape the market."""),
    "stocks": ("Closing prices, {day=d}", """How the major indexes fared on {day=d}:

The composite index {rose|fell} {1.1:99.9} points, or {0.1:3.9} percent, to {3000:9000}. The industrial average {added|lost} {10.1:399.9} points, or {0.1:3.9} percent, to {12000:39000}. The small-cap index {gained|shed} {1.1:29.9} points, or {0.1:3.9} percent, to {1000:2400}.

For the week: the composite is {up|down} {2.1:99.9} points. The industrial average is {up|down} {12.1:599.9} points. For the year: the composite is {up|down} {2.1:29.9} percent.

Benchmark crude {rose|fell} {10:99} cents to ${40.11:120.99} a barrel in {city}. Gold {rose|fell} ${1.11:29.99} to ${1100:2400} an ounce. The dollar bought {90.11:150.99} yen, and the euro traded at ${1.01:1.39}."""),
    "police": ("{city=home} police log", """The {city=home} Police Department responded to {20:400} calls between {month=m} {1:14} and {month=m} {15:30}, including the following:

A {19:80}-year-old {city} man was arrested on {street} Street at {1:12}:{10:59} {a.m.|p.m.} on a charge of {operating under the influence|shoplifting|disorderly conduct|trespassing}. A caller on {street} Lane reported {a missing bicycle|loud music|a loose dog|a broken window} at {1:12}:{10:59} {a.m.|p.m.}.

A two-car crash at {street} and {street} streets sent {one|two|three} people to the hospital on {day}. Those named in the log are presumed innocent until proven guilty. The information is taken from public records, and the newspaper does not remove names from published reports."""),
    "returns": ("{city=home} county: {person=w} leads", """With {40:100} percent of precincts reporting in {city=home} county, {person=w} had {1000:90000} votes, or {46.1:69.9} percent, to {person=l}'s {1000:45000}, or {20.1:45.9} percent.

{person}, who ran without a party, drew {1.1:9.9} percent. Turnout was {21.1:79.9} percent of the {20000:99999} registered voters, {up|down} from {21.1:79.9} percent four years ago.

The ballot question on a bond of ${2:95} million for the {city} schools {passed|failed}, {51:70} percent to {30:49} percent. Results are unofficial until they are certified by the board of canvassers. Mail ballots that arrive by {day} will be counted if they were postmarked in time."""),
    "rates": ("Mortgage rates {rise|fall} to {2.1:7.9=r} percent", """Borrowers with a 30-year fixed mortgage paid {2.11:7.99} percent on average this week, {up|down} from {2.11:7.99} percent, the mortgage buyer said on {day}. A year ago, the rate averaged {2.11:7.99} percent.

Rates on 15-year fixed mortgages, popular with those who refinance their homes, averaged {2.11:6.99} percent, {up|down} from {2.11:6.99} percent last week. The yield on the 10-year note was {1.11:4.99} percent at midday on {day}.

Mortgage applications {rose|fell} {0.1:19.9} percent from the week before. "{Buyers|Sellers} remain {hopeful|cautious}," said {person}, chief economist at {firm}. The average does not include points, and rates vary by lender, credit score and down payment."""),
    "roads": ("Road work in {city=home} county, week of {month=m} {1:30=n}", """The department of transportation has announced the following lane closures in {city=home} county for the week of {month=m} {1:30=n}:

Route {2:99}, {city}: one lane closed from {street} Street to {street} Street, {7:9} a.m. to {3:6} p.m., for {paving|bridge inspection|guardrail repair|tree removal}. Route {100:499}, {city}: flaggers will direct traffic at the {street} bridge through {day}.

Interstate {60:95}: night work between exits {2:30} and {31:60}, {7:10} p.m. to {4:6} a.m. All work depends on the weather, and schedules may change. Motorists are reminded that fines are doubled in work zones. For current conditions, dial 511."""),
    "wetter": ("Das Wetter in {city=home}", """{city=home} - Am {Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag=d} erwarten die Meteorologen {viel Sonne|dichte Wolken|einzelne Schauer|Nebel am Morgen}. Die Temperaturen liegen zwischen {1:12} und {13:33} Grad, der Wind weht {schwach|mäßig|kräftig} aus {Nord|Süd|Ost|West}.

In der Nacht sinken die Werte auf {1:12} Grad. Die Wahrscheinlichkeit für Regen beträgt {5:95} Prozent. Im Umland von {city} kann es {örtlich|verbreitet} zu Gewittern kommen, sagte {person} vom Wetterdienst.

Die Pollenbelastung ist {gering|mittel|hoch}, vor allem {Birke|Hasel|Gräser|Erle} fliegen. Die Aussichten für das Wochenende: {wechselhaft|freundlich|trüb|stürmisch}, {1:12} bis {13:33} Grad. Alle Angaben ohne Gewähr."""),
    "shoushi": ("收盘：沪指{涨|跌}{0.1:3.9}%", """{1:12}月{1:30}日，A股三大指数今日{涨跌不一|集体上涨|集体下跌}。截至收盘，沪指{涨|跌}{0.11:3.99}%，报{2600:3700}点；深成指{涨|跌}{0.11:3.99}%，报{9000:14000}点；创业板指{涨|跌}{0.11:3.99}%，报{1700:3100}点。

两市成交额达到{4000:12000}亿元，较上个交易日{放量|缩量}{100:990}亿元。北向资金净{买入|卖出}{1.1:99.9}亿元。个股{涨多跌少|跌多涨少}，两市超{1000:4500}只个股{上涨|下跌}。

板块方面，{半导体|煤炭|白酒|银行|医药|汽车}、{旅游|电力|军工|地产}等板块涨幅居前，{传媒|光伏|钢铁|农业}、{券商|游戏|化工}等板块跌幅居前。分析人士认为，短期市场仍将以震荡为主，投资者应控制仓位，注意风险。以上内容仅供参考，不构成投资建议。"""),
    "tirage": ("Loto : le tirage du {lundi|mercredi|samedi=d}", """Les résultats du tirage du Loto de ce {lundi|mercredi|samedi=d} sont connus. Les numéros gagnants sont le {1:9}, le {10:19}, le {20:29}, le {30:39} et le {40:49}, et le numéro chance est le {1:10}.

Une cagnotte de {2:30} millions d'euros était en jeu. {Aucun joueur n'a|Un joueur a|Deux joueurs ont} trouvé la bonne combinaison, selon le bureau de {city}. Le code gagnant à {10000:20000} euros est le {A|B|C} {1000:9999} {1000:9999}.

Le prochain tirage aura lieu {lundi|mercredi|samedi} prochain, avec une somme minimale de {2:30} millions d'euros à gagner. Jouer comporte des risques : endettement, isolement, dépendance. Pour être aidé, appelez le numéro gratuit."""),
}  # fmt: skip
