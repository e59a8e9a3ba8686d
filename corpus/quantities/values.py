"""What is found in a text: numbers, dates, document numbers and wordings, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from corpus.quantities.measures import COUNTERS, Bound


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number: ``value`` in base units (万, 亿 and 公里 multiplied out), ``unit`` in its normal form.

    ``bound``: ``min`` (超, 以上, 余), ``max`` (不超过, 以下), ``about`` (约, 近), ``several`` (数十), or an end of a
    range (``from``, ``to``). ``ordinal``: 第三, 第21条. ``spoken``: written in Chinese numerals.
    """

    start: int
    end: int
    text: str
    value: Fraction
    unit: str = ""
    bound: Bound = ""
    ordinal: bool = False
    spoken: bool = False

    @property
    def is_count(self) -> bool:
        """Whether this is an exact number of things (10条, 三张), not a measure, a rank or a lower bound."""
        return not self.ordinal and not self.bound and self.unit in COUNTERS and self.value.denominator == 1


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is given: 2025年8月, 8月29日, 今年上半年; ``relative`` is 今年's distance in years (0)."""

    start: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: str = ""
    relative: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A 文号: 国发〔2023〕12号 is agency 国发, year 2023, number 12."""

    start: int
    end: int
    text: str
    agency: str
    year: int
    number: int


@dataclass(frozen=True, slots=True)
class Wording:
    """What must be found as it stands, a quoted term (“三张图谱”) or a code (20+8, 7×24); ``form`` is bare."""

    start: int
    end: int
    text: str
    form: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that can be compared in one text, each kind in reading order."""

    quantities: tuple[Quantity, ...] = ()
    dates: tuple[Date, ...] = ()
    document_numbers: tuple[DocumentNumber, ...] = ()
    codes: tuple[Wording, ...] = ()
    terms: tuple[Wording, ...] = ()
