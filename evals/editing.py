"""A case in a person's hands: as lines to edit, and what keeps it out of a suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from assistant.locale import message
from corpus.errors import InputError
from corpus.normalise import fold, join_lines
from evals.metrics.matching import holds
from evals.suite import Case, case_to_dict, parse_case

Text = Callable[[str], str | None]
"""The canonical text of a document by its id; None if it is not there."""


def faults(case: Case, text: Text, others: Iterable[Case] = ()) -> tuple[str, ...]:
    """Why a case can't be in a suite, each in a line for staff; empty if it can.

    ``others``: the cases there are, whose questions and ids must be different.
    """
    return tuple(_faults(case, text, tuple(others)))


def _faults(case: Case, text: Text, others: Sequence[Case]) -> Iterator[str]:
    if case.answerable and not (case.gold and case.vital):
        yield message("why.case.bare")
    if not case.answerable and case.vital:
        yield message("why.case.vital")
    for quote in case.gold:
        whole = text(quote.document)
        if whole is None:
            yield message("why.case.nowhere", quote.document)
        elif quote.quote not in whole:
            yield message("why.case.quote", quote.document, join_lines(quote.quote)[:30])
    gold = "\n".join(quote.quote for quote in case.gold)
    for nugget in case.vital if gold and case.kind != "english" else ():
        if not any(holds(gold, form) for form in nugget.forms):
            yield message("why.case.lacks", " / ".join(nugget.forms))
    for one in others:
        if one.id == case.id or (fold(one.question) == fold(case.question) and one.history == case.history):
            yield message("why.case.twice", one.id)


def nugget_lines(case: Case) -> str:
    """One nugget a line, its forms parted by `` / ``; a vital one begins with ``*``."""
    return "\n".join(f"{'* ' if one.vital else ''}{' / '.join(one.forms)}" for one in case.nuggets)


def gold_lines(case: Case) -> str:
    """One quote a line: document, ``：``, the quote; a line break inside a quote is ``⏎``."""
    return "\n".join(f"{one.document}：{one.quote.replace(chr(10), '⏎')}" for one in case.gold)


def edited(
    case: Case, *, kind: str, question: str, answerable: bool, nuggets: str, gold: str, must_not: str, note: str
) -> Case:
    """The case with what a person wrote in the lines; the rest as it was.

    Raises:
        InputError: a line is not as it should be.
    """
    if not question.strip():
        raise InputError(message("why.case.question"))
    row = case_to_dict(case) | {
        "kind": kind,
        "question": question.strip(),
        "answerable": answerable,
        "nuggets": [_nugget(line) for line in _lines(nuggets)],
        "gold": [_gold(line) for line in _lines(gold)],
        "must_not": _lines(must_not),
        "note": note.strip() or case.note,
    }
    return parse_case(row)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _nugget(line: str) -> dict[str, Any]:
    forms = [form.strip() for form in line.lstrip("*").split(" / ") if form.strip()]
    if not forms:
        raise InputError(message("why.case.star"))
    return {"vital": line.startswith("*"), "forms": forms}


def _gold(line: str) -> dict[str, str]:
    document, mark, quote = line.partition("：")
    if not mark or not quote.strip():
        raise InputError(message("why.case.gold", line[:30]))
    return {"document": document.strip(), "quote": quote.strip().replace("⏎", "\n")}
