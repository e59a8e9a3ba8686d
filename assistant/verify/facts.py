"""Numbers, dates, document numbers, quoted terms and codes of a claim that its quotes don't have at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from assistant.verify.tokens import ReadText, read
from assistant.verify.verdict import Context, Finding, FindingKind
from corpus.quantities import Date, DocumentNumber, Quantity, Wording, bare


def missing_facts(claim: ReadText, quotes: Sequence[ReadText], context: Context) -> Iterator[Finding]:
    """Every fact of the claim that stands in no quote; titles and headings may give a date, a term or a 文号."""
    around = (*quotes, read("\n".join(context.texts)))
    quantities = [one for quote in quotes for one in quote.facts.quantities]
    dates = [one for text in around for one in text.facts.dates]
    numbers = [one for text in around for one in text.facts.document_numbers]
    known = "\n".join(bare(text.folded) for text in around)
    for one in claim.facts.quantities:
        yield from _quantity(claim, one, quantities, dates)
    for date in claim.facts.dates:
        if not any(_same_day(date, other, context.year) for other in dates):
            yield _found(claim, "date", date)
    for number in claim.facts.document_numbers:
        if (number.year, number.number) not in {(other.year, other.number) for other in numbers}:
            yield _found(claim, "document_number", number)
    for wording in chain(claim.facts.terms, claim.facts.codes):
        if wording.form and not re.search(rf"(?<![\d.]){re.escape(wording.form)}(?![\d.])", known):
            yield _found(claim, "term" if wording in claim.facts.terms else "code", wording)


def _quantity(claim: ReadText, one: Quantity, quoted: Sequence[Quantity], dates: Sequence[Date]) -> Iterator[Finding]:
    if (one.spoken and one.value == 1) or (not one.unit and one.value in {date.year for date in dates}):
        return  # 一个 is an article as a rule
    same = [other for other in quoted if other.value == one.value]
    if not same:
        yield _found(claim, "number", one)
    elif all(other.unit != one.unit for other in same):
        yield _found(claim, "unit", one, same[0].text)
    elif all((other.unit, other.bound) != (one.unit, one.bound) for other in same):
        yield _found(claim, "bound", one, same[0].text)


def _same_day(date: Date, quoted: Date, year: int | None) -> bool:
    """Whether a quoted date gives what the claim's says, as far as it says it."""
    theirs = quoted.year if quoted.relative is None or year is None else year + quoted.relative
    return (
        (date.relative is None or date.relative == quoted.relative)
        and date.year in {None, theirs}
        and date.month in {None, quoted.month}
        and date.day in {None, quoted.day}
        and date.part in {"", quoted.part}
    )


def _found(
    claim: ReadText, kind: FindingKind, fact: Quantity | Date | DocumentNumber | Wording, quoted: str = ""
) -> Finding:
    start, end = claim.place(fact.start, fact.end)
    return Finding(kind, claim.shown[start:end], start, end, quoted)
