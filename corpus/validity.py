"""Whether a document is in force on a day: what it says of its dates, and whether another one took its place."""

from __future__ import annotations

import re
from typing import Literal

from corpus.document import Metadata

Force = Literal["in_force", "not_yet", "expired", "superseded"]

_NUMBER = re.compile(r"\d+")
_OVER = re.compile(r"失效|废止|撤销|停止执行|expired|repealed", re.IGNORECASE)
_REPLACED = re.compile(r"取代|替代|superseded|replaced", re.IGNORECASE)


def force(metadata: Metadata, on: str) -> Force:
    """What a document is worth on a day (``2026-11-24``); one that states no dates is in force.

    Dates are compared as far as both are known, so a document that expires in ``2026`` is in force throughout 2026.
    """
    if _before(on, metadata.effective):
        return "not_yet"
    if _before(metadata.expires, on) or _OVER.search(metadata.status):
        return "expired"
    replaced = bool(metadata.superseded_by or _REPLACED.search(metadata.status))
    if replaced and not _before(on, metadata.superseded_on):
        return "superseded"
    return "in_force"


def in_force(metadata: Metadata, on: str) -> bool:
    """Whether a document is in force on a day."""
    return force(metadata, on) == "in_force"


def _before(one: str, other: str) -> bool:
    """Whether a date lies before another, as far as both are known; an unknown one lies before none."""
    first, second = _parts(one), _parts(other)
    known = min(len(first), len(second))
    return bool(known) and first[:known] < second[:known]


def _parts(date: str) -> tuple[int, ...]:
    """Year, month and day of ``2026-03-01`` or 2026年3月1日, as far as they are written."""
    return tuple(int(found) for found in _NUMBER.findall(date)[:3])
