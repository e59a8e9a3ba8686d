"""By when a suggestion must be answered: 代表法 第五十一条, three months from the day it was assigned, six if hard."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from assistant.draft.suggestion.suggestion import DraftError

_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit of so many months from the day of assignment (交办), and the days left; fewer than none: it is over."""

    months: int
    day: date
    left: int


def deadlines(assigned: str, today: date) -> tuple[Deadline, Deadline]:
    """The limits of three and of six months.

    Raises:
        InputError: ``assigned`` is no date (2026-03-05 or 2026年3月5日).
    """
    found = _DATE.fullmatch(assigned.strip())
    try:
        begun = date(*map(int, found.groups())) if found else None
    except ValueError:
        begun = None
    if begun is None:
        raise DraftError("date", f"{assigned!r} is no date; write it as 2026-03-05")
    three, six = (_after(begun, months) for months in (3, 6))
    return Deadline(3, three, (three - today).days), Deadline(6, six, (six - today).days)


def _after(begun: date, months: int) -> date:
    """The same day so many months on; where that month is shorter, its last day."""
    years, month = divmod(begun.month - 1 + months, 12)
    year, month = begun.year + years, month + 1
    return date(year, month, min(begun.day, calendar.monthrange(year, month)[1]))
