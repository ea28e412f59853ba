"""The choice between the dates a page names."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.dates import DateCandidate, choose_date

DAY = datetime(2021, 4, 17, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
BATCH = date(2021, 5, 1)


def one(value=NOON, origin="meta", precision="minute", kind="published", doubt=0):
    return DateCandidate(value, origin, precision, kind, doubt)


def test_no_candidates_give_no_date():
    dating = choose_date([], BATCH)
    assert (dating.published_at, dating.published_confidence_frac, dating.candidates) == (None, None, ())


def test_published_is_chosen_before_modified():
    later = NOON + timedelta(days=2)
    dating = choose_date([one(later, "jsonld", kind="modified"), one(NOON, "text", kind="unknown")], BATCH)
    assert (dating.published_at, dating.published_from) == (NOON, "text")


def test_metadata_comes_before_text_before_address_before_path():
    places = ["path", "url", "text", "meta"]
    values = {place: one(DAY - timedelta(days=9 * at), place) for at, place in enumerate(places)}
    for at in range(4, 0, -1):
        dating = choose_date([values[place] for place in places[:at]], BATCH)
        assert dating.published_from == places[at - 1]


def test_agreement_raises_confidence_and_disagreement_lowers_it():
    alone = choose_date([one()], BATCH).published_confidence_frac
    backed = choose_date([one(), one(DAY, "url", "day")], BATCH).published_confidence_frac
    contradicted = choose_date(
        [one(), one(DAY - timedelta(days=30), "url", "day")], BATCH
    ).published_confidence_frac
    assert contradicted < alone < backed <= 1


def test_future_is_chosen_only_if_nothing_else_is_there():
    future = one(datetime(2031, 4, 17, tzinfo=UTC))
    assert choose_date([future, one(DAY, "url", "day")], BATCH).published_from == "url"
    alone = choose_date([future], BATCH)
    assert alone.published_at == future.value
    assert alone.published_confidence_frac < 0.25
    assert choose_date([future], None).published_confidence_frac > 0.9


def test_day_after_the_batch_is_no_future():
    next_day = one(datetime(2021, 5, 2, 23, tzinfo=UTC))
    assert choose_date([next_day], BATCH).published_confidence_frac > 0.9


def test_default_of_a_program_is_never_chosen_but_kept():
    epoch = one(datetime(1970, 1, 1, tzinfo=UTC))
    dating = choose_date([epoch], BATCH)
    assert (dating.published_at, dating.candidates) == (None, (epoch,))


def test_minute_in_the_text_completes_the_day_of_the_metadata():
    dating = choose_date([one(DAY, "jsonld", "day"), one(NOON, "text")], BATCH)
    assert (dating.published_at, dating.published_from, dating.published_precision) == (
        NOON,
        "text",
        "minute",
    )


def test_doubtful_order_follows_the_address():
    april = one(datetime(2021, 4, 5, tzinfo=UTC), "text", "day", "unknown", 1)
    may = one(datetime(2021, 5, 4, tzinfo=UTC), "text", "day", "unknown", 2)
    assert choose_date([april, may], date(2021, 6, 1)).published_at == april.value
    backed = choose_date([april, may, one(may.value, "url", "day")], date(2021, 6, 1))
    assert (backed.published_at, backed.published_from) == (may.value, "text")


def test_doubtful_order_follows_the_batch_day():
    april = one(datetime(2021, 4, 5, tzinfo=UTC), "text", "day", "unknown", 2)
    may = one(datetime(2021, 5, 4, tzinfo=UTC), "text", "day", "unknown", 1)
    assert choose_date([may, april], date(2021, 4, 6)).published_at == april.value


CANDIDATES = st.lists(
    st.builds(
        one,
        st.datetimes(DAY.replace(1960, tzinfo=None), DAY.replace(2090, tzinfo=None), timezones=st.just(UTC)),
        st.sampled_from(["meta", "jsonld", "url", "text", "path"]),
        st.sampled_from(["minute", "day", "month"]),
        st.sampled_from(["published", "modified", "unknown"]),
        st.integers(0, 2),
    ),
    max_size=8,
)


@given(CANDIDATES, st.none() | st.dates(date(1990, 1, 1), date(2080, 1, 1)))
def test_all_candidates_are_kept_sorted_and_the_choice_is_one_of_them(candidates, batch_day):
    dating = choose_date(candidates, batch_day)
    assert set(dating.candidates) == set(candidates)
    assert len(dating.candidates) == len(set(candidates))
    values = [candidate.value for candidate in dating.candidates]
    assert values == sorted(values)
    if dating.published_at is not None:
        assert dating.published_at in values
        assert 0 < dating.published_confidence_frac <= 1
        assert dating.published_confidence_frac == round(dating.published_confidence_frac, 4)
