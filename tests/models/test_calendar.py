"""24 hours on working days: examples that people can check, and what must hold for all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.calendar import ANSWER_WITHIN, WorkingCalendar

BERLIN = WorkingCalendar("Europe/Berlin", "DE")
MUNICH = WorkingCalendar("Europe/Berlin", "DE-BY")
# Their clocks change on working days.
JERUSALEM = WorkingCalendar("Asia/Jerusalem", "DE")
CAIRO = WorkingCalendar("Africa/Cairo", "DE")

QUARTER = timedelta(minutes=15)
CALENDARS = (
    BERLIN,
    MUNICH,
    JERUSALEM,
    CAIRO,
    WorkingCalendar("America/New_York", "US"),
    WorkingCalendar("Asia/Kathmandu", "NP"),
    WorkingCalendar("Australia/Lord_Howe", "AU-NSW"),
    WorkingCalendar("Pacific/Apia", "WS"),
    WorkingCalendar("UTC", "SE"),
)
# Quarters of an hour, for clocks change on those.
INSTANTS = st.integers(0, 60 * 366 * 96).map(
    lambda n: datetime(2001, 1, 1, tzinfo=UTC) + n * QUARTER
)


def due(calendar: WorkingCalendar, local: str) -> str:
    """The due time of a local time, in local time."""
    submitted = datetime.fromisoformat(local).replace(tzinfo=calendar.zone)
    return calendar.due(submitted).astimezone(calendar.zone).strftime("%a %Y-%m-%d %H:%M")


class TestExamples:
    @pytest.mark.parametrize(
        ("submitted", "answered"),
        [
            ("2027-02-02T09:30", "Wed 2027-02-03 09:30"),
            ("2027-02-05T15:00", "Mon 2027-02-08 15:00"),
            ("2027-02-06T12:00", "Tue 2027-02-09 00:00"),
            ("2027-02-07T23:59", "Tue 2027-02-09 00:00"),
            ("2027-02-08T00:00", "Tue 2027-02-09 00:00"),
            ("2027-02-05T23:59", "Mon 2027-02-08 23:59"),
        ],
    )
    def test_a_week_without_holidays(self, submitted: str, answered: str) -> None:
        assert due(BERLIN, submitted) == answered

    @pytest.mark.parametrize(
        ("submitted", "answered"),
        [
            ("2026-12-31T15:00", "Mon 2027-01-04 15:00"),
            ("2026-12-24T18:00", "Mon 2026-12-28 18:00"),
            ("2027-03-25T08:00", "Tue 2027-03-30 08:00"),
            ("2027-03-26T08:00", "Wed 2027-03-31 00:00"),
            ("2027-04-30T10:00", "Mon 2027-05-03 10:00"),
        ],
    )
    def test_public_holidays(self, submitted: str, answered: str) -> None:
        assert due(BERLIN, submitted) == answered

    def test_a_holiday_of_one_region(self) -> None:
        assert due(BERLIN, "2027-01-05T15:00") == "Wed 2027-01-06 15:00"
        assert due(MUNICH, "2027-01-05T15:00") == "Thu 2027-01-07 15:00"


class TestClockChanges:
    def test_on_a_weekend_they_cost_nothing(self) -> None:
        assert due(BERLIN, "2027-03-12T15:00") == "Mon 2027-03-15 15:00"
        assert due(BERLIN, "2026-10-23T15:00") == "Mon 2026-10-26 15:00"
        assert due(BERLIN, "2028-03-24T15:00") == "Mon 2028-03-27 15:00"

    def test_an_hour_that_is_missing_is_made_up_for(self) -> None:
        assert due(JERUSALEM, "2026-03-26T12:00") == "Fri 2026-03-27 13:00"

    def test_an_hour_that_comes_twice_counts_twice(self) -> None:
        assert due(CAIRO, "2026-10-29T12:00") == "Fri 2026-10-30 11:00"

    def test_a_day_without_a_midnight(self) -> None:
        assert due(CAIRO, "2026-04-23T12:00") == "Fri 2026-04-24 13:00"


class TestWhatAlwaysHolds:
    @settings(deadline=None, max_examples=150)
    @given(st.sampled_from(CALENDARS), INSTANTS)
    def test_exactly_24_hours_of_working_time_pass(
        self, calendar: WorkingCalendar, submitted: datetime
    ) -> None:
        answered = calendar.due(submitted)
        quarters = (answered - submitted) // QUARTER
        passed = [submitted + n * QUARTER for n in range(quarters)]
        working = [at for at in passed if _is_working(calendar, at)]
        assert len(working) * QUARTER == ANSWER_WITHIN
        assert working[-1] == passed[-1], "a later instant than need be"

    @settings(deadline=None)
    @given(st.sampled_from(CALENDARS), INSTANTS, st.timedeltas(timedelta(), QUARTER))
    def test_it_is_a_day_later_at_the_least(
        self, calendar: WorkingCalendar, quarter: datetime, later: timedelta
    ) -> None:
        submitted = quarter + later
        answered = calendar.due(submitted)
        assert answered - submitted >= ANSWER_WITHIN
        assert answered.utcoffset() == timedelta()
        assert _is_working(calendar, answered - timedelta(microseconds=1))

    @settings(deadline=None)
    @given(st.sampled_from(CALENDARS), INSTANTS, st.integers(0, 2_000))
    def test_who_asks_later_is_not_due_earlier(
        self, calendar: WorkingCalendar, submitted: datetime, later: int
    ) -> None:
        assert calendar.due(submitted) <= calendar.due(submitted + later * QUARTER)

    @settings(deadline=None)
    @given(st.sampled_from(CALENDARS), INSTANTS)
    def test_the_zone_of_the_instant_does_not_matter(
        self, calendar: WorkingCalendar, submitted: datetime
    ) -> None:
        elsewhere = submitted.astimezone(ZoneInfo("Asia/Tokyo"))
        assert calendar.due(elsewhere) == calendar.due(submitted)


class TestSettings:
    @pytest.mark.parametrize(
        "zone", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "a\0b"]
    )
    def test_an_unknown_time_zone_is_named(self, zone: str) -> None:
        with pytest.raises(ValueError, match="is not a time zone") as refused:
            WorkingCalendar(zone, "DE")
        assert repr(zone) in str(refused.value)

    @pytest.mark.parametrize("region", ["XX", "DE-XX", "", "de by"])
    def test_an_unknown_region_is_named(self, region: str) -> None:
        with pytest.raises(ValueError, match="known holidays") as refused:
            WorkingCalendar("Europe/Berlin", region)
        assert repr(region) in str(refused.value)


def _is_working(calendar: WorkingCalendar, at: datetime) -> bool:
    return calendar.is_working(at.astimezone(calendar.zone).date())
