"""Numbers, dates, document numbers and quoted terms of a text, each with its place and a normal form to compare.

Every function takes text that went through ``corpus.normalise.fold`` (half width, Simplified, lower case); offsets are
character offsets into that folded text. Values are exact fractions in base units, so that 1.1千亿元 equals 1100亿元 and
七成 equals 70%. A general converter (cn2an) was not taken: it rewrites a text whole, without offsets, units or bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.quantities.dates import find_dates
from corpus.quantities.measures import COUNTERS, one_of, words
from corpus.quantities.numbers import LATIN, find_quantities
from corpus.quantities.numerals import chinese_number
from corpus.quantities.values import Date, DocumentNumber, Facts, Quantity, Wording

__all__ = [
    "COUNTERS",
    "LATIN",
    "Date",
    "DocumentNumber",
    "Facts",
    "Quantity",
    "Wording",
    "bare",
    "chinese_number",
    "dates",
    "facts",
    "one_of",
    "quantities",
    "quoted_terms",
    "words",
]

_CODE = re.compile(r"(?<![\d.])\d+(?:\s*[+×*/]\s*\d+|x\d+)+(?![\d.])|(?<![\d.:])\d{1,2}[::]\d{2}(?![\d:])")
_DOCUMENT_NUMBER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{1,12})[〔\[(【](?P<year>\d{4})[〕\])】]\s*第?\s*(?P<number>\d+)\s*号"
)
_AGENCY_LEAD = re.compile(
    r".*(?:根据|依据|按照|依照|参照|文号|印发|通知|文件|规定|及|和|与|的|是|为|由|在|见|有|等|以)"
)
_TERM = re.compile(
    r"“([^“”]{1,60})”|「([^「」]{1,60})」|『([^『』]{1,60})』|《([^《》]{1,80})》|\"([^\"]{1,60})\"|‘([^‘’]{1,60})’"
)


def facts(text: str) -> Facts:
    """All comparable facts of a folded text; what one kind has taken (the 2023 of a 文号) no other kind takes again."""
    numbers = tuple(_document_numbers(text))
    rest = _masked(text, numbers)
    dates = tuple(find_dates(rest))
    rest = _masked(rest, dates)
    codes = tuple(Wording(m.start(), m.end(), m[0], re.sub(r"\s", "", m[0])) for m in _CODE.finditer(rest))
    rest = _masked(rest, codes)
    return Facts(tuple(find_quantities(rest)), dates, numbers, codes, tuple(quoted_terms(text)))


def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a folded text with their units, dates and document numbers left out."""
    return facts(text).quantities


def dates(text: str) -> tuple[Date, ...]:
    """The dates of a folded text; the two years of 2024—2025年 are two dates."""
    return facts(text).dates


def quoted_terms(text: str) -> Iterator[Wording]:
    """The terms in quotation marks or title marks; ``form`` is the inside without blanks and marks."""
    for match in _TERM.finditer(text):
        inside = next(group for group in match.groups() if group is not None)
        yield Wording(match.start(), match.end(), match[0], bare(inside))


def bare(text: str) -> str:
    """Folded text without blanks, quotation marks and table bars, for finding one text inside another."""
    return re.sub(r"[\s“”‘’「」『』《》〈〉\"'|*#]+", "", text)


def _masked(text: str, spans: tuple[Date | DocumentNumber | Wording, ...]) -> str:
    for span in spans:
        text = text[: span.start] + "\0" * (span.end - span.start) + text[span.end :]
    return text


def _document_numbers(text: str) -> Iterator[DocumentNumber]:
    for match in _DOCUMENT_NUMBER.finditer(text):
        lead = _AGENCY_LEAD.match(match["agency"])
        agency = match["agency"][lead.end() :] if lead else match["agency"]
        start = match.end("agency") - len(agency)
        yield DocumentNumber(
            start, match.end(), text[start : match.end()], agency, int(match["year"]), int(match["number"])
        )
