"""24 hours on working days: when support answers at the latest.

A working day is a whole local day that is neither weekend nor public holiday. Time passes on
working days only, around the clock; hours are real hours, also where the clock changes.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

ANSWER_WITHIN = timedelta(hours=24)
_SATURDAY = 5


class WorkingCalendar:
    """The working days of a time zone and a country or region, such as `DE` or `DE-BY`."""

    def __init__(self, timezone: str, region: str) -> None:
        """Raises ValueError for a time zone or region that is not known."""
        try:
            self.zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{timezone!r} is not a time zone.") from None
        country, _, subdivision = region.partition("-")
        try:
            self._holidays = holidays.country_holidays(country, subdiv=subdivision or None)
        except NotImplementedError:
            raise ValueError(
                f"{region!r} is not a country or region with known holidays."
            ) from None

    def due(self, submitted_at: datetime) -> datetime:
        """The earliest instant at which 24 hours of working-day time have passed."""
        at, left = submitted_at.astimezone(UTC), ANSWER_WITHIN
        while True:
            day = self.day(at)
            midnight = self.start_of(day + timedelta(days=1))
            if self.is_working(day):
                if at + left <= midnight:
                    return at + left
                left -= midnight - at
            at = midnight

    def is_working(self, day: date) -> bool:
        """Whether time passes on this local day."""
        return day.weekday() < _SATURDAY and day not in self._holidays

    def day(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """The instant at which a local day begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)
