"""Footers: what sites and firms set under their texts, for look-alikes. Two halves: one for `tune`, one for `aside`."""

FOOTER_LINES = (
    (
        "Letters of up to two hundred words are printed on Saturdays, with name and town.",
        "Our offices are closed on public holidays, and the switchboard is staffed until six.",
        "Whoever finds a mistake may report it to the readers' editor, who answers within a week.",
        "All rights are reserved, and no part of this page may be stored, sold or sent on without leave.",
        "The paper was founded by printers and belongs to a trust that takes no dividend.",
        "Prices, dates and opening hours were right when this page was made and may have changed since.",
        "Some of the links above are paid for, which has no bearing on what our writers say.",
        "Subscribers can give five articles a month to friends, and cancel at the end of any month.",
        "We use cookies to count visits, to remember your town and to show weather for it.",
        "Photographs of readers are welcome, provided that all who are shown in them agree.",
        "Classified advertisements are taken at the counter and by telephone until noon on Thursday.",
        "The newsletter comes at six in the morning, before most people have found their shoes.",
        "Comments are open for three days; insults, slogans and advertisements will be taken down.",
        "Listen to the programme behind this story wherever you find your podcasts, free of charge.",
        "Support for this reporting came from a foundation that had no say in what was written.",
        "Old issues can be read at the town library, where the reading room opens at ten.",
    ),
    (
        "The desk is open from eight to eight; at other times a machine takes what callers have to say.",
        "Our archive goes back to the first issue and costs nothing for schools and clubs.",
        "This page is renewed every quarter of an hour until midnight.",
        "Ask your newsagent to keep a copy, or have it brought to your door before seven.",
        "We correct what was wrong under the article itself and say what stood there before.",
        "Texts that firms have paid for are marked as such, at their head and in the index.",
        "Reprints need the consent of the rights office, which answers within five working days.",
        "Members of the readers' club pay half at the theatre, the zoo and the ice rink.",
        "A list of all our correspondents, with their fields and addresses, hangs on the second floor and stands online.",
        "You can hear every article read aloud; press the small triangle beside its date.",
        "Whoever wants to leave the mailing list follows the link at the foot of any message.",
        "Traffic news runs on the hour, tides and snow heights after the evening bulletin.",
        "The company that prints us also prints school books, maps and ballot papers.",
        "Your data stay in this country and are deleted a year after your last visit.",
        "Tips are handled by two editors; no name is passed on without a written word of consent.",
        "Join the evening talk with our writers on the first Tuesday of each month, admission free.",
    ),
)
TERMS = (
    (
        "This material is provided for information only and is no offer to buy or sell any security, nor advice on law or tax. "
        "Statements about the future, marked by words such as expects, believes or plans, rest on assumptions that may prove wrong, and what comes may differ from them materially. "
        "Among the risks are changes in demand, in interest and exchange rates, in the price of energy, the loss of key staff, lawsuits, storms, and failures of systems. "
        "The company takes on no duty to bring these statements up to date, unless the law requires it, and refers to the reports that it files every quarter. "
        "Figures of the past say nothing about those to come; they have not been audited and may be corrected later without notice. "
        "Where this text was translated, the original version alone is binding, and no court but that of the company's seat has a say in disputes about it. "
        "Distribution may be restricted in some countries; whoever receives this text must inform himself about such limits and observe them."
    ),
    (
        "The forecasts in this release were made in good faith on the day it bears, and nobody should lean on them in deciding to buy, hold or sell shares. "
        "What management hopes for depends on suppliers, on permits, on how much households will spend, on harvests and on courts, none of which it governs. "
        "Should any of these turn, profits may be smaller, later or absent, and the firm will not necessarily issue a fresh release to say so. "
        "Measures that accountants do not define are given because the board uses them; a table that leads from them to the official ones is on the website. "
        "Names of products belong to their owners. Past dividends promise no future ones, and a rating is an opinion that can be withdrawn at any time. "
        "Readers abroad are asked to make sure that they may read on; in some places the law forbids us to offer, and you to accept. "
        "The printed prospectus, which may be had at the counter of the paying agent, prevails over every summary of it."
    ),
)
CONTACT = (
    (
        "To reach our newsroom, call the desk between eight and six. Corrections are printed on page two. Subscribers receive the weekend edition, "
        "the crossword book and the recipe calendar at no extra cost; delivery complaints are taken by phone until ten. We are owned by nobody but "
        "our readers, take no money from parties, and publish the names of donors once a year. Our paper is printed on recycled stock. "
        "If you witnessed something that should be known, our reporters can be reached by letter, phone, or in person at the counter, "
        "and your name is safe with us. Obituaries and notices of weddings are accepted until noon of the day before."
    ),
    (
        "Got a story? Ring the bell at the side door, write to the night editor, or leave a note with the porter. Back numbers are kept for "
        "seven years and sold at cost. Our carriers start at four; if nothing lies on the step by half past six, tell us and a second copy comes by bicycle. "
        "The crossword answer line costs a local call. Wedding pictures, lost cats and club results appear on Thursdays, free of charge, as long as they fit. "
        "Shares in this paper are held by those who write it, and the accounts are read out each spring in the town hall. "
        "Complaints that we cannot settle go to the press council, whose ruling we print in full, on the page where the fault stood."
    ),
)


def footers(half: int) -> dict[str, tuple[str, ...]]:
    """Lines under a page, legal text of a firm, and the address of a newsroom; the halves share no sentence."""
    return {"footer": FOOTER_LINES[half], "terms": (TERMS[half],), "contact": (CONTACT[half],)}
