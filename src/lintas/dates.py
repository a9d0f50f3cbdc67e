"""Days and intervals; the only reader of the clock.

A day is a :class:`datetime.date`; inside the engine it is its proleptic ordinal (``date.toordinal``).
Intervals are half-open, ``[start, end)``, with ``None`` for open. There are no sentinel dates in files.
"""

from __future__ import annotations

import datetime as dt
import re

import msgspec

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")

FIRST_DAY = dt.date(1900, 1, 1).toordinal()
LAST_DAY = dt.date(2199, 12, 31).toordinal()


class Interval(msgspec.Struct, frozen=True):
    """Half-open interval of days: ``start <= day < end``; ``None`` is open."""

    start: dt.date | None = None
    end: dt.date | None = None

    def __contains__(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


def today() -> dt.date:
    """The present day in UTC; the one place that reads the clock."""
    return dt.datetime.now(dt.UTC).date()


def parse_day(text: object) -> dt.date:
    """Read an ISO day.

    Raises:
        ValueError: the text is not ``YYYY-MM-DD`` or no such day exists.

    """
    if isinstance(text, dt.datetime):
        return text.date()
    if isinstance(text, dt.date):
        return text
    if not isinstance(text, str) or not _ISO.fullmatch(text):
        raise ValueError(f"{text!r} is not a day of the form YYYY-MM-DD")
    return dt.date.fromisoformat(text)


def from_ordinal(number: int) -> dt.date:
    """The day with this proleptic ordinal."""
    return dt.date.fromordinal(number)
