"""A suggestion (建议): who makes it, under which number, its requests, by when it is answered, earlier ones like it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistant.records.worklist import months_after
from corpus.errors import InputError
from index.bigrams import terms

MOST_SIMILAR = 3
_LEAST_SIMILAR = 0.12  # of the words of both: below it suggestions of one city share no more than its names
_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")


class DraftError(InputError):
    """What was asked of a draft can't be done; ``code`` names the reason for who tells it in other words."""

    def __init__(self, code: str, line: str) -> None:
        super().__init__(line)
        self.code = code


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked for: a number that stays its own through every change, a title, and its words."""

    id: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion and its requests in order; what the text does not say of itself is empty.

    ``office``: who is to answer it (主办单位).
    """

    text: str
    title: str = ""
    number: str = ""
    session: str = ""
    representatives: tuple[str, ...] = ()
    date: str = ""
    requests: tuple[Request, ...] = ()
    office: str = ""

    @property
    def topic(self) -> str:
        """What the title is about: 关于促进福田区经济高质量发展的建议 is about 福田区经济高质量发展."""
        words = re.sub(r"^.*?关于|(?:的)?(?:建议|提案|议案|意见)(?:[（(].*)?$", "", self.title)
        return re.sub(r"^(?:进一步)?(?:促进|加快|推动|推进|加强|深化|完善|支持|强化|做好)(?=.{4,})", "", words)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit of so many months from the day of assignment (交办), and the days left; fewer than none: it is over.

    代表法 第五十一条 has three months, or six where the matter is hard.
    """

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
    three, six = (months_after(begun, months) for months in (3, 6))
    return Deadline(3, three, (three - today).days), Deadline(6, six, (six - today).days)


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier suggestion under the id of its draft, and which share of the words of both (0 to 1) they have."""

    id: str
    suggestion: Suggestion
    share: float


def similar(suggestion: Suggestion, earlier: Iterable[tuple[str, Suggestion]]) -> tuple[Similar, ...]:
    """The earlier suggestions nearest to one, the nearest first; the same text handed in again has share 1.

    What was answered then may save the work now.
    """
    own = _words(suggestion)
    theirs = ((name, other, _words(other)) for name, other in earlier)
    found = (Similar(name, s, 2 * len(own & words) / ((len(own) + len(words)) or 1)) for name, s, words in theirs)
    return tuple(
        sorted((one for one in found if one.share >= _LEAST_SIMILAR), key=lambda one: -one.share)[:MOST_SIMILAR]
    )


def _words(suggestion: Suggestion) -> frozenset[str]:
    asked = (text for one in suggestion.requests for text in (one.title, one.text))
    return frozenset(terms("\n".join((suggestion.topic, *asked))))
