"""Times as files write them: text by ISO 8601, or numbers since 1970 in one unit or another."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

SECOND_NS = 1_000_000_000
UNITS_NS = {"s": SECOND_NS, "ms": 1_000_000, "us": 1000, "ns": 1}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_NS = 2**63
_FRACTION = re.compile(r"[.,](\d+)")


def time_text(timestamp_ns: int) -> str:
    """Return a time as ISO 8601 text in UTC with all nine digits of its second.

    ``2021-05-01T12:00:00.100000000Z``; times before the year 1 or after 9999 cannot come, 64 bits hold less.
    """
    seconds, rest = divmod(timestamp_ns, SECOND_NS)
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def parse_time(value: object, unit: str = "s", *, most_ns: int = _MOST_NS) -> int | None:
    """Return a time in whole nanoseconds; None where the value is none.

    Parameters
    ----------
    value : str, int or float
        ISO 8601 text (UTC where it names no zone), or a number, also as text.
    unit : "s", "ms", "us" or "ns"
        Of numbers.
    most_ns : int
        Times as far from 1970 are none; 64 bits end in the year 2262.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        plain = Decimal(str(value).strip()) * UNITS_NS[unit]
        found = int(plain.to_integral_value()) if plain.is_finite() and abs(plain) < most_ns else None
    except (ArithmeticError, ValueError):
        found = _parse_text(value.strip()) if isinstance(value, str) else None
    return found if found is not None and abs(found) < most_ns else None


def _parse_text(value: str) -> int | None:
    match = _FRACTION.search(value)
    rest = int(match[1][:9].ljust(9, "0")) if match else 0
    try:
        moment = datetime.fromisoformat(_FRACTION.sub("", value, count=1))
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND_NS + rest
